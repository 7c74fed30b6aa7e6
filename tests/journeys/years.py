"""Years over HTTP: the clock goes from one due instant to the next, and every letter is noted."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import func, select, true

from certify.models import CaseFile, DuePoint, Message, db
from tests.api.client import token_for
from tests.cast import Member
from tests.faults.post import listening
from tests.journeys.walker import HastyClient, Walker, signed_in, visitor
from tests.reminders.sink import free_port, point_at

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
HOUR = timedelta(hours=1)
OFFICE = time(10)  # when people do what they do, in Hanoi


@dataclass(frozen=True, order=True)
class Mail:
    """One letter as the server got it: the domain's instant, what it says, to whom."""

    at: datetime
    subject: str
    to: str
    text: str = field(compare=False)


class Server:
    """The mail server, which notes when a letter came by the clock of the story."""

    def __init__(self, clock: Path) -> None:
        self.clock = clock
        self.got: list[Mail] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        text = letter.get_body(("plain",))
        self.got.append(
            Mail(
                datetime.fromisoformat(self.clock.read_text(encoding="utf-8")),
                str(letter["Subject"]).strip(),
                str(letter["To"]).partition("@")[0],
                str(text.get_content()) if text else "",
            )
        )
        return "250 OK"


@dataclass
class Years:
    """Everybody's programs and browsers over one installation, and the time that passes for all of them."""

    app: Flask
    clock: Path
    server: Server
    step: timedelta | None = None  # a round also every so often, though nothing is due
    now: datetime = datetime(2026, 1, 12, 3, 0, tzinfo=UTC)
    _tokens: dict[str, str] = field(default_factory=dict)
    _browsers: dict[str, Walker] = field(default_factory=dict)
    _told: int = 0

    # Time.

    @property
    def today(self) -> date:
        """The day in Hanoi."""
        return self.now.astimezone(HANOI).date()

    def until(self, day: str) -> None:
        """Go on to the office hour of a day; the clockwork does its rounds from now on and on the way."""
        end = _at_the_office(day)
        assert end >= self.now, f"{day} is past"
        self._round()
        while (due := self._next()) <= end:
            self._turn(due)
            self._round()
        self._turn(end)

    def asleep_until(self, day: str) -> None:
        """The same without any clockwork: it stands still until then."""
        self._turn(_at_the_office(day))

    def _turn(self, to: datetime) -> None:
        self.now = to
        self.clock.write_text(to.isoformat(), encoding="utf-8")

    def _round(self) -> None:
        done = self.app.test_cli_runner().invoke(args=["tick"])
        assert (done.exit_code, done.stderr) == (0, ""), done.output

    def _next(self) -> datetime:
        """The next instant at which the clockwork has something to do; an hour on while something waits."""
        db.session.rollback()
        ahead = (
            (DuePoint.due_at, DuePoint.settled_at.is_(None)),
            (Message.due_at, Message.state == "owed"),
            (CaseFile.look_at, true()),
        )
        asked = [select(func.min(due)).where(due > self.now, open) for due, open in ahead]
        found = [due for one in asked if (due := db.session.scalar(one)) is not None]
        found += [self.now + self.step] if self.step else []
        waiting = select(Message.id).where(Message.state == "owed", Message.due_at <= self.now).limit(1)
        if db.session.scalar(waiting) is not None:
            found.append((self.now + HOUR).replace(minute=0))
        db.session.rollback()
        return min(found, default=datetime.max.replace(tzinfo=UTC))

    # Mail.

    def mail(self) -> list[str]:
        """The letters since the last look: Hanoi's day and hour, what it is, and all who got it then."""
        self._round()
        new, self._told = sorted(self.server.got[self._told :]), len(self.server.got)
        return [
            f"{at.astimezone(HANOI):%Y-%m-%d %H:%M} {subject} → {', '.join(one.to for one in those)}"
            for (at, subject), those in groupby(new, key=lambda one: (one.at, one.subject))
        ]

    def nothing_is_left_out_of_any_letter(self) -> None:
        """Where a letter has no words for something, it writes a dash."""
        assert [one for one in self.server.got if "–" in one.subject + one.text] == []

    def link_to(self, to: str, path: str) -> str:
        """The path of the link in somebody's last letter that begins so."""
        last = next(one for one in reversed(self.server.got) if one.to == to and path in one.text)
        found = re.search(rf"http://localhost({re.escape(path)}/[\w-]+)", last.text)
        assert found, last.text
        return found.group(1)

    # People.

    def browser(self, member: Member) -> Walker:
        """Where the member is signed in."""
        if member.key not in self._browsers:
            self._browsers[member.key] = signed_in(self.app, member, hasty=True)
        return self._browsers[member.key]

    @property
    def visitor(self) -> Walker:
        """Anybody from the street."""
        return visitor(self.app, hasty=True)

    def get(self, member: Member, path: str, **query: Any) -> Any:
        """What the member's program reads."""
        return self._ask(member, "GET", path, query_string=query)

    def post(self, member: Member, path: str, body: Any = None) -> Any:
        """What the member's program sends, and is answered."""
        return self._ask(member, "POST", path, json=body or {})

    def _ask(self, member: Member, method: str, path: str, **more: Any) -> Any:
        if member.key not in self._tokens:
            self._tokens[member.key] = token_for(self.app, member)
        headers = {"Authorization": f"Bearer {self._tokens[member.key]}"}
        answer = HastyClient(self.app).open(f"/api/v1/{path}", method=method, headers=headers, **more)
        assert answer.status_code in (200, 201), f"{method} {path} answers {member.name}: {answer.text}"
        return answer.json

    def patch(self, member: Member, path: str, body: Any) -> Any:
        """What the member's program changes."""
        return self._ask(member, "PATCH", path, json=body)

    def upload(self, member: Member, path: str, **sent: Any) -> None:
        """What the member's program hands in as a form with a file."""
        self._ask(member, "POST", path, data=sent)

    def verdict(self, number: str, on: str = "") -> tuple[Any, ...]:
        """What anybody is told of a number: verdict, reason, since, and whether a renewal is filed."""
        told = self.visitor.json(f"/api/v1/verify/{number}" + (f"?on={on}" if on else ""))
        return told["verdict"], told["reason"], told["since"], told["renewal_filed"]


@contextmanager
def years(app: Flask, clock: Path, step: timedelta | None = None) -> Iterator[Years]:
    """From 12 January 2026 on, ten in the morning in Hanoi, with a mail server that listens."""
    server, port = Server(clock), free_port()
    point_at(app, port)
    with listening(server, port):
        told = Years(app, clock, server, step)
        told._turn(told.now)
        yield told


def _at_the_office(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), OFFICE, HANOI).astimezone(UTC)
