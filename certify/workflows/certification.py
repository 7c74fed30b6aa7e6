"""The certification: person × module on its path, from application to certificate and beyond."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import CaseFile, Certification, Cohort, CohortTrainer, Event, Person, Renewal
from certify.policy import Actor
from certify.scheme.evidence import Counted, Reason, RequirementResult
from certify.scheme.words import CertificationState, RequirementStatus
from certify.workflows.certification_moves import MOVES
from certify.workflows.dossier import Dossier, day_of, edition_of, evidence_of, relations_of
from certify.workflows.engine import NEW, InvalidFacts, Workflow, create
from certify.workflows.facts import clean
from certify.workflows.maintenance import verdicts_of

STATE_WORDS: dict[str, str] = {
    CertificationState.DRAFT: "application in draft",
    CertificationState.SUBMITTED: "application submitted",
    CertificationState.DECLINED: "application declined",
    CertificationState.ADMITTED: "admitted",
    CertificationState.TRAINING: "in training (ToT)",
    CertificationState.CLASSROOM_DELIVERY: "classroom delivery",
    CertificationState.SUPERVISED_VISITS: "supervised visits",
    CertificationState.ASSESSMENT: "assessment",
    CertificationState.MORE_PRACTICE: "more practice",
    CertificationState.RECOMMENDED: "recommended",
    CertificationState.CERTIFIED: "certified",
    CertificationState.REFUSED: "refused",
    CertificationState.SUSPENDED: "suspended",
    CertificationState.WITHDRAWN: "withdrawn",
    CertificationState.RETIRED: "retired",
    CertificationState.ON_HOLD: "on hold",
    CertificationState.LEFT: "left the programme",
}
_DECIDING_MOVES = ("grant", "refuse")


def _dossier(
    session: Session, thing: Certification, actor: Actor, at: datetime, facts: Mapping[str, Any]
) -> Dossier:
    return Dossier(session, thing, at)


def _locks(session: Session, thing: Certification, move: str) -> tuple[str, ...]:
    """Its own case; where a supervisor changes, the cohorts that may go along."""
    if move not in ("assign_supervisor", "reassign"):
        return (thing.case_id,)
    cohorts = session.scalars(
        select(Cohort.case_id)
        .join(CohortTrainer)
        .where(CohortTrainer.person_id == thing.holder_id, Cohort.module == thing.module)
    )
    return (thing.case_id, *cohorts)


WORKFLOW = Workflow(
    name="certification",
    row=Certification,
    states=tuple(CertificationState),
    moves=MOVES,
    sees="certification.see",
    dossier=_dossier,
    day=day_of,
    locks=_locks,
    scheme_version=lambda thing: thing.scheme_version,
    state_words=STATE_WORDS,
)


def open_certification(
    session: Session,
    actor: Actor,
    at: datetime,
    *,
    module: str,
    country: str,
    holder_id: str | None = None,
    organisation_id: str | None = None,
) -> Certification:
    """Open a draft: for oneself, or as a provider's nomination of another person.

    Raises InvalidFacts, Forbidden, Refused (DESIGN.md, move `create`).
    """
    thing = _transient(session, at, module=module, country=country, holder_id=holder_id or actor.id)
    if holder_id not in (None, actor.id):
        thing.nominated_by_id = actor.id
        thing.nominating_organisation_id = organisation_id or min(actor.organisations, default=None)
    create(session, thing, "create", actor, at, module=module, country=country)
    return thing


def recognise(session: Session, actor: Actor, at: datetime, **facts: Any) -> Certification:
    """Recognise another body's certificate: person, module, country, source, number, dates, grounds.

    Raises InvalidFacts, Forbidden, Refused (DESIGN.md, move `recognise`).
    """
    cleaned = clean(MOVES["recognise"].facts, facts)
    thing = _transient(
        session, at, module=cleaned["module"], country=cleaned["country"], holder_id=cleaned["person"]
    )
    create(session, thing, "recognise", actor, at, **facts)
    return thing


def _transient(session: Session, at: datetime, *, module: str, country: str, holder_id: str) -> Certification:
    # Locked, so that two applications of one person for one module wait for each other.
    holder = session.get(Person, holder_id, with_for_update=True)
    if holder is None:
        raise InvalidFacts({"person": ["Nobody with an account fits this entry."]})
    if not isinstance(module, str) or len(module) > 10 or not isinstance(country, str) or len(country) != 2:
        raise InvalidFacts({"module": ["Choose a module and a country."]})
    return Certification(
        case=CaseFile(kind="certification", opened_at=at),
        holder=holder,
        holder_id=holder.id,
        module=module,
        country=country,
        state=CertificationState(NEW),
        state_since=at,
        sectors=[],
        languages=[],
        pauses=[],
        practice_asked_on=[],
        round=1,
        reasons=[],
    )


def requirements_of(
    session: Session, certification: Certification, at: datetime
) -> tuple[RequirementResult, ...]:
    """Requirement by requirement as it stands now; after a decision, as it stood then.

    A recognised certification has none: its evidence is not held.
    """
    if certification.recognised_source is not None:
        return ()
    decision = decision_on(session, certification)
    if decision is None:
        return tuple(Dossier(session, certification, at).results.values())
    return tuple(result_kept(one) for one in decision.facts["requirements"])


def counted_of(session: Session, certification: Certification, at: datetime) -> tuple[Counted, ...]:
    """Which activity counts and why not; after a decision, as it stood then, newer ones as they stand."""
    now = Dossier(session, certification, at).counted
    decision = decision_on(session, certification)
    then = [_counted(one) for one in decision.facts["counted"]] if decision else []
    since = verdicts_of(session, certification, at) if certification.valid_from else ()
    told = {one.activity: one for one in (*now, *then, *since)}
    return tuple(told[id] for id in dict.fromkeys(one.activity for one in (*now, *since)))


def _counted(one: Mapping[str, Any]) -> Counted:
    return Counted(one["activity"], one["counted"], tuple(Reason(**reason) for reason in one["reasons"]))


def decision_on(session: Session, thing: Certification | Renewal) -> Event | None:
    """The last grant or refusal, whose event keeps everything as it stood then."""
    return session.scalar(
        select(Event)
        .where(
            Event.case_id == thing.case_id,
            Event.subject_id == thing.id,
            Event.move.in_(_DECIDING_MOVES),
        )
        .order_by(Event.seq.desc())
        .limit(1)
    )


def result_kept(one: Mapping[str, Any]) -> RequirementResult:
    """One line of the requirement list as an event keeps it."""
    return RequirementResult(
        id=one["id"],
        text=one["text"],
        status=RequirementStatus(one["status"]),
        evidence=tuple(one["evidence"]),
        reasons=tuple(one["reasons"]),
        who=tuple(one["who"]),
        earliest_on=None,
    )


__all__ = [
    "MOVES",
    "WORKFLOW",
    "Dossier",
    "counted_of",
    "edition_of",
    "evidence_of",
    "open_certification",
    "recognise",
    "relations_of",
    "requirements_of",
]
