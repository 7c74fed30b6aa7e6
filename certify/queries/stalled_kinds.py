"""What can stand still: the path to the first certificate, and whatever hangs on a certification."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property, partial
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from certify.models import (
    Assessment,
    Certification,
    ExpertLicence,
    NameChange,
    PersonKey,
    Renewal,
    Review,
)
from certify.queries.holds import DELIVERING, Hold
from certify.queries.holds_beside import LICENCE_STEPS, holds_of_licences, holds_of_names, holds_of_reviews
from certify.queries.holds_of_path import holds_of
from certify.queries.holds_of_renewals import RENEWAL_STEPS, holds_of_renewals
from certify.queries.journey import ONWARD
from certify.queries.limits import Since
from certify.queries.plans import not_first
from certify.queries.sight import Column, Value
from certify.queries.sorting import Sorting, by, by_name_of
from certify.queries.stalls import Patience
from certify.queries.touched import as_holder, in_any_way, not_at_all
from certify.queries.waits import Term, Waits
from certify.scheme.rules.renewing import Route
from certify.scheme.sentences import Sentence, say
from certify.scheme.types import Edition
from certify.scheme.words import CertificationState as S
from certify.scheme.words import LicenceState, NameChangeState, RenewalState
from certify.workflows.review import OPEN_STATES


class Terms(Protocol):
    """What counts as slow and as stalled of the rows of one table."""

    def mark(self, thing: Any) -> str:
        """`stalled`, `slow`, or nothing."""
        ...

    def ends_on(self, thing: Any) -> date | None:
        """By which day it should have gone on."""
        ...

    def arms(self, mark: str = "") -> Iterator[tuple[StrEnum, ColumnElement[bool]]]:
        """What has a mark, or either, apart by state."""
        ...


@dataclass(frozen=True)
class Kind:
    """One sort of thing that stands still: its rows, who can be waited for in each state, and its page."""

    name: str
    label: Sentence
    row: Any
    since: Since
    waits_for: Mapping[StrEnum, Sequence[str]]
    terms: Callable[[Edition, datetime], Terms]
    holds: Callable[[Session, Sequence[Any], datetime], Mapping[str, tuple[Hold, ...]]]
    touched: Callable[[str], ColumnElement[bool]]  # with which a person or an enterprise has to do
    page: str
    whole: tuple[ORMOption, ...]  # with all that `holds` looks at
    reminds: Callable[[str], bool]  # which of the edition's reminders are about it
    module: Column
    country: Value
    narrow: Callable[[str], ColumnElement[bool]] = lambda _who: true()  # to what can wait for a role

    @cached_property
    def sorting(self) -> Sorting:
        """How the list is sorted, in the columns of the table."""
        columns = {"since": by(self.since), "name": by_name_of(PersonKey, Certification.holder_id)}
        return Sorting(self.row.id, columns, "since")

    @property
    def ids(self) -> Select[Any]:
        """Its rows, each beside the certification that it is about."""
        asked = select(self.row.id)
        return asked if self.row is Certification else asked.join(self.row.certification)

    def by_id(self, ids: Sequence[str]) -> Select[Any]:
        """Some of its rows, whole."""
        return select(self.row).where(self.row.id.in_(ids)).options(*self.whole)


def case_of(thing: Any) -> Certification:
    """The certification that a thing is about, or is."""
    return thing if isinstance(thing, Certification) else thing.certification


_SHEETS = selectinload(Certification.assessments)
_CASE = (
    joinedload(Certification.holder),
    joinedload(Certification.supervisor),
    _SHEETS.joinedload(Assessment.assessor),
    _SHEETS.joinedload(Assessment.activity),
)
_ALSO: Mapping[str, tuple[S, ...]] = {
    "candidate": DELIVERING,
    "coordinator": DELIVERING,
    "facilitator": DELIVERING,
    "supervisor": DELIVERING,
    "enterprise_contact": DELIVERING,
    "screener": (S.SUBMITTED,),
    "observer": (S.ASSESSMENT,),
}


def _beside(
    row: Any,
    since: Since,
    waits_for: Mapping[StrEnum, Sequence[str]],
    terms: Mapping[StrEnum, Term],
    **more: Any,
) -> Kind:
    waits = partial(Waits, row=row, since=since, terms=terms)
    whole = (joinedload(row.certification).options(*_CASE),)
    own = {one.reminder for one in terms.values()}
    told = {"module": Certification.module, "country": not_first(Certification.country), **more}
    return Kind(
        row=row, since=since, waits_for=waits_for, terms=waits, whole=whole, reminds=own.__contains__, **told
    )


PATH: Kind = Kind(
    name="path",
    label=say("Path to the certificate"),
    row=Certification,
    since=Certification.state_since,
    waits_for={
        state: (who, *(also for also, states in _ALSO.items() if state in states))
        for state, (_move, who) in ONWARD.items()
    },
    terms=Patience,
    holds=holds_of,
    touched=in_any_way,
    page="certifications.show",
    module=Certification.module,
    country=Certification.country,
    whole=_CASE,
    reminds=lambda id: not any(kind.reminds(id) for kind in KINDS.values() if kind is not PATH),
)
_REVIEW_OR_DECIDE = {who for _move, who in RENEWAL_STEPS.values()}
_OF_THE_CYCLE = ("holder", "observer", "coordinator", "supervisor", "enterprise_contact")


def _renewals_for(who: str) -> ColumnElement[bool]:
    """For others than those who review and decide, a renewal waits after grace alone."""
    return true() if who in _REVIEW_OR_DECIDE else Renewal.route == Route.LATE


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        PATH,
        _beside(
            Renewal,
            Renewal.state_since,
            {state: (who, *_OF_THE_CYCLE) for state, (_move, who) in RENEWAL_STEPS.items()},
            {
                RenewalState.FILED: Term(reminder="renewal-review-due"),
                RenewalState.REVIEWED: Term("decision_days", "renewal-decision-due"),
            },
            name="renewal",
            label=say("Renewal"),
            holds=holds_of_renewals,
            touched=in_any_way,
            page="renewals.show",
            narrow=_renewals_for,
        ),
        _beside(
            ExpertLicence,
            ExpertLicence.state_since,
            {state: (who,) for state, (_move, who) in LICENCE_STEPS.items()},
            {
                LicenceState.NOMINATED: Term("licence_answer_days"),
                LicenceState.CONFIRMED: Term("licence_examination_days"),
                LicenceState.EXAMINED: Term("decision_days"),
            },
            name="licence",
            label=say("Expert Trainer's licence"),
            holds=holds_of_licences,
            touched=as_holder,
            page="licences.show",
            module=ExpertLicence.module,
            country=ExpertLicence.country,
        ),
        _beside(
            Review,
            Review.opened_at,
            dict.fromkeys(OPEN_STATES, ("master_trainer",)),
            dict.fromkeys(OPEN_STATES, Term("review_days")),
            name="review",
            label=say("Review"),
            holds=holds_of_reviews,
            touched=not_at_all,
            page="reviews.show",
        ),
        _beside(
            NameChange,
            NameChange.state_since,
            {NameChangeState.ASKED: ("coordinator",)},
            {NameChangeState.ASKED: Term("name_change_days")},
            name="name_change",
            label=say("Request for another name"),
            holds=holds_of_names,
            touched=not_at_all,
            page="name_changes.show",
        ),
    )
}
WAITED_FOR = tuple(
    dict.fromkeys(who for kind in KINDS.values() for each in kind.waits_for.values() for who in each)
)
