"""A guarded move without a database, and the list of what may be done: ours and the machines of others."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from flask import Flask

from certify import workflows
from certify.models import Certification, db
from certify.policy import Actor, fits
from certify.workflows import engine
from certify.workflows.certification import MOVES, WORKFLOW
from certify.workflows.engine import Question, judge
from certify.workflows.people import actor_of
from tests.benchmarks import moves_machines as machines
from tests.benchmarks.rounds import Job, alternate, tell
from tests.cast import WORLD
from tests.player import REPORT_ON, Player, at

pytestmark = pytest.mark.bench
MANY = 200
SHARED = "transitions, one machine for all rows"


def _ours() -> tuple[machines.Turn, machines.Turn]:
    """Every guard asked for its reasons, then the machine; no database is behind the dossier."""
    actor = Actor(WORLD.olu.id, WORLD.olu.name)
    row = Certification(state="supervised_visits", country="VN", module="WPC")
    hold = Question(row, SimpleNamespace(), MOVES["hold"], actor, at(REPORT_ON), REPORT_ON, {})
    resume = replace(hold, move=MOVES["resume"])

    def turn(question: Question, to: str) -> None:
        assert not judge(question)
        row.state = engine._fire(WORKFLOW, question.move, str(row.state), to)

    return lambda: turn(hold, "on_hold"), lambda: turn(resume, "supervised_visits")


def _both(turns: tuple[machines.Turn, machines.Turn]) -> Job:
    forth, back = turns

    def run() -> None:
        for _ in range(MANY // 2):
            forth()
            back()

    return run


def test_a_guarded_move(capsys: pytest.CaptureFixture[str]) -> None:
    workflows.load()
    jobs = {
        "ours: every guard's reasons, then the machine": _both(_ours()),
        SHARED: _both(machines.shared_transitions()),
        "viewflow.fsm": _both(machines.viewflow()),
        "django-fsm-2": _both(machines.django_fsm()),
        "python-statemachine": _both(machines.python_statemachine()),
        "SpiffWorkflow": machines.spiff(),
    }
    per = {name: MANY for name in jobs if name != "SpiffWorkflow"}
    tell("A guarded move in memory", alternate(jobs, times=11), capsys, against=SHARED, per=per)


def test_the_list_of_allowed_moves(app: Flask, visited: Player, capsys: pytest.CaptureFixture[str]) -> None:
    """In one read-only transaction, as a page asks: what was read once is not read again."""
    session = db.session()
    thing = session.get_one(Certification, visited.certification)
    actor = actor_of(session, WORLD.olu.id, REPORT_ON)
    assert actor is not None
    offered = engine.offers(thing, actor, at(REPORT_ON))
    may = machines.may_triggers(WORKFLOW.states, MOVES.values(), str(thing.state))
    assert {one.move.name for one in offered} <= set(may())

    def by_table() -> list[str]:
        return [
            move.name
            for move in MOVES.values()
            if str(thing.state) in move.sources and fits(actor, move.who, thing, REPORT_ON)
        ]

    jobs: dict[str, Job] = {
        f"ours: {len(offered)} moves with every reason": lambda: engine.offers(thing, actor, at(REPORT_ON)),
        "the table alone: state and rights, no reasons": by_table,
        f"transitions: may_* of {len(MOVES)} triggers, no reasons": may,
        "django-fsm-2: 2 transitions, no reasons": machines.django_fsm_available(),
    }
    title = f"Allowed moves of a full case, {db.engine.dialect.name}"
    tell(title, alternate(jobs, times=50), capsys, against="the table alone: state and rights, no reasons")
