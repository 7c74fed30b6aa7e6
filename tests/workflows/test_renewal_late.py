"""Filed after grace: a cycle after the end, observed by people whom the coordinator assigns."""

import pytest

from certify.workflows.engine import InvalidFacts, Refused
from tests.cast import World
from tests.player import Player
from tests.workflows.renewing import DAY, ENDS, GRACE_ENDS, OPENS, Renewing, told


def test_filed_after_grace_it_takes_an_observed_cycle_after_the_end(certified: Player, world: World) -> None:
    renewing = Renewing(certified).reviewed(GRACE_ENDS + DAY)
    with pytest.raises(Refused) as refused:
        renewing.grant(GRACE_ENDS + DAY)
    assert told(refused) == [
        (
            "observed-classroom",
            "0 of 1 cycles after the end, 2029-05-04, have an observed classroom workshop.",
        ),
        ("observed-visit", "0 of 1 cycles after the end, 2029-05-04, have an observed consultation visit."),
    ]
    first = GRACE_ENDS + 2 * DAY
    workshop, visit = renewing.deliver(first)
    renewing.observe(workshop, world.tuan, first + 30 * DAY)
    with pytest.raises(Refused) as refused:
        renewing.grant(first + 30 * DAY)
    assert [one.requirement for one in refused.value.refusals] == ["observed-visit"]
    renewing.observe(visit, world.tuan, first + 30 * DAY)
    decided = first + 40 * DAY
    renewing.grant(decided)
    assert (renewing.row.state, renewing.certificates[1].valid_from) == ("granted", decided)


def test_what_was_observed_before_the_end_counts_for_no_late_renewal(certified: Player, world: World) -> None:
    renewing = Renewing(certified)
    workshop, _ = renewing.deliver(ENDS - 60 * DAY)
    renewing.reviewed(GRACE_ENDS + DAY)
    with pytest.raises(Refused) as refused:
        renewing.assign(workshop, world.tuan, GRACE_ENDS + DAY)
    assert told(refused) == [
        ("observed-classroom", "It was held on 2029-03-05, not after the end on 2029-05-04.")
    ]


def test_observers_of_a_late_renewal_are_assigned_as_on_the_first_path(
    certified: Player, world: World
) -> None:
    renewing = Renewing(certified).reviewed(GRACE_ENDS + DAY)
    first = GRACE_ENDS + 2 * DAY
    workshop, _ = renewing.deliver(first)
    for person, sentence in (
        (world.kim, "Kim Park has no active Expert Trainer status for WPC in VN."),
        (world.bea, None),
    ):
        if sentence:
            with pytest.raises(Refused) as refused:
                renewing.assign(workshop, person, first)
            assert told(refused) == [(None, sentence)]
        else:
            renewing.assign(workshop, person, first)
    with pytest.raises(Refused) as refused:
        renewing.assign(workshop, world.bea, first)
    assert told(refused) == [(None, "This person observes this activity already.")]
    with pytest.raises(InvalidFacts) as invalid:
        renewing.assign(certified.cohort, world.bea, first)
    assert invalid.value.errors == {"activity": ["There is no such activity."]}


def test_a_renewal_that_was_filed_in_time_takes_no_observer(certified: Player, world: World) -> None:
    renewing = Renewing(certified).reviewed()
    with pytest.raises(Refused) as refused:
        renewing.assign(certified.workshop, world.bea, OPENS)
    assert (None, "This renewal was filed in time; it needs no observed cycle.") in told(refused)
