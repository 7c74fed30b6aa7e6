"""The one place where days and periods of validity are computed (DOMAIN.md §9)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo


def day_in(at: datetime, zone: str) -> date:
    """The calendar day that an instant falls on in an IANA zone."""
    return at.astimezone(ZoneInfo(zone)).date()
