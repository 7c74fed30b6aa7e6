"""What has to have happened in the demonstration before a journey begins, played through the moves."""

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Activity, Assessment, Certification, Cohort, Credential, Enterprise, Person, db
from certify.models.store import write_tx
from certify.policy import Actor
from certify.workflows.activity_edit import create_activity
from certify.workflows.cohort import create_cohort
from certify.workflows.engine import perform
from certify.workflows.people import actor_of
from tests.demo import TODAY


def asked_to_observe(site: Flask, observer: str, *, candidate: str) -> None:
    """The coordinator assigns the candidate's last visit to the observer."""
    with site.app_context(), write_tx() as session:
        case = session.scalars(
            select(Certification).where(Certification.holder_id == _id(session, candidate))
        ).one()
        visits = session.scalars(
            select(Activity).where(Activity.kind == "visit").order_by(Activity.held_on.desc())
        )
        last = next(one for one in visits if case.holder_id in [part.person_id for part in one.people])
        perform(
            case, "assign_observer", _actor(session, "lananh"), TODAY,
            person=_id(session, observer), activity=last.id,
        )  # fmt: skip


def baselines_to_confirm(site: Flask, trainer: str, *, coordinator: str) -> None:
    """A certified trainer submits the baselines of a cohort that nobody supervises."""
    with site.app_context(), write_tx() as session:
        enterprises = session.scalars(select(Enterprise.id).where(Enterprise.country == "VN").limit(3)).all()
        cohort: Cohort = create_cohort(
            session, _actor(session, coordinator), TODAY, module="WPC", country="VN",
            trainers=[_id(session, trainer)], enterprises=list(enterprises),
        )  # fmt: skip
        for enterprise in enterprises:
            baseline = create_activity(
                session, _actor(session, trainer), TODAY, kind="baseline", cohort=cohort,
                fields={
                    "held_on": TODAY.date().isoformat(), "enterprise": enterprise,
                    "manager_interviewed": True, "worker_interviewed": True, "readings": {"scrap": "6 %"},
                },
            )  # fmt: skip
            perform(baseline, "submit", _actor(session, trainer), TODAY)


def numbers_of(site: Flask, *holders: str) -> list[str]:
    """The number of each one's certificate."""
    with site.app_context():
        asked = select(Credential.number).join(Certification).join(Person, Certification.holder)
        found = [db.session.scalars(asked.where(Person.email == _email(key))).one() for key in holders]
        db.session.remove()
    return found


def every_state_of_evidence(site: Flask, *, coordinator: str) -> None:
    """What the demonstration lacks: a visit returned and one void, sheets begun, void and reconciled."""
    asked_to_observe(site, "dung", candidate="hang")
    with site.app_context(), write_tx() as session:
        visit = select(Activity).where(Activity.kind == "visit", Activity.country == "VN")
        own = Activity.cohort.has(Cohort.supervisor_id == _id(session, "dung"))
        returned = session.scalars(visit.where(Activity.state == "submitted", own)).first()
        perform(returned, "return", _actor(session, "dung"), TODAY, reason="Who was met is missing.")
        void = session.scalars(visit.where(Activity.state == "confirmed")).first()
        perform(void, "void", _actor(session, coordinator), TODAY, reason="Entered twice.")
        sheet = session.scalars(select(Assessment).where(Assessment.kind == "screening")).first()
        perform(sheet, "void", _actor(session, coordinator), TODAY, reason="Scored on the wrong form.")
        begun = session.scalars(
            select(Assessment).where(
                Assessment.state == "assigned", Assessment.assessor_id == _id(session, "dung")
            )
        ).one()
        perform(begun, "declare", _actor(session, "dung"), TODAY, conflicts=[])
        _reconciled(session, candidate="hieu", supervisor="ha")


def _reconciled(session: Session, *, candidate: str, supervisor: str) -> None:
    """The supervisor enters what the two observers of one visit agreed on."""
    case = session.scalars(
        select(Certification).where(Certification.holder_id == _id(session, candidate))
    ).one()
    one, other = (
        each for each in case.assessments if each.activity is not None and each.activity.kind == "visit"
    )
    apart = [item for item, score in one.scores.items() if abs(score - other.scores[item]) >= 2]
    perform(one, "reconcile", _actor(session, supervisor), TODAY, scores=dict.fromkeys(apart, 3))


def _email(key: str) -> str:
    return f"{key}@score.example"


def _id(session: Session, key: str) -> str:
    return session.scalars(select(Person.id).where(Person.email == _email(key))).one()


def _actor(session: Session, key: str) -> Actor:
    found = actor_of(session, _id(session, key), TODAY.date())
    assert found is not None
    return found
