"""What a Master Trainer decided: each decision with its reasons, read from the log."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case as when
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from certify.models import Certification, Event, PersonKey
from certify.policy import Actor
from certify.presentation.citations import Citation, citations
from certify.queries.paging import Page, read_page
from certify.queries.sight import reached_by
from certify.queries.sorting import Sorting, by, by_name_of, by_progress
from certify.scheme.sentences import Sentence, say
from certify.scheme.types import Edition
from certify.scheme.words import CertificationState, RoleName
from certify.workflows.dossier import edition_of
from certify.workflows.editions import edition_named

# The decisions of a Master Trainer, each as it reads once it is made, with its tone: moves of a
# certification, and of its renewals.
OUTCOMES: Mapping[str, tuple[Sentence, str]] = {
    "grant": (say("Granted"), "good"),
    "refuse": (say("Refused"), "bad"),
    "return_assessment": (say("Returned with questions"), "warn"),
    "ask_more_practice": (say("More practice asked for"), "warn"),
    "recognise": (say("Recognised"), "good"),
    "suspend": (say("Suspended"), "bad"),
    "reinstate": (say("Reinstated"), "good"),
    "withdraw": (say("Withdrawn"), "bad"),
    "renewal_grant": (say("Renewed"), "good"),
    "renewal_refuse": (say("Renewal refused"), "bad"),
}
_KINDS = ("certification", "renewal")
_OUTCOME = when(
    (Event.subject_kind == "certification", Event.move), else_=Event.subject_kind + "_" + Event.move
)
SORTING = Sorting(
    Event.id,
    {
        "name": by_name_of(PersonKey, Certification.holder_id),
        "outcome": by_progress(_OUTCOME, OUTCOMES),
        "decided": by(Event.at, latest_first=True),
    },
    "-decided",
)
_SAID = ("questions", "what", "grounds", "findings")


@dataclass(frozen=True)
class Decided:
    """One decision: about whom, which outcome, when and why; with the certificate that it issued."""

    case: Certification
    renewal: str | None  # the renewal that was decided on
    outcome: Sentence
    tone: str
    at: datetime
    reasons: tuple[Citation, ...]
    by_on: date | None
    number: str | None


def decided_by(
    session: Session,
    actor: Actor,
    at: datetime,
    *,
    outcome: str = "",
    module: str = "",
    sort: str = "",
    cursor: str | None = None,
) -> Page[Decided]:
    """One page of the actor's decisions in cases that they may still see, the latest first unless sorted."""
    reach = reached_by(
        actor,
        frozenset({RoleName.MASTER_TRAINER}),
        at.date(),
        module=Certification.module,
        country=Certification.country,
    )
    asked = (
        select(Event)
        .join(Certification, Certification.case_id == Event.case_id)
        .where(
            Event.actor_id == actor.id,
            Event.subject_kind.in_(_KINDS),
            _OUTCOME.in_([outcome] if outcome in OUTCOMES else list(OUTCOMES)),
            # An Expert Trainer's wish for more practice, before there was anything to decide on.
            (Event.move != "ask_more_practice") | (Event.from_state == CertificationState.RECOMMENDED.value),
            reach,
        )
    )
    if module:
        asked = asked.where(Certification.module == module)
    asked, order = SORTING.applied(asked, sort)
    page: Page[Event] = read_page(
        session,
        asked,
        order=order,
        cursor=cursor,
        allowed=lambda _event: True,
    )
    cases = _cases(session, {event.case_id for event in page.items})
    return Page(tuple(_decided(session, event, cases[event.case_id]) for event in page.items), page.next)


def _cases(session: Session, ids: Iterable[str]) -> Mapping[str, Certification]:
    rows = session.scalars(
        select(Certification).where(Certification.case_id.in_(ids)).options(joinedload(Certification.holder))
    )
    return {row.case_id: row for row in rows}


def _decided(session: Session, event: Event, case: Certification) -> Decided:
    of_renewal = event.subject_kind == "renewal"
    outcome, tone = OUTCOMES[f"renewal_{event.move}" if of_renewal else event.move]
    facts: Mapping[str, Any] = event.facts
    cited = citations(facts.get("reasons") or (), _edition(session, event, case))
    said = [Citation(str(facts[name])) for name in _SAID if facts.get(name)]
    by_on = facts.get("by_on")
    return Decided(
        case=case,
        renewal=event.subject_id if of_renewal else None,
        outcome=outcome,
        tone=tone,
        at=event.at,
        reasons=(*cited, *said),
        by_on=date.fromisoformat(by_on) if by_on else None,
        number=facts.get("credential"),
    )


def _edition(session: Session, event: Event, case: Certification) -> Edition:
    """A renewal is decided on by an edition of its own."""
    if event.subject_kind == "renewal" and event.scheme_version is not None:
        return edition_named(session, event.scheme_version)
    return edition_of(session, case, event.at)
