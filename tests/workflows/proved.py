"""What must be true of the stored rows, written a second time and plainly, without the product's rules."""

from collections import Counter
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from certify.models import (
    Activity,
    Affiliation,
    Assessment,
    Certification,
    CohortTrainer,
    Credential,
    Event,
    Involvement,
    Relationship,
    RoleGrant,
    RosterEntry,
)
from certify.queries.verification import verdict_of
from certify.scheme.words import ActivityState, AssessmentState, CertificationState, Relation, RoleName
from certify.workflows import engine
from certify.workflows.certification import counted_of
from tests.player import at
from tests.replayed import replay

DECISIONS = ("grant", "refuse", "suspend", "reinstate", "withdraw", "recognise", "return_assessment")
WINDOW = timedelta(
    730
)  # the scheme says 24 months; a day or two at its edge are left to the rule's own tests
CLOSED = ("declined", "refused", "withdrawn", "retired")
BLOCKING = (
    Relation.FACILITATED,
    Relation.SCREENED,
    Relation.SUPERVISED,
    Relation.OBSERVED,
    Relation.RECOMMENDED,
    Relation.WAIVED,
)
PREREQUISITES = {"WPC": (), "QUA": ("WPC", "BAS")}
VISITS = 3  # an enterprise
PASS = 70  # per cent of the knowledge test


def states_replay(session: Session) -> None:
    """Each stored state is where its events lead."""
    replayed = replay(session.scalars(select(Event)))
    stored = {
        (workflow.name, row.id): str(row.state)
        for workflow in engine.workflows()
        for row in session.scalars(select(workflow.row))
    }
    assert {key: state for key, state in replayed.items() if key[0] != "cohort"} == stored


def one_case_is_open(session: Session, today: date) -> None:
    """Nobody has two cases on their way for one module."""
    open_now = Counter(
        (case.holder_id, case.module)
        for case in session.scalars(select(Certification))
        if case.state not in CLOSED
        and not (case.state == "left" and case.left_on and case.left_on < today - timedelta(360))
        and not (case.valid_until and case.valid_until < today - timedelta(360))
    )
    assert [key for key, count in open_now.items() if count > 1] == []


def verdicts_say_what_the_dates_say(session: Session, today: date) -> None:
    """The public answer about each number, worked out once more from state and dates."""
    for credential in session.scalars(select(Credential)):
        told = verdict_of(session, credential.number, at(today))
        assert told.reason == _reason(credential, today), (credential.number, told)
        assert (told.verdict == "valid") == (told.reason is None)


def _reason(credential: Credential, today: date) -> str | None:
    state = str(credential.certification.state)
    if state in ("withdrawn", "retired", "suspended"):
        return state
    if today < credential.valid_from:
        return "not_yet_valid"
    if today <= credential.valid_until:
        return None
    return "in_grace" if today <= credential.valid_until + timedelta(90) else "expired"


def counted_evidence_is_in_order(session: Session, today: date) -> None:
    """What counts was confirmed, and came after what it must follow."""
    for case in session.scalars(select(Certification).where(Certification.decided_at.is_(None))):
        for one in counted_of(session, case, at(today)):
            activity = session.get_one(Activity, one.activity)
            if one.counted:
                assert activity.state is ActivityState.CONFIRMED, activity.id
                assert activity.id not in {each.activity_id for each in case.exclusions}
                _in_order(session, case, activity)


def _in_order(session: Session, case: Certification, activity: Activity) -> None:
    waived = {one.requirement for one in case.waivers}
    workshops = _confirmed(session, "workshop", cohort=activity.cohort_id)
    if activity.kind == "workshop" and "toe-start" not in waived:
        assert activity.held_on > max(tot.last_on for tot in _trainings(session, case))
    if activity.kind == "baseline" and workshops:
        assert activity.held_on < min(one.held_on for one in workshops)
    if activity.kind == "visit" and activity.purpose == "consultation":
        assert activity.held_on > min(one.last_on for one in workshops)


def decision_is_earned(session: Session, event: Event) -> None:
    """A decision that was just made: by somebody free and in office, and a certificate on its evidence."""
    case = session.scalars(select(Certification).where(Certification.id == event.subject_id)).one()
    today = event.at.date()
    assert event.actor_id is not None
    _in_office(session, event.actor_id, case, today)
    _free(session, event.actor_id, case, today)
    if event.move in ("grant", "recognise"):
        _has_prerequisite(session, case, today)
        assert len([one for one in case.credentials if one.state != "revoked"]) == 1
    if event.move == "grant":
        _has_training(session, case)
        _has_cycle(session, case)
        _is_assessed(session, case)


