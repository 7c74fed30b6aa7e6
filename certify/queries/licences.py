"""Expert Trainer licences: the list, those of a certification, and one as its page shows it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from certify.models import Certification, ExpertLicence, Person, PersonKey, RoleGrant
from certify.policy import Actor, may
from certify.policy.relations import Findings
from certify.presentation import say, word
from certify.queries.move_choices import PANEL_ROLES, Choices, issuers_of
from certify.queries.paging import Narrowed, Page, read_page
from certify.queries.sight import scopes_of
from certify.queries.sorting import Sorting, by, by_name_of, by_progress
from certify.scheme.words import Act, LicenceState, RoleName
from certify.workflows.case_terms import day_of
from certify.workflows.engine import Question
from certify.workflows.licence import MOVES
from certify.workflows.licence_dossier import LicenceDossier
from certify.workflows.roles import holders

READERS = frozenset({RoleName.COORDINATOR, RoleName.MASTER_TRAINER, RoleName.QA_REVIEWER, RoleName.AUDITOR})
SORTING = Sorting(
    ExpertLicence.id,
    {
        "name": by_name_of(PersonKey, Certification.holder_id),
        "module": by(ExpertLicence.module),
        "state": by_progress(ExpertLicence.state, LicenceState),
        "until": by(ExpertLicence.valid_until, nullable=True),
        "since": by(ExpertLicence.state_since, latest_first=True),
    },
    "-since",
)


@dataclass(frozen=True)
class Filters(Narrowed):
    """What the list is narrowed by; empty means any."""

    state: str = ""
    module: str = ""


def licence_page(
    session: Session,
    actor: Actor,
    at: datetime,
    filters: Filters,
    *,
    sort: str = "",
    cursor: str | None = None,
) -> Page[ExpertLicence]:
    """The licences that the actor may see, the latest moved first unless sorted."""
    asked = (
        select(ExpertLicence)
        .join(Certification, Certification.id == ExpertLicence.certification_id)
        .options(
            contains_eager(ExpertLicence.certification)
            .joinedload(Certification.holder)
            .selectinload(Person.affiliations),
            joinedload(ExpertLicence.credential),
        )
    )
    if filters.state:
        asked = asked.where(ExpertLicence.state == LicenceState(filters.state))
    if filters.module:
        asked = asked.where(ExpertLicence.module == filters.module)
    asked, order = SORTING.applied(asked, sort)
    return read_page(
        session,
        asked,
        order=order,
        cursor=cursor,
        arms=scopes_of(
            actor, READERS, [at.date()], module=ExpertLicence.module, country=ExpertLicence.country
        ),
        allowed=lambda one: may(actor, "licence.list", one, day_of(one.certification, at)),
    )


def licences_on(session: Session, *cases: Certification) -> tuple[ExpertLicence, ...]:
    """The licences on some certifications, the latest first."""
    rows = session.scalars(
        select(ExpertLicence)
        .where(ExpertLicence.certification_id.in_([one.id for one in cases if one.valid_from]))
        .order_by(ExpertLicence.nominated_at.desc(), ExpertLicence.id)
        .options(joinedload(ExpertLicence.credential))
    )
    return tuple(rows)


def role_of(session: Session, licence: ExpertLicence) -> RoleGrant | None:
    """The role of Expert Trainer that was proposed with a licence."""
    return session.scalar(select(RoleGrant).where(RoleGrant.licence_id == licence.id))


def choices_of(
    session: Session, licence: ExpertLicence, move: str, actor: Actor, at: datetime
) -> dict[str, Choices]:
    """What can be chosen in the form of a move, by the fact's name."""
    dossier = LicenceDossier(session, licence, at)
    asked = Question(licence, dossier, MOVES[move], actor, at, dossier.on, {}, session)
    edition = dossier.edition
    of_the_decision = (edition.requirements[name] for name in ("independence", "delegation"))
    cited = (*edition.licence_requirements.values(), *of_the_decision)
    return {
        "examiner": _examiners(session, licence, dossier),
        "issuer": issuers_of(session, asked),
        "reasons": [(one.id, f"{one.id}: {say(one.text)}") for one in cited],
    }


def _examiners(session: Session, licence: ExpertLicence, dossier: LicenceDossier) -> Choices:
    """Who could have examined, with what ties them to the trainer; never the trainer."""
    people = session.scalars(holders(PANEL_ROLES, dossier.on, country=licence.country)).all()
    able = [one for one in people if one.id != licence.certification.holder_id]
    dossier.examine({(one.id, Act.SCREEN) for one in able})
    return [(one.id, _labelled(one.name, dossier.findings(one.id, Act.SCREEN))) for one in able]


def _labelled(name: str, found: Findings) -> str:
    said = " ".join(say(one.sentence) for one in found.findings)
    return f"{name} · {word(found.verdict)}: {said}" if found.findings else name
