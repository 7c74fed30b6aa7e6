"""Single-use links are made when their mail is sent, so that a token is only ever in the mail itself."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy.orm import Session

from certify.clock import real_now
from certify.models import SingleUseLink
from certify.reminders.categories import OPTIONAL, Category

OPT_OUT = "opt_out"

# How long each kind of link can be used, and where it leads.
LIFETIMES = {
    "invitation": timedelta(days=14),
    "reset": timedelta(hours=1),
    "confirm_visit": timedelta(days=30),
    OPT_OUT: timedelta(days=90),
}
PATHS = {
    "invitation": "/invitation",
    "reset": "/reset",
    "confirm_visit": "/confirm-visit",
    OPT_OUT: "/opt-out",
}


def opt_out_subject(person_id: str, category: Category) -> str:
    """Who does without what, as such a link names it."""
    return f"{person_id}:{category.value}"


def read_opt_out(subject: str) -> tuple[str, Category]:
    """The person and the category. ValueError when it names none that anybody may do without."""
    person_id, _, named = subject.partition(":")
    category = Category(named)
    if category not in OPTIONAL:
        raise ValueError(f"{named} is mandatory")
    return person_id, category


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
