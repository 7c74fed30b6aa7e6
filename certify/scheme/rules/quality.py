"""When a quality observation falls short: by the same numbers as an observation on the path."""

from datetime import date

from certify.scheme.evidence import Evidence, Happening, Observation
from certify.scheme.rules.assessment import below, insufficient
from certify.scheme.rules.case import Case
from certify.scheme.rules.observations import Event
from certify.scheme.rules.scores import applicable, observation_mean
from certify.scheme.sentences import Sentence
from certify.scheme.types import Edition
from certify.scheme.words import ActivityKind, ActivityState


def shortfalls(
    edition: Edition, observation: Observation, kind: ActivityKind, *, on: date, module: str, country: str
) -> tuple[Sentence, ...]:
    """Why it falls short: a mean below the one needed, or a critical item below sufficient; () if passed."""
    case = Case(edition, Evidence(module, country), on, frozenset())
    event = Event(Happening(observation.activity, kind, ActivityState.CONFIRMED, on, on), (observation,))
    lowest = case.whole("critical_minimum")
    critical = [
        sentence
        for item in applicable(edition, event.place)
        if item.critical and (sentence := insufficient(event, observation, item, lowest))
    ]
    return (*below(case, observation_mean(edition, observation, event.place)), *critical)
