"""Single-use links are made when their mail is sent, so that a token is only ever in the mail itself."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy.orm import Session

from certify.clock import real_now
from certify.models import SingleUseLink

# How long each kind of link can be used, and where it leads.
LIFETIMES = {
    "invitation": timedelta(days=14),
    "reset": timedelta(hours=1),
    "confirm_visit": timedelta(days=30),
}
PATHS = {"invitation": "/invitation", "reset": "/reset", "confirm_visit": "/confirm-visit"}


def make_link(session: Session, *, purpose: str, subject: str, email: str) -> str:
    """Store a new link's hash and return its path with the token in it. KeyError for an unknown purpose."""
    token = secrets.token_urlsafe(32)
    at = real_now()
    session.add(
        SingleUseLink(
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            purpose=purpose,
            subject=subject,
            email=email,
            created_at=at,
            expires_at=at + LIFETIMES[purpose],
        )
    )
    return f"{PATHS[purpose]}/{token}"
