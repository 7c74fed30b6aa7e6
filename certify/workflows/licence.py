"""The life of an Expert Trainer's licence: nominated, accepted, examined, decided (decision 0038).

The role of Expert Trainer itself stays an act of two people: a grant proposes it, another one confirms it.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from certify.models import Certification, ExpertLicence
from certify.models.store import lock_case
from certify.policy import Actor
from certify.scheme.sentences import say
from certify.scheme.words import Act
from certify.scheme.words import LicenceState as S
from certify.workflows import certification_facts as f
from certify.workflows import engine
from certify.workflows import licence_effects as effects
from certify.workflows import licence_guards as g
from certify.workflows.case_terms import day_of
from certify.workflows.certification_checks import known_person
from certify.workflows.certification_guards import delegated, impartial
from certify.workflows.editions import edition_in_force
from certify.workflows.engine import NEW, Move
from certify.workflows.facts import Fact, FactKind
from certify.workflows.licence_dossier import LicenceDossier
from certify.workflows.licence_notices import tell_deciders, tell_holder, tell_nominator

_NOMINATORS = ("coordinates", "master_trainer")

MOVES = engine.define(
    Move(
        "nominate", say("Nominate for the licence"), (NEW,), S.NOMINATED, _NOMINATORS,
        sentence="{actor} nominated the trainer for an Expert Trainer's licence.",
        facts=(
            Fact(
                "reason", FactKind.LONG_TEXT, say("Why this trainer"),
                hint=say("The trainer and the Master Trainer who decides read this."), max_length=2000,
                confided=True,
            ),
        ),
        guards=(
            g.not_for_oneself,
            g.none_undecided,
            g.from_the_window_on,
            g.asks("licence-certified", "licence-track-record"),
        ),
        effect=effects.nominate,
        tells=(tell_holder("licence_nominated"),),
        note="`licence-certified`, `licence-track-record`; from the window of the present licence on",
    ),
    Move(
        "confirm", say("Accept the nomination"), (S.NOMINATED,), S.CONFIRMED, ("holder",),
        sentence="{actor} accepted the nomination.",
        facts=(
            Fact(
                "declaration", FactKind.BOOLEAN, must_be_true=True,
                label=say("I want to train and assess others, and I accept the scheme's code of conduct"),
            ),
        ),
        effect=effects.confirm,
        tells=(tell_nominator("licence_confirmed"),),
    ),
    Move(
        "decline", say("Decline the nomination"), (S.NOMINATED, S.CONFIRMED, S.EXAMINED), S.DECLINED,
        ("holder",),
        sentence="{actor} declined the nomination.",
        tells=(tell_nominator("licence_declined"),),
        confirm=say("The nomination is closed; you can be nominated again."),
    ),
    Move(
        "record_examination", say("Record the examination"), (S.CONFIRMED, S.EXAMINED), S.EXAMINED,
        _NOMINATORS,
        sentence="{actor} recorded the result of the examination.",
        facts=(
            Fact("examined_on", FactKind.DAY, say("Examined on")),
            Fact("percent", FactKind.INTEGER, say("Result, in %"), most=100),
            Fact(
                "examiner", FactKind.PERSON, say("Examiner"),
                hint=say("Somebody who is not related to the trainer, and who will not decide."),
            ),
        ),
        checks=(known_person("examiner"), g.examined_by_now),
        guards=(g.not_for_oneself, g.examiner_is_unrelated),
        effect=effects.examine,
        tells=(tell_holder("licence_examined"), tell_deciders),
        note="the examiner may screen the trainer, by the relations table",
    ),
    Move(
        "grant", say("Grant the licence"), (S.EXAMINED,), S.GRANTED, ("master_trainer",),
        sentence="{actor} granted the Expert Trainer's licence.",
        facts=(f.REASONS_TO_TRAINER, f.ISSUER),
        checks=(g.cited_requirements,),
        guards=(
            g.asks(),
            g.nominated_by_another,
            g.examined_by_another,
            impartial(Act.DECIDE),
            delegated,
        ),
        effect=effects.grant,
        tells=(tell_holder("licence_granted"), tell_nominator("licence_granted_to")),
        confirm=say(
            "A licence is issued and can be checked by anyone at once. The role of Expert Trainer is "
            "proposed with it; an administrator confirms it."
        ),
        note="`licence-*`, `independence`, `delegation`; issues the credential, proposes the role",
    ),
    Move(
        "refuse", say("Refuse the licence"), (S.CONFIRMED, S.EXAMINED), S.REFUSED, ("master_trainer",),
        sentence="{actor} refused the Expert Trainer's licence.",
        facts=(f.REASONS_TO_TRAINER,),
        checks=(g.cited_requirements,),
        guards=(g.nominated_by_another, g.examined_by_another, impartial(Act.DECIDE)),
        effect=effects.refuse,
        tells=(tell_holder("licence_refused"),),
        confirm=say("The trainer is told the reasons and the right to appeal."),
        note="`independence`; the letter states the right to appeal",
    ),
    Move(
        "withdraw", say("Withdraw the licence"), (S.GRANTED,), S.WITHDRAWN, ("master_trainer",),
        sentence="{actor} withdrew the Expert Trainer's licence.",
        facts=(f.GROUNDS,),
        guards=(impartial(Act.DECIDE), delegated),
        effect=effects.withdraw,
        tells=(tell_holder("licence_withdrawn"),),
        confirm=say(
            "The licence and the role that was given with it end at once; the own certification stays."
        ),
        note="`independence`, `delegation`; ends the role given with it",
    ),
)  # fmt: skip


def _day(licence: ExpertLicence, at: datetime) -> date:
    return day_of(licence.certification, at)


def _dossier(
    session: Session, licence: ExpertLicence, _actor: Actor, at: datetime, _facts: Mapping[str, Any]
) -> LicenceDossier:
    return LicenceDossier(session, licence, at)


WORKFLOW = engine.Workflow(
    name="licence",
    row=ExpertLicence,
    states=tuple(S),
    moves=MOVES,
    sees="certification.see",
    dossier=_dossier,
    day=_day,
    locks=lambda session, licence, _move: (licence.case_id,),
    scheme_version=lambda licence: licence.scheme_version,
    state_words={
        S.NEW: say("new"),
        S.NOMINATED: say("nominated"),
        S.DECLINED: say("declined"),
        S.CONFIRMED: say("accepted by the candidate"),
        S.EXAMINED: say("examined"),
        S.GRANTED: say("granted"),
        S.REFUSED: say("refused"),
        S.WITHDRAWN: say("withdrawn"),
    },
)


def nominee(session: Session, case: Certification, actor: Actor, at: datetime) -> ExpertLicence:
    """A licence that nobody has nominated yet, to ask whether it can be; it joins no session."""
    return ExpertLicence(
        case_id=case.case_id,
        certification=case,
        certification_id=case.id,
        module=case.module,
        country=case.country,
        scheme_version=edition_in_force(session, day_of(case, at)).name,
        state=S.NEW,
        state_since=at,
        nominated_by_id=actor.id,
        nominated_at=at,
        reason="",
        reasons=[],
    )


def licence_refusals(
    session: Session, case: Certification, actor: Actor, at: datetime
) -> tuple[engine.Refusal, ...]:
    """Why a certified trainer cannot be nominated now; the page and the answer to it read the same."""
    licence = nominee(session, case, actor, at)
    dossier = LicenceDossier(session, licence, at)
    question = engine.Question(licence, dossier, MOVES["nominate"], actor, at, dossier.on, {}, session)
    return engine.judge(question)


def nominate(
    session: Session, case: Certification, actor: Actor, at: datetime, *, reason: Any = None
) -> ExpertLicence:
    """Nominate a certified trainer for a licence, or for the next one.

    Raises InvalidFacts, Forbidden, Refused.
    """
    lock_case(session, case.case_id)
    session.refresh(case)
    licence = nominee(session, case, actor, at)
    licence.reason = reason if isinstance(reason, str) else ""
    engine.create(session, licence, "nominate", actor, at, reason=reason)
    return licence
