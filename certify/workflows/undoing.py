"""Plain changes that can be undone: what one left is compared with what stands, then put back as before."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Activity, Affiliation, Cohort, Person, RoleGrant, SignIn, StoredFile
from certify.models.store import lock_case
from certify.policy import Actor
from certify.scheme.sentences import say
from certify.workflows import attendance, ties
from certify.workflows.application import CV, open_draft, standing_cvs
from certify.workflows.changes import Change, plainly
from certify.workflows.cohort import as_changeable, edit_cohort
from certify.workflows.engine import Refusal, Refused
from certify.workflows.roles import take_up_again

CHANGED = say("Somebody changed this since, so it was not undone. It stays as it reads now.")


@dataclass(frozen=True)
class Undoing:
    """How an act is undone: whose row, judged by which action on what, and the way back.

    `back` answers whether anything had to be put back: pressed twice, it has been already.
    """

    row: type[Any]
    action: str
    back: Callable[[Session, Actor, datetime, Any, Change], bool]
    judged: Callable[[Any], Any] = lambda row: row


def _stands(row: Any, change: Change) -> bool:
    """Whether the row still reads as the act left it; False when it reads as before. Raises Refused."""
    now = {name: plainly(getattr(row, name)) for name in change.after}
    if now == dict(change.before):
        return False
    if now != dict(change.after):
        raise Refused([Refusal(None, CHANGED)])
    return True


def _put(row: Any, change: Change) -> None:
    for name, value in change.before.items():
        setattr(row, name, _read(value))


def _read(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)


def _file(session: Session, actor: Actor, at: datetime, file: StoredFile, change: Change) -> bool:
    """A file of a draft, while it is one; what took its place goes, unless that was replaced as well.

    Of CVs the newest stands: a removed one stays away once another was added.
    """
    assert file.certification is not None
    open_draft(session, file.certification, actor, at)
    session.refresh(file)
    if not _stands(file, change):
        return False
    instead = session.get(StoredFile, change.more.get("instead", ""))
    since = list(_since(file, instead))
    if since:
        raise Refused([Refusal(None, CHANGED), *since])
    _put(file, change)
    if instead is not None:
        instead.removed_at = at
    return True


def _since(file: StoredFile, instead: StoredFile | None) -> Iterator[Refusal]:
    """What happened to the files of the draft meanwhile, so far as it stands in the way."""
    assert file.certification is not None
    if instead is not None and instead.removed_at is not None:
        yield Refusal(None, say("“{file}” was removed since.", file=instead.name))
    for other in standing_cvs(file.certification) if file.kind == CV else ():
        if other is not instead:
            yield Refusal(None, say("“{file}” was added since.", file=other.name))


def _proposal(session: Session, actor: Actor, at: datetime, grant: RoleGrant, change: Change) -> bool:
    """A proposal that was put aside, unless it has been made anew."""
    session.refresh(grant, with_for_update={"of": RoleGrant})
    if not _stands(grant, change):
        return False
    take_up_again(session, grant)
    return True


def _account(session: Session, actor: Actor, at: datetime, person: Person, change: Change) -> bool:
    """A disabled account, with the browsers that were signed in."""
    session.refresh(person, with_for_update=True)
    if not _stands(person, change):
        return False
    _put(person, change)
    _sign_in_again(_ended(session, person, change.more), change.more)
    return True


def _last_day(session: Session, actor: Actor, at: datetime, affiliation: Affiliation, change: Change) -> bool:
    """The last day at an organisation, unless the person was recorded there anew."""
    ties.lock(session, affiliation)
    if not _stands(affiliation, change):
        return False
    ties.put_last_day(affiliation, _read(change.before["until_on"]))
    return True


def _sign_ins(session: Session, actor: Actor, at: datetime, person: Person, change: Change) -> bool:
    """Browsers that were signed out, unless a new password was to keep them out since."""
    session.refresh(person, with_for_update=True)
    rows = _ended(session, person, change.more)
    if all(row.ended_at is None for row in rows):
        return False
    if person.version != change.more["version"] or person.disabled_at is not None:
        raise Refused([Refusal(None, CHANGED)])
    _sign_in_again(rows, change.more)
    return True


def _ended(session: Session, person: Person, ended: Mapping[str, Any]) -> list[SignIn]:
    asked = select(SignIn).where(SignIn.id.in_(ended["rows"]), SignIn.person_id == person.id)
    return list(session.scalars(asked))


def _sign_in_again(rows: list[SignIn], ended: Mapping[str, Any]) -> None:
    """Open again what ended at the named instant, and nothing that ended later for another reason."""
    for row in rows:
        if plainly(row.ended_at) == ended["ended_at"]:
            row.ended_at = None


def _cohort(session: Session, actor: Actor, at: datetime, cohort: Cohort, change: Change) -> bool:
    """Who took part in a cohort before it was edited; the edit back is an event like the edit was."""
    lock_case(session, cohort.case_id)
    session.refresh(cohort)
    now = {name: value for name, value in as_changeable(cohort).items() if name in change.after}
    if now == dict(change.before):
        return False
    if now != dict(change.after):
        raise Refused([Refusal(None, CHANGED)])
    edit_cohort(session, cohort, actor, at, **change.before)
    return True


UNDOINGS = {
    "file": Undoing(StoredFile, "certification.edit", _file, lambda file: file.certification),
    "proposal": Undoing(RoleGrant, "role.end", _proposal),
    "account": Undoing(Person, "person.edit", _account),
    "last_day": Undoing(Affiliation, "person.edit", _last_day, lambda one: one.person),
    "sign_ins": Undoing(Person, "person.edit", _sign_ins),
    "own_sign_ins": Undoing(Person, "account.edit", _sign_ins),
    "cohort": Undoing(Cohort, "cohort.edit", _cohort),
    "presence": Undoing(Activity, "tot_event.edit", attendance.take_back),
}
