"""R1: servers are killed at any moment while programs make moves; nothing acknowledged is lost, nothing half.

`./test` kills some at random and at every commit; `./test --long` kills 500 times in 10,000 moves, and at
every statement. Each sender sends a request again, with the same key, until it is answered.
"""

import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from certify.config import Settings
from certify.faults import Point, arm
from certify.models import Event, IdempotencyKey, Message, db
from tests.faults.checking import findings
from tests.faults.conftest import Cases
from tests.faults.senders import Acknowledged, Goal, Sender
from tests.faults.tree import Mother, Tree, growing
from tests.security.plain import PlainClient

SEED = 20260601
TOLD = {"hold": "on_hold", "resume": "resumed"}  # what the holder is told of each move
STUCK = 120  # seconds without an answer to anybody


def problems(settings: Settings, acknowledged: list[Acknowledged]) -> list[str]:
    """What the product's own checker finds; moves lost or made twice; events without message or key."""
    return [*findings(settings), *_lost(acknowledged), *_half_made()]


def _lost(acknowledged: list[Acknowledged]) -> Iterator[str]:
    kept = {row.key: row.body for row in db.session.scalars(select(IdempotencyKey))}
    for one in acknowledged:
        if kept.get(one.key) != one.body:
            yield f"acknowledged and lost: {one.key}"
    for key in set(kept) - {one.key for one in acknowledged}:
        yield f"made and never acknowledged, though it was asked until answered: {key}"


def _half_made() -> Iterator[str]:
    """Each event names in its reason the key that asked for it."""
    events = db.session.scalars(select(Event).where(Event.move.in_(TOLD))).all()
    told = {key.rpartition(":")[0] for key in db.session.scalars(select(Message.key))}
    asked = Counter(event.facts["reason"].split()[1] for event in events)
    keys = Counter(db.session.scalars(select(IdempotencyKey.key).where(IdempotencyKey.status == 200)))
    yield from (f"an event without its key, or made twice: {key}" for key in asked - keys)
    yield from (f"a key without its event: {key}" for key in keys - asked)
    for event in events:
        if f"{TOLD[event.move]}:{event.case_id}:{event.seq}" not in told:
            yield f"an event without its message: {event.id}"


def under_fire(tree: Tree, senders: list[Sender], kills: int) -> None:
    """The senders at work, and a kill after every so many of their moves, at a moment left to chance."""
    goal, chance = senders[0].goal, random.Random(SEED)
    threads = [threading.Thread(target=sender.run) for sender in senders]
    for thread in threads:
        thread.start()
    between, begun = goal.moves / (kills + 1), time.monotonic()
    for n in range(kills):
        before = goal.made
        while goal.made < between * (n + 1):
            time.sleep(0.002)
            if goal.made > before:
                before, begun = goal.made, time.monotonic()
            assert time.monotonic() < begun + STUCK, "nobody is answered any more"
        time.sleep(chance.uniform(0, 0.03))
        tree.kill_some(chance)
    for thread in threads:
        thread.join(timeout=STUCK)
        assert not thread.is_alive()
    for sender in senders:
        sender.close()


def fired_at(tree: Tree, ids: list[str], token: str, *, kills: int, moves: int) -> list[Sender]:
    """A sender a case, and what became of them."""
    goal = Goal(moves)
    with growing(tree):
        senders = [Sender(tree.mother.address, token, id, goal) for id in ids]
        under_fire(tree, senders, kills)
    return senders


def tell(tree: Tree, senders: list[Sender], found: list[str]) -> None:
    acknowledged = sum(len(sender.acknowledged) for sender in senders)
    retried = sum(sender.retried for sender in senders)
    said = f"{acknowledged} acknowledged, {tree.kills} kills, {retried} sent again, {len(found)} problems"
    sys.stdout.write(f"\n{db.engine.dialect.name}: {said}\n")


@pytest.mark.parametrize(
    ("kills", "moves", "workers"),
    [(6, 30, 2), pytest.param(500, 10_000, 3, marks=pytest.mark.long, id="long")],
)
def test_no_acknowledged_move_is_lost_and_none_is_half_made(
    cases: Cases, tree_of: Callable[..., Tree], token: str, kills: int, moves: int, workers: int
) -> None:
    tree = tree_of(workers=workers)
    senders = fired_at(tree, cases[2], token, kills=kills, moves=moves)
    acknowledged = [one for sender in senders for one in sender.acknowledged]
    found = problems(cases[1], acknowledged)
    tell(tree, senders, found)
    assert [one for sender in senders for one in sender.refused] == []
    assert found == []
    assert (tree.kills, len(acknowledged) >= moves) == (kills, True)
    assert any(sender.retried for sender in senders)  # the kills hit requests, or this shows nothing


