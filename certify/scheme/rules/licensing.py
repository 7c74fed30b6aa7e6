"""What an Expert Trainer's licence takes, and for which days it is given (DOMAIN.md §2, row 12)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from certify.scheme.dates import add_months, valid_until
from certify.scheme.evidence import RequirementResult
from certify.scheme.rules.case import number
from certify.scheme.rules.renewing import (
    RenewalTerms,
    first_anchor,
    next_period,
    terms_of,
)
from certify.scheme.sentences import Sentence, say
from certify.scheme.standing import Period
from certify.scheme.types import Edition
from certify.scheme.words import RequirementStatus, Standing


@dataclass(frozen=True)
class Examination:
    """How an examination went; `examiner` is a person's id."""

    on: date
    percent: int
    examiner: str


@dataclass(frozen=True)
class Candidature:
    """What a licence is judged by: the holder's own certification, and what was done beside it."""

    module: str
    country: str
    standing: Standing
    cycles: tuple[date, ...]  # delivered as a certified trainer
    tots: tuple[str, ...]  # confirmed ToT events facilitated beside an Expert Trainer
    examination: Examination | None = None


Rule = Callable[[Edition, Candidature], Iterator[Sentence]]


def _certified(edition: Edition, made: Candidature) -> Iterator[Sentence]:
    if made.standing is not Standing.VALID:
        yield say("The own certification in {module} is not valid.", module=edition.modules[made.module].name)


def _track_record(edition: Edition, made: Candidature) -> Iterator[Sentence]:
    n, needed = len(made.cycles), _needed(edition, made, "expert_cycles")
    if n < needed:
        yield say("{n} of {needed} cycles were delivered as a certified trainer.", n=n, needed=needed)


def _co_facilitation(edition: Edition, made: Candidature) -> Iterator[Sentence]:
    n, needed = len(made.tots), _needed(edition, made, "expert_tots")
    if n < needed:
        yield say("{n} of {needed} trainings of trainers were co-facilitated.", n=n, needed=needed)


def _needed(edition: Edition, made: Candidature, name: str) -> int:
    return int(number(edition, name, module=made.module, country=made.country))


def _examination(edition: Edition, made: Candidature) -> Iterator[Sentence]:
    taken = made.examination
    if taken is None:
        yield say("No examination is recorded.")
        return
    needed = _needed(edition, made, "expert_examination_percent")
    if taken.percent < needed:
        yield say("The result is {n} %, below {needed} %.", n=taken.percent, needed=needed)


_RULES: Mapping[str, Rule] = {
    "licence-certified": _certified,
    "licence-track-record": _track_record,
    "licence-co-facilitation": _co_facilitation,
    "licence-examination": _examination,
}


def licence_requirements(edition: Edition, made: Candidature) -> tuple[RequirementResult, ...]:
    """Each requirement of a licence as it stands, in the order of the edition."""
    evidence = {"licence-co-facilitation": made.tots}
    return tuple(
        RequirementResult(
            id=one.id,
            text=one.text,
            status=RequirementStatus.NOT_MET if reasons else RequirementStatus.MET,
            evidence=evidence.get(one.id, ()),
            reasons=reasons,
            who=tuple(one.who),
            earliest_on=None,
        )
        for one in edition.licence_requirements.values()
        for reasons in [tuple(_RULES[one.id](edition, made))]
    )


def licence_terms(edition: Edition, module: str, country: str) -> RenewalTerms:
    """Window, grace and months of validity of a licence: it is renewed like a certification."""
    months = int(number(edition, "expert_licence_months", module=module, country=country))
    return replace(terms_of(edition, module, country), validity_months=months)


def licence_period(before: Sequence[Period], decided_on: date, terms: RenewalTerms) -> Period:
    """The days of a licence granted on a day after those before it, the earliest first.

    The first one begins that day, and so does one after a gap; else the period continues the day after.
    """
    if not before:
        return Period(decided_on, valid_until(decided_on, terms.validity_months))
    anchor = first_anchor(before[0])
    for earlier, later in pairwise(before):
        # One that continues keeps to the chain's day; one decided after the end, a day after too, does not.
        continues = later.valid_from == earlier.valid_until + timedelta(days=1)
        if not (continues and add_months(later.valid_until, 0, anchor=anchor) == later.valid_until):
            anchor = first_anchor(later)
    return Period(*next_period(before[-1].valid_until, decided_on, terms, anchor_day=anchor))
