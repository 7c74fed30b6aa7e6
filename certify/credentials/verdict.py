"""Is this certificate good? One pure answer for page, programs and offline checker (CREDENTIALS.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from certify.scheme.dates import day_in, end_of, start_of
from certify.scheme.standing import CertifiedRecord, Period, StandingChange, last_begun, standing
from certify.scheme.words import Standing, Verdict

GENUINE = (Verdict.VALID, Verdict.NOT_CURRENTLY_VALID)  # whatever it is worth now, it was issued here


@dataclass(frozen=True)
class CredentialRecord:
    """Everything that the register knows of one number; days are in the credential's zone.

    `revoked_at` is the instant at which this certificate was ended; `successor_from` the first day of
    the one that supersedes it, in the zone of that one; `filings` say when a renewal of it was filed, and
    when it was decided.
    """

    number: str
    holder: str
    module: str
    country: str
    credential_type: str
    scheme_version: str
    issuer: str
    zone: str
    valid_from: date
    valid_until: date
    grace_days: int
    changes: tuple[StandingChange, ...] = ()
    filings: tuple[tuple[datetime, datetime | None], ...] = ()
    rests_on: tuple[Period, ...] = ()  # of a licence: the periods of the certification beneath it
    revoked_at: datetime | None = None
    supersedes: str | None = None
    superseded_by: str | None = None
    successor_from: date | None = None
    successor_zone: str | None = None  # where it is not the same
    recognised: tuple[str, str] | None = None  # source, number there

    @property
    def period(self) -> Period:
        """Its days."""
        return Period(self.valid_from, self.valid_until, self.zone, self.grace_days)

    @property
    def successor_begins(self) -> datetime | None:
        """The first instant of the one that supersedes it."""
        if self.successor_from is None:
            return None
        return start_of(self.successor_from, self.successor_zone or self.zone)


@dataclass(frozen=True)
class VerdictDocument:
    """The public answer about one number; fields in the order of DESIGN.md, then what programs do not get."""

    number: str
    verdict: Verdict
    reason: str | None
    since: date | None
    holder: str | None
    module: str | None
    country: str | None
    credential_type: str | None
    scheme_version: str | None
    issuer: str | None
    valid_from: date | None
    valid_until: date | None
    supersedes: str | None
    superseded_by: str | None
    renewal_filed: bool | None
    recognised: Mapping[str, str] | None
    as_of: datetime
    on: date | None
    zone: str | None = None  # whose days they are: that of the issuing body; None where there is none

    @property
    def today(self) -> date:
        """The day on which it was asked, where the certificate was issued."""
        return day_in(self.as_of, self.zone or "UTC")

    def as_json(self) -> dict[str, Any]:
        """The document as programs get it: days `YYYY-MM-DD`, instants ISO 8601 in UTC."""
        return {
            name: value if value is None or type(value) is str else _plain(value)
            for name, value in vars(self).items()
            if name != "zone"
        }


def verdict(record: CredentialRecord, at: datetime, on: date | None = None) -> VerdictDocument:
    """What the certificate is worth, with the knowledge of `at`, at the end of the day `on`.

    Without `on`, and for today, it is asked about `at` itself; a future day is answered as if nothing
    changed until then.
    """
    moment = moment_asked(record.zone, at, on)
    reason, since = _reason(record, moment)
    return VerdictDocument(
        number=record.number,
        verdict=Verdict.VALID if reason is None else Verdict.NOT_CURRENTLY_VALID,
        reason=reason,
        since=since,
        holder=record.holder,
        module=record.module,
        country=record.country,
        credential_type=record.credential_type,
        scheme_version=record.scheme_version,
        issuer=record.issuer,
        valid_from=record.valid_from,
        valid_until=record.valid_until,
        supersedes=record.supersedes,
        superseded_by=record.superseded_by,
        renewal_filed=_is_renewal_filed(record, reason, moment),
        recognised=_recognised(record),
        as_of=at,
        on=on,
        zone=record.zone,
    )


def unknown(number: str, at: datetime, on: date | None = None) -> VerdictDocument:
    """The answer for a number that is not in the register."""
    return VerdictDocument(number, Verdict.UNKNOWN, *(None,) * 14, as_of=at, on=on)


def moment_asked(zone: str, at: datetime, on: date | None) -> datetime:
    """The instant that a question is about: `at` itself, without a day and for today, or the day's end."""
    return at if on is None or on == day_in(at, zone) else end_of(on, zone)


def _reason(record: CredentialRecord, moment: datetime) -> tuple[str | None, date | None]:
    """Withdrawn, retired, suspended; then superseded; then the dates."""
    stands = _standing(record, moment)
    if stands in (Standing.WITHDRAWN, Standing.RETIRED, Standing.SUSPENDED):
        return stands.value, _changed_on(record, stands, moment)
    if record.revoked_at is not None and record.revoked_at <= moment:
        return Standing.WITHDRAWN.value, day_in(record.revoked_at, record.zone)
    begins = record.successor_begins
    if begins is not None and begins <= moment:
        return "superseded", day_in(begins, record.zone)
    if stands in (Standing.IN_GRACE, Standing.EXPIRED):
        return stands.value, record.valid_until + timedelta(days=1)
    if stands is Standing.NOT_YET_VALID:
        return stands.value, None
    return _reason_beneath(record, moment)


def _reason_beneath(record: CredentialRecord, moment: datetime) -> tuple[str | None, date | None]:
    """A licence is worth nothing while the certification that it rests on has run out."""
    stands = _standing(record, moment, record.rests_on) if record.rests_on else Standing.VALID
    if stands is Standing.VALID:
        return None, None
    last = last_begun(record.rests_on, moment)
    return stands.value, day_in(last.ends + timedelta(microseconds=1), record.zone) if last else None


def _standing(
    record: CredentialRecord, moment: datetime, periods: tuple[Period, ...] | None = None
) -> Standing:
    return standing(CertifiedRecord(periods or (record.period,), record.changes), moment)


def _is_renewal_filed(record: CredentialRecord, reason: str | None, moment: datetime) -> bool:
    """From the filing to the decision; what was ended is not renewed. It never changes what it is worth."""
    if not record.filings or reason in (Standing.WITHDRAWN, Standing.RETIRED):
        return False
    return any(
        filed_at <= moment and (decided_at is None or moment < decided_at)
        for filed_at, decided_at in record.filings
    )


def _changed_on(record: CredentialRecord, stands: Standing, moment: datetime) -> date | None:
    """The day on which the certification came to stand so, last."""
    kind = {Standing.WITHDRAWN: "withdraw", Standing.RETIRED: "retire", Standing.SUSPENDED: "suspend"}[stands]
    instants = [change.at for change in record.changes if change.kind == kind and change.at <= moment]
    return day_in(max(instants), record.zone) if instants else None


def _recognised(record: CredentialRecord) -> dict[str, str] | None:
    if record.recognised is None:
        return None
    source, number = record.recognised
    return {"source": source, "number": number}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    return value
