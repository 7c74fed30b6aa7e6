"""Why a certificate is worth what it is: the questions of the verdict, in order, to the one that counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from certify.credentials.verdict import CredentialRecord, VerdictDocument, moment_asked, verdict
from certify.scheme.dates import day_in
from certify.scheme.sentences import Sentence, say
from certify.scheme.standing import StandingChange, StandingKind, last_begun


@dataclass(frozen=True)
class Line:
    """One question in a word, what the register knew of it then, and whether it settled the answer."""

    about: str
    known: Sentence
    settles: bool


def reasoning(
    record: CredentialRecord, at: datetime, on: date | None = None
) -> tuple[VerdictDocument, tuple[Line, ...]]:
    """The verdict (credentials/verdict.py alone decides it) and each question up to the one that settled it.

    `at`, `on`: as for the verdict. A certificate that is valid has been through all of them.
    """
    answer = verdict(record, at, on)
    moment = moment_asked(record.zone, at, on)
    settled_by = _settled_by(record, answer, moment)
    lines = []
    for about, tell in QUESTIONS:
        if about == "beneath" and not record.rests_on:
            continue  # only a licence rests on a certification
        known = tell(record, moment)
        known = known if moment < at else _OF_TODAY.get(known, known)
        lines.append(Line(about, known, about == settled_by))
        if about == settled_by:
            break
    if answer.renewal_filed:
        lines.append(Line("renewal", say("A renewal is filed; until it is decided, nothing changes."), False))
    return answer, tuple(lines)


# What did not happen until a day of the past, and how the same is said of now.
_OF_TODAY: Mapping[str, Sentence] = {
    say("The certification had not been withdrawn."): say("The certification has not been withdrawn."),
    say("The trainer had not given the certification up."): say(
        "The trainer has not given the certification up."
    ),
    say("The certification had not been suspended."): say("The certification has not been suspended."),
    say("This certificate had not been revoked."): say("This certificate has not been revoked."),
}


def _settled_by(record: CredentialRecord, answer: VerdictDocument, moment: datetime) -> str | None:
    if answer.reason == "withdrawn" and not _days(record, moment, StandingKind.WITHDRAW):
        return "revoked"  # this certificate was, and not the certification
    if answer.reason in ("in_grace", "expired", "not_yet_valid"):
        own = record.period
        if own.begins <= moment <= own.ends:
            return "beneath"
        return "expired" if own.ends < moment else "not_yet_valid"
    return answer.reason


def _days(record: CredentialRecord, moment: datetime, *kinds: str) -> list[tuple[date, str]]:
    """The days of what happened to the certification until then, in order."""
    happened: list[StandingChange] = sorted(
        (each for each in record.changes if each.at <= moment and each.kind in kinds),
        key=lambda each: each.at,
    )
    return [(day_in(each.at, record.zone), each.kind) for each in happened]


def _withdrawn(record: CredentialRecord, moment: datetime) -> Sentence:
    days = _days(record, moment, StandingKind.WITHDRAW)
    if days:
        return say("The certification was withdrawn on {day}.", day=days[-1][0])
    return say("The certification had not been withdrawn.")


def _retired(record: CredentialRecord, moment: datetime) -> Sentence:
    days = _days(record, moment, StandingKind.RETIRE)
    if days:
        return say("The trainer gave the certification up on {day}.", day=days[-1][0])
    return say("The trainer had not given the certification up.")


def _suspended(record: CredentialRecord, moment: datetime) -> Sentence:
    pauses = _days(record, moment, StandingKind.SUSPEND, StandingKind.REINSTATE)
    if not pauses:
        return say("The certification had not been suspended.")
    last, kind = pauses[-1]
    if kind == StandingKind.SUSPEND:
        return say("The certification was suspended on {day} and not reinstated since.", day=last)
    return say("The certification was suspended, and reinstated on {day}.", day=last)


def _revoked(record: CredentialRecord, moment: datetime) -> Sentence:
    if record.revoked_at is not None and record.revoked_at <= moment:
        return say("This certificate was revoked on {day}.", day=day_in(record.revoked_at, record.zone))
    return say("This certificate had not been revoked.")


def _superseded(record: CredentialRecord, _moment: datetime) -> Sentence:
    if record.superseded_by is None or record.successor_from is None:
        return say("No other certificate follows this one.")
    number, day, zone = record.superseded_by, record.successor_from, record.successor_zone
    if zone is not None and zone != record.zone:
        return say("{number} follows this one from {day}, in {zone}.", number=number, day=day, zone=zone)
    return say("{number} follows this one from {day}.", number=number, day=day)


def _begun(record: CredentialRecord, _moment: datetime) -> Sentence:
    return say("It begins with the day {day}, in {zone}.", day=record.valid_from, zone=record.zone)


def _expired(record: CredentialRecord, _moment: datetime) -> Sentence:
    return say(
        "Its last day is {last}, in {zone}; the {n} days of grace for a renewal end with {grace}.",
        last=record.valid_until,
        zone=record.zone,
        n=record.grace_days,
        grace=record.period.grace_until,
    )


def _beneath(record: CredentialRecord, moment: datetime) -> Sentence:
    begun = last_begun(record.rests_on, moment)
    if begun is None:
        first = min(record.rests_on, key=lambda each: each.valid_from)
        return say(
            "The certification that the licence rests on begins with the day {day}, in {zone}.",
            day=first.valid_from,
            zone=first.zone,
        )
    # While it is valid: with everything that follows without a break, or is granted already.
    latest = max(record.rests_on, key=lambda each: each.valid_from)
    last = begun if begun.ends < moment else latest
    if last.zone != record.zone:
        return say(
            "The certification that the licence rests on has its last day on {day}, in {zone}.",
            day=last.valid_until,
            zone=last.zone,
        )
    return say("The certification that the licence rests on has its last day on {day}.", day=last.valid_until)


# In the order in which the verdict asks (DESIGN.md, Standing), as the tests make sure.
QUESTIONS: tuple[tuple[str, Callable[[CredentialRecord, datetime], Sentence]], ...] = (
    ("withdrawn", _withdrawn),
    ("retired", _retired),
    ("suspended", _suspended),
    ("revoked", _revoked),
    ("superseded", _superseded),
    ("not_yet_valid", _begun),
    ("expired", _expired),
    ("beneath", _beneath),
)
