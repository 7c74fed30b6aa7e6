"""What can be chosen in the form of a move: people with their relations, events, requirements, bodies."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from certify.models import (
    Activity,
    Assessment,
    Certification,
    CohortTrainer,
    IssuingBody,
    Person,
    RosterEntry,
)
from certify.policy import Actor
from certify.policy.relations import Findings, History, examine
from certify.presentation import day, say, word
from certify.queries.choices import expert_trainers
from certify.scheme.types import Edition
from certify.scheme.words import (
    Act,
    ActivityKind,
    ActivityState,
    AssessmentKind,
    AssessmentState,
    Impartiality,
    RoleName,
)
from certify.scheme.words import CertificationState as S
from certify.workflows.certification_guards import issuers_in_force
from certify.workflows.dossier import Dossier
from certify.workflows.engine import Move, Question
from certify.workflows.facts import FactKind
from certify.workflows.involvement import histories_of
from certify.workflows.qa import certified_since
from certify.workflows.roles import holders

Choices = list[tuple[str, str]]
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


def choices_for(
    session: Session,
    certification: Certification,
    move: Move,
    actor: Actor,
    dossier: Dossier,
    *,
    at: datetime,
) -> dict[str, Choices]:
    """The choices of every fact of the move that is chosen from a list, by the fact's name."""
    found: dict[str, Choices] = {}
    for fact in move.facts:
        if fact.kind is FactKind.PERSON:
            found[fact.name] = _people(session, certification, move, fact.name, dossier)
        elif fact.kind is FactKind.ACTIVITY:
            found[fact.name] = _activities(session, certification, move, dossier.on)
        elif fact.kind is FactKind.ACTIVITIES:
            found[fact.name] = _evidence(session, dossier)
        elif fact.kind is FactKind.ISSUER:
            asked = Question(certification, dossier, move, actor, at, dossier.on, {}, session)
            found[fact.name] = issuers_of(session, asked)
        elif fact.kind is FactKind.REQUIREMENT:
            found[fact.name] = _waivable(dossier)
        elif fact.kind is FactKind.REASONS:
            found[fact.name] = _requirements(dossier.edition)
        elif fact.kind in (FactKind.SCORES, FactKind.TEXT_BY_ITEM):
            found[fact.name] = [(item.id, item.text) for item in dossier.edition.checklist]
    return found


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
        Act.OBSERVE: bool(_to_observe(certification)),
    }
    return {act: str(label) for act, label in HANDED_OVER.items() if held[act]}


def _found(
    history: History, acts: Mapping[Act, str], certification: Certification, dossier: Dossier
) -> tuple[tuple[str, Findings], ...]:
    return tuple((label, _examined(history, act, certification, dossier)) for act, label in acts.items())


def _examined(history: History, act: Act, certification: Certification, dossier: Dossier) -> Findings:
    return examine(dossier.edition, history, act, certification=certification.id, on=dossier.on)


def _people(
    session: Session, certification: Certification, move: Move, name: str, dossier: Dossier
) -> Choices:
    if name == "from":
        return _task_holders(session, certification)
    return [(one.id, _labelled(one)) for one in candidates_for(session, certification, move, dossier)]


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


def _labelled(one: Candidate) -> str:
    """The name with what stands in the way, so that a conflict is seen before it is chosen."""
    return " · ".join([one.name, *(_threat(label, found) for label, found in one.findings if found.findings)])


def _threat(label: str, found: Findings) -> str:
    said = " ".join(say(finding.sentence) for finding in found.findings)
    threat = f"{word(found.verdict)}: {said}"
    return f"{label} – {threat}" if label else threat


def _task_holders(session: Session, certification: Certification) -> Choices:
    """The supervisor, and who has still to observe; a screener's sheet is not handed over."""
    observing = _to_observe(certification)
    ids = {certification.supervisor_id, *observing} - {None}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)).order_by(Person.name))
    return [
        (row.id, " · ".join([row.name, *_held(row.id == certification.supervisor_id, row.id in observing)]))
        for row in rows
    ]


