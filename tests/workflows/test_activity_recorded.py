"""What recording and editing an activity write, to the last field, and who is refused how."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from certify.models import Activity, Certification, Cohort, Person, db
from certify.models.store import write_tx
from certify.scheme.words import ActivityKind, ActivityState, CertificationState, VisitPurpose
from certify.workflows import engine
from certify.workflows.activity_edit import create_activity, may_edit
from certify.workflows.activity_people import case_ids, concerned
from certify.workflows.engine import Forbidden, NotVisible, Refusal
from tests.cast import Member, World
from tests.player import TOT_ON, Player, at
from tests.store.locks import locked_cases
from tests.workflows.cohorts import case_row, end_office, stored
from tests.workflows.recording import VISIT_ON, WEEK, activity, edit, event, record, tot, visit
from tests.workflows.refusing import errors_of, refused_by
from tests.workflows.traces import Traces, fields_of

LATE = datetime(2026, 3, 22, 18, tzinfo=UTC)  # already the day of the visits in Hanoi


@pytest.fixture
def played(delivered: Player, world: World) -> Player:
    """Ana in supervised visits: cohort of four enterprises, Bo supervises."""
    return delivered


# ---- recording


def test_a_visit_is_recorded_as_it_was_entered(played: Player, world: World) -> None:
    traces = Traces()
    with write_tx() as session:
        who = world.actor(session, world.ana, VISIT_ON)
        entered = {"held_on": VISIT_ON.isoformat(), "enterprise": world.enterprises[0], "purpose": "qa"}
        cohort = session.get_one(Cohort, played.cohort)
        id = create_activity(session, who, LATE, kind="visit", cohort=cohort, fields=entered).id
    cohort = db.session.get_one(Cohort, played.cohort)
    assert fields_of(activity(id)) == {
        "case_id": cohort.case_id, "kind": ActivityKind.VISIT, "state": ActivityState.OPEN,
        "state_since": LATE, "module": "WPC", "country": "VN", "held_on": VISIT_ON, "last_on": VISIT_ON,
        "cohort_id": cohort.id, "certification_id": None, "enterprise_id": world.enterprises[0],
        "purpose": VisitPurpose.QA, "facts": {}, "created_by_id": world.ana.id, "submitted_by_id": None,
        "submitted_at": None, "confirmed_by_id": None, "confirmed_by_name": None, "confirmed_at": None,
        "reason": None,
    }  # fmt: skip
    told = {"kind": "visit", "trainers": [world.ana.id], **entered}
    assert traces.events() == [event(id, "create", "new open", world.ana, LATE, **told)]


def test_a_tot_event_opens_a_case_of_its_own(app: Flask, world: World) -> None:
    with locked_cases() as locked:
        made = activity(tot(world, world.olu))
    assert (made.case.kind, made.case.opened_at, made.cohort_id, made.certification_id) == (
        "tot_event", at(TOT_ON), None, None,
    )  # fmt: skip
    assert locked == []


def test_a_log_entry_belongs_to_the_certification_and_its_edition(certified: Player, world: World) -> None:
    traces = Traces()
    with write_tx() as session:
        case = session.get_one(Certification, certified.certification)
        who = world.actor(session, world.ana)
        signed = {"signed_on": "2026-05-20"}
        asked = {"kind": "code_of_conduct", "certification": case, "fields": signed}
        id = create_activity(session, who, at(date(2026, 6, 1)), **asked).id
    row = fields_of(activity(id))
    case = db.session.get_one(Certification, certified.certification)
    assert [row[name] for name in ("certification_id", "case_id", "cohort_id", "module", "country")] == [
        case.id, case.case_id, None, "WPC", "VN",
    ]  # fmt: skip
    (told,) = traces.events()
    assert (told[5], told[6]) == (
        {"kind": "code_of_conduct", "held_on": "2026-05-20", **signed}, "score-2026",
    )  # fmt: skip


def test_what_an_activity_belongs_to_is_asked_for_by_name(app: Flask, world: World) -> None:
    def told(kind: str, **place: Any) -> dict[str, list[str]]:
        def call() -> None:
            with write_tx() as session:
                who = world.actor(session, world.olu, TOT_ON)
                create_activity(session, who, at(TOT_ON), kind=kind, fields={"days": WEEK}, **place)

        return errors_of(call)

    option, entry = ["Choose one of the options."], ["Choose one of the entries."]
    assert told("party") == {"kind": option}
    assert told("tot_event", country="VN") == {"module": option}
    assert told("tot_event", module="", country="VN") == {"module": option}
    assert told("tot_event", module="WPC") == told("tot_event", module="WPC", country="XX") == {
        "country": option
    }  # fmt: skip
    assert told("refresher") == told("code_of_conduct") == {"certification": entry}
    assert told("visit") == told("cycle_report") == {"cohort": entry}


def test_a_module_of_no_edition_is_no_module(app: Flask, world: World) -> None:
    def call() -> None:
        with write_tx() as session:
            who = world.actor(session, world.olu, TOT_ON)
            create_activity(
                session, who, at(TOT_ON), kind="tot_event", module="XYZ", country="VN",
                fields={"days": WEEK, "facilitators": [world.bea.id]},
            )  # fmt: skip

    assert errors_of(call) == {"module": ["Choose one of the options."]}


def test_nobody_else_enters_and_the_name_of_the_act_is_told(certified: Player, world: World) -> None:
    """Of a cohort one may see or not, of a certification too; a draft of an activity is its owner's."""

    def told(member: Member, **place: Any) -> tuple[type, str]:
        fields: dict[str, Any] = {"held_on": "nonsense"}
        asked = {"kind": "cycle_report" if "cohort" in place else "refresher", "fields": fields}
        with write_tx() as session:
            found = {name: session.get_one(table, id) for name, (table, id) in place.items()}
            who = world.actor(session, member)
            with pytest.raises((Forbidden, NotVisible)) as refused:
                create_activity(session, who, at(date(2026, 6, 1)), **asked, **found)
        return type(refused.value), str(refused.value)

    cohort = {"cohort": (Cohort, certified.cohort)}
    case = {"certification": (Certification, certified.certification)}
    assert told(world.olu, **cohort) == told(world.olu, **case) == (Forbidden, "edit")
    assert told(world.kim, **cohort) == told(world.kim, **case) == (NotVisible, "edit")
    assert told(world.eka, **cohort) == told(world.eka, **case) == (NotVisible, "edit")
    with write_tx() as session:
        session.get_one(Cohort, certified.cohort).created_by_id = world.kim.id
    assert told(world.kim, **cohort) == (Forbidden, "edit")


