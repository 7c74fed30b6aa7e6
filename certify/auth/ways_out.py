"""Links in mails by which their readers do without a category: a GET looks, a POST leaves it out."""

from sqlalchemy.orm import Session

from certify.auth import links
from certify.reminders.categories import Category
from certify.reminders.links import OPT_OUT, read_opt_out
from certify.workflows.wishes import opt_out


def asked_by(session: Session, token: str) -> Category | None:
    """What a link would leave out; None when it was used, ran out or never was."""
    link = links.peek(session, token, OPT_OUT)
    return read_opt_out(link.subject)[1] if link else None


def use(session: Session, token: str) -> Category | None:
    """Leave it out of the mail of whoever the link was sent to; None as above."""
    link = links.consume(session, token, OPT_OUT) if asked_by(session, token) else None
    if link is None:
        return None
    person_id, category = read_opt_out(link.subject)
    opt_out(session, person_id, category.value)
    return category
