"""A small programme at random: cases on their way, and anybody trying anything at any time.

What must hold afterwards is asked of the stored rows with rules written a second time and plainly; the
rules that the product follows are not called.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import func, select

from certify.models import (
    Activity,
    Assessment,
    CaseFile,
    Certification,
    Credential,
    Event,
    Involvement,
    Message,
    Relationship,
    RoleGrant,
    db,
)
from certify.models.store import write_tx
from certify.scheme.words import TieKind
from certify.workflows import engine
from certify.workflows.certification import MOVES, recognise
from certify.workflows.editions import publish
from certify.workflows.engine import Forbidden, InvalidFacts, NotVisible, Refused
from tests.cast import WORLD, Member
from tests.player import APPLIED_ON, ASSESSED_ON, DECIDED_ON, EDITION, REPORT_ON, TOT_ON, Player, at, state_of
from tests.workflows import proved

REFUSALS = (Refused, InvalidFacts, Forbidden, NotVisible)
LATEST = date(2030, 1, 1)
STAGES = {  # where a walk begins, and on which day
    "recommended": ASSESSED_ON,
    "certified": DECIDED_ON,
    "visited": REPORT_ON,
    "submitted": APPLIED_ON,
    "trained": TOT_ON + timedelta(4),
}
NEXT: Mapping[str, Callable[[Player], Any]] = {
    "submitted": Player.admit,
    "admitted": Player.train,
    "classroom_delivery": Player.deliver,
    "supervised_visits": Player.visit,
    "assessment": Player.recommend,
    "recommended": Player.grant,
}
DECISIONS_FROM = {
    "recommended": ("grant", "refuse", "return_assessment"),
    "certified": ("suspend", "withdraw"),
    "suspended": ("reinstate", "withdraw"),
}
SHEET_FACTS: Mapping[str, Mapping[str, Any]] = {
    "void": {"reason": "Wrong person."},
    "declare": {"conflicts": []},
    "submit": {
        "scores": {item.id: 4 for item in EDITION.checklist}, "comments": {}, "not_applicable": {}
    },
}  # fmt: skip
LATER_EDITION = replace(EDITION, name="score-2026-b", effective_on=date(2026, 3, 1), transition_end_on=None)
REASONS = [{"requirement": "mean-score", "reason": "Seen in every event."}]
CASES = st.integers(0, 2)
ANYBODY = st.sampled_from(WORLD.members)
MODULES = st.sampled_from(["WPC", "QUA"])
DECIDERS = st.sampled_from([WORLD.maya, WORLD.mika])
WORKERS = st.sampled_from([WORLD.bo, WORLD.bea, WORLD.tuan, WORLD.olu, WORLD.quy])


class Programme(RuleBasedStateMachine):
    """Each step may be refused; a step that is not leaves everything true, one that is leaves no trace."""

    begins: Sequence[str] = tuple(STAGES)
    opening: Callable[[str], AbstractContextManager[Player]]  # a database at a stage; set by the test

    @initialize(pick=st.integers(0, 4))
    def begin(self, pick: int) -> None:
        """Somewhere on Ana's path."""
        stages = type(self).begins
        stage = stages[pick % len(stages)]
        self.opened = type(self).opening(stage)
        self.players = [self.opened.__enter__()]
        self.looked_at = set(db.session.scalars(select(Event.id)))
        self.today = STAGES[stage]

    def teardown(self) -> None:
        """The database goes."""
        if hasattr(self, "opened"):
            self.opened.__exit__(None, None, None)

    @rule(which=CASES, decider=DECIDERS)
    def go_on(self, which: int, decider: Member) -> None:
        """The right next step of a case, by the right people; any part of it may fail by now."""
        player = self._player(which)
        step = NEXT.get(state_of(db.session(), player.certification))
        if step is None:
            self.decide(which, 0, decider)
        elif step is Player.grant:
            self._decide(player, "grant", decider)
        else:
            self._tried(partial(step, player), whole=False, until=player.on(DECIDED_ON))

    @rule(which=CASES, pick=st.integers(0, 2), who=DECIDERS)
    def decide(self, which: int, pick: int, who: Member) -> None:
        """One of the decisions that the state has room for."""
        player = self._player(which)
        room = DECISIONS_FROM.get(state_of(db.session(), player.certification), ("grant",))
        self._decide(player, room[pick % len(room)], who)

    @rule(
        one=DECIDERS | WORKERS, other=st.sampled_from([WORLD.ana, WORLD.lan]), kind=st.sampled_from(TieKind)
    )
    def tie(self, one: Member, other: Member, kind: TieKind) -> None:
        """Two people turn out to be related."""
        with write_tx() as session:
            session.add(
                Relationship(
                    person_id=one.id, other_id=other.id, kind=kind, from_on=self.today, until_on=None,
                    declared_by_id=one.id, declared_at=at(self.today),
                )
            )  # fmt: skip

    @rule(how=st.data())
    def disturb(self, how: st.DataObject) -> None:
        """Anything else that may happen meanwhile."""
        how.draw(st.sampled_from(DISTURBANCES))(self, how)

    def wait(self, how: st.DataObject) -> None:
        """Time passes."""
        self.today = min(self.today + timedelta(how.draw(st.sampled_from([1, 7, 30, 200, 800]))), LATEST)

    def apply(self, how: st.DataObject) -> None:
        """Somebody applies, perhaps for a module that needs another one, perhaps twice."""
        if len(self.players) == 3:
            return
        holder = how.draw(st.sampled_from([WORLD.lan, WORLD.kim, WORLD.ana]))
        later = (self.today - APPLIED_ON).days
        player = Player(holder=holder, module=how.draw(MODULES), later=later)
        self._tried(player.apply, whole=False)
        if player.certification:
            self.players.append(player)

    def move(self, how: st.DataObject) -> None:
        """Any move by anybody."""
        player, move = self._player(how.draw(CASES)), how.draw(st.sampled_from(sorted(MOVES)))
        facts = self._facts(player, how.draw(ANYBODY)).get(move, {})
        self._tried(partial(player.move, move, how.draw(ANYBODY), self.today, **facts))

    def touch_activity(self, how: st.DataObject) -> None:
        """Something that was recorded is confirmed, returned or taken away."""
        ids = db.session.scalars(select(Activity.id).order_by(Activity.id)).all()
        if ids:
            move = how.draw(st.sampled_from(["void", "return", "confirm", "submit"]))
            facts = {"reason": "It was another day."} if move in ("void", "return") else {}
            who, activity = how.draw(WORKERS), how.draw(st.sampled_from(ids))
            self._tried(partial(self.players[0].do, activity, move, who, self.today, **facts))

    def touch_assessment(self, how: st.DataObject) -> None:
        """A sheet is declared, handed in or voided."""
        ids = db.session.scalars(select(Assessment.id).order_by(Assessment.id)).all()
        if ids:
            move = how.draw(st.sampled_from(sorted(SHEET_FACTS)))
            self._tried(partial(self._assess, how.draw(st.sampled_from(ids)), move, how.draw(WORKERS)))

    def end_role(self, how: st.DataObject) -> None:
        """Somebody leaves office."""
        who = how.draw(st.sampled_from([WORLD.bo, WORLD.tuan, WORLD.mika]))
        with write_tx() as session:
            for grant in session.scalars(select(RoleGrant).where(RoleGrant.person_id == who.id)):
                grant.until_on = self.today

    def publish_another_edition(self, how: st.DataObject) -> None:
        """The scheme goes on; admitted cases keep theirs."""
        with write_tx() as session:
            publish(session, LATER_EDITION, at(self.today))

    def recognise(self, how: st.DataObject) -> None:
        """Another body's certificate is recognised."""
        holder = how.draw(st.sampled_from([WORLD.lan, WORLD.kim]))
        self._tried(partial(self._recognise, how.draw(DECIDERS), holder, how.draw(MODULES)))

    @invariant()
    def everything_holds(self) -> None:
        """What the stored rows say."""
        if hasattr(self, "players"):
            db.session.rollback()
            proved.states_replay(db.session())
            proved.one_case_is_open(db.session(), self.today)
            proved.verdicts_say_what_the_dates_say(db.session(), self.today)
            proved.counted_evidence_is_in_order(db.session(), self.today)

    def _tried(self, step: Callable[[], Any], *, whole: bool = True, until: date | None = None) -> bool:
        """Whether the step was made; a `whole` one is made or leaves no trace."""
        before = self._trace()
        try:
            step()
        except REFUSALS:
            db.session.rollback()
            assert not whole or self._trace() == before, "a refused step left a trace"
            return False
        finally:
            self.today = max(self.today, until or self.today)
            db.session.rollback()
            for event in self._new_decisions():
                proved.decision_is_earned(db.session(), event)
        return True

    def _new_decisions(self) -> list[Event]:
        found = db.session.scalars(select(Event).where(Event.move.in_(proved.DECISIONS)))
        new = [event for event in found if event.id not in self.looked_at]
        self.looked_at |= {event.id for event in new}
        return new

    def _trace(self) -> tuple[int | None, ...]:
        db.session.rollback()
        tables = (Event, Message, Involvement, Certification, Assessment, Credential)
        counts = [db.session.scalar(select(func.count()).select_from(table)) for table in tables]
        return (*counts, db.session.scalar(select(func.sum(CaseFile.version))))

    def _player(self, which: int) -> Player:
        return self.players[which % len(self.players)]

    def _decide(self, player: Player, move: str, who: Member) -> None:
        day = max(self.today, player.on(DECIDED_ON)) if move == "grant" else self.today
        facts = {**self._facts(player, who)[move], **({"effective_on": day} if move == "grant" else {})}
        self._tried(partial(player.move, move, who, day, **facts), until=day)

    def _assess(self, assessment: str, move: str, who: Member) -> None:
        with write_tx() as session:
            sheet = session.get_one(Assessment, assessment)
            actor = WORLD.actor(session, who, self.today)
            engine.perform(sheet, move, actor, at(self.today), **SHEET_FACTS[move])

    def _recognise(self, who: Member, holder: Member, module: str) -> None:
        with write_tx() as session:
            recognise(
                session, WORLD.actor(session, who, self.today), at(self.today), person=holder.id,
                module=module, country="VN", source="SCORE Ghana", number="GH-7",
                valid_from=self.today - timedelta(30), valid_until=self.today + timedelta(300),
                grounds="Seen at work.",
            )  # fmt: skip

    def _facts(self, player: Player, whom: Member) -> Mapping[str, Mapping[str, Any]]:
        """Plausible facts for the moves that need some."""
        activities = [one for one in (player.workshop, *player.visits[:1]) if one]
        activity = activities[0] if activities else "nothing"
        reason = {"reason": "It had to be."}
        return {
            "submit": {"declaration": True, "consents": ["data"], "conflicts": []},
            "return_application": {"to_complete": "The CV."},
            "decline_application": {"reasons": REASONS},
            "refuse": {"reasons": REASONS},
            "grant": {"reasons": REASONS, "effective_on": self.today},
            "enrol": {"activity": activity},
            "fail_training": {"to_repeat": "The second day."},
            "submit_for_assessment": {"self_assessment": {item.id: 4 for item in EDITION.checklist}},
            "recommend": {"narrative": "Ready."},
            "ask_more_practice": {
                "what": "One more visit.", "by_on": self.today + timedelta(60),
                "back_to": "supervised_visits", "exclude": activities,
            },
            "return_assessment": {"questions": "Why a 4?"},
            "suspend": {"grounds": "A complaint."},
            "withdraw": {"grounds": "A finding."},
            "reinstate": {"findings": "Nothing was found."},
            **dict.fromkeys(("hold", "resume", "leave", "rejoin"), reason),
            "waive": {"requirement": "cohort-size", **reason},
            "assign_screener": {"person": whom.id},
            "assign_supervisor": {"person": whom.id},
            "assign_observer": {"person": whom.id, "activity": activity},
            "reassign": {"role": "supervisor", "from": player.supervisor.id, "to": whom.id, **reason},
        }  # fmt: skip


DISTURBANCES = (
    Programme.wait,
    Programme.apply,
    Programme.move,
    Programme.touch_activity,
    Programme.touch_assessment,
    Programme.end_role,
    Programme.publish_another_edition,
    Programme.recognise,
)
