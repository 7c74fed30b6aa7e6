"""Everything that the guards of a certification ask about, read only when asked for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from certify.models import (
    Activity,
    CaseFile,
    Certification,
    Cohort,
    CohortTrainer,
    Delegation,
    Event,
    Organisation,
)
from certify.models.store import once_while_reading
from certify.policy import Actor
from certify.policy.relations import Findings, examine
from certify.scheme.dates import day_in
from certify.scheme.evidence import Counted, Evidence, Held, RequirementResult
from certify.scheme.places import zone_of
from certify.scheme.rules import counted, requirements
from certify.scheme.rules.case import number
from certify.scheme.standing import CertifiedRecord, StandingChange, standing
from certify.scheme.types import Edition
from certify.scheme.words import Act, CertificationState
from certify.workflows import evidence as read
from certify.workflows.editions import edition_in_force, edition_named
from certify.workflows.involvement import histories_with, history_of
from certify.workflows.notices import Recipient, recipients
from certify.workflows.people import actor_of

_GRANTED = select(Certification).where(  # made once, for every look at a case asks it
    Certification.holder_id == bindparam("holder"),
    Certification.valid_from.is_not(None),
    Certification.id != bindparam("but"),
)
STANDING_MOVES = ("suspend", "reinstate", "withdraw", "retire")


@dataclass(frozen=True)
class Delegated:
    """One delegation of one issuing body."""

    issuer: str
    country: str
    modules: tuple[str, ...]
    from_on: date
    until_on: date | None
    may_recognise: bool

    def covers(self, *, module: str, country: str, on: date) -> bool:
        """Whether it is in force for a module and country on a day."""
        return (
            self.country == country
            and module in self.modules
            and self.from_on <= on
            and (self.until_on is None or on <= self.until_on)
        )


@dataclass(frozen=True)
class OtherCase:
    """Another certification of the holder for the same module."""

    id: str
    state: CertificationState
    valid_until: date | None
    left_on: date | None
    decided_on: date | None
    unconfirmed_nomination: bool = False


def open_case(session: Session, kind: str, at: datetime) -> CaseFile:
    """A new case file: the root row that every command on the case locks first."""
    case = CaseFile(kind=kind, opened_at=at)
    session.add(case)
    session.flush()
    return case


def day_of(thing: Certification, at: datetime) -> date:
    """The day that an instant falls on where the case lives."""
    return day_in(at, zone_of(thing.country))


def edition_of(session: Session, certification: Certification, at: datetime) -> Edition:
    """The pinned edition, or before admission the one in force."""
    if certification.scheme_version is not None:
        return edition_named(session, certification.scheme_version)
    return edition_in_force(session, day_of(certification, at))


def relations_of(
    session: Session, person_id: str, certification: Certification, act: Act, at: datetime
) -> Findings:
    """What the relations table says of a person's act in a certification, from the history of both."""
    edition = edition_of(session, certification, at)
    history = history_of(session, person_id, certification.holder_id)
    return examine(edition, history, act, certification=certification.id, on=day_of(certification, at))


def certified_record(session: Session, certification: Certification) -> CertifiedRecord:
    """The dates and standing changes that decide what a certification is worth at an instant."""
    changes = session.execute(
        select(Event.at, Event.move)
        .where(
            Event.case_id == certification.case_id,
            Event.subject_id == certification.id,
            Event.move.in_(STANDING_MOVES),
        )
        .order_by(Event.seq)
    )
    return record_of(session, certification, tuple(StandingChange(row.at, row.move) for row in changes))


def record_of(
    session: Session, certification: Certification, changes: tuple[StandingChange, ...]
) -> CertifiedRecord:
    """The same, with the changes in log order at hand."""
    edition = edition_of(session, certification, certification.state_since)
    return CertifiedRecord(
        valid_from=certification.valid_from,
        valid_until=certification.valid_until,
        zone=_zone_of(certification),
        events=changes,
        grace_days=int(
            number(edition, "grace_days", module=certification.module, country=certification.country)
        ),
    )


def _zone_of(certification: Certification) -> str:
    """The zone that the certificate was issued in, which stays though its body moves."""
    if certification.credentials:
        return certification.credentials[-1].zone
    return certification.issuer.zone if certification.issuer else zone_of(certification.country)


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
        return once_while_reading(self._session, key, self._read_evidence)

    def _read_evidence(self) -> Evidence:
        case, session = self._certification, self._session
        assessments = read.assessments_of(session, case)
        observers = {one.assessor_id for one in assessments if one.kind == "observation"}
        self._examine({(one, Act.OBSERVE) for one in observers} | self._supervision())
        unrelated = frozenset(o for o in observers if not self.findings(o, Act.OBSERVE).findings)
        return Evidence(
            module=case.module,
            country=case.country,
            trainings=read.trainings_of(session, case),
            cycles=read.cycles_of(session, case),
            excluded=read.excluded_from(session, case),
            observations=read.observations(assessments, unrelated),
            sheets=read.sheets(assessments),
            held=self.held,
            waived=read.waived_in(session, case),
            self_assessed=case.self_assessment is not None,
            recommended=case.recommended_at is not None,
            mitigation_needed=bool(observers - unrelated) or self._supervision_needs_mitigation(),
            pauses=read.pauses_of(case),
            practice_asked_on=read.practice_asked_on(case),
        )

    def _supervision_needs_mitigation(self) -> bool:
        return any(self.findings(person, act).mitigations for person, act in self._supervision())

    def _supervision(self) -> set[tuple[str, Act]]:
        """Of the supervisor, and of whoever recommended before a supervisor was replaced."""
        supervisor, recommender = self._certification.supervisor_id, self._certification.recommended_by_id
        asked = [(supervisor, Act.SUPERVISE), (supervisor, Act.RECOMMEND), (recommender, Act.RECOMMEND)]
        return {(person, act) for person, act in asked if person}

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
        """The same, judged on the cohort that clears most of those asked."""
        found = requirements(self.edition, self.evidence, self.on, asked=asked)
        return {one.id: one for one in found}

    @cached_property
    def counted(self) -> tuple[Counted, ...]:
        """Which activity counts, and why not."""
        return counted(self.edition, self.evidence)

    def findings(self, person_id: str, act: Act) -> Findings:
        """What the relations table says of a person's act here."""
        self._examine({(person_id, act)})
        return self._findings[person_id, act]

    def _examine(self, asked: Collection[tuple[str, Act]]) -> None:
        """The findings for several people and acts, from one reading of their histories."""
        new = set(asked) - self._findings.keys()
        if not new:
            return
        holder = self._certification.holder_id
        histories = histories_with(self._session, {person for person, _ in new}, holder)
        for person, act in new:
            self._findings[person, act] = examine(
                self.edition, histories[person], act, certification=self._certification.id, on=self.on
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
        rows = self._session.scalars(
            select(Delegation)
            .where(Delegation.country == self._certification.country)
            .order_by(Delegation.from_on, Delegation.id)
        )
        return tuple(
            Delegated(
                row.issuer_id, row.country, tuple(row.modules), row.from_on, row.until_on, row.may_recognise
            )
            for row in rows
        )

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
