"""Forecasts are lower bounds: the order of the path and its spans, from what is held and what is planned."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from certify.scheme.catalogue import shipped
from certify.scheme.evidence import Cycle, Day, Evidence, Happening, Member, Training, Waived
from certify.scheme.rules.forecast import earliest_starts
from certify.scheme.words import ActivityKind, ActivityState, VisitPurpose

EDITION = shipped("score-2026")
TOT_ON = date(2026, 2, 2)  # to 6 February
LAST = TOT_ON + timedelta(4)
TOT = Training(
    activity="tot",
    state=ActivityState.CONFIRMED,
    days=tuple(Day(TOT_ON + timedelta(n), Decimal(7)) for n in range(5)),
    hours_present=Decimal(35),
    test_percent=Decimal(80),
    micro_teaching=(4,),
)
MEMBER = Member("e1", "May Hòa Bình", 80, True)
EMPTY = Evidence(module="WPC", country="VN")


def happening(kind: ActivityKind, on: date, last: date | None = None, **given: object) -> Happening:
    whole: dict[str, object] = {"id": f"{kind}{on}", "state": ActivityState.CONFIRMED, **given}
    return Happening(kind=kind, held_on=on, last_on=last or on, **whole)  # type: ignore[arg-type]


def cycle(*happenings: Happening) -> Cycle:
    return Cycle("c1", "Spring", None, (MEMBER,), happenings)


def with_cycle(*happenings: Happening) -> Evidence:
    return replace(EMPTY, trainings=(TOT,), cycles=(cycle(*happenings),))


def test_without_a_tot_nothing_is_foretold() -> None:
    assert earliest_starts(EDITION, EMPTY, TOT_ON) == {}
    void = replace(TOT, state=ActivityState.VOID)
    assert earliest_starts(EDITION, replace(EMPTY, trainings=(void,)), TOT_ON) == {}


def test_a_place_in_a_tot_is_enough_to_foretell_the_rest() -> None:
    planned = replace(TOT, state=ActivityState.OPEN)
    told = earliest_starts(EDITION, replace(EMPTY, trainings=(planned,)), date(2026, 1, 12))
    # a baseline on the 7th, the classroom on the 8th and 9th, the first visit on the 10th, 21 days
    assert told == {
        "classroom": date(2026, 2, 8),
        "visits": date(2026, 2, 10),
        "assessment": date(2026, 3, 3),
    }


def test_nothing_is_foretold_for_the_past() -> None:
    on = date(2026, 6, 1)
    told = earliest_starts(EDITION, with_cycle(), on)
    assert told == {
        "classroom": date(2026, 6, 2),
        "visits": date(2026, 6, 4),
        "assessment": date(2026, 6, 25),
    }


def test_a_planned_workshop_is_taken_at_its_word() -> None:
    workshop = happening(ActivityKind.WORKSHOP, date(2026, 5, 4), date(2026, 5, 5), state=ActivityState.OPEN)
    told = earliest_starts(EDITION, with_cycle(workshop), LAST)
    assert told["visits"] == date(2026, 5, 6)
    assert told["assessment"] == date(2026, 5, 27)


def test_the_span_runs_from_the_first_visit_of_the_enterprise_that_began_last() -> None:
    begun = (
        happening(ActivityKind.BASELINE, date(2026, 3, 2), enterprise="e1"),
        happening(ActivityKind.WORKSHOP, date(2026, 3, 9), date(2026, 3, 10)),
        happening(ActivityKind.VISIT, date(2026, 3, 23), enterprise="e1", purpose=VisitPurpose.CONSULTATION),
    )
    told = earliest_starts(EDITION, with_cycle(*begun), date(2026, 3, 24))
    assert told["assessment"] == date(2026, 4, 13)


def test_a_waived_span_is_not_waited_for() -> None:
    waived = (Waived("visits-span", "Flood", "Olu", LAST),)
    told = earliest_starts(EDITION, replace(with_cycle(), waived=waived), LAST)
    assert told["assessment"] == told["visits"]


def test_the_latest_of_several_workshops_ends_the_classroom() -> None:
    march, april = date(2026, 3, 9), date(2026, 4, 6)
    two = [happening(ActivityKind.WORKSHOP, day, day + timedelta(1)) for day in (april, march)]
    told = earliest_starts(EDITION, with_cycle(*two), LAST)
    assert (told["classroom"], told["visits"]) == (april, april + timedelta(2))


def test_the_last_planned_workshop_is_waited_for_where_none_counts() -> None:
    days = (date(2026, 5, 4), date(2026, 6, 1), date(2026, 7, 6), date(2026, 8, 3))
    states = (ActivityState.SUBMITTED, ActivityState.RETURNED, ActivityState.VOID, ActivityState.OPEN)
    planned = [
        happening(ActivityKind.WORKSHOP, day, state=state) for day, state in zip(days, states, strict=True)
    ]
    evidence = replace(with_cycle(*planned), excluded=frozenset({planned[-1].id}))
    assert earliest_starts(EDITION, evidence, LAST)["classroom"] == date(2026, 6, 1)


def test_a_baseline_that_counts_spares_a_day() -> None:
    baseline = happening(ActivityKind.BASELINE, date(2026, 2, 9), enterprise="e1")
    on = date(2026, 2, 20)
    assert earliest_starts(EDITION, with_cycle(baseline), on)["classroom"] == on
    assert earliest_starts(EDITION, with_cycle(), on)["classroom"] == on + timedelta(1)


def test_the_numbers_are_those_of_the_cohorts_variant() -> None:
    """Five modules in three days: the classroom takes three days and not two."""
    variant = replace(cycle(), variant="five-modules-in-three-days")
    evidence = replace(EMPTY, trainings=(TOT,), cycles=(variant,))
    on = date(2026, 6, 1)
    told = earliest_starts(EDITION, evidence, on)
    assert told["visits"] - told["classroom"] == timedelta(3)
    assert earliest_starts(EDITION, with_cycle(), on)["visits"] == on + timedelta(3)


def test_of_several_cycles_the_one_that_began_last_is_foretold() -> None:
    def begun(name: str, on: date) -> Cycle:
        return replace(cycle(happening(ActivityKind.WORKSHOP, on, id=name)), cohort=name)

    early, late = begun("a", date(2026, 3, 9)), begun("b", date(2026, 5, 4))
    twin = begun("c", date(2026, 5, 4))
    for cycles in ((early, late), (late, early)):
        evidence = replace(EMPTY, trainings=(TOT,), cycles=cycles)
        assert earliest_starts(EDITION, evidence, LAST)["classroom"] == date(2026, 5, 4)
    no_members = replace(twin, enterprises=(), happenings=(*twin.happenings,))
    evidence = replace(EMPTY, trainings=(TOT,), cycles=(no_members, late))
    assert earliest_starts(EDITION, evidence, LAST)["classroom"] == date(2026, 5, 4)


def test_without_enterprises_the_span_runs_from_the_day_after_the_classroom() -> None:
    alone = replace(cycle(), enterprises=())
    evidence = replace(EMPTY, trainings=(TOT,), cycles=(alone,))
    told = earliest_starts(EDITION, evidence, date(2026, 6, 1))
    assert told["assessment"] == told["visits"] + timedelta(21)


def test_an_enterprise_not_visited_yet_is_waited_for_longest() -> None:
    second = Member("e2", "Đại Phát", 80, True)
    visited = (
        happening(ActivityKind.WORKSHOP, date(2026, 3, 9), date(2026, 3, 10)),
        happening(ActivityKind.VISIT, date(2026, 3, 11), enterprise="e1", purpose=VisitPurpose.CONSULTATION),
        happening(
            ActivityKind.VISIT, date(2026, 3, 20), enterprise="e1", purpose=VisitPurpose.CONSULTATION, id="2"
        ),
    )
    two = replace(cycle(*visited), enterprises=(MEMBER, second))
    evidence = replace(EMPTY, trainings=(TOT,), cycles=(two,))
    on = date(2026, 3, 23)
    assert earliest_starts(EDITION, evidence, on)["assessment"] == on + timedelta(21)
    assert earliest_starts(EDITION, with_cycle(*visited), on)["assessment"] == date(2026, 4, 1)
    late = date(2026, 5, 4)
    assert earliest_starts(EDITION, with_cycle(*visited), late)["assessment"] == late


def test_of_two_places_in_a_tot_the_later_is_foretold_and_neither_a_void_nor_a_left_one() -> None:
    first = replace(TOT, activity="first", state=ActivityState.OPEN)
    days = tuple(replace(day, on=day.on + timedelta(28)) for day in TOT.days)
    second = replace(first, activity="second", days=days)
    gone = (replace(second, state=ActivityState.VOID), replace(second, current=False))
    on = date(2026, 1, 12)
    for trainings, opens in (((first, second), 36), ((first, *gone), 8)):
        told = earliest_starts(EDITION, replace(EMPTY, trainings=trainings), on)
        assert told["classroom"] == date(2026, 1, 31) + timedelta(opens)