@pytest.mark.long
def test_separate_commits_do_not_survive_the_kills(
    cases: Cases, tree_of: Callable[..., Tree], token: str
) -> None:
    """Power check of the random kills."""
    tree = tree_of(bug="separate commits", workers=3)
    senders = fired_at(tree, cases[2], token, kills=150, moves=1_500)
    found = problems(cases[1], [one for sender in senders for one in sender.acknowledged])
    tell(tree, senders, found)
    assert [one for one in found if "replayed" in one]
    assert [one for one in found if one.startswith("an event without its message")]


def killed_step_by_step(tree_of: Callable[..., Tree], sender: Sender, point: Point) -> int:
    """A move for each pass of the point, whose server is killed there; how many were, until one is not."""
    for n in count(1):
        tree = tree_of(workers=1, fault=f"{point}:{n}:kill")
        before = tree.mother.strikes()
        with growing(tree):
            sender.send(("hold", "resume")[len(sender.acknowledged) % 2], f"{point}-{n}")
        sender.close()
        if tree.mother.strikes() == before:
            return n - 1
    raise AssertionError


@pytest.mark.parametrize(
    ("point", "least"),
    [
        (Point.COMMIT, 3),
        (Point.COMMITTED, 1),
        (Point.LOG_WRITE, 1),
        pytest.param(Point.STATEMENT, 40, marks=pytest.mark.long),
    ],
)
def test_killed_at_every_pass_of_a_point_each_move_is_made_once(
    cases: Cases, tree_of: Callable[..., Tree], token: str, forking: Mother, point: Point, least: int
) -> None:
    _, settings, ids = cases
    sender = Sender(forking.address, token, ids[0], Goal(0))
    passes = killed_step_by_step(tree_of, sender, point)
    sys.stdout.write(f"\n{db.engine.dialect.name}: killed at each of {passes} passes of {point}\n")
    assert passes >= least
    assert (sender.refused, problems(settings, sender.acknowledged)) == ([], [])
    assert sender.retried >= passes - 1


def test_separate_commits_are_found_by_one_kill(
    cases: Cases, tree_of: Callable[..., Tree], token: str, forking: Mother
) -> None:
    """Power check: the state is committed, its event is not; and the request can never be answered."""
    _, settings, ids = cases
    sender = Sender(forking.address, token, ids[0], Goal(0))
    with growing(tree_of(workers=1, fault=f"{Point.LOG_WRITE}:1:kill", bug="separate commits")):
        sender.send("hold", "half-made")
    sender.close()
    found = problems(settings, sender.acknowledged)
    assert sender.refused == ["hold of half-made was never answered"]
    assert f"certification {ids[0]}: stored on_hold, replayed admitted" in found
    assert "made and never acknowledged, though it was asked until answered: half-made" in found


STEP = 7  # of the statements, in an ordinary run: they move from run to run of the code


@pytest.mark.parametrize("point", [Point.STATEMENT, Point.COMMIT, Point.COMMITTED, Point.LOG_WRITE])
def test_broken_at_any_pass_of_a_point_a_move_is_made_once_when_sent_again(
    cases: Cases, token: str, request: pytest.FixtureRequest, point: Point
) -> None:
    app, settings, ids = cases
    app.config["PROPAGATE_EXCEPTIONS"] = False
    step = STEP if point is Point.STATEMENT and not request.config.getoption("long") else 1
    program, acknowledged, statuses = PlainClient(app), [], Counter[int]()
    for n in count(1, step):
        move, key = ("hold", "resume")[len(acknowledged) % 2], f"{point}-{n}"
        ordered = arm(f"{point}:{n}")
        statuses[ask(program, token, ids[0], move, key).status_code] += 1
        assert ordered is not None
        arm("")
        again = ask(program, token, ids[0], move, key)
        acknowledged.append(Acknowledged(ids[0], key, again.text))
        assert again.status_code == 200, again.text
        if not ordered.struck:
            break
    assert problems(settings, acknowledged) == []
    assert set(statuses) == {200, 500}


def ask(program: PlainClient, token: str, certification: str, move: str, key: str) -> TestResponse:
    path = f"/api/v1/certifications/{certification}/moves/{move}"
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    return program.post(path, json={"reason": f"As {key} asked."}, headers=headers)
