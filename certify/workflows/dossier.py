"""Everything that the guards of a certification ask about, read only when asked for."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from certify.models import (
    Activity,
    Certification,
    Cohort,
    CohortTrainer,
    Delegation,
    IssuingBody,
    Organisation,
)
from certify.models.store import once_while_reading
from certify.policy import Actor
from certify.policy.relations import Findings, examine
from certify.scheme.evidence import Counted, Evidence, Held, RequirementResult
from certify.scheme.rules import counted, requirements
from certify.scheme.standing import standing
from certify.scheme.types import Edition
from certify.scheme.words import Act
from certify.workflows.case_terms import (
    STANDING_MOVES,
    Delegated,
    OtherCase,
    certified_record,
    day_of,
    edition_of,
    open_case,
    record_of,
    relations_of,
)
from certify.workflows.involvement import histories_with
from certify.workflows.live_evidence import LiveEvidence, live_evidence
from certify.workflows.notices import Recipient, recipients
from certify.workflows.people import actor_of

_GRANTED = select(Certification).where(  # made once, for every look at a case asks it
    Certification.holder_id == bindparam("holder"),
    Certification.valid_from.is_not(None),
    Certification.id != bindparam("but"),
)


class Dossier:
    """The live dossier of one certification; each part is one or two queries, made once."""

    def __init__(self, session: Session, certification: Certification, at: datetime) -> None:
        self._session = session
        self._certification = certification
        self._at = at
        self._findings: dict[tuple[str, Act], Findings] = {}
        self._actors: dict[str, Actor | None] = {}
        self._recipients: dict[str, Recipient] = {}

    @cached_property
    def on(self) -> date:
        """The case's own day."""
        return day_of(self._certification, self._at)

    @cached_property
    def edition(self) -> Edition:
        """The pinned edition, or the one in force."""
        return edition_of(self._session, self._certification, self._at)

    @cached_property
    def evidence(self) -> Evidence:
        """All evidence as values."""
        key = ("evidence", self._certification.id, self._at)
        return once_while_reading(self._session, key, self.live.whole)

    @cached_property
    def live(self) -> LiveEvidence:
        """The same, each part read when a rule asks for it."""
        return live_evidence(self._session, self._certification, self._at, self)

    @cached_property
    def held(self) -> tuple[Held, ...]:
        """The holder's other certifications that were granted, as they stand now."""
        case = self._certification
        others = self._session.scalars(_GRANTED, {"holder": case.holder_id, "but": case.id or ""})
        return tuple(
            Held(
                certification=one.id,
                module=one.module,
                standing=standing(certified_record(self._session, one), self._at),
                valid_from=one.valid_from,
                valid_until=one.valid_until,
            )
            for one in others
        )

    @cached_property
    def results(self) -> Mapping[str, RequirementResult]:
        """Every requirement as it stands, by id."""
        return {one.id: one for one in requirements(self.edition, self.evidence, self.on)}

    def results_for(self, asked: Collection[str]) -> Mapping[str, RequirementResult]:
        """Those asked (all, when none is named), judged on the cohort that clears most of them."""
        found = requirements(self.edition, self.live, self.on, asked=asked, alone=bool(asked))
        return {one.id: one for one in found}

    @cached_property
    def counted(self) -> tuple[Counted, ...]:
        """Which activity counts, and why not."""
        return counted(self.edition, self.evidence)

    def findings(self, person_id: str, act: Act) -> Findings:
        """What the relations table says of a person's act here."""
        self.examine({(person_id, act)})
        return self._findings[person_id, act]

    def examine(self, asked: Collection[tuple[str, Act]]) -> None:
        """The findings for several people and acts, from one reading of their histories."""
        new = set(asked) - self._findings.keys()
        if not new:
            return
        case = self._certification
        histories = histories_with(self._session, {person for person, _ in new}, case.holder_id)
        certified = case.valid_from is not None
        for person, act in new:
            self._findings[person, act] = examine(
                self.edition, histories[person], act, certification=case.id, on=self.on, of_trainer=certified
            )

    def person(self, person_id: str) -> Actor | None:
        """Another person as an actor, or None when unknown or disabled."""
        if person_id not in self._actors:
            self._actors[person_id] = actor_of(self._session, person_id, self.on)
        return self._actors[person_id]

    def recipients(self, ids: Collection[str]) -> Mapping[str, Recipient]:
        """People to be told, by id; holder and supervisor, who mostly are, come along the first time."""
        wanted = set(ids) - self._recipients.keys()
        if wanted:
            case = self._certification
            wanted.update(filter(None, (case.holder_id, case.supervisor_id)))
            self._recipients.update(recipients(self._session, wanted))
        return self._recipients

    @cached_property
    def delegations(self) -> tuple[Delegated, ...]:
        """Every delegation for the country."""
        rows = self._session.execute(
            select(Delegation, IssuingBody.zone)
            .join(IssuingBody, IssuingBody.id == Delegation.issuer_id)
            .where(Delegation.country == self._certification.country)
            .order_by(Delegation.from_on, Delegation.id)
        )
        return tuple(
            Delegated(
                row.issuer_id, row.country, tuple(row.modules), row.from_on, row.until_on, row.may_recognise,
                zone,
            )
            for row, zone in rows
        )  # fmt: skip

    @cached_property
    def same_module(self) -> tuple[OtherCase, ...]:
        """The holder's other certifications for this module."""
        rows = self._session.scalars(
            select(Certification).where(
                Certification.holder_id == self._certification.holder_id,
                Certification.module == self._certification.module,
                Certification.id != (self._certification.id or ""),
            )
        )
        return tuple(
            OtherCase(
                row.id,
                row.state,
                row.valid_until,
                row.left_on,
                day_of(row, row.decided_at) if row.decided_at else None,
                row.nominated_by_id is not None and row.nomination_confirmed_at is None,
            )
            for row in rows
        )

    @cached_property
    def files(self) -> frozenset[str]:
        """The kinds of file that were uploaded and not removed."""
        return frozenset(one.kind for one in self._certification.files if one.removed_at is None)

    def activity(self, activity_id: str) -> Activity | None:
        """An activity by its id."""
        return self._session.get(Activity, activity_id)

    def organisation(self, text: str) -> Organisation | None:
        """The organisation that an employer's name or id means."""
        return self._session.scalar(
            select(Organisation)
            .where((Organisation.id == text) | (Organisation.name == text))
            .order_by(Organisation.id)
            .limit(1)
        )

    @cached_property
    def cohorts(self) -> tuple[Cohort, ...]:
        """The holder's cohorts of this module."""
        rows = self._session.scalars(
            select(Cohort)
            .join(CohortTrainer)
            .where(
                CohortTrainer.person_id == self._certification.holder_id,
                Cohort.module == self._certification.module,
            )
            .order_by(Cohort.id)
        )
        return tuple(rows)


def evidence_of(session: Session, certification: Certification, at: datetime) -> Evidence:
    """All evidence of a certification as values."""
    return Dossier(session, certification, at).evidence


__all__ = [
    "STANDING_MOVES",
    "Delegated",
    "Dossier",
    "OtherCase",
    "certified_record",
    "day_of",
    "edition_of",
    "evidence_of",
    "open_case",
    "record_of",
    "relations_of",
]
