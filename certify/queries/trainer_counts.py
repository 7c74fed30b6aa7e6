"""How many certified trainers of a coordinator's countries stand how."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Select, bindparam, func, literal_column, select
from sqlalchemy.orm import Session

from certify.models import Certification
from certify.models.store import rows_of
from certify.policy import Actor
from certify.queries.board import MOST, ROLES
from certify.queries.figures import told
from certify.queries.sight import Reach, reach_on
from certify.queries.trainers_shown import LABELS, Days, Shown, days_of, delivered, shown
from certify.scheme.sentences import Sentence
from certify.scheme.types import Edition


@dataclass(frozen=True)
class Counted:
    """How many are shown so: MOST stands for any number from there on."""

    shows: Shown
    label: Sentence
    count: int

    @property
    def told(self) -> str:
        """As it is shown."""
        return told(self.count, MOST)


def trainer_counts(session: Session, actor: Actor, at: datetime, edition: Edition) -> tuple[Counted, ...]:
    """How many stand how, by the edition in force; one query that reads no more than MOST of each."""
    reach, given = reach_on(actor, at.date())
    (found,) = rows_of(session, _counts(reach), **given, **days_of(at, edition)._asdict())
    return tuple(Counted(each, LABELS[each], n) for each, n in zip(Shown, found, strict=True))


@lru_cache(maxsize=64)
def _counts(reach: Reach) -> Select[Any]:
    """Put together once for all who reach as far."""
    days = Days(*(bindparam(name, type_=Date()) for name in Days._fields))
    here = reach.of_any(ROLES, module=Certification.module, country=Certification.country)
    columns: tuple[Any, ...] = tuple(
        (_practising(here, days) if each is Shown.PRACTISING else _number(here, shown(each, days))).label(
            each
        )
        for each in Shown
    )
    return select(*columns)


def _number(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    head = select(Certification.id).where(*conditions).limit(literal_column(str(MOST), Integer())).subquery()
    return select(func.count()).select_from(head).scalar_subquery()


def _practising(here: ColumnElement[bool], days: Days) -> ColumnElement[int]:
    """Of the first MOST valid ones only: who has not delivered must not be searched for among all."""
    valid = shown(Shown.VALID, days)
    head = select(Certification.id).where(here, valid).limit(literal_column(str(MOST), Integer()))
    practising = select(Certification.id).where(Certification.id.in_(head), delivered(days))
    return select(func.count()).select_from(practising.subquery()).scalar_subquery()
