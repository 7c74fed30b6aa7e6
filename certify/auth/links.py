"""Links that work once: a GET only looks, a POST uses one up, and of twelve at once a single one wins."""

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from certify.auth.sessions import hashed
from certify.clock import real_now
from certify.models import SingleUseLink


def peek(session: Session, token: str, purpose: str) -> SingleUseLink | None:
    """The link that a token opens, if it could still be used; nothing changes."""
    return session.scalar(select(SingleUseLink).where(*_usable(token, purpose)))


def consume(session: Session, token: str, purpose: str) -> SingleUseLink | None:
    """Use the link up inside the caller's transaction; None for all but the first, and when it ran out."""
    link_id = session.scalar(
        update(SingleUseLink)
        .where(*_usable(token, purpose))
        .values(used_at=real_now())
        .returning(SingleUseLink.id)
        .execution_options(synchronize_session=False)
    )
    if link_id is None:
        return None
    link = session.get_one(SingleUseLink, link_id, populate_existing=True)
    _spend_the_others(session, link)
    return link


def _usable(token: str, purpose: str) -> tuple[ColumnElement[bool], ...]:
    return (
        SingleUseLink.token_hash == hashed(token),
        SingleUseLink.purpose == purpose,
        SingleUseLink.used_at.is_(None),
        SingleUseLink.expires_at > real_now(),
    )


def _spend_the_others(session: Session, link: SingleUseLink) -> None:
    """A second mail for the same thing must not open it again."""
    session.execute(
        update(SingleUseLink)
        .where(
            SingleUseLink.purpose == link.purpose,
            SingleUseLink.subject == link.subject,
            SingleUseLink.used_at.is_(None),
        )
        .values(used_at=link.used_at)
        .execution_options(synchronize_session=False)
    )
