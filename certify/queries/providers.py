"""A service provider's own trainers: their modules, what they are worth, what is next and who must act."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, or_, select, union
from sqlalchemy.orm import Session, joinedload, selectinload

from certify.models import Affiliation, Certification, Person, PersonKey
from certify.policy import Actor, may
from certify.queries.certifications import with_readers
from certify.queries.finding import by_name, owners_page
from certify.queries.journey import ONWARD
from certify.queries.maintenance import practising_among
from certify.queries.paging import Page
from certify.queries.sorting import Sorting, by, by_country
from certify.scheme.rules.case import number
from certify.scheme.sentences import Sentence, say
from certify.scheme.words import CertificationState as S
from certify.scheme.words import Standing
from certify.workflows.dossier import day_of, edition_of
from certify.workflows.standings import standings_of

SORTING = Sorting(
    PersonKey.owner_id,
    {"name": by(PersonKey.key), "country": by_country(PersonKey.country)},
    "name",
)

# What a trainer needs next in each state, as their provider would ask after it.
NEEDED: dict[S, Sentence] = {
    S.DRAFT: say("Fill in and submit the application"),
    S.SUBMITTED: say("Be screened and admitted"),
    S.ADMITTED: say("Get a place in a training of trainers"),
    S.TRAINING: say("Complete the training of trainers"),
    S.CLASSROOM_DELIVERY: say("Deliver: baselines, then the classroom workshop"),
    S.SUPERVISED_VISITS: say("Visit the enterprises, then report"),
    S.ASSESSMENT: say("Be observed and recommended"),
    S.MORE_PRACTICE: say("Practise more, as asked"),
    S.RECOMMENDED: say("Wait for the decision"),
    S.ON_HOLD: say("Go on once the reason for the hold is gone"),
    S.LEFT: say("Come back, if they wish to"),
    S.SUSPENDED: say("Be reinstated"),
}


@dataclass(frozen=True)
class Need:
    """What comes next, who must act (None: nobody now), since when, by when."""

    text: Sentence
    who: str | None
    name: str | None
    since: date
    due_on: date | None = None


@dataclass(frozen=True)
class TrainerCase:
    """One module of a trainer."""

    certification: Certification
    standing: Standing
    need: Need | None
    practising: bool = False


@dataclass(frozen=True)
class Trainer:
    """A person of the provider's, with the cases that the provider may see."""

    person: Person
    cases: tuple[TrainerCase, ...]


def trainers_page(
    session: Session,
    actor: Actor,
    at: datetime,
    *,
    name: str = "",
    module: str = "",
    sort: str = "",
    cursor: str | None = None,
) -> Page[Trainer]:
    """The people of the organisations that the actor acts for today, by name."""
    providers = actor.provides_for(on=at.date())
    asked = by_name(PersonKey, name, addresses=False).options(joinedload(PersonKey.owner))
    asked = asked.where(PersonKey.owner_id.in_(_own_people(providers, at.date())))
    if module:
        holders = select(Certification.holder_id).where(Certification.module == module, CONFIRMED)
        asked = asked.where(PersonKey.owner_id.in_(holders))
    asked, order = SORTING.applied(asked, sort)
    page = owners_page(session, asked, order=order, cursor=cursor, allowed=lambda person: True)
    cases = _cases_of(session, actor, at, [person.id for person in page.items])
    return Page(tuple(Trainer(one, tuple(cases.get(one.id, ()))) for one in page.items), page.next)


# Until the person takes a nomination up, it tells the provider nothing about them.
CONFIRMED: ColumnElement[bool] = or_(
    Certification.state != S.DRAFT,
    Certification.nominated_by_id.is_(None),
    Certification.nomination_confirmed_at.is_not(None),
)


def _own_people(providers: Iterable[str], on: date) -> Select[tuple[str]]:
    """Who works for them today, and whom they nominated, once the person has confirmed it."""
    ours = sorted(providers)
    staff = select(Affiliation.person_id.label("id")).where(
        Affiliation.organisation_id.in_(ours),
        Affiliation.from_on <= on,
        or_(Affiliation.until_on.is_(None), Affiliation.until_on >= on),
    )
    nominated = select(Certification.holder_id.label("id")).where(
        Certification.nominating_organisation_id.in_(ours), CONFIRMED
    )
    found = union(staff, nominated).subquery()
    return select(found.c.id)


def _cases_of(
    session: Session, actor: Actor, at: datetime, holder_ids: list[str]
) -> dict[str, list[TrainerCase]]:
    asked = with_readers(select(Certification).where(Certification.holder_id.in_(holder_ids))).options(
        selectinload(Certification.credentials),
        joinedload(Certification.issuer),
        joinedload(Certification.supervisor),
    )
    rows = session.scalars(asked.order_by(Certification.module, Certification.state_since.desc())).unique()
    seen = [one for one in rows if may(actor, "certification.see", one, day_of(one, at))]
    worth, practising = standings_of(session, seen, at), practising_among(session, seen, at)
    cases: dict[str, list[TrainerCase]] = {}
    for one in seen:
        need = need_of(session, one, at)
        cases.setdefault(one.holder_id, []).append(
            TrainerCase(one, worth[one.id], need, one.id in practising)
        )
    return cases


def need_of(session: Session, one: Certification, at: datetime) -> Need | None:
    """What is next for a case; None when it is closed."""
    since = day_of(one, one.state_since)
    if one.state is S.CERTIFIED:
        return _renewal(session, one, at)
    if one.state not in NEEDED:
        return None
    who = ONWARD[one.state][1]
    due_on = one.practice_by_on if one.state is S.MORE_PRACTICE else None
    return Need(NEEDED[one.state], who, _name(one, who), since, due_on)


def _renewal(session: Session, one: Certification, at: datetime) -> Need | None:
    if one.valid_until is None:
        return None
    edition = edition_of(session, one, at)
    days = int(number(edition, "renewal_window_days", module=one.module, country=one.country))
    opens_on, today = one.valid_until - timedelta(days=days), day_of(one, at)
    if today < opens_on:
        text = say("Nothing now; the renewal opens on {day}", day=opens_on)
        return Need(text, None, None, one.valid_from or today)
    return Need(say("Renew the certification"), "holder", one.holder.name, opens_on, one.valid_until)


def _name(one: Certification, who: str) -> str | None:
    if who == "candidate":
        return one.holder.name
    return one.supervisor.name if who == "supervisor" and one.supervisor is not None else None
