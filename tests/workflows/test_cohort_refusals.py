"""Who and what can be in a cohort: each no in its words, and whose certification counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from certify.models import (
    Activity,
    ActivityPerson,
    Certification,
    Cohort,
    Enterprise,
    EnterpriseContact,
    Person,
    db,
)
from certify.models.store import write_tx
from certify.scheme.words import ActivityKind, ActivityState, CertificationState, RoleName
from certify.workflows.activity_people import candidates_among, certifications_of
from certify.workflows.cohort import as_changeable
from certify.workflows.cohort_checks import CohortWish, check
from certify.workflows.facts import InvalidFacts
from tests.cast import World, named
from tests.player import BASELINE_ON, EDITION, Player
from tests.workflows.cohorts import LATE, case_row, cohort, opened
from tests.workflows.refusing import errors_of

S = CertificationState
DAY = timedelta(days=1)
OPTION, ENTRY = ["Choose one of the options."], ["Choose one of the entries."]
AMONG = ["Choose among the enterprises of the country."]
TWICE = ["An entry is given twice."]


@pytest.fixture
def wish(world: World) -> CohortWish:
    enterprises = tuple(world.enterprises[:2])
    return CohortWish("WPC", "VN", None, "Spring", (world.ana.id,), world.bo.id, enterprises)


def told(wish: CohortWish, present: Cohort | None = None, edition: Any = EDITION, **more: Any) -> Any:
    """What is wrong with the wish; nothing, when it is all right."""
    session: Session = db.session()
    session.rollback()
    try:
        check(session, replace(wish, **more), edition, present=present)
    except InvalidFacts as wrong:
        return wrong.errors
    return {}


def test_a_country_of_the_world_is_asked_for_first(trained: Player, world: World) -> None:
    assert errors_of(lambda: opened(world, world.kim, country="XX")) == {"country": OPTION}


def test_every_mistake_is_told_beside_its_field(trained: Player, world: World, wish: CohortWish) -> None:
    wrong = {"module": "XYZ", "variant": "by-post", "name": "x" * 121, "trainers": (), "enterprises": ("x",)}
    assert told(wish) == {}
    assert told(wish, **wrong) == {
        "module": OPTION, "variant": OPTION, "name": ["At most 120 characters."],
        "trainers": ["Name at least one trainer."], "enterprises": AMONG,
    }  # fmt: skip
    assert told(wish, name=" " + "x" * 120 + " ") == {}
    assert errors_of(lambda: opened(world, world.olu, name="x" * 121)) == {
        "name": ["At most 120 characters."]
    }


def test_a_variant_is_one_of_the_module(trained: Player, world: World, wish: CohortWish) -> None:
    (name, variant) = next(iter(EDITION.variants.items()))

    def of(*modules: str) -> Any:
        variants = {**EDITION.variants, name: replace(variant, modules=modules)}
        return told(wish, edition=replace(EDITION, variants=variants), variant=name)

    assert of() == of("LEA", "WPC") == {}
    assert of("LEA") == {"variant": OPTION}


def test_trainers_are_refused_by_name(trained: Player, world: World, wish: CohortWish) -> None:
    ana, kim, lan = world.ana.id, world.kim.id, world.lan.id
    none = "{} has no open or certified certification in this module."
    assert told(wish, trainers=(ana, ana)) == {"trainers": TWICE}
    assert told(wish, trainers=(ana, "f" * 20)) == {"trainers": ENTRY}
    found = told(wish, trainers=(kim, ana, lan))
    assert {key: sorted(value) for key, value in found.items()} == {
        "trainers": [none.format("Kim Park"), none.format("Lan Phạm")]
    }
    with write_tx() as session:
        session.add_all([case_row(world.kim, "left"), case_row(world.lan, module="LEA")])
    present = cohort(opened(world, world.ana))
    for trainer in (kim, lan):
        assert set(told(wish, trainers=(ana, trainer))) == {"trainers"}
        with write_tx() as session:
            row = session.get_one(Cohort, present.id)
            row.trainers = [*row.trainers, session.get_one(Person, trainer)]
        assert told(wish, cohort(present.id), trainers=(ana, trainer)) == {}


def test_the_supervisor_is_the_candidates_by_name(trained: Player, world: World, wish: CohortWish) -> None:
    with write_tx() as session:
        session.add_all([case_row(world.lan, supervisor_id=world.bea.id), case_row(world.kim, "certified")])
    both, sentence = (
        (world.ana.id, world.lan.id),
        "This is not the supervising Expert Trainer assigned to {}.",
    )
    assert told(wish, trainers=both) == {"supervisor": [sentence.format("Lan Phạm")]}
    assert told(wish, trainers=both, supervisor=world.bea.id) == {"supervisor": [sentence.format("Ana Trần")]}
    assert len(told(wish, trainers=both, supervisor=world.kim.id)["supervisor"]) == 2
    assert told(wish, trainers=(world.ana.id, world.kim.id)) == {}
    alone = "A cohort of certified trainers only has no supervisor."
    assert told(wish, trainers=(world.kim.id,)) == {"supervisor": [alone]}
    assert told(wish, trainers=(world.kim.id,), supervisor=None) == {}


def test_certified_trainers_keep_the_supervisor_whom_their_cohort_had(
    trained: Player, world: World, wish: CohortWish
) -> None:
    id = opened(world, world.ana)
    with write_tx() as session:
        session.get_one(Certification, trained.certification).state = S.CERTIFIED
    assert told(wish, cohort(id)) == told(wish, cohort(id), supervisor=None) == {}
    alone = "A cohort of certified trainers only has no supervisor."
    assert told(wish, cohort(id), supervisor=world.bea.id) == {"supervisor": [alone]}


def test_the_candidates_one_supervisor_is_taken_where_none_is_named(trained: Player, world: World) -> None:
    with write_tx() as session:
        session.add_all([case_row(world.lan), case_row(world.kim, "certified", supervisor_id=world.bea.id)])
    assert cohort(opened(world, world.ana, supervisor=None)).supervisor_id == world.bo.id
    certified = [world.ana.id, world.kim.id]
    assert cohort(opened(world, world.ana, supervisor="", trainers=certified)).supervisor_id == world.bo.id
    mixed = errors_of(
        lambda: opened(world, world.ana, supervisor=None, trainers=[world.ana.id, world.lan.id])
    )
    assert mixed == {
        "supervisor": ["This is not the supervising Expert Trainer assigned to Ana Trần."]
    }  # fmt: skip


def test_enterprises_are_of_the_country_and_given_once(
    trained: Player, world: World, wish: CohortWish
) -> None:
    first, fifth = world.enterprises[0], world.enterprises[4]
    with write_tx() as session:
        session.get_one(Enterprise, fifth).country = "LA"
    assert told(wish, enterprises=(first, first)) == {"enterprises": TWICE}
    assert told(wish, enterprises=(first, fifth)) == {"enterprises": AMONG}
    assert told(wish, enterprises=(first, "f" * 20)) == {"enterprises": AMONG}
    assert told(wish, enterprises=()) == {}


def test_a_trainer_is_no_contact_and_each_enterprise_is_named(
    trained: Player, world: World, wish: CohortWish
) -> None:
    one, two, three = world.enterprises[:3]
    with write_tx() as session:
        for enterprise, email, person in (
            (one, " ANA@example.org", None), (two, "x@example.org", world.ana.id), (three, "", world.lan.id),
        ):  # fmt: skip
            session.add(
                EnterpriseContact(
                    enterprise_id=enterprise, name="X", email=email, person_id=person, created_at=LATE
                )
            )  # fmt: skip
    sentence = "A trainer is the contact of {}, who confirms the visits."
    names = [sentence.format(name) for name in ("Gỗ Tân Phú", "May Hòa Bình")]
    assert told(wish, enterprises=(one, two, three)) == {"enterprises": names}
    assert told(wish, enterprises=(three,)) == {}


def test_whoever_and_whatever_has_activities_in_it_stays(
    trained: Player, world: World, wish: CohortWish
) -> None:
    id = opened(world, world.ana)
    present = cohort(id)
    people = {"trainers": ["A trainer with activities in the cohort stays in it."]}
    places = {"enterprises": ["An enterprise with activities in the cohort stays in it."]}
    with write_tx() as session:
        session.add(case_row(world.lan, supervisor_id=world.bo.id))
    without = {"trainers": (world.lan.id,), "enterprises": ()}
    assert told(wish, cohort(id), **without) == {}
    fields = {"country": "VN", "module": "WPC", "held_on": BASELINE_ON, "last_on": BASELINE_ON}

    def happened(kind: str, **more: Any) -> str:
        with write_tx() as session:
            row = Activity(
                case_id=present.case_id, cohort_id=id, kind=ActivityKind(kind), state=ActivityState.OPEN,
                state_since=LATE, created_by_id=world.ana.id, **fields, **more,
            )  # fmt: skip
            session.add(row)
            session.flush()
            return row.id

    ids = [happened("baseline", enterprise_id=world.enterprises[0])]
    assert told(wish, cohort(id), **without) == places
    assert told(wish, cohort(id), enterprises=world.enterprises[:1]) == {}
    ids.append(happened("workshop", facts={"enterprises": list(world.enterprises[:2])}))
    assert told(wish, cohort(id), enterprises=world.enterprises[:1]) == places
    with write_tx() as session:
        session.get_one(Activity, ids[1]).people = [ActivityPerson(person_id=world.ana.id, position=0)]
    assert told(wish, cohort(id), **without) == {**people, **places}
    with write_tx() as session:
        for one in ids:
            session.get_one(Activity, one).state = ActivityState.VOID
    assert told(wish, cohort(id), **without) == {}


# ---- enterprises that are not the actor's to choose


def foreign(session: Session, world: World, **more: Any) -> None:
    """The fifth enterprise belongs to whoever entered it: Olu, as a coordinator of the country."""
    row = session.get_one(Enterprise, world.enterprises[4])
    for name, value in more.items():
        setattr(row, name, value)


@pytest.mark.parametrize(
    ("grant", "row", "free"),
    [
        ({}, {}, True),
        ({"country": None}, {}, True),
        ({"country": "LA"}, {}, False),
        ({"role": RoleName.AUDITOR}, {}, False),
        ({"confirmed_at": LATE}, {}, False),
        ({"ended_at": datetime(2024, 1, 8, 3, tzinfo=UTC)}, {}, False),
        ({"ended_at": datetime(2024, 1, 8, 3, 1, tzinfo=UTC)}, {}, True),
        ({}, {"created_by_id": named("sami")}, False),
    ],
)
def test_what_a_coordinator_of_the_country_entered_in_office_is_everybodys(
    trained: Player, world: World, grant: dict[str, Any], row: dict[str, Any], free: bool
) -> None:
    with write_tx() as session:
        (held,) = session.get_one(Person, world.olu.id).grants
        for name, value in grant.items():
            setattr(held, name, value)
        foreign(session, world, **row)
    fifth = world.enterprises[4:]
    if free:
        assert as_changeable(cohort(opened(world, world.ana, enterprises=fifth)))["enterprises"] == [*fifth]
    else:
        assert errors_of(lambda: opened(world, world.ana, enterprises=fifth)) == {"enterprises": AMONG}


# ---- whose certification counts


@pytest.mark.parametrize(
    ("states", "best"),
    [
        (("left", "certified", "training"), 2),
        (("training", "certified", "left"), 0),
        (("left", "certified"), 1),
        (("suspended", "refused"), 0),
        (("left", "refused"), 1),
        (("certified", "suspended"), 1),
        (("draft", "certified"), 0),
    ],
)
def test_the_open_path_comes_before_the_granted_and_that_before_a_closed_one(
    trained: Player, world: World, states: tuple[str, ...], best: int
) -> None:
    """Of two alike, the later one."""
    with write_tx() as session:
        rows = [
            case_row(world.kim, state, state_since=LATE + n * DAY) for n, state in enumerate(states)
        ]  # fmt: skip
        session.add_all([*rows, case_row(world.kim, module="LEA"), case_row(world.lan)])
        session.flush()
        found = certifications_of(session, [world.kim.id, world.eka.id], "WPC")
        assert found == {world.kim.id: rows[best]}
        session.rollback()


def test_candidates_are_on_the_path_neither_granted_nor_ended() -> None:
    rows = [Certification(state=state) for state in S]
    on_path = [row.state for row in candidates_among(rows)]
    ended = {S.NEW, S.DECLINED, S.REFUSED, S.WITHDRAWN, S.RETIRED, S.LEFT, S.CERTIFIED, S.SUSPENDED}
    assert on_path == [state for state in S if state not in ended]
