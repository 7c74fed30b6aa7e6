"""The files that a Master Trainer may decide on, found before one is opened: mandate and impartiality."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from certify.models import Affiliation, Certification, Delegation, Involvement, PersonKey, Relationship
from certify.policy import Actor
from certify.policy.relations import Finding, examine
from certify.queries.paging import PAGE, Narrowed, Page, read_page
from certify.queries.sight import reached_by
from certify.queries.sorting import Sorting, by, by_name_of
from certify.queries.workload import reminder_days
from certify.scheme.dates import day_in, valid_until
from certify.scheme.places import zone_of
from certify.scheme.rules.case import number
from certify.scheme.types import Edition
from certify.scheme.words import Act, RoleName
from certify.scheme.words import CertificationState as State
from certify.workflows.dossier import Delegated, Dossier, day_of, edition_of
from certify.workflows.involvement import histories_of
from certify.workflows.terms import decision_due_on, validity_months

KEY = (Certification.state_since, Certification.id)
SORTING = Sorting(
    Certification.id,
    {
        "name": by_name_of(PersonKey, Certification.holder_id),
        "module": by(Certification.module),
        "waits": by(Certification.state_since),
    },
    "waits",
)
DECIDERS = frozenset({RoleName.MASTER_TRAINER})
MOST_OTHERS = 50
MOST_RELATED = 500


@dataclass(frozen=True)
class Narrowing(Narrowed):
    """What the list of files is narrowed by; empty means any."""

    module: str = ""
    country: str = ""


@dataclass(frozen=True)
class WaitingFile:
    """One complete file: since when it waits, by when it is to be decided, and why not by the reader."""

    case: Certification
    edition: Edition
    days: int
    due_on: date
    overdue: bool
    soon: bool  # the edition's last reminder has passed
    against: tuple[Finding, ...] = ()
    delegated: bool = True


@dataclass(frozen=True)
class Glance:
    """How long a file waits, what the scheme asks of its figures, and which file comes after it."""

    days: int
    due_on: date
    overdue: bool
    mean_needed: Decimal
    satisfied_needed: Decimal
    following: Certification | None


class Deciding:
    """What waits for one Master Trainer at one moment; each part is one query or a few."""

    def __init__(
        self, session: Session, actor: Actor, at: datetime, narrowing: Narrowing | None = None
    ) -> None:
        self._session, self._actor, self._at = session, actor, at
        self._narrowing = narrowing or Narrowing()

    @cached_property
    def mandates(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Countries with the modules that the actor may certify there today: appointment and delegation."""
        bodies = {grant.issuer for grant in self._actor.grants if grant.role is RoleName.MASTER_TRAINER}
        rows = self._session.scalars(select(Delegation).where(Delegation.issuer_id.in_(bodies - {None})))
        found = [(row.country, tuple(m for m in row.modules if self._covers(row, m))) for row in rows]
        return tuple((country, modules) for country, modules in found if modules)

    def _covers(self, row: Delegation, module: str) -> bool:
        on = day_in(self._at, zone_of(row.country))
        delegated = Delegated(
            row.issuer_id, row.country, tuple(row.modules), row.from_on, row.until_on, row.may_recognise
        )
        return delegated.covers(module=module, country=row.country, on=on) and any(
            grant.role is RoleName.MASTER_TRAINER
            and grant.issuer == row.issuer_id
            and grant.covers(on=on, module=module, country=row.country)
            for grant in self._actor.grants
        )

    @property
    def _mandated(self) -> ColumnElement[bool]:
        return or_(
            false(),
            *(
                and_(Certification.country == country, Certification.module.in_(modules))
                for country, modules in self.mandates
            ),
        )

    @property
    def _in_reach(self) -> ColumnElement[bool]:
        narrowed = [getattr(Certification, name) == value for name, value in self._narrowing.given.items()]
        reach = reached_by(
            self._actor, DECIDERS, self._at.date(), module=Certification.module, country=Certification.country
        )
        return and_(Certification.state == State.RECOMMENDED, reach, *narrowed)

    @cached_property
    def against(self) -> Mapping[str, tuple[Finding, ...]]:
        """The files that the relations table keeps from the actor, with what it says; by id.

        Read from those whose holder has anything to do with the actor: few, however long the queue is,
        and never more than MOST_RELATED.
        """
        related = self._session.scalars(
            select(Certification)
            .where(self._in_reach, self._has_to_do_with_the_actor())
            .order_by(*KEY)
            .limit(MOST_RELATED)
        ).all()
        histories = histories_of(self._session, [self._actor.id], {one.holder_id for one in related})
        found = {}
        for case in related:
            findings = examine(
                edition_of(self._session, case, self._at),
                histories[self._actor.id, case.holder_id],
                Act.DECIDE,
                certification=case.id,
                on=day_of(case, self._at),
            )
            found[case.id] = findings.blocks
        return {id: blocks for id, blocks in found.items() if blocks}

    def _has_to_do_with_the_actor(self) -> ColumnElement[bool]:
        me, holder = self._actor.id, Certification.holder_id
        mine, theirs = aliased(Affiliation), aliased(Affiliation)
        return or_(
            holder == me,
            exists().where(Involvement.person_id == me, Involvement.holder_id == holder),
            exists().where(Relationship.person_id == me, Relationship.other_id == holder),
            exists().where(Relationship.other_id == me, Relationship.person_id == holder),
            exists().where(
                mine.person_id == me,
                theirs.person_id == holder,
                mine.organisation_id == theirs.organisation_id,
            ),
        )

    @property
    def mine(self) -> ColumnElement[bool]:
        """Complete files on which the actor may decide today.

        Left out are those of `against`, of which at most MOST_RELATED are examined, the longest waiting
        first: one beyond them would be listed, and refused where it is decided on.
        """
        return and_(self._in_reach, self._mandated, Certification.id.not_in(sorted(self.against)))

    def page(self, *, sort: str = "", cursor: str | None = None, limit: int = PAGE) -> Page[WaitingFile]:
        """The files to decide on, the longest waiting first unless they are sorted otherwise."""
        asked, order = SORTING.applied(select(Certification).where(self.mine), sort)
        page: Page[Certification] = read_page(
            self._session,
            _with_people(asked),
            order=order,
            cursor=cursor,
            allowed=lambda _case: True,
            limit=limit,
        )
        return Page(tuple(self._file(case) for case in page.items), page.next)

    def others(self) -> tuple[WaitingFile, ...]:
        """The longest waiting of those that another Master Trainer has to decide on, each with why."""
        not_mine = or_(~self._mandated, Certification.id.in_(sorted(self.against)))
        rows = self._session.scalars(
            _with_people(select(Certification).where(self._in_reach, not_mine))
            .order_by(*KEY)
            .limit(MOST_OTHERS)
        )
        return tuple(self._file(case) for case in rows)

    def after(self, case: Certification | None) -> Certification | None:
        """The file that comes next: the longest waiting one behind this, else the longest waiting of all."""
        asked = _with_people(select(Certification).where(self.mine)).order_by(*KEY).limit(1)
        if case is None:
            return self._session.scalars(asked).first()
        asked = asked.where(Certification.id != case.id)
        behind = or_(
            Certification.state_since > case.state_since,
            and_(Certification.state_since == case.state_since, Certification.id > case.id),
        )
        return self._session.scalars(asked.where(behind)).first() or self._session.scalars(asked).first()

    def glance(self, case: Certification, dossier: Dossier) -> Glance:
        """The figures on top of a file's page."""
        edition, due_on = dossier.edition, decision_due_on(dossier.edition, case)
        return Glance(
            days=(dossier.on - day_of(case, case.state_since)).days,
            due_on=due_on,
            overdue=due_on < dossier.on,
            mean_needed=number(edition, "mean_score", module=case.module, country=case.country),
            satisfied_needed=number(
                edition, "satisfaction_percent", module=case.module, country=case.country
            ),
            following=self.after(case),
        )

    def _file(self, case: Certification) -> WaitingFile:
        edition, on = edition_of(self._session, case, self._at), day_of(case, self._at)
        due_on, days = decision_due_on(edition, case), (on - day_of(case, case.state_since)).days
        last = max(reminder_days(edition, "decision-due"), default=days + 1)
        return WaitingFile(
            case=case,
            edition=edition,
            days=days,
            due_on=due_on,
            overdue=due_on < on,
            soon=days >= last,
            against=self.against.get(case.id, ()),
            delegated=any(case.country == c and case.module in m for c, m in self.mandates),
        )


def validity_of(dossier: Dossier, case: Certification, first: date) -> tuple[int, date]:
    """For how many months a certificate that begins on a day is valid, and until when."""
    months = validity_months(dossier.edition, case)
    return months, valid_until(first, months)


def _with_people(asked: Select[Any]) -> Select[Any]:
    return asked.options(joinedload(Certification.holder), joinedload(Certification.recommended_by))
