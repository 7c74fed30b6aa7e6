"""An activity's fields on its row and beside it: as they are kept, and as they read."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from certify.models import Activity, ActivityPerson, Certification, RosterEntry
from certify.scheme.words import ActivityKind, VisitPurpose
from certify.workflows import activity_store as store
from certify.workflows.changes import NO_CHANGE, Change, changed, plainly

MONDAY, TUESDAY, FRIDAY = date(2026, 2, 2), date(2026, 2, 3), date(2026, 2, 6)


def activity(kind: ActivityKind, **more: Any) -> Activity:
    return Activity(kind=kind, **{"held_on": MONDAY, "facts": {}, "people": [], "roster": [], **more})


def certification(id: str) -> Certification:
    return Certification(id=id)


def test_a_visit_keeps_its_enterprise_purpose_and_trainers_beside_its_facts() -> None:
    visit = activity(ActivityKind.VISIT)
    facts = {"report": "Seen.", "people_met": ["An", "Binh"]}
    beside = {"enterprise": "e1", "purpose": "endline", "trainers": ["bo", "ana"]}
    store.apply(visit, {"held_on": FRIDAY, **beside, **facts}, {})
    assert (visit.held_on, visit.last_on, visit.enterprise_id) == (FRIDAY, FRIDAY, "e1")
    assert (visit.purpose, visit.facts, visit.roster) == (VisitPurpose.ENDLINE, facts, [])
    assert [(one.person_id, one.position) for one in visit.people] == [("bo", 0), ("ana", 1)]
    assert store.fields_of(visit) == {"held_on": "2026-02-06", **facts, **beside}


def test_what_is_not_given_is_taken_away() -> None:
    visit = activity(
        ActivityKind.VISIT, enterprise_id="e1", purpose=VisitPurpose.QA, facts={"report": "Seen."},
        people=[ActivityPerson(person_id="bo", position=0)],
    )  # fmt: skip
    store.apply(visit, {"held_on": MONDAY}, {})
    assert (visit.enterprise_id, visit.purpose, visit.facts, visit.people) == (None, None, {}, [])
    assert store.fields_of(visit) == {"held_on": "2026-02-02", "trainers": []}


def test_an_event_of_days_ends_on_the_last_of_them_and_keeps_them_as_text() -> None:
    workshop = activity(ActivityKind.WORKSHOP)
    days = [{"on": on, "hours": Decimal("7.50")} for on in (TUESDAY, FRIDAY, MONDAY)]
    feedback = {"asked": 4, "answers": [5, 4]}
    cleaned = {"held_on": MONDAY, "days": days, "enterprises": ["e1"], "feedback": feedback}
    store.apply(workshop, cleaned, {})
    assert (workshop.held_on, workshop.last_on) == (MONDAY, FRIDAY)
    assert workshop.facts == {
        "days": [{"on": on, "hours": "7.5"} for on in ("2026-02-03", "2026-02-06", "2026-02-02")],
        "enterprises": ["e1"],
        "feedback": feedback,
    }


def test_people_keep_their_rows_and_take_the_order_of_who_is_named() -> None:
    fay, bo = (ActivityPerson(person_id=id, position=n) for n, id in enumerate(("fay", "bo")))
    event = activity(ActivityKind.TOT_EVENT, people=[fay, bo])
    store.apply(event, {"held_on": MONDAY, "facilitators": ["bo", "xen"], "trainers": ["zoe"]}, {})
    assert [(one.person_id, one.position) for one in event.people] == [("bo", 0), ("xen", 1)]
    assert event.people[0] is bo
    event.people.reverse()
    assert store.fields_of(event) == {
        "held_on": "2026-02-02", "facilitators": ["bo", "xen"], "roster": [],
    }  # fmt: skip


def test_a_roster_keeps_the_entries_of_who_stays_and_reads_as_it_was_written() -> None:
    kept = RosterEntry(certification_id="one", hours_present=Decimal(9), days_present=[], micro_teaching=[5])
    gone = RosterEntry(certification_id="two", days_present=[], micro_teaching=[])
    event = activity(ActivityKind.TOT_EVENT, roster=[kept, gone])
    row = {
        "certification": "new", "hours_present": Decimal("34.50"), "test_percent": Decimal("80.00"),
        "days_present": [{"on": MONDAY, "hours": Decimal("7.00")}], "micro_teaching": [4, 5],
    }  # fmt: skip
    known = {id: certification(id) for id in ("one", "two", "new")}
    store.apply(event, {"held_on": MONDAY, "roster": [{"certification": "one"}, row]}, known)
    assert event.roster[0] is kept
    assert event.roster[1].certification is known["new"]
    assert (event.roster[1].hours_present, event.roster[1].test_percent) == (Decimal("34.5"), Decimal(80))
    assert store.fields_of(event)["roster"] == [
        {"certification": "one"},
        {
            "certification": "new", "hours_present": "34.5", "test_percent": "80", "micro_teaching": [4, 5],
            "days_present": [{"on": "2026-02-02", "hours": "7"}],
        },
    ]  # fmt: skip
    assert (kept.hours_present, kept.days_present, kept.micro_teaching) == (None, [], [])
    store.apply(event, {"held_on": MONDAY}, {})
    assert event.roster == []


def test_nothing_but_a_tot_event_has_a_roster_or_facilitators() -> None:
    visit = activity(ActivityKind.VISIT)
    store.apply(visit, {"held_on": MONDAY, "roster": [{"certification": "one"}]}, {})
    assert (visit.roster, visit.facts) == ([], {})
    for kind, beside in (
        (ActivityKind.WORKSHOP, {"trainers": ["bo"]}),
        (ActivityKind.VISIT, {"trainers": ["bo"]}),
        (ActivityKind.TOT_EVENT, {"facilitators": ["bo"], "roster": []}),
        (ActivityKind.BASELINE, {}),
    ):
        held = activity(kind, people=[ActivityPerson(person_id="bo", position=0)])
        assert store.fields_of(held) == {"held_on": "2026-02-02", **beside}


def test_an_entry_has_changed_when_it_is_new_or_reads_otherwise() -> None:
    entries = [
        RosterEntry(
            certification_id=id, hours_present=Decimal(7), test_percent=Decimal(0), days_present=[],
            micro_teaching=[],
        )
        for id in ("same", "less", "more")
    ]  # fmt: skip
    same = {"hours_present": Decimal("7.0"), "test_percent": Decimal("0.00")}
    rows: list[dict[str, Any]] = [
        {"certification": "same", **same},
        {"certification": "less", "hours_present": Decimal(6), "test_percent": Decimal(0)},
        {"certification": "more", **same, "micro_teaching": [4]},
        {"certification": "new"},
    ]
    event = activity(ActivityKind.TOT_EVENT, roster=entries)
    assert store.changed_entries(event, rows) == ["less", "more", "new"]
    assert store.changed_entries(event, []) == []


def test_an_empty_entry_knows_whose_it_is() -> None:
    ana = certification("ana")
    entry = store.new_entry(ana)
    assert (entry.certification_id, entry.certification) == ("ana", ana)
    assert (entry.days_present, entry.micro_teaching, entry.hours_present) == ([], [], None)


@pytest.mark.parametrize(
    ("number", "text"),
    [("7.00", "7"), ("7", "7"), ("70", "70"), ("0.50", "0.5"), ("10.0", "10"), ("0", "0"), ("1E+2", "100")],
)
def test_a_number_reads_the_same_whatever_the_columns_scale(number: str, text: str) -> None:
    event = activity(ActivityKind.REFRESHER)
    store.apply(event, {"held_on": MONDAY, "hours": Decimal(number)}, {})
    assert event.facts == {"hours": text}


def test_a_change_tells_only_what_differs() -> None:
    before, after = {"name": "A", "until": None, "more": 1}, {"name": "A", "until": "2026-02-02"}
    assert changed(before, after) == ({"until": None}, {"until": "2026-02-02"})
    assert (plainly(MONDAY), plainly("x"), plainly(None)) == ("2026-02-02", "x", None)
    assert Change("", "", {}, {}, {}) == NO_CHANGE
