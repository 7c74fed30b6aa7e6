"""The relations table read over time: who may act on whom, and when again."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certify.policy.relations import History, PastAct, Tie, examine
from certify.scheme.catalogue import shipped
from certify.scheme.words import Act, Impartiality, Relation

EDITION = shipped("score-2026")
TODAY = date(2026, 11, 22)
DAYS = st.dates(date(2015, 1, 1), date(2026, 11, 22))

# the table of DESIGN.md, word for word
TABLE = """
self, family, commercial_interest | block | block | block | block | block | block | block
employment | block | mitigate | block | mitigate | block | block | block
facilitated | free | free | mitigate | mitigate | block | free | block
screened | free | free | free | free | block | free | block
supervised, observed, recommended, waived | free | free | free | free | block | block | block
decided | free | free | free | free | free | free | block
"""


def test_the_edition_holds_the_table_of_the_design() -> None:
    told = {}
    for line in TABLE.strip().splitlines():
        names, *cells = [cell.strip() for cell in line.split("|")]
        for name in names.split(", "):
            for act, cell in zip(Act, cells, strict=True):
                told[Relation(name), act] = Impartiality(cell)
    assert dict(EDITION.relations) == told


@pytest.mark.parametrize("relation", [Relation.FACILITATED, Relation.OBSERVED, Relation.SCREENED])
def test_an_act_in_this_certification_bears_for_ever(relation: Relation) -> None:
    history = History("bo", acts=(PastAct(relation, "here", date(2010, 1, 1)),))
    found = examine(EDITION, history, Act.DECIDE, certification="here", on=TODAY)
    assert found.verdict is Impartiality.BLOCK
    assert found.blocks[0].ends_on is None


@pytest.mark.parametrize(
    ("held_on", "verdict"),
    [
        (date(2024, 11, 22), Impartiality.BLOCK),
        (date(2024, 11, 21), Impartiality.FREE),
        (date(2026, 11, 22), Impartiality.BLOCK),
    ],
)
def test_an_act_elsewhere_bears_for_24_months(held_on: date, verdict: Impartiality) -> None:
    history = History("bo", acts=(PastAct(Relation.SUPERVISED, "elsewhere", held_on),))
    found = examine(EDITION, history, Act.DECIDE, certification="here", on=TODAY)
    assert found.verdict is verdict


def test_employment_ends_24_months_after_the_last_day_together() -> None:
    tie = Tie(Relation.EMPLOYMENT, date(2019, 1, 1), date(2025, 3, 31))
    found = examine(EDITION, History("bo", ties=(tie,)), Act.DECIDE, certification="here", on=TODAY)
    assert [finding.ends_on for finding in found.blocks] == [date(2027, 4, 1)]
    later = examine(
        EDITION, History("bo", ties=(tie,)), Act.DECIDE, certification="here", on=date(2027, 4, 1)
    )
    assert later.verdict is Impartiality.FREE


def test_family_bears_even_when_the_tie_has_ended() -> None:
    tie = Tie(Relation.FAMILY, date(2000, 1, 1), date(2001, 1, 1))
    found = examine(EDITION, History("bo", ties=(tie,)), Act.APPEAL, certification=None, on=TODAY)
    assert found.verdict is Impartiality.BLOCK


def test_what_may_be_mitigated_is_named_and_blocks_nothing() -> None:
    history = History("Bo", acts=(PastAct(Relation.FACILITATED, "here", TODAY),))
    found = examine(EDITION, history, Act.RECOMMEND, certification="here", on=TODAY)
    assert found.blocks == ()
    assert [finding.sentence for finding in found.mitigations] == ["Bo facilitated the candidate's ToT."]


@given(DAYS, st.sampled_from(Relation), st.sampled_from(Act))
def test_a_finding_that_ends_is_gone_on_its_day(day: date, relation: Relation, act: Act) -> None:
    history = History("bo", acts=(PastAct(relation, "elsewhere", day),))
    for finding in examine(EDITION, history, act, certification="here", on=day).findings:
        assert finding.ends_on is not None
        again = examine(EDITION, history, act, certification="here", on=finding.ends_on)
        assert again.findings == ()


@given(st.lists(st.tuples(DAYS, st.sampled_from(Relation))), st.sampled_from(Act))
def test_more_history_never_makes_an_act_freer(acts: list[tuple[date, Relation]], act: Act) -> None:
    order = [Impartiality.FREE, Impartiality.MITIGATE, Impartiality.BLOCK]
    past = tuple(PastAct(relation, "elsewhere", day) for day, relation in acts)
    whole = examine(EDITION, History("bo", acts=past), act, certification="here", on=TODAY)
    part = examine(EDITION, History("bo", acts=past[1:]), act, certification="here", on=TODAY)
    assert order.index(whole.verdict) >= order.index(part.verdict)


def employed(from_on: date | None, until_on: date | None) -> History:
    return History("bo", ties=(Tie(Relation.EMPLOYMENT, from_on, until_on),))


def ends(history: History, on: date = TODAY) -> list[tuple[Relation, date | None]]:
    """The relations that bear on observing, each with the first day on which it no longer does."""
    found = examine(EDITION, history, Act.OBSERVE, certification="here", on=on)
    return [(one.relation, one.ends_on) for one in found.findings]


def test_a_tie_bears_from_its_first_day_to_the_last_day_of_the_window() -> None:
    assert ends(employed(None, None)) == [(Relation.EMPLOYMENT, None)]
    assert ends(employed(TODAY, None)) == [(Relation.EMPLOYMENT, None)]
    assert ends(employed(date(2026, 11, 23), None)) == []
    edge = date(2024, 11, 22)
    assert ends(employed(None, edge)) == [(Relation.EMPLOYMENT, date(2026, 11, 23))]
    assert ends(employed(None, date(2024, 11, 21))) == []


def test_the_first_free_day_is_right_where_months_are_uneven() -> None:
    leap = ends(employed(None, date(2022, 2, 28)), date(2024, 2, 28))
    assert leap == [(Relation.EMPLOYMENT, date(2024, 3, 1))]


@given(DAYS)
def test_who_is_free_again_is_free_on_that_day_and_not_the_day_before(last_on: date) -> None:
    ((relation, free_on),) = ends(employed(None, last_on), last_on)
    assert relation is Relation.EMPLOYMENT
    assert free_on is not None
    assert ends(employed(None, last_on), free_on) == []
    assert ends(employed(None, last_on), free_on - timedelta(1)) == [(relation, free_on)]


def test_of_two_ties_of_one_kind_the_longer_one_counts() -> None:
    def both(*until: date | None) -> list[tuple[Relation, date | None]]:
        return ends(History("bo", ties=tuple(Tie(Relation.EMPLOYMENT, None, each) for each in until)))

    early, late = date(2025, 1, 1), date(2026, 1, 1)
    assert both(early, late) == both(late, early) == [(Relation.EMPLOYMENT, date(2028, 1, 2))]
    assert both(early, None) == both(None, early) == [(Relation.EMPLOYMENT, None)]


def test_oneself_and_family_are_tied_for_ever() -> None:
    for relation in (Relation.SELF, Relation.FAMILY):
        history = History("bo", ties=(Tie(relation, date(2001, 1, 1), date(2001, 1, 2)),))
        assert ends(history) == [(relation, None)]
