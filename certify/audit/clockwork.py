"""Whether the scheduler runs and mail gets through, for `flask doctor`."""

from collections.abc import Iterator

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from certify.audit.said import Said
from certify.queries.mail import waiting
from certify.reminders.rounds import beat_of

START = "Start: flask scheduler (./run starts one beside the web server)."
LET_GO = "Put the clock right; then: flask tick (or wait for ten steady rounds)."


def clockwork(connection: Connection) -> Iterator[Said]:
    """One line about the rounds, one about the mail that was given up."""
    with Session(connection) as session:
        beat, mail = beat_of(session), waiting(session)
    if beat.ago is None:
        yield Said("warn", "no scheduler has run yet", START)
    elif beat.is_late:
        yield Said(
            "warn", f"the scheduler's last round is {beat.ago.total_seconds() / 60:.0f} min old", START
        )
    else:
        yield Said("ok", f"the scheduler's last round is {beat.ago.total_seconds():.0f} s old")
    if beat.held_by:
        yield Said("warn", f"the clock makes no move: it jumped ({beat.held_by})", LET_GO)
    if given_up := mail.failed + mail.bounced:
        yield Said("warn", f"{given_up} messages were given up", "See why, and send them again: /mail")
    else:
        yield Said("ok", f"no message was given up, {mail.owed} are on their way")
