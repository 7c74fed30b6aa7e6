"""What a rule is asked: one certification's evidence, what counts of it, the edition and the day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from certify.scheme.evidence import Cycle, Evidence, Training
from certify.scheme.types import Edition
from certify.scheme.words import ActivityState


@dataclass(frozen=True)
class Finding:
    """What one rule found: by which evidence, and why not; without a reason it is met."""

    evidence: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    earliest_on: date | None = None

    @property
    def met(self) -> bool:
        """Nothing stands against it."""
        return not self.reasons


@dataclass(frozen=True)
class Case:
    """The evidence of one certification, judged under an edition on a day; `counts` are activity ids."""

    edition: Edition
    evidence: Evidence
    on: date
    counts: frozenset[str]

    @cached_property
    def tot(self) -> Training | None:
        """The ToT from which the deadlines run."""
        return holders_tot(self.evidence)

    def limit(self, name: str, cycle: Cycle | None = None) -> Decimal:
        """The number in force for this module and country, and for the cohort's variant."""
        return number(
            self.edition,
            name,
            module=self.evidence.module,
            country=self.evidence.country,
            variant=cycle.variant if cycle else None,
        )

    def whole(self, name: str, cycle: Cycle | None = None) -> int:
        """The same for a count, of days, months or things."""
        return int(self.limit(name, cycle))

    def not_before(self, day: date) -> date:
        """The earliest day that something can still happen: never in the past."""
        return max(day, self.on)


def number(
    edition: Edition,
    name: str,
    *,
    module: str | None = None,
    country: str | None = None,
    variant: str | None = None,
) -> Decimal:
    """A parameter as an exact number: 3.5 in the scheme is 3.5 here, not the nearest float."""
    return Decimal(str(edition.parameter(name, module=module, country=country, variant=variant).value))


def holders_tot(evidence: Evidence) -> Training | None:
    """The holder's confirmed ToT, from whose last day the ToE deadlines run; None while there is none."""
    confirmed = [
        training
        for training in evidence.trainings
        if training.state is ActivityState.CONFIRMED
        and training.current
        and training.activity not in evidence.excluded
    ]
    return max(confirmed, key=lambda training: (training.last_on, training.activity), default=None)
