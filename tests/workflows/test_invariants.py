"""However people act, what the certificate rests on stays true: a random programme, and its power check."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from certify.models import db
from certify.workflows import load
from certify.workflows.certification import MOVES
from tests.databases import Kind, bare_app
from tests.player import Player
from tests.stages import Stages
from tests.workflows.programme import STAGES, Programme


def _machine(kind: Kind, stages: Stages, folder: Path) -> type[Programme]:
    load()
    numbers = count()

    @contextmanager
    def opening(stage: str) -> Iterator[Player]:
        place = folder / str(next(numbers))
        place.mkdir()
        url = kind.create(place, stages.template(stage))
        try:
            with bare_app(url).app_context():
                yield stages.player(stage)
                db.session.remove()
                db.engine.dispose()
        finally:
            kind.drop(url)

    return type("Programme", (Programme,), {"opening": staticmethod(opening)})


def _walks(examples: int, steps: int, *phases: Phase) -> settings:
    return settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=True, database=None,
        phases=(Phase.generate, *phases),
    )  # fmt: skip


def test_whatever_anybody_tries_the_record_stays_true(
    database_kind: Kind, stages: Stages, tmp_path: Path
) -> None:
    run_state_machine_as_test(
        _machine(database_kind, stages, tmp_path), settings=_walks(12, 12, Phase.shrink)
    )


@pytest.mark.long
def test_the_same_for_many_long_walks(database_kind: Kind, stages: Stages, tmp_path: Path) -> None:
    run_state_machine_as_test(
        _machine(database_kind, stages, tmp_path), settings=_walks(400, 40, Phase.shrink)
    )


@pytest.mark.long
@pytest.mark.parametrize(
    ("stages_begun_at", "move", "guard"),
    [
        (("recommended",), "grant", "impartial"),
        (("certified",), "suspend", "impartial"),
        (("submitted",), "recognise", "needs"),
        (tuple(STAGES), "grant", "needs_everything"),
    ],
)
def test_a_guard_taken_out_is_noticed(
    stages_begun_at: tuple[str, ...],
    move: str,
    guard: str,
    sqlite_kind: Kind,
    sqlite_stages: Stages,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = tuple(one for one in MOVES[move].guards if not one.__qualname__.startswith(guard))
    assert len(kept) < len(MOVES[move].guards), "nothing was taken out"
    monkeypatch.setitem(MOVES, move, replace(MOVES[move], guards=kept))
    machine = _machine(sqlite_kind, sqlite_stages, tmp_path)
    machine.begins = stages_begun_at
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine, settings=_walks(200, 8))