def test_recording_locks_the_cohort_and_the_cases_concerned(played: Player, world: World) -> None:
    case = db.session.get_one(Certification, played.certification).case_id
    own = db.session.get_one(Cohort, played.cohort).case_id
    with locked_cases() as locked:
        id = visit(played, world)
    assert set(locked) == {own, case}
    assert case_ids(db.session(), activity(id)) == (own, case)
    with locked_cases() as locked:
        edit(world, id, world.ana, report="More.")
    assert set(locked) == {own, case}


def test_a_roster_locks_the_cases_that_it_names_whatever_else_is_wrong(
    admitted: Player, world: World
) -> None:
    case = db.session.get_one(Certification, admitted.certification).case_id
    mine = {"certification": admitted.certification}
    with locked_cases() as locked:
        errors_of(lambda: tot(world, world.olu, roster=[mine, {"certification": "f" * 20}]))
        id = tot(world, world.olu, roster=[mine])
    assert locked == [case]
    made = activity(id)
    assert set(case_ids(db.session(), made)) == {made.case_id, case}
    other = tot(world, world.olu)
    with locked_cases() as locked:
        edit(world, other, world.olu, TOT_ON, roster=[mine])
    assert set(locked) == {activity(other).case_id, case}
    for wrong in ("ana", [7], [{"certification": 7}]):
        with locked_cases() as locked:
            errors_of(lambda value=wrong: edit(world, other, world.olu, TOT_ON, roster=value))
        assert set(locked) == {activity(other).case_id, case}


# ---- editing


def test_an_edit_is_an_event_of_what_reads_otherwise(played: Player, world: World) -> None:
    id = visit(played, world, report="Seen.", people_met=["An"])
    traces = Traces()
    edit(world, id, world.bo, LATE, report="Seen twice.", people_met=["An"], purpose="endline")
    told = {"report": "Seen twice.", "purpose": "endline"}
    assert traces.events() == [event(id, "edit", "open open", world.bo, LATE, **told)]
    assert activity(id).purpose is VisitPurpose.ENDLINE


