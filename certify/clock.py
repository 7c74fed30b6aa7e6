"""The only place that reads the time: domain time can be turned in demo and test, real time cannot."""

from datetime import UTC, datetime, timedelta
from pathlib import Path


class ClockUnreadable(Exception):
    """`CERTIFY_CLOCK` names a file that is missing or holds no instant; answered with 503."""


def real_now() -> datetime:
    """The machine's own time in UTC: sessions, single-use links, throttles and leases run on it."""
    return datetime.now(UTC)


class Clock:
    """Domain time, as `CERTIFY_CLOCK` says (DESIGN.md, Messages and the clock).

    `setting` is empty (real time), an ISO 8601 instant with offset (ticks on from there) or
    `file:PATH` holding one (frozen, re-read whenever the time is asked).
    """

    def __init__(self, setting: str = "") -> None:
        self._file = Path(setting.removeprefix("file:")) if setting.startswith("file:") else None
        self._offset = timedelta(0)
        self.counts_from: datetime | None = None  # each process since its own start, so they differ
        if setting and self._file is None:
            self.counts_from = _parse(setting, "CERTIFY_CLOCK")
            self._offset = self.counts_from - real_now()

    def now(self) -> datetime:
        """The domain's present instant in UTC. Raises ClockUnreadable."""
        if self._file is None:
            return real_now() + self._offset
        try:
            text = self._file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ClockUnreadable(f"The clock file {self._file} cannot be read.") from error
        return _parse(text.strip(), str(self._file))


def _parse(text: str, source: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise ClockUnreadable(f"{source} holds {text[:40]!r}, which is no ISO 8601 instant.") from error
    if instant.tzinfo is None:
        raise ClockUnreadable(f"{source} holds {text[:40]!r}, which has no offset from UTC.")
    return instant.astimezone(UTC)
