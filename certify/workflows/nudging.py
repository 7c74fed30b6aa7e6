"""A coordinator nudges whoever a case waits for: one message a day for each case and person."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Activity, Certification, EnterpriseContact, Event, Message
from certify.models.store import lock_case
from certify.policy import Actor
from certify.scheme.sentences import Sentence, say
from certify.scheme.words import Act, RoleName
from certify.workflows.case_terms import relations_of
from certify.workflows.dossier import day_of
from certify.workflows.log import append_event
from certify.workflows.notices import Recipient, owe, recipients
from certify.workflows.roles import holders

NUDGE = "nudge"  # as an event, as what owes a message, and as the first word of its key
VISIT = "nudge_visit"


@dataclass(frozen=True)
class Waiting:
    """For whom a case waits since when: people, an enterprise's contacts, or everybody with a role."""

    who: str
    since: datetime
    people: tuple[str, ...] = ()
    enterprise: str = ""
    activity: str = ""


@dataclass(frozen=True)
class Addressee:
    """Somebody whom one nudge would reach, and for what."""

    id: str  # of a person, or of a contact without an account
    name: str
    kind: str
    since: datetime
    recipient: Recipient | None = None
    contact: EnterpriseContact | None = None
    activity: Activity | None = None


@dataclass(frozen=True)
class Nudged:
    """What became of one nudge: it is owed now, or somebody had nudged that day already."""

    case: Certification
    name: str
    earlier_by: str = ""
    earlier_at: datetime | None = None

    @property
    def is_new(self) -> bool:
        """Whether a message is owed by it."""
        return self.earlier_at is None


def addressees(
    session: Session, case: Certification, waits: Iterable[Waiting], actor: Actor, at: datetime
) -> tuple[Addressee, ...]:
    """Whom a nudge would reach: each once, with an account that is open, and never the one who nudges."""
    found: dict[str, Addressee] = {}
    for wait in waits:
        for one in _reached(session, case, wait, at):
            if one.id != actor.id:
                found.setdefault(one.id, one)
    return tuple(found.values())


def nudge(
    session: Session,
    asked: Mapping[str, Sequence[Addressee]],
    cases: Iterable[Certification],
    actor: Actor,
    at: datetime,
    *,
    line: str = "",
) -> tuple[Nudged, ...]:
    """Owe a message to each addressee of each case (by its id), and tell it in the case's history.

    Who was nudged that day about that case is left alone: the answer says by whom and when.
    """
    ordered = sorted(cases, key=lambda case: case.case_id)
    lock_case(session, *(case.case_id for case in ordered))
    known = _earlier(session, [_key(case, one, at) for case in ordered for one in asked[case.id]])
    outcomes: list[Nudged] = []
    for case in ordered:
        new = [one for one in asked[case.id] if _key(case, one, at) not in known]
        for one in new:
            _owe(session, case, one, actor, at, line)
        if new:
            _tell(session, case, new, actor, at, line)
        outcomes += [_outcome(case, one, known.get(_key(case, one, at))) for one in asked[case.id]]
    return tuple(outcomes)


def told_of(event: Event, actor: str, name_of: Callable[[str], str]) -> Sentence:
    """A nudge as the history of its case tells it."""
    people = ", ".join([*map(name_of, event.facts["nudged"]), *event.facts["people_met"]])
    if line := event.facts["reason"]:
        return say("{actor} nudged {people}: {line}", actor=actor, people=people, line=line)
    return say("{actor} nudged {people}.", actor=actor, people=people)


def _reached(session: Session, case: Certification, wait: Waiting, at: datetime) -> Iterator[Addressee]:
    if wait.enterprise:
        yield from _contacts(session, wait)
        return
    ids = wait.people or _in_role(session, case, wait, day_of(case, at), at)
    kind = _KINDS.get(wait.who) or ("nudge_record" if wait.activity else "nudge_step")
    activity = session.get(Activity, wait.activity) if wait.activity else None
    for person in recipients(session, ids).values():
        if person.disabled_at is None:
            yield Addressee(person.id, person.name, kind, wait.since, person, activity=activity)