def test_the_first_day_follows_from_the_days_unless_it_is_given(app: Flask, world: World) -> None:
    id, days = tot(world, world.olu), [{"on": "2026-02-09", "hours": "6"}]
    edit(world, id, world.olu, TOT_ON, days=days)
    assert (activity(id).held_on, activity(id).last_on) == (date(2026, 2, 9), date(2026, 2, 9))
    assert errors_of(lambda: edit(world, id, world.olu, TOT_ON, days=days, held_on="2026-02-10")).keys() == {
        "held_on"
    }


def test_what_was_handed_in_is_not_edited_and_who_may_is_offered_it(played: Player, world: World) -> None:
    id = visit(played, world)

    def offered(member: Member) -> bool:
        db.session.rollback()
        return may_edit(activity(id), world.actor(db.session(), member, VISIT_ON), VISIT_ON)

    assert [offered(one) for one in (world.ana, world.bo, world.olu, world.kim)] == [True, True, False, False]
    for state, words in (
        ("submitted", "submitted"), ("confirmed", "confirmed"), ("void", "void"),
    ):  # fmt: skip
        with write_tx() as session:
            session.get_one(Activity, id).state = ActivityState(state)
        told = f"The facts cannot be changed while the state is “{words}”."
        assert refused_by(lambda: edit(world, id, world.ana, report="x")) == (Refusal(None, told),)
        assert offered(world.ana) is False
    with write_tx() as session:
        session.get_one(Activity, id).state = ActivityState.RETURNED
    assert offered(world.ana) is True


def test_an_edit_is_refused_once_a_certification_left_the_path(played: Player, world: World) -> None:
    id = visit(played, world)
    with write_tx() as session:
        session.get_one(Certification, played.certification).state = CertificationState.LEFT
    sentence = "Nothing can be recorded for Ana Trần while the certification is “left”."
    told = (Refusal(None, sentence, ("coordinator",)),)
    assert refused_by(lambda: edit(world, id, world.ana, report="x")) == told


def test_who_may_not_edit_is_told_whether_there_is_something_to_see(played: Player, world: World) -> None:
    id = visit(played, world)
    for member, answer in ((world.olu, Forbidden), (world.eka, Forbidden), (world.kim, NotVisible)):
        with pytest.raises(answer) as refused:
            edit(world, id, member, report="x")
        assert str(refused.value) == "edit"


def test_a_supervisor_enters_on_the_days_of_the_country(played: Player, world: World) -> None:
    """At six in the evening in London it is tomorrow in Hanoi, and Bo's last day is over."""
    id = visit(played, world)
    end_office(world.bo, LATE.date())
    with pytest.raises(NotVisible):
        edit(world, id, world.bo, LATE, report="x")
    with pytest.raises(NotVisible):
        record(played, world, "cycle_report", world.bo, LATE, held_on="2026-03-22", report="x")
    with write_tx() as session:
        thing, who = session.get_one(Activity, id), world.actor(session, world.bo, LATE.date())
        with pytest.raises(NotVisible):
            engine.perform(thing, "submit", who, LATE)
    record(played, world, "cycle_report", world.bo, LATE.date(), held_on="2026-03-22", report="x")


def test_another_day_of_signing_moves_when_it_was_held(certified: Player, world: World) -> None:
    on = date(2026, 6, 1)
    with write_tx() as session:
        case, who = session.get_one(Certification, certified.certification), world.actor(session, world.ana)
        asked = {"kind": "code_of_conduct", "certification": case, "fields": {"signed_on": "2026-05-20"}}
        id = create_activity(session, who, at(on), **asked).id
    edit(world, id, world.ana, on, signed_on="2026-05-21")
    assert activity(id).held_on == date(2026, 5, 21)


def test_an_activity_concerns_who_took_part_and_without_names_the_whole_cohort(
    played: Player, world: World
) -> None:
    lan = stored(case_row(world.lan, supervisor_id=world.bo.id))
    with write_tx() as session:
        cohort = session.get_one(Cohort, played.cohort)
        cohort.trainers.append(session.get_one(Person, world.lan.id))
    visited, report = visit(played, world, trainers=[world.ana.id]), record(
        played, world, "cycle_report", world.ana, VISIT_ON, held_on="2026-03-23", report="Done."
    )  # fmt: skip
    found = [{one.id for one in concerned(db.session(), activity(id))} for id in (visited, report)]
    assert found == [{played.certification}, {played.certification, lan}]
