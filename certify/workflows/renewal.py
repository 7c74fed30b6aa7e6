"""The life of a renewal: opened and filed by the trainer, reviewed for quality, decided by a Master Trainer.

The certification stays certified meanwhile; what it is worth goes by its periods alone.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from certify.models import Certification, Renewal
from certify.models.store import lock_case
from certify.policy import Actor
from certify.scheme.evidence import RequirementResult
from certify.scheme.sentences import say
from certify.scheme.words import Act
from certify.scheme.words import RenewalState as R
from certify.workflows import certification_facts as f
from certify.workflows import renewal_effects as effects
from certify.workflows import renewal_guards as g
from certify.workflows.assignment_guards import person_is_expert, person_is_impartial
from certify.workflows.case_terms import certificates_of, day_of
from certify.workflows.certification import decision_on, result_kept
from certify.workflows.certification_checks import known_activity, known_person
from certify.workflows.certification_guards import delegated, impartial, needs_everything
from certify.workflows.engine import Move, Question, Refusal, Refused, Workflow, create, define, judge
from certify.workflows.facts import Fact, FactKind
from certify.workflows.renewal_dossier import RenewalDossier, certificate_to_renew
from certify.workflows.renewal_notices import (
    tell_assigned,
    tell_deciders,
    tell_holder,
    tell_reviewers,
    tell_who_was_asked,
)

_DECIDING = (g.is_certified, impartial(Act.DECIDE), g.not_the_last_observer)
_OUTCOME = Fact(
    "outcome",
    FactKind.LONG_TEXT,
    say("Outcome of the review"),
    hint=say("What the delivery log, the feedback and the quality observations show; the trainer reads it."),
)

MOVES = define(
    Move(
        "open", say("Open a renewal"), (R.NEW,), R.OPEN, ("holder",),
        sentence="{actor} opened a renewal.",
        guards=(g.not_ended, g.can_be_filed_today, g.none_undecided),
        effect=effects.opened,
        note="from 90 days before to 12 months after the end; none open",
    ),
    Move(
        "file", say("File the renewal"), (R.OPEN,), R.FILED, ("holder",),
        sentence="{actor} filed the renewal.",
        facts=(f.DECLARATION,),
        guards=(g.not_ended, g.can_be_filed_today),
        effect=effects.filed,
        tells=(tell_reviewers,),
        confirm=say("A renewal that was filed is reviewed and decided; it cannot be taken back."),
        note="within the same days; pins the scheme version in force",
    ),
    Move(
        "review", say("Review the renewal"), (R.FILED,), R.REVIEWED, ("qa_reviewer",),
        sentence="{actor} reviewed the renewal.",
        facts=(_OUTCOME,),
        guards=(g.not_ended, impartial(Act.QA)),
        effect=effects.reviewed,
        tells=(tell_deciders,),
        note="relations table: QA",
    ),
    Move(
        "grant", say("Grant the renewal"), (R.REVIEWED,), R.GRANTED, ("master_trainer",),
        sentence="{actor} granted the renewal.",
        facts=(f.REASONS_TO_TRAINER, f.ISSUER),
        checks=(g.cited_requirements,),
        guards=(*_DECIDING[:1], needs_everything, *_DECIDING[1:], delegated),
        effect=effects.granted,
        tells=(tell_holder("renewal_granted"),),
        confirm=say("A certificate is issued and can be checked by anyone at once."),
        note="certified; renewal requirements met, after grace also `observed-classroom` and "
        "`observed-visit` after the end; `independence`, not the last observer; `delegation`; "
        "issues the successor",
    ),
    Move(
        "refuse", say("Refuse the renewal"), (R.REVIEWED,), R.REFUSED, ("master_trainer",),
        sentence="{actor} refused the renewal.",
        facts=(f.REASONS_TO_TRAINER,),
        checks=(g.cited_requirements,),
        guards=_DECIDING,
        effect=effects.refused,
        tells=(tell_holder("renewal_refused"),),
        confirm=say("The trainer is told the reasons and the right to appeal."),
        note="certified; `independence`, not the last observer; the letter states the right to appeal",
    ),
    Move(
        "assign_observer", say("Assign an observer"), (R.FILED, R.REVIEWED), None, ("coordinates",),
        sentence="{actor} assigned an observer.",
        facts=(f.EXPERT, f.OBSERVED),
        checks=(known_person(), known_activity),
        guards=(
            g.was_filed_late,
            person_is_expert(),
            person_is_impartial(Act.OBSERVE),
            g.held_after_the_end,
            g.observes_it_not_yet,
        ),
        effect=effects.observer_assigned,
        tells=(tell_assigned,),
        note="filed after grace only; relations table; status active for module and country",
    ),
    Move(
        "end", say("End the renewal"), (R.OPEN, R.FILED, R.REVIEWED), R.ENDED, (),
        sentence="The renewal ended with its certification.",
        effect=effects.ended,
        tells=(tell_holder("renewal_ended"), tell_who_was_asked),
        note="follows from `withdraw` and `retire` of the certification",
    ),
)  # fmt: skip

STATE_WORDS: Mapping[str, str] = {
    R.NEW: say("new"),
    R.OPEN: say("opened"),
    R.FILED: say("filed"),
    R.REVIEWED: say("reviewed"),
    R.GRANTED: say("granted"),
    R.REFUSED: say("refused"),
    R.ENDED: say("ended"),
}


def _dossier(
    session: Session, renewal: Renewal, _actor: Actor, at: datetime, _facts: Mapping[str, Any]
) -> RenewalDossier:
    return RenewalDossier(session, renewal, at)


WORKFLOW = Workflow(
    name="renewal",
    row=Renewal,
    states=tuple(R),
    moves=MOVES,
    sees="renewal.see",
    dossier=_dossier,
    day=lambda renewal, at: day_of(renewal.certification, at),
    locks=lambda _session, renewal, _move: (renewal.case_id,),
    scheme_version=lambda renewal: renewal.scheme_version or renewal.certification.scheme_version,
    state_words=STATE_WORDS,
)


def new_renewal(certification: Certification, at: datetime) -> Renewal:
    """A renewal that was not opened yet; it joins no session. Raises Refused where nothing was granted."""
    old = certificate_to_renew(certificates_of(certification))
    if old is None:
        raise Refused([Refusal(None, say("There is no certificate to renew."), ("holder",))])
    renewal = Renewal(
        case_id=certification.case_id,
        certification_id=certification.id,
        credential_id=old.id,
        state=R.NEW,
        state_since=at,
        opened_at=at,
        reasons=[],
    )
    # Set quietly: it joins the session, and the certification's list, when nothing refuses.
    set_committed_value(renewal, "certification", certification)
    set_committed_value(renewal, "credential", old)
    return renewal


def open_renewal(session: Session, certification: Certification, actor: Actor, at: datetime) -> Renewal:
    """Open the renewal of a certification. Raises Forbidden, Refused (DESIGN.md, Renewal)."""
    lock_case(session, certification.case_id)
    session.refresh(certification)
    renewal = new_renewal(certification, at)
    create(session, renewal, "open", actor, at)
    session.expire(certification, ["renewals"])
    return renewal


def against_opening(session: Session, renewal: Renewal, actor: Actor, at: datetime) -> tuple[Refusal, ...]:
    """Why a renewal that was not opened yet cannot be opened now."""
    dossier = RenewalDossier(session, renewal, at)
    return judge(Question(renewal, dossier, MOVES["open"], actor, at, dossier.on, {}, session))


def filed_renewal(session: Session, certification: Certification) -> Renewal | None:
    """The renewal that was filed, or reviewed, and is not decided yet."""
    return session.scalar(
        select(Renewal).where(
            Renewal.certification_id == certification.id,
            Renewal.filed_at.is_not(None),
            Renewal.decided_at.is_(None),
        )
    )


def undecided_renewal(session: Session, certification: Certification) -> Renewal | None:
    """The renewal that goes on: open, filed or reviewed."""
    return session.scalar(
        select(Renewal).where(Renewal.certification_id == certification.id, Renewal.decided_at.is_(None))
    )


def requirements_of(session: Session, renewal: Renewal, at: datetime) -> tuple[RequirementResult, ...]:
    """Requirement by requirement as it stands now; after the decision, as it stood then."""
    if renewal.decided_at is None:
        return tuple(RenewalDossier(session, renewal, at).results.values())
    decision = decision_on(session, renewal)
    return tuple(result_kept(one) for one in decision.facts["requirements"]) if decision else ()