def _held(supervises: bool, observes: bool) -> Iterator[str]:
    if supervises:
        yield gettext("supervises")
    if observes:
        yield gettext("has to observe")


def _to_observe(certification: Certification) -> set[str]:
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


UNDER_SUPERVISION = (
    S.ADMITTED,
    S.TRAINING,
    S.CLASSROOM_DELIVERY,
    S.SUPERVISED_VISITS,
    S.ASSESSMENT,
    S.MORE_PRACTICE,
)


def _activities(session: Session, certification: Certification, move: Move, on: date) -> Choices:
    asked = (
        select(Activity)
        .order_by(Activity.held_on.desc(), Activity.id)
        .limit(200)
        .options(joinedload(Activity.enterprise), joinedload(Activity.cohort))
    )
    if move.name == "enrol":
        attended = select(RosterEntry.activity_id).where(RosterEntry.certification_id == certification.id)
        asked = asked.where(
            Activity.kind == ActivityKind.TOT_EVENT,
            Activity.module == certification.module,
            Activity.country == certification.country,
            Activity.state != ActivityState.VOID,
            or_(Activity.state != ActivityState.CONFIRMED, Activity.id.in_(attended)),
        )
        return [(one.id, _event(one)) for one in session.scalars(asked)]
    cohorts = select(CohortTrainer.cohort_id).where(CohortTrainer.person_id == certification.holder_id)
    asked = asked.where(
        Activity.cohort_id.in_(cohorts),
        Activity.module == certification.module,
        Activity.kind.in_((ActivityKind.WORKSHOP, ActivityKind.VISIT)),
        Activity.state != ActivityState.VOID,
    )
    if move.name == "assign_qa":
        asked = asked.where(Activity.held_on >= (certified_since(certification) or date.max))
    return [(one.id, _activity(one)) for one in session.scalars(asked)]


def _evidence(session: Session, dossier: Dossier) -> Choices:
    ids = [one.activity for one in dossier.counted if one.counted]
    rows = session.scalars(
        select(Activity)
        .where(Activity.id.in_(ids))
        .order_by(Activity.held_on)
        .options(joinedload(Activity.enterprise), joinedload(Activity.cohort))
    )
    return [(one.id, _activity(one)) for one in rows if one.kind is not ActivityKind.TOT_EVENT]


def _activity(one: Activity) -> str:
    where = one.enterprise.name if one.enterprise else (one.cohort.name if one.cohort else "")
    return " · ".join(filter(None, (word(one.kind), day(one.held_on), where)))


def _event(one: Activity) -> str:
    """A ToT event as a coordinator tells it from others: its days, and who facilitates it."""
    days = day(one.held_on) if one.held_on == one.last_on else f"{day(one.held_on)} – {day(one.last_on)}"
    leads = ", ".join(each.person.name for each in one.people)
    return " · ".join(filter(None, (word(one.kind), days, leads)))


def issuers_of(session: Session, asked: Question) -> Choices:
    """The issuing bodies that this Master Trainer decides for, with a delegation that covers the case."""
    rows = session.execute(
        select(IssuingBody.id, IssuingBody.legal_name)
        .where(IssuingBody.id.in_(issuers_in_force(asked)))
        .order_by(IssuingBody.legal_name)
    )
    return [(row.id, row.legal_name) for row in rows]


def _waivable(dossier: Dossier) -> Choices:
    waived = {one.requirement for one in dossier.evidence.waived}
    return [
        (one.id, say(one.text))
        for one in dossier.edition.requirements.values()
        if one.waivable and one.id not in waived
    ]


def _requirements(edition: Edition) -> Choices:
    return [(one.id, f"{one.id}: {say(one.text)}") for one in edition.requirements.values()]


__all__ = ["CHOSEN", "Candidate", "candidates_for", "choices_for", "issuers_of"]
