"""Evidence written by hand into the tables, with ids against the order of its days."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from certify.models import (
    Activity,
    ActivityPerson,
    CaseFile,
    Certification,
    Cohort,
    Enterprise,
    Exclusion,
    Person,
    RosterEntry,
    Waiver,
)
from certify.scheme.words import (
    ActivityKind,
    ActivityState,
    CertificationState,
    ConsentLevel,
    VisitPurpose,
)
from tests.cast import LONG_AGO, World
from tests.conftest import NOW

FIRST, DAY = date(2026, 3, 2), timedelta(days=1)
LATE = datetime.fromisoformat("2026-03-02T20:00:00+00:00")  # the third of March in Viet Nam
OPEN, CONFIRMED, VOID = ActivityState.OPEN, ActivityState.CONFIRMED, ActivityState.VOID


def cohort(session: Session, world: World, id: str, at: datetime, *trainers: str, **more: Any) -> Cohort:
    made = Cohort(
        id=id, case=CaseFile(kind="cohort", opened_at=at), name=f"Cohort {id}", country="VN",
        created_by_id=world.olu.id, created_at=at, **{"module": "WPC", **more},
    )  # fmt: skip
    made.trainers = [session.get_one(Person, one) for one in trainers]
    session.add(made)
    session.flush()
    return made


def activity(session: Session, world: World, id: str, kind: str, on: date, *people: str, **more: Any) -> str:
    made = Activity(
        id=id, case=CaseFile(kind="activity", opened_at=NOW), kind=ActivityKind(kind), state_since=NOW,
        country="VN", held_on=on, last_on=on + DAY, created_by_id=world.olu.id,
        people=[ActivityPerson(person_id=one, position=n) for n, one in enumerate(people)],
        **{"state": CONFIRMED, "module": "WPC", "facts": {}, **more},
    )  # fmt: skip
    session.add(made)
    session.flush()
    return id


def other(session: Session, world: World, id: str, **more: Any) -> Certification:
    made = Certification(
        id=id, case=CaseFile(kind="certification", opened_at=NOW), country="VN", state_since=NOW,
        **{"module": "WPC", "holder_id": world.ana.id, "state": CertificationState.CERTIFIED, **more},
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def trainings(session: Session, world: World, case: Certification) -> None:
    days = {"days": [{"on": "2026-02-02", "hours": "7"}, {"on": "2026-02-03", "hours": "6.5"}]}
    activity(session, world, "t2", "tot_event", FIRST, world.bea.id, facts=days)
    activity(session, world, "t1", "tot_event", FIRST + DAY, world.bea.id, state=VOID)
    activity(session, world, "t3", "tot_event", FIRST + DAY, world.bea.id, state=OPEN)
    case.tot_event_id = "t2"
    for id, hours, percent, micro in (("t3", None, None, []), ("t2", 13, 82, [4, 3]), ("t1", None, None, [])):
        session.add(
            RosterEntry(
                activity_id=id, certification_id=case.id, hours_present=hours, test_percent=percent,
                micro_teaching=micro,
            )
        )  # fmt: skip


def cycles(session: Session, world: World, case: Certification) -> None:
    """Two cohorts of Ana's, one of another module, one of somebody else's."""
    later = LONG_AGO + DAY
    two = cohort(session, world, "c2", LONG_AGO, world.ana.id, world.lan.id, variant="hybrid")
    same = cohort(session, world, "c3", later, world.ana.id)
    one = cohort(session, world, "c1", later, world.ana.id)
    cohort(session, world, "c4", LONG_AGO, world.ana.id, module="QUA")
    cohort(session, world, "c5", LONG_AGO, world.lan.id)
    enterprises = [session.get_one(Enterprise, id) for id in world.enterprises]
    enterprises[0].consent, enterprises[1].consent = ConsentLevel.NONE, ConsentLevel.AGGREGATE
    two.enterprises, one.enterprises = enterprises[:3], [enterprises[3]]
    assert same.enterprises == []
    workshop = {
        "days": [{"on": "2026-03-02", "hours": "7"}],
        "enterprises": list(world.enterprises[:2]),
        "attendance": [
            {"enterprise": world.enterprises[0], "role": "manager", "sex": "f", "n": "2"},
            {"enterprise": world.enterprises[1], "role": "worker", "sex": "m", "n": 3},
        ],
        "feedback": {"asked": 16, "answers": [5, "4"]},
    }
    add = (session, world)
    activity(*add, "w2", "workshop", FIRST, world.ana.id, cohort_id="c2", facts=workshop)
    activity(*add, "w1", "workshop", FIRST + DAY, world.lan.id, world.ana.id, cohort_id="c2")
    activity(*add, "w3", "workshop", FIRST, world.lan.id, cohort_id="c2")  # without Ana
    activity(
        *add, "v1", "visit", FIRST + DAY, world.ana.id, cohort_id="c2", state=OPEN,
        enterprise_id=world.enterprises[0], purpose=VisitPurpose.CONSULTATION,
    )  # fmt: skip
    activity(*add, "v2", "visit", FIRST, world.lan.id, cohort_id="c2", enterprise_id=world.enterprises[0])
    activity(
        *add, "b1", "baseline", FIRST - DAY, cohort_id="c1", enterprise_id=world.enterprises[3], state=VOID,
        facts={"manager_interviewed": True},
    )  # fmt: skip
    activity(*add, "b2", "baseline", FIRST - DAY, cohort_id="c1", facts={"worker_interviewed": True})
    activity(*add, "b5", "baseline", FIRST, cohort_id="c5")


def settled(session: Session, world: World, case: Certification) -> None:
    """Exclusions, waivers, pauses, requests for more practice."""
    case.pauses = [{"from": "2026-02-10", "until": "2026-02-12"}, {"from": "2026-03-01", "until": None}]
    case.practice_asked_on = ["2026-04-01", "2026-05-01"]
    for id in ("w1", "b2"):
        session.add(
            Exclusion(
                certification_id=case.id, activity_id=id, excluded_by_id=world.bo.id, excluded_at=NOW
            )
        )  # fmt: skip
    for requirement, at in (("tot-test", LATE), ("cohort-size", NOW)):
        session.add(
            Waiver(
                certification_id=case.id, requirement=requirement, reason=f"For {requirement}.",
                waived_by_id=world.olu.id, waived_at=at,
            )
        )  # fmt: skip
    session.flush()
