"""Expert Trainer licences: the list, those of a certification, and one as its page shows it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from certify.models import Certification, ExpertLicence, IssuingBody, PersonKey, RoleGrant
from certify.policy import Actor
from certify.presentation import say
from certify.queries.beside import page_beside, with_holders
from certify.queries.candidates import PANEL_ROLES, labelled
from certify.queries.move_choices import Choices, issuers_of
from certify.queries.paging import Narrowed, Page
from certify.queries.sorting import Sorting, by, by_name_of, by_progress
from certify.scheme.standing import Period
from certify.scheme.words import Act, LicenceState, RoleName
from certify.workflows.engine import Question
from certify.workflows.grants import holders
from certify.workflows.licence import MOVES
from certify.workflows.licence_dossier import LicenceDossier

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
    asked = with_holders(ExpertLicence).options(joinedload(ExpertLicence.credential))
    if filters.state:
        asked = asked.where(ExpertLicence.state == LicenceState(filters.state))
    if filters.module:
        asked = asked.where(ExpertLicence.module == filters.module)
    asked, order = SORTING.applied(asked, sort)
    return page_beside(
        session, asked, actor, at, "licence.list",
        readers=READERS, of=ExpertLicence, order=order, cursor=cursor,
    )  # fmt: skip


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
        "reasons": [(one.id, say(one.text)) for one in cited],
    }


def period_if_granted(session: Session, dossier: LicenceDossier, issuers: Choices) -> Period | None:
    """The days that a grant now would give, by the clock of the body that issues it; None without a body."""
    body = session.get(IssuingBody, issuers[0][0]) if issuers else None
    return dossier.period(body.zone) if body else None


def _examiners(session: Session, licence: ExpertLicence, dossier: LicenceDossier) -> Choices:
    """Who could have examined, with what ties them to the trainer; never the trainer."""
    people = session.scalars(holders(PANEL_ROLES, dossier.on, country=licence.country)).all()
    able = [one for one in people if one.id != licence.certification.holder_id]
    dossier.examine({(one.id, Act.SCREEN) for one in able})
    return [(one.id, labelled(one.name, [("", dossier.findings(one.id, Act.SCREEN))])) for one in able]
