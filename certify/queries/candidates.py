"""Who could take a task of a case on: what the relations table says of each, and how much they have to do."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from certify.models import Assessment, Certification
from certify.policy.relations import Findings, History, examine
from certify.presentation import say, word
from certify.queries.choices import expert_trainers
from certify.scheme.words import Act, AssessmentKind, AssessmentState, Impartiality, RoleName
from certify.workflows.certification_states import UNDER_SUPERVISION
from certify.workflows.dossier import Dossier
from certify.workflows.engine import Move
from certify.workflows.grants import holders
from certify.workflows.involvement import histories_of

ACTS = {
    "assign_screener": Act.SCREEN,
    "assign_supervisor": Act.SUPERVISE,
    "assign_observer": Act.OBSERVE,
    "assign_qa": Act.QA,
}
# Which of the two is handed over is only known once the role is chosen.
HANDED_OVER = {Act.SUPERVISE: _("To supervise"), Act.OBSERVE: _("To observe")}
# The fact that names who takes the task on: chosen with relations and workload in sight.
CHOSEN = {**dict.fromkeys(ACTS, "person"), "reassign": "to"}
SEVERITY = (Impartiality.FREE, Impartiality.MITIGATE, Impartiality.BLOCK)
PANEL_ROLES = (RoleName.EXPERT_TRAINER, RoleName.MASTER_TRAINER, RoleName.COORDINATOR, RoleName.QA_REVIEWER)


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be given a task: what relations say of it, and how much they have to do."""

    id: str
    name: str
    findings: tuple[tuple[str, Findings], ...]  # by what they would do; "" where that is said already
    open_tasks: int

    @property
    def blocked(self) -> bool:
        """Whether the relations table forbids all of it."""
        return all(found.verdict is Impartiality.BLOCK for _label, found in self.findings)

    @property
    def rank(self) -> tuple[int, int, str]:
        """Free ones first, those with least to do before the others."""
        worst = max(SEVERITY.index(found.verdict) for _label, found in self.findings)
        return worst, self.open_tasks, self.name


def candidates_for(
    session: Session, certification: Certification, move: Move, dossier: Dossier
) -> tuple[Candidate, ...]:
    """Who could take the task on, the freest first."""
    acts = _acts_of(certification, move)
    if not acts:
        return ()
    able = list(_able(session, certification, next(iter(acts)), dossier.on))
    histories = histories_of(session, [id for id, _, _ in able], [certification.holder_id])
    return tuple(
        sorted(
            (
                Candidate(
                    id, name, _found(histories[id, certification.holder_id], acts, certification, dossier), n
                )
                for id, name, n in able
            ),
            key=lambda one: one.rank,
        )
    )


def _acts_of(certification: Certification, move: Move) -> dict[Act, str]:
    """What whoever is chosen would do, with a label where it could be one of several."""
    if move.name in ACTS:
        return {ACTS[move.name]: ""}
    if move.name != "reassign":
        return {}
    held = {
        Act.SUPERVISE: certification.supervisor_id is not None,
        Act.OBSERVE: bool(to_observe(certification)),
    }
    return {act: str(label) for act, label in HANDED_OVER.items() if held[act]}


def _found(
    history: History, acts: Mapping[Act, str], certification: Certification, dossier: Dossier
) -> tuple[tuple[str, Findings], ...]:
    return tuple((label, _examined(history, act, certification, dossier)) for act, label in acts.items())


def _examined(history: History, act: Act, certification: Certification, dossier: Dossier) -> Findings:
    certified, id = certification.valid_from is not None, certification.id
    return examine(dossier.edition, history, act, certification=id, on=dossier.on, of_trainer=certified)


def _able(
    session: Session, certification: Certification, act: Act, on: date
) -> Iterator[tuple[str, str, int]]:
    """Who has the role for an act in a case, with how much they have to do; never the holder."""
    if act in (Act.SCREEN, Act.QA):
        roles = PANEL_ROLES if act is Act.SCREEN else (RoleName.QA_REVIEWER,)
        panel = session.scalars(holders(roles, on, country=certification.country))
        people = [(one.id, one.name) for one in panel]
    else:
        people = expert_trainers(session, certification.module, certification.country, on)
    load = _open_tasks(session, [id for id, _ in people])
    for id, name in people:
        if id != certification.holder_id:
            yield id, name, load.get(id, 0)


def labelled(name: str, findings: Iterable[tuple[str, Findings]]) -> str:
    """The name with what stands in the way, so that a conflict is seen before it is chosen."""
    return " · ".join([name, *(_threat(label, found) for label, found in findings if found.findings)])


def _threat(label: str, found: Findings) -> str:
    said = " ".join(say(finding.sentence) for finding in found.findings)
    threat = f"{word(found.verdict)}: {said}"
    return f"{label} – {threat}" if label else threat


def to_observe(certification: Certification) -> set[str]:
    """Who has an observation in the case that is not handed in yet."""
    return {
        one.assessor_id
        for one in certification.assessments
        if one.kind is AssessmentKind.OBSERVATION
        and one.state in (AssessmentState.ASSIGNED, AssessmentState.DECLARED)
    }


def _open_tasks(session: Session, ids: Iterable[str]) -> dict[str, int]:
    """Open assessments and supervised cases of each person, in two queries."""
    wanted = list(ids)
    assessing = session.execute(
        select(Assessment.assessor_id, func.count())
        .where(
            Assessment.assessor_id.in_(wanted),
            Assessment.state.in_((AssessmentState.ASSIGNED, AssessmentState.DECLARED)),
        )
        .group_by(Assessment.assessor_id)
    )
    supervising = session.execute(
        select(Certification.supervisor_id, func.count())
        .where(Certification.supervisor_id.in_(wanted), Certification.state.in_(UNDER_SUPERVISION))
        .group_by(Certification.supervisor_id)
    )
    load: dict[str, int] = {}
    for id, count in (*assessing, *supervising):
        if id is not None:
            load[id] = load.get(id, 0) + count
    return load
