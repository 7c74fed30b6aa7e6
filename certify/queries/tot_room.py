"""The room of a ToT event: what each candidate has, and what they are still short of, by the rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from certify.models import Activity, RosterEntry
from certify.scheme.evidence import Evidence
from certify.scheme.rules.case import Case
from certify.scheme.rules.requirements import OF_A_TRAINING
from certify.scheme.words import ActivityState, CertificationState
from certify.workflows.dossier import day_of, edition_of
from certify.workflows.evidence import training_of


@dataclass(frozen=True)
class Shortfall:
    """One requirement of the ToT that a candidate does not meet, and why."""

    requirement: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """How one candidate stands in the event."""

    entry: RosterEntry
    shortfalls: tuple[Shortfall, ...]

    @property
    def started(self) -> bool:
        """Whether anything is recorded yet."""
        entry = self.entry
        return entry.hours_present is not None or entry.test_percent is not None or bool(entry.micro_teaching)

    @property
    def is_ready(self) -> bool:
        """Whether a facilitator may now say of this candidate that the ToT is completed."""
        return (
            self.entry.activity.state is ActivityState.CONFIRMED
            and self.entry.certification.state is CertificationState.TRAINING
            and not self.shortfalls
        )


def results_of(
    session: Session, activity: Activity, entries: Iterable[RosterEntry], at: datetime
) -> tuple[Result, ...]:
    """The candidates in the order given, each judged by the edition that their case is pinned to."""
    return tuple(Result(entry, _shortfalls(session, activity, entry, at)) for entry in entries)


def _shortfalls(
    session: Session, activity: Activity, entry: RosterEntry, at: datetime
) -> tuple[Shortfall, ...]:
    certification = entry.certification
    edition = edition_of(session, certification, at)
    evidence = Evidence(certification.module, certification.country)
    case = Case(edition, evidence, day_of(certification, at), frozenset())
    training = training_of(activity, entry, certification)
    waived = {waiver.requirement for waiver in certification.waivers}
    found = ((id, rule(case, training)) for id, rule in OF_A_TRAINING.items() if id not in waived)
    return tuple(Shortfall(id, finding.reasons) for id, finding in found if not finding.met)