_KINDS = {"candidate": "nudge_own", "screener": "nudge_sheet", "observer": "nudge_sheet"}


def _in_role(session: Session, case: Certification, wait: Waiting, on: date, at: datetime) -> tuple[str, ...]:
    """Everybody who could do it: of the Master Trainers those with no relation in the way."""
    role = RoleName(wait.who) if wait.who in tuple(RoleName) else None
    if role is None:
        return ()
    found = session.scalars(holders((role,), on, module=case.module, country=case.country)).all()
    if role is not RoleName.MASTER_TRAINER:
        return tuple(person.id for person in found)
    return tuple(
        person.id for person in found if not relations_of(session, person.id, case, Act.DECIDE, at).blocks
    )


def _contacts(session: Session, wait: Waiting) -> Iterator[Addressee]:
    """Nobody confirms an own visit, nor with a closed account."""
    activity = session.get(Activity, wait.activity)
    trainers = {one.person_id for one in activity.people} if activity else set()
    asked = select(EnterpriseContact).where(EnterpriseContact.enterprise_id == wait.enterprise)
    for contact in session.scalars(asked.order_by(EnterpriseContact.created_at, EnterpriseContact.id)):
        person = recipients(session, list(filter(None, [contact.person_id]))).get(contact.person_id or "")
        if person is not None and (person.disabled_at is not None or person.id in trainers):
            continue
        id = person.id if person else contact.id
        yield Addressee(id, contact.name, VISIT, wait.since, person, contact, activity)


def _key(case: Certification, one: Addressee, at: datetime) -> str:
    return f"{NUDGE}:{case.case_id}:{one.id}:{day_of(case, at).isoformat()}"


def _earlier(session: Session, keys: Sequence[str]) -> Mapping[str, Message]:
    return {one.key: one for one in session.scalars(select(Message).where(Message.key.in_(keys)))}


def _outcome(case: Certification, one: Addressee, earlier: Message | None) -> Nudged:
    if earlier is None:
        return Nudged(case, one.name)
    return Nudged(case, one.name, str(earlier.params.get("by", "")), earlier.created_at)


def _owe(
    session: Session, case: Certification, one: Addressee, actor: Actor, at: datetime, line: str
) -> None:
    visit = one.activity if one.kind == VISIT else None
    owe(
        session,
        key=_key(case, one, at),
        kind=one.kind,
        at=at,
        origin=NUDGE,
        recipient=one.recipient,
        name=one.name,
        email=one.contact.email if one.contact else "",
        language=one.contact.language if one.contact else "en",
        case_id=case.case_id,
        params=_params(case, one, actor, line),
        link_purpose="confirm_visit" if visit else None,
        link_subject=visit.id if visit else None,
    )


def _params(case: Certification, one: Addressee, actor: Actor, line: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "certification": case.id,
        "holder": case.holder.name,
        "module": case.module,
        "by": actor.name,
        "since_on": day_of(case, one.since).isoformat(),
        "line": line,
    }
    if one.activity is not None:
        told |= {"activity": one.activity.id, "held_on": one.activity.held_on.isoformat()}
    return told


def _tell(
    session: Session,
    case: Certification,
    nudged: Sequence[Addressee],
    actor: Actor,
    at: datetime,
    line: str,
) -> None:
    """In the history of the case, where everybody reads it; contacts without an account by their name."""
    append_event(
        session,
        case_id=case.case_id,
        actor=actor,
        at=at,
        subject=("certification", case.id),
        move=NUDGE,
        states=(case.state, case.state),
        facts={
            "nudged": [one.id for one in nudged if one.recipient],
            "people_met": [one.name for one in nudged if one.recipient is None],
            "reason": line,
        },
        scheme_version=case.scheme_version,
    )
