"""What goes when its time is over, each kind of row by its own condition, and how many there were."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.orm import Session, aliased

from certify.auth.throttle import KEPT_SECONDS
from certify.extensions import settings
from certify.files.sweeping import let_go
from certify.models import (
    Absence,
    ApiToken,
    CalendarFeed,
    IdempotencyKey,
    MoveDraft,
    RefusedAddress,
    SignIn,
    SingleUseLink,
    StoredFile,
    ThrottleCount,
    db,
)
from certify.models.store import write_tx
from certify.policy.actor import CLOCK
from certify.workflows.file_erasure import erase_file
from certify.workflows.idempotency import REMEMBERED

Due = Callable[[datetime], ColumnElement[bool]]

TRACES = timedelta(days=180)  # sign-ins and tokens: long enough to look into a misuse that was noticed late
LINKS = timedelta(days=30)  # mailed links, after they ran out
DRAFTS = timedelta(days=365)  # longer than any case stays on hold
REMOVED = timedelta(days=30)  # files that were taken away again; an hour of it can be undone
COUNTERS = timedelta(seconds=KEPT_SECONDS)
ANSWERS = REMEMBERED


@dataclass(frozen=True)
class Sweep:
    """The rows of one table that are due; on the domain's clock, or on real time as sign-ins are."""

    row: Any
    due: Due
    on_domain_time: bool = False

    def count(self, session: Session, at: datetime) -> int:
        """How many are due."""
        return session.scalar(select(func.count()).select_from(self.row).where(self.due(at))) or 0

    def carry_out(self, at: datetime) -> int:
        """Delete them, in a commit of their own; how many they were."""
        with write_tx() as session:
            unsynchronised = {"synchronize_session": False}
            gone = session.execute(delete(self.row).where(self.due(at)), execution_options=unsynchronised)
            return int(gone.rowcount)  # type: ignore[attr-defined]


class FileSweep(Sweep):
    """Files go as every other erased file does: the row stays, the log tells of it, the bytes are removed."""

    def carry_out(self, at: datetime) -> int:
        """Erase them one by one, each in a commit of its own."""
        due = list(db.session.scalars(select(self.row.id).where(self.due(at)).order_by(self.row.id)))
        for id in due:
            with write_tx() as session:
                gone = erase_file(session, session.get_one(self.row, id), CLOCK, at)
            let_go(db.session(), settings().instance / "files", gone)
        return len(due)


def _counter_is_old(at: datetime) -> ColumnElement[bool]:
    """A slice that counts no more; the row that tries queue at (slice 0), once none is left that counts."""
    other, oldest = aliased(ThrottleCount), int((at - COUNTERS).timestamp())
    young = select(other.key).where(other.key == ThrottleCount.key, other.window_start >= oldest)
    slice_ = ThrottleCount.window_start
    return or_(and_(slice_ != 0, slice_ < oldest), and_(slice_ == 0, ~young.exists()))


SIGN_INS = Sweep(SignIn, lambda at: SignIn.seen_at < at - TRACES)
TOKENS = Sweep(ApiToken, lambda at: or_(ApiToken.revoked_at < at - TRACES, ApiToken.expires_at < at - TRACES))
AWAY = Sweep(Absence, lambda at: Absence.until_on < (at - TRACES).date(), on_domain_time=True)
CALENDARS = Sweep(CalendarFeed, lambda at: CalendarFeed.revoked_at < at - TRACES)
REFUSALS = Sweep(RefusedAddress, lambda at: RefusedAddress.refused_at < at - LINKS)
MAILED_LINKS = Sweep(SingleUseLink, lambda at: SingleUseLink.expires_at < at - LINKS)
COUNTED_TRIES = Sweep(ThrottleCount, _counter_is_old)
GIVEN_ANSWERS = Sweep(IdempotencyKey, lambda at: IdempotencyKey.created_at <= at - ANSWERS)
UNSENT = Sweep(MoveDraft, lambda at: MoveDraft.saved_at < at - DRAFTS, on_domain_time=True)
TAKEN_AWAY = FileSweep(
    StoredFile,
    lambda at: and_(StoredFile.removed_at < at - REMOVED, StoredFile.erased_at.is_(None)),
    on_domain_time=True,
)
