"""Ana's world with so many of everything that a page repeats: rows copied from those that the path made."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from certify.credentials.numbers import new_number
from certify.models import (
    Activity,
    ActivityPerson,
    Affiliation,
    ApiToken,
    CaseFile,
    Certification,
    Cohort,
    CohortEnterprise,
    CohortTrainer,
    Credential,
    Decision,
    Delegation,
    Enterprise,
    EnterpriseContact,
    Event,
    ExpertLicence,
    IssuingBody,
    Message,
    NameChange,
    Organisation,
    Person,
    Relationship,
    Renewal,
    Review,
    RoleGrant,
    RosterEntry,
    SignIn,
    StoredFile,
    Waiver,
    new_id,
)
from certify.scheme.words import CertificationState as S
from certify.scheme.words import (
    CredentialType,
    NameChangeState,
    OrganisationKind,
    RenewalState,
    RoleName,
    TieKind,
)
from tests.cast import MODULES, SINCE, WORLD
from tests.policy.lines import Ids

AT = datetime(2026, 5, 18, 3, tzinfo=UTC)
GRANTED = '{"counted":[],"reasons":[],"requirements":[]}'
STATES = ("confirmed", "submitted", "open", "returned")
SCORED = (S.SUBMITTED, S.ASSESSMENT, S.RECOMMENDED, S.CERTIFIED)
LONG_PAST = date(2015, 1, 5)
RowT = TypeVar("RowT")


def copied(session: Session, row: RowT, **changes: Any) -> RowT:
    """A row like another, with an id of its own."""
    kept = {column.key: getattr(row, column.key) for column in inspect(type(row)).column_attrs}
    if "id" in kept:
        kept["id"] = new_id()
    kept.pop("version", None)
    one: RowT = type(row)(**{**kept, **changes})
    session.add(one)
    return one


def fill(session: Session, ids: Ids, n: int) -> list[str]:
    """So many of everything; answers with the numbers of the certificates."""
    ana = session.get_one(Certification, ids.case)
    people = [_person(session, i) for i in range(n)]
    session.flush()
    for i, person in enumerate(people):
        _ties(session, person, i)
    for state in S:
        if state is not S.NEW:
            for i, person in enumerate(people):
                _case(session, ana, person, state, i, ids)
    _around(session, ids, n)
    _delivery(session, ids, people)
    _of_ana(session, ana, ids, n)
    return _credentials(session, ana, n)


def _person(session: Session, i: int) -> Person:
    person = Person(
        name=f"Holder {i:03}",
        email=f"holder{i:03}@example.org",
        country="VN",
        password_hash="x",
        created_at=AT,
    )
    session.add(person)
    return person


def _ties(session: Session, person: Person, i: int) -> None:
    at = AT + timedelta(minutes=i)
    grant = {
        "person_id": person.id, "role": RoleName.EXPERT_TRAINER, "country": "VN", "from_on": SINCE,
        "proposed_by_id": WORLD.ada.id, "proposed_at": at,
    }  # fmt: skip
    session.add_all(
        [
            Affiliation(person_id=person.id, organisation_id=WORLD.provider, from_on=SINCE),
            Affiliation(
                person_id=WORLD.lan.id, organisation_id=WORLD.other_provider, from_on=LONG_PAST,
                until_on=LONG_PAST + timedelta(days=i),
            ),
            RoleGrant(**grant),
            RoleGrant(**grant, confirmed_by_id=WORLD.sol.id, confirmed_at=at),
            Relationship(
                person_id=WORLD.ana.id, other_id=person.id, kind=TieKind.FAMILY, declared_by_id=WORLD.ana.id,
                declared_at=at,
            ),
        ]
    )  # fmt: skip


def _case(session: Session, ana: Certification, holder: Person, state: S, i: int, ids: Ids) -> None:
    at = AT + timedelta(minutes=i)
    case_id = new_id()
    session.add(CaseFile(id=case_id, kind="certification", opened_at=at))
    session.flush()
    case = copied(
        session, ana, case_id=case_id, holder_id=holder.id, state=state, state_since=at, left_on=at.date(),
        nominating_organisation_id=WORLD.provider, practice_what="More visits", practice_by_on=at.date(),
        held_from_state=S.TRAINING.value, practice_back_to=S.SUPERVISED_VISITS.value,
        supervisor_id=None if state is S.ADMITTED else ana.supervisor_id,
        decided_by_id=WORLD.maya.id, decided_at=at, valid_from=at.date(), valid_until=date(2029, 5, 18),
        issuer_id=WORLD.issuer,
    )  # fmt: skip
    session.flush()
    session.add_all(
        [
            Waiver(
                certification_id=case.id, requirement="visits", reason="Far away", waived_by_id=WORLD.olu.id,
                waived_at=at,
            ),
            Decision(
                certification_id=case.id, round=1, decided_by_id=WORLD.maya.id, decided_at=at,
                outcome="granted",
            ),
        ]
    )  # fmt: skip
    about = {"case_id": case_id, "certification_id": case.id, "state_since": at}
    if state is S.CERTIFIED:
        copied(session, session.get_one(ExpertLicence, ids.licence), **about)
        copied(session, session.get_one(Review, ids.review), **about)
        session.add(
            NameChange(
                **about, person_id=holder.id, state=NameChangeState.ASKED, asked_at=at, name="Another name",
                reason="Marriage",
            )
        )  # fmt: skip
    if state in (S.CERTIFIED, S.SUSPENDED):
        for_qa = state is S.CERTIFIED  # the others wait for a Master Trainer
        copied(
            session, session.get_one(Renewal, ids.renewal), **about, filed_at=at, route="in_window",
            scheme_version=WORLD.edition, state=RenewalState.FILED if for_qa else RenewalState.REVIEWED,
            reviewed_at=None if for_qa else at, reviewed_by_id=None if for_qa else WORLD.quy.id,
        )  # fmt: skip
    if state is S.TRAINING:
        session.add(RosterEntry(activity_id=ids.tot_event, certification_id=case.id, hours_present=35))
    _sheets(session, ana, case, state)
    last = session.scalars(
        select(Event).where(Event.case_id == ana.case_id).order_by(Event.seq.desc())
    ).first()
    told: dict[str, Any] = {"move": "grant", "recorded": GRANTED} if state is S.CERTIFIED else {}
    session.add(
        _event(last, case_id=case_id, subject_id=case.id, seq=1, at=at, actor_id=WORLD.maya.id, **told)
    )


def _last_event(session: Session, case: Certification) -> Event:
    asked = select(Event).where(Event.case_id == case.case_id).order_by(Event.seq.desc()).limit(1)
    return session.scalars(asked).one()


def _event(like: Event, **changes: Any) -> Event:
    kept = {column.key: getattr(like, column.key) for column in inspect(Event).column_attrs}
    return Event(**{**kept, "id": new_id(), **changes})


def _sheets(session: Session, ana: Certification, case: Certification, state: S) -> None:
    for sheet in ana.assessments if state in SCORED else ():
        scores = {key: max(1, value - 2) for key, value in sheet.scores.items()}
        apart = sheet.assessor_id == WORLD.bea.id and state is S.ASSESSMENT
        copied(
            session, sheet, case_id=case.case_id, certification_id=case.id,
            **({"scores": scores, "agreed_scores": None} if apart else {}),
        )  # fmt: skip
    if state is S.SUPERVISED_VISITS:
        for member in (WORLD.bo, WORLD.tuan):
            copied(
                session, ana.assessments[-1], case_id=case.case_id, certification_id=case.id,
                state="assigned", assessor_id=member.id, submitted_at=None, scores={},
            )  # fmt: skip


def _around(session: Session, ids: Ids, n: int) -> None:
    ana_token = session.get_one(ApiToken, ids.token)
    browser = session.get_one(SignIn, ids.browser)
    delegation = session.get_one(Delegation, ids.delegation)
    for i in range(n):
        at = AT + timedelta(minutes=i)
        session.add(
            Organisation(
                name=f"Holder {i:03} Ltd",
                kind=OrganisationKind.CONSULTING_COMPANY,
                country="VN",
                created_at=at,
            )
        )
        session.add(
            IssuingBody(
                code=f"b{i}", legal_name=f"Body {i:03}", country="VN", zone="Asia/Ho_Chi_Minh", created_at=at
            )
        )
        copied(session, delegation, instrument=f"Letter {i}", modules=MODULES[:2])
        for person in (WORLD.ana, WORLD.bo):
            copied(session, ana_token, token_hash=f"t{person.key}{i}", person_id=person.id)
        copied(session, browser, token_hash=f"s{i}")


def _delivery(session: Session, ids: Ids, people: list[Person]) -> None:
    cohort = session.get_one(Cohort, ids.cohort)
    by_kind = {one.kind: one for one in session.scalars(select(Activity).order_by(Activity.id))}
    for i, _person in enumerate(people):
        enterprise = Enterprise(
            name=f"Holder {i:03} works", country="VN", sector="C14", size=90, consent="named", created_at=AT
        )
        case = CaseFile(kind="cohort", opened_at=AT)
        session.add_all([enterprise, case])
        session.flush()
        another = copied(
            session, cohort, case_id=case.id, name=f"Holder {i:03} cohort", organisation_id=WORLD.provider
        )
        session.flush()
        session.add_all(
            [
                CohortTrainer(cohort_id=another.id, person_id=WORLD.ana.id),
                CohortEnterprise(cohort_id=another.id, enterprise_id=enterprise.id),
                CohortEnterprise(cohort_id=cohort.id, enterprise_id=enterprise.id),
                EnterpriseContact(
                    enterprise_id=enterprise.id, name="Eka Bùi", email="eka@example.org",
                    person_id=WORLD.eka.id, created_at=AT,
                ),
                EnterpriseContact(
                    enterprise_id=ids.enterprise, name=f"Contact {i}", email=f"more{i}@example.org",
                    created_at=AT,
                ),
            ]
        )  # fmt: skip
        for k, (kind, one) in enumerate(sorted(by_kind.items())):
            _activity(session, one, STATES[(i + k) % len(STATES)], i)
            if kind == "visit":
                _activity(session, one, "confirmed", i, enterprise_id=enterprise.id)
                _activity(session, one, "submitted", i)


def _activity(session: Session, like: Activity, state: str, i: int, **changes: Any) -> None:
    at = AT - timedelta(days=20, minutes=i)
    one = copied(
        session, like, state=state, state_since=at, submitted_by_id=WORLD.ana.id, submitted_at=at,
        reason="Look again", held_on=like.held_on + timedelta(days=i % 9), **changes,
    )  # fmt: skip
    session.flush()
    session.add_all(
        ActivityPerson(activity_id=one.id, person_id=each.person_id, position=each.position)
        for each in like.people
    )


def _of_ana(session: Session, ana: Certification, ids: Ids, n: int) -> None:
    cv = session.get_one(StoredFile, ids.cv)
    message = session.get_one(Message, ids.message)
    last = session.scalars(
        select(Event).where(Event.case_id == ana.case_id).order_by(Event.seq.desc())
    ).first()
    highest = session.scalar(select(func.max(Event.seq)).where(Event.case_id == ana.case_id)) or 0
    for i in range(n):
        at = AT + timedelta(minutes=i)
        copied(session, cv, name=f"Holder {i}.pdf", uploaded_at=at)
        copied(session, cv, kind="photo", certification_id=None, activity_id=ids.visit, uploaded_at=at)
        copied(session, cv, kind="photo", certification_id=None, activity_id=ids.workshop, uploaded_at=at)
        copied(session, message, key=f"m{i}", created_at=at)
        copied(session, message, key=f"f{i}", created_at=at, state="failed", last_error="550 no such mailbox")
        session.add(_event(last, seq=highest + 1 + i, at=at))


def _credentials(session: Session, ana: Certification, n: int) -> list[str]:
    numbers = []
    certified = session.scalars(select(Certification).where(Certification.state == S.CERTIFIED)).all()
    for case in certified[:n]:
        numbers.append(new_number("TC"))
        session.add(
            Credential(
                case_id=case.case_id, certification_id=case.id, number=numbers[-1], state="issued",
                type=CredentialType.TRAINER_CERTIFICATION, state_since=AT, holder_name="Holder", module="WPC",
                country="VN", scheme_version=WORLD.edition, issuer_id=WORLD.issuer, zone="Asia/Ho_Chi_Minh",
                valid_from=AT.date(), valid_until=date(2029, 5, 18), issued_at=AT,
            )
        )  # fmt: skip
    return numbers
