"""The evidence of a case as the rules ask for it: each part is read when the first rule wants it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property, partial
from typing import Any, Protocol

from sqlalchemy.orm import Session

from certify.models import Certification
from certify.models.store import once_while_reading
from certify.policy.relations import Findings
from certify.scheme.evidence import Evidence, Held
from certify.scheme.words import Act
from certify.workflows import evidence as read

Parts = Mapping[str, Callable[[], Any]]


class LiveEvidence(Evidence):
    """Evidence whose parts are read one by one; `whole` is the same as a value."""

    parts: Parts

    def __init__(self, parts: Parts) -> None:
        self.__dict__["parts"] = parts  # evidence is frozen

    def whole(self) -> Evidence:
        """Everything, what was not read yet too."""
        return Evidence(**{one.name: getattr(self, one.name) for one in fields(Evidence)})


def _part(name: str) -> Any:
    part = cached_property(lambda evidence: evidence.parts[name]())
    part.__set_name__(LiveEvidence, name)
    return part


for _field in fields(Evidence):
    setattr(LiveEvidence, _field.name, _part(_field.name))


class Reader(Protocol):
    """What else is known of the case: the dossier."""

    @property
    def held(self) -> tuple[Held, ...]:
        """The holder's other certifications."""

    def findings(self, person_id: str, act: Act) -> Findings:
        """What the relations table says of a person's act."""

    def examine(self, asked: Collection[tuple[str, Act]]) -> None:
        """The same of several people, in one reading of their histories."""


def live_evidence(session: Session, case: Certification, at: datetime, reader: Reader) -> LiveEvidence:
    """The evidence of a case at an instant; a transaction that only reads keeps every part."""
    people = _People(session, case, reader)
    parts: Parts = {
        "module": lambda: case.module,
        "country": lambda: case.country,
        "trainings": lambda: read.trainings_of(session, case),
        "cycles": lambda: read.cycles_of(session, case),
        "excluded": lambda: read.excluded_from(session, case),
        "observations": lambda: read.observations(people.assessments, people.unrelated),
        "sheets": lambda: read.sheets(people.assessments),
        "held": lambda: reader.held,
        "waived": lambda: read.waived_in(session, case),
        "self_assessed": lambda: case.self_assessment is not None,
        "recommended": lambda: case.recommended_at is not None,
        "mitigation_needed": people.need_mitigation,
        "pauses": lambda: read.pauses_of(case),
        "practice_asked_on": lambda: read.practice_asked_on(case),
    }
    kept = {name: ("evidence", name, case.id, at) for name in parts}
    return LiveEvidence(
        {name: partial(once_while_reading, session, kept[name], part) for name, part in parts.items()}
    )


@dataclass
class _People:
    """Who assesses in a case and supervises it, as far as relations stand in their way."""

    session: Session
    case: Certification
    reader: Reader

    @cached_property
    def assessments(self) -> Sequence[Any]:
        return read.assessments_of(self.session, self.case)

    @cached_property
    def observers(self) -> set[str]:
        return {one.assessor_id for one in self.assessments if one.kind == "observation"}

    @cached_property
    def unrelated(self) -> frozenset[str]:
        """The observers in whose way nothing stands; the supervision, mostly asked about too, comes along."""
        self.reader.examine({(one, Act.OBSERVE) for one in self.observers} | self.supervision)
        return frozenset(one for one in self.observers if not self.reader.findings(one, Act.OBSERVE).findings)

    @property
    def supervision(self) -> set[tuple[str, Act]]:
        """Of the supervisor, and of whoever recommended before a supervisor was replaced."""
        supervisor, recommender = self.case.supervisor_id, self.case.recommended_by_id
        asked = [(supervisor, Act.SUPERVISE), (supervisor, Act.RECOMMEND), (recommender, Act.RECOMMEND)]
        return {(person, act) for person, act in asked if person}

    def need_mitigation(self) -> bool:
        """Whether an observer, the supervisor or the recommender has a relation to be mitigated."""
        if self.observers - self.unrelated:
            return True
        return any(self.reader.findings(person, act).mitigations for person, act in self.supervision)
