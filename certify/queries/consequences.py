"""What suspending, reinstating, resuming or ending a certification brings with it, told before it is done."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Certification, ExpertLicence
from certify.queries.pauses import RESTED_ON_ENDED, RESUME_BEFORE, held_by_the_clock, resumes_by_itself
from certify.scheme.sentences import Sentence, say
from certify.scheme.types import Edition
from certify.scheme.words import CertificationState, LicenceState, RenewalState, Standing
from certify.workflows.certification_states import IN_PROCESS
from certify.workflows.reinstating import brought_back

_GRANTED = (CertificationState.CERTIFIED, CertificationState.SUSPENDED)


def consequences_of(
    session: Session, case: Certification, move: str, edition: Edition, at: datetime
) -> tuple[Sentence, ...]:
    """For the certificate, the licence and the modules that rest on it; for a pause how else it ends."""
    if move == "resume" and held_by_the_clock(session, case):
        return (RESUME_BEFORE if resumes_by_itself(session, case, at) else RESTED_ON_ENDED,)
    if move == "reinstate" and case.state is CertificationState.SUSPENDED:
        return tuple(_brought_back(session, case, at))
    if move not in ("suspend", "withdraw", "retire"):
        return ()
    return tuple(_consequences(session, case, edition, for_good=move != "suspend"))


def _consequences(
    session: Session, case: Certification, edition: Edition, *, for_good: bool
) -> Iterator[Sentence]:
    numbers = ", ".join(one.number for one in case.certificates)
    if for_good:
        yield say("The certificate is revoked at once and no longer given out: {numbers}.", numbers=numbers)
        yield say("To be certified again, the trainer applies anew and takes the whole path.")
    else:
        yield say("The certificate is not given out meanwhile: {numbers}.", numbers=numbers)
        yield say("What the trainer delivers meanwhile does not count.")
    if _has_licence(session, case) and for_good:
        yield say("The Expert Trainer's licence in the module ends, with the role that was given with it.")
    elif _has_licence(session, case):
        yield say("The Expert Trainer's licence in the module rests, with the role that was given with it.")
    yield from _resting(session, case, edition, for_good=for_good)


def _brought_back(session: Session, case: Certification, at: datetime) -> Iterator[Sentence]:
    found = brought_back(session, case, at)
    yield found.said
    if found.standing is Standing.VALID and _has_licence(session, case):
        yield say("The Expert Trainer's licence in the module rests no longer, while its own days last.")
    if any(one.state is RenewalState.REVIEWED for one in case.renewals):
        yield say("The renewal, which is reviewed, can then be decided on.")


def _has_licence(session: Session, case: Certification) -> bool:
    asked = select(ExpertLicence.id).where(
        ExpertLicence.certification_id == case.id, ExpertLicence.state == LicenceState.GRANTED
    )
    return session.scalar(asked.limit(1)) is not None


def _resting(
    session: Session, case: Certification, edition: Edition, *, for_good: bool
) -> Iterator[Sentence]:
    """The holder's other modules that this one opened."""
    others = session.scalars(
        select(Certification)
        .where(Certification.holder_id == case.holder_id, Certification.id != case.id)
        .order_by(Certification.module)
    )
    for other in others:
        known = edition.modules.get(other.module)
        if known is None or case.module not in known.prerequisites:
            continue
        if other.state in _GRANTED and for_good:
            yield say(
                "A Master Trainer is asked to look at the certification in {module}.", module=other.module
            )
        elif other.state in IN_PROCESS and not for_good:
            yield say("The path to {module} is put on hold until it is reinstated.", module=other.module)
        elif other.state in IN_PROCESS:
            yield say("The path to {module} cannot end in a certificate without it.", module=other.module)
