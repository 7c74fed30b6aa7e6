"""A dossier that stands still: the guards' questions answered from plain values, without a database."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from certify.models import Activity, ActivityPerson, Assessment, Certification, Person, RosterEntry
from certify.policy import Actor, Grant
from certify.policy.relations import Findings, History, examine
from certify.scheme.catalogue import shipped
from certify.scheme.evidence import Evidence
from certify.scheme.rules import counted, requirements
from certify.scheme.words import (
    Act,
    ActivityKind,
    ActivityState,
    AssessmentKind,
    AssessmentState,
    CertificationState,
    RoleName,
)
from certify.workflows.certification import MOVES
from certify.workflows.dossier import Delegated, OtherCase
from certify.workflows.engine import Question
from tests.scheme.good_evidence import TODAY, complete_evidence

EDITION = shipped("score-2026")
AT = datetime(TODAY.year, TODAY.month, TODAY.day, 6, tzinfo=UTC)
COUNTRY, MODULE, BODY, PROVIDER = "ID", "WPC", "body", "provider"


def grant(role: RoleName, **changes: Any) -> Grant:
    """A grant for Workplace Cooperation in Indonesia, in force since 2020."""
    values: dict[str, Any] = {
        "module": MODULE,
        "country": COUNTRY,
        "from_on": date(2020, 1, 1),
        "until_on": None,
        **changes,
    }
    return Grant(role, **values)


EXPERT = grant(RoleName.EXPERT_TRAINER)
MASTER = grant(RoleName.MASTER_TRAINER, issuer=BODY)

ACTORS = {
    "ana": Actor("ana", "Ana"),
    "sami": Actor("sami", "Sami", (grant(RoleName.PROVIDER, organisation=PROVIDER),)),
    "bo": Actor("bo", "Bo", (EXPERT,)),
    "fay": Actor("fay", "Fay", (EXPERT,)),
    "ola": Actor("ola", "Ola", (EXPERT,)),
    "xen": Actor("xen", "Xen", (EXPERT,)),
    "maya": Actor("maya", "Maya", (MASTER,)),
    "mo": Actor("mo", "Mo", (grant(RoleName.MASTER_TRAINER, issuer=BODY, module="OSH"),)),
    "olu": Actor("olu", "Olu", (grant(RoleName.COORDINATOR, module=None),)),
    "oz": Actor("oz", "Oz", (grant(RoleName.COORDINATOR, module=None, country="VN"),)),
    "qi": Actor("qi", "Qi", (grant(RoleName.QA_REVIEWER),)),
    "sue": Actor("sue", "Sue", (grant(RoleName.SCHEME_OWNER, module=None, country=None),)),
    "aud": Actor("aud", "Aud", (grant(RoleName.AUDITOR, module=None, country=None),)),
    "adam": Actor("adam", "Adam", (grant(RoleName.ADMINISTRATOR, module=None, country=None),)),
    "kim": Actor("kim", "Kim"),
    "clock": Actor("", "Certify", is_clock=True),
}


@dataclass
class StillDossier:
    """The parts of `workflows.dossier.Dossier`, given instead of read."""

    evidence: Evidence = field(default_factory=lambda: complete_evidence(EDITION, MODULE, COUNTRY))
    histories: dict[str, History] = field(default_factory=dict)
    delegations: tuple[Delegated, ...] = (Delegated(BODY, COUNTRY, (MODULE,), date(2020, 1, 1), None, True),)
    same_module: tuple[OtherCase, ...] = ()
    files: frozenset[str] = frozenset({"cv"})
    edition: Any = EDITION
    on: date = TODAY

    @property
    def held(self) -> Any:
        return self.evidence.held

    @cached_property
    def results(self) -> Any:
        return {one.id: one for one in requirements(self.edition, self.evidence, self.on)}

    def results_for(self, asked: Any) -> Any:
        return self.results

    @cached_property
    def counted(self) -> Any:
        return counted(self.edition, self.evidence)

    def findings(self, person_id: str, act: Act) -> Findings:
        history = self.histories.get(person_id, History(person_id))
        return examine(self.edition, history, act, certification="case", on=self.on)

    def person(self, person_id: str) -> Actor | None:
        return ACTORS.get(person_id)

    def activity(self, activity_id: str) -> Any:
        return SimpleNamespace(
            id=activity_id, kind="tot_event", module=MODULE, state=ActivityState.OPEN, people=[]
        )


def case(state: CertificationState) -> Certification:
    """Ana's certification with Bo supervising, Ola observing and Fay who facilitated her ToT."""
    event = Activity(
        kind=ActivityKind.TOT_EVENT,
        state=ActivityState.CONFIRMED,
        people=[ActivityPerson(person_id="fay", position=0)],
    )
    observation = Assessment(
        assessor_id="ola", kind=AssessmentKind.OBSERVATION, state=AssessmentState.SUBMITTED
    )
    open_one = Assessment(assessor_id="ola", kind=AssessmentKind.OBSERVATION, state=AssessmentState.ASSIGNED)
    return Certification(
        id="case",
        tot_event_id="tot",
        pauses=[],
        practice_asked_on=[],
        holder_id="ana",
        holder=Person(id="ana", name="Ana", affiliations=[]),
        module=MODULE,
        country=COUNTRY,
        state=state,
        supervisor_id="bo",
        nominating_organisation_id=PROVIDER,
        nominated_by_id="sami",
        specialisation="Lean",
        sectors=["garments"],
        languages=["id"],
        employer="Karya Mandiri",
        professional_years=6,
        sme_years=4,
        practice_back_to="supervised_visits",
        held_from_state="training",
        left_on=TODAY,
        assessments=[observation, open_one],
        roster_entries=[RosterEntry(activity=event, activity_id="tot")],
    )


def question(
    move: str,
    *,
    actor: str,
    thing: Certification,
    dossier: StillDossier | None = None,
    facts: dict[str, Any] | None = None,
) -> Question:
    """The question that `engine.judge` answers."""
    return Question(
        thing=thing,
        dossier=dossier or StillDossier(),
        move=MOVES[move],
        actor=ACTORS[actor],
        at=AT,
        on=TODAY,
        facts=facts or {},
    )
