"""The examples of docs/api.md: each request is sent, and answered as the page says."""

import json
import re
from pathlib import Path
from typing import Any

from flask import Flask

from tests.api.client import Program, token_for
from tests.cast import World
from tests.player import Player

PAGE = Path(__file__).parent.parent.parent / "docs" / "api.md"
BLOCK = re.compile(r"^```http\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"\{(\w+)\}")
ANYTHING = "…"
STAGE = "<!-- stage: visited -->"  # the examples before it begin with an empty record


def parts(block: str) -> tuple[str, dict[str, str], str]:
    """The first line, the headers and the body of one block."""
    head, _, body = block.partition("\n\n")
    first, *lines = head.strip().splitlines()
    return first, dict(line.split(": ", 1) for line in lines), body.strip()


def filled(text: str, known: dict[str, str]) -> str:
    return NAME.sub(lambda found: known.get(found[1], found[0]), text)


def fit(told: Any, found: Any, known: dict[str, str], where: str = "$") -> None:
    """Fail unless what was found is what was told; a name that is told for the first time is learnt."""
    if told == ANYTHING:
        return
    if isinstance(told, dict):
        assert isinstance(found, dict), where
        more = told.get(ANYTHING) == ANYTHING
        assert set(told) - {ANYTHING} <= set(found), f"{where}: {sorted(found)}"
        assert more or set(told) == set(found), f"{where}: {sorted(set(found) - set(told))} untold"
        for name in told.keys() - {ANYTHING}:
            fit(told[name], found[name], known, f"{where}.{name}")
    elif isinstance(told, list):
        assert isinstance(found, list), where
        assert len(told) == len(found), f"{where}: {found}"
        for n, (one, other) in enumerate(zip(told, found, strict=True)):
            fit(one, other, known, f"{where}[{n}]")
    elif isinstance(told, str) and isinstance(found, str):
        assert learnt(told, found, known) == found, where
    else:
        assert told == found, where


def learnt(told: str, found: str, known: dict[str, str]) -> str:
    pattern = re.escape(filled(told, known))
    named = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>\\w+)", pattern)
    match = re.fullmatch(named, found)
    known |= match.groupdict() if match else {}
    return filled(told, known)


def replay(app: Flask, page: str, known: dict[str, str]) -> int:
    """Send each example of a page and compare its answer; how many there were."""
    blocks = BLOCK.findall(page)
    assert len(blocks) % 2 == 0
    for asked, told in zip(blocks[::2], blocks[1::2], strict=True):
        first, headers, body = parts(filled(asked, known))
        method, path = first.split(" ")
        status, promised, shown = parts(told)
        more = {"data": body, "content_type": "application/json"} if body else {}
        answer = Program(app).send(method, path, headers=headers, **more)
        assert answer.status_code == int(status), f"{first}: {answer.text}"
        for name, value in promised.items():
            assert learnt(value, answer.headers[name], known) == answer.headers[name], first
        fit(json.loads(shown), answer.json, known, first)
    return len(blocks) // 2


def test_every_example_is_answered_as_it_says(app: Flask, world: World) -> None:
    page = PAGE.read_text(encoding="utf-8").split(STAGE)[0]
    assert replay(app, page, {"token": token_for(app, world.ana, "write")}) > 10


def test_every_example_of_a_cohort_is_answered_as_it_says(visited: Player, app: Flask, world: World) -> None:
    page = PAGE.read_text(encoding="utf-8").split(STAGE)[1]
    roles = {"ana": world.ana, "coordinator": world.olu, "supervisor": world.bo, "observer": world.tuan}
    roles["master"] = world.maya
    known = {f"{name}_token": token_for(app, member, "write") for name, member in roles.items()}
    known |= {name: member.id for name, member in roles.items()}
    known |= {"certification": visited.certification, "workshop": visited.workshop}
    assert replay(app, page, known) > 15


def test_an_example_that_is_wrong_is_found() -> None:
    for told, found in (({"a": 1}, {"a": 2}), ({"a": 1}, {"a": 1, "b": 1}), ("{x}", "other"), ([1], [1, 2])):
        try:
            fit(told, found, {"x": "known"})
        except AssertionError:
            continue
        raise AssertionError(f"{told} passed for {found}")
