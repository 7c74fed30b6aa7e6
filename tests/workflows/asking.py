"""Questions about Ana's case for the guards, without a database."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from certify.models import Certification
from certify.scheme.words import CertificationState
from certify.workflows.dossier import OtherCase
from certify.workflows.engine import Question
from tests.workflows.still import StillDossier, case, question

DAY = timedelta(days=1)
COORDINATOR = ("coordinator",)


def asked(
    move: str = "grant",
    actor: str = "maya",
    state: str = "recommended",
    dossier: StillDossier | None = None,
    *,
    thing: Certification | None = None,
    **facts: Any,
) -> Question:
    """A question about Ana's case, with facts that were checked."""
    found = thing or case(CertificationState(state))
    return question(move, actor=actor, thing=found, dossier=dossier, facts=facts)


def with_evidence(**changes: Any) -> StillDossier:
    return StillDossier(evidence=replace(StillDossier().evidence, **changes))


def other(state: str, **more: Any) -> OtherCase:
    dates = {"valid_until": None, "left_on": None, "decided_on": None}
    return OtherCase("other", CertificationState(state), **{**dates, **more})
