"""Days as an iCalendar file (RFC 5545), which calendar programs fetch by themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event, vDuration, vText

from certify.presentation.address import site_address


@dataclass(frozen=True)
class FeedDay:
    """One whole day in a calendar; the `uid` stays when the day moves."""

    uid: str
    on: date
    title: str
    path: str
    changed_at: datetime


def calendar_of(days: Iterable[FeedDay], *, name: str, zone: str) -> bytes:
    """Whole days without an hour, so that each stays on its day wherever its reader travels."""
    site = site_address()
    host = urlsplit(site).hostname or "localhost"
    calendar = Calendar()
    calendar.add("prodid", "-//Certify//SCORE trainers//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", vText(name))  # an own property is not escaped by itself
    calendar.add("x-wr-timezone", zone)
    calendar.add("refresh-interval", vDuration(timedelta(hours=12)), {"VALUE": "DURATION"})
    for day in days:
        calendar.add_component(_event(day, site, host))
    written: bytes = calendar.to_ical()
    return written


def _event(day: FeedDay, site: str, host: str) -> Event:
    event = Event()
    event.add("uid", f"{day.uid}@{host}")
    event.add("dtstamp", day.changed_at)
    event.add("dtstart", day.on)
    event.add("dtend", day.on + timedelta(days=1))
    event.add("summary", day.title)
    event.add("url", site + day.path)
    event.add("transp", "TRANSPARENT")
    return event