def _in_office(session: Session, person: str, case: Certification, today: date) -> None:
    grants = session.scalars(
        select(RoleGrant).where(
            RoleGrant.person_id == person,
            RoleGrant.role == RoleName.MASTER_TRAINER,
            RoleGrant.from_on <= today,
        )
    )
    assert [one for one in grants if one.until_on is None or one.until_on >= today], "not in office"


def _free(session: Session, person: str, case: Certification, today: date) -> None:
    holder, since = case.holder_id, today - WINDOW
    assert person != holder
    pair = or_(
        (Relationship.person_id == person) & (Relationship.other_id == holder),
        (Relationship.person_id == holder) & (Relationship.other_id == person),
    )
    ties = session.scalars(select(Relationship).where(pair)).all()
    assert [one for one in ties if one.kind == "family" or one.until_on is None or one.until_on > since] == []
    works = {
        who: set(session.scalars(select(Affiliation.organisation_id).where(Affiliation.person_id == who)))
        for who in (person, holder)
    }
    assert not works[person] & works[holder]
    acts = session.scalars(
        select(Involvement).where(
            Involvement.person_id == person,
            Involvement.holder_id == holder,
            Involvement.relation.in_(BLOCKING),
        )
    )
    assert [
        act
        for act in acts
        if _took_place(session, act.thing_id) and (act.certification_id == case.id or act.at.date() > since)
    ] == []


def _took_place(session: Session, thing: str) -> bool:
    """A task that was voided before anything was handed in was never done."""
    row = session.get(Activity, thing) or session.get(Assessment, thing)
    return row is None or row.state != "void" or row.submitted_at is not None


def _has_prerequisite(session: Session, case: Certification, today: date) -> None:
    if not PREREQUISITES[case.module]:
        return
    others = session.scalars(
        select(Certification).where(
            Certification.holder_id == case.holder_id,
            Certification.module.in_(PREREQUISITES[case.module]),
            Certification.state == CertificationState.CERTIFIED,
        )
    )
    assert [one for one in others if one.valid_from <= today <= one.valid_until], "no prerequisite"


def _has_training(session: Session, case: Certification) -> None:
    entries = [
        entry
        for entry in session.scalars(select(RosterEntry).where(RosterEntry.certification_id == case.id))
        if entry.activity.state is ActivityState.CONFIRMED and (entry.test_percent or 0) >= PASS
    ]
    assert entries, "no ToT"


def _has_cycle(session: Session, case: Certification) -> None:
    """One of the holder's cohorts has, for each enterprise, a baseline before and the visits after."""
    cohorts = session.scalars(
        select(CohortTrainer.cohort_id).where(CohortTrainer.person_id == case.holder_id)
    ).all()
    excluded = {one.activity_id for one in case.exclusions}
    assert [cohort for cohort in cohorts if _complete(session, cohort, excluded)], "no complete ToE cycle"


def _complete(session: Session, cohort: str, excluded: set[str]) -> bool:
    workshops, baselines, visits = (
        [one for one in _confirmed(session, kind, cohort=cohort) if one.id not in excluded]
        for kind in ("workshop", "baseline", "visit")
    )
    if not workshops:
        return False
    first, last = min(one.held_on for one in workshops), min(one.last_on for one in workshops)
    seen = {one.enterprise_id for one in baselines if one.held_on < first}
    visited = Counter(one.enterprise_id for one in visits if one.held_on > last)
    return bool(seen) and all(visited[enterprise] >= VISITS for enterprise in seen)


def _is_assessed(session: Session, case: Certification) -> None:
    places = {
        session.get_one(Activity, one.activity_id).kind
        for one in case.assessments
        if one.kind == "observation"
        and one.state in (AssessmentState.SUBMITTED, AssessmentState.RECONCILED)
        and one.activity_id
    }
    assert {"workshop", "visit"} <= {str(kind) for kind in places}, "not observed at both"
    assert case.recommended_by_id is not None
    assert case.self_assessment is not None


def _confirmed(session: Session, kind: str, *, cohort: str | None) -> list[Activity]:
    return list(
        session.scalars(
            select(Activity).where(
                Activity.kind == kind,
                Activity.cohort_id == cohort,
                Activity.state == ActivityState.CONFIRMED,
            )
        )
    )


def _trainings(session: Session, case: Certification) -> list[Activity]:
    entries = session.scalars(select(RosterEntry).where(RosterEntry.certification_id == case.id))
    return [one.activity for one in entries if one.activity.state is ActivityState.CONFIRMED]
