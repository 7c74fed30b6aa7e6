"""Search keys: each name from each of its words on, folded, so that a search reads a piece of an index.

Written by the tables' own events whenever a name is: nobody can forget it.
"""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, ForeignKey, Index, String, delete, event, insert, inspect
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certify.models.activity import Cohort
from certify.models.base import Model
from certify.models.organisations import Enterprise, Organisation
from certify.models.people import Person
from certify.scheme.folding import LONGEST_KEY, fold, rotations

# How a key came to be: the name as it is written, the name from a later word on, an address.
WRITTEN, TURNED, ADDRESS = 0, 1, 2

# PostgreSQL's own order of letters could not serve a search by what a text begins with.
Key = String(LONGEST_KEY).with_variant(String(LONGEST_KEY, collation="C"), "postgresql")


class SearchKey:
    """One way to find a row by its name; `country` is the row's own, so that one country is one range."""

    __tablename__: str
    owner_id: Any

    key: Mapped[str] = mapped_column(Key, primary_key=True)
    sort: Mapped[int] = mapped_column(primary_key=True)
    country: Mapped[str] = mapped_column(String(2))


def _indexes(table: str) -> tuple[Index, ...]:
    """A search reads the first two; a whole list, which is of written names alone, the others."""
    return (
        Index(f"ix_{table}_key", "key", "owner_id"),
        Index(f"ix_{table}_country", "country", "key", "owner_id"),
        Index(f"ix_{table}_list", "sort", "key", "owner_id"),
        Index(f"ix_{table}_country_list", "sort", "country", "key", "owner_id"),
    )


def _owner(table: str) -> Any:
    # First in the primary key, so that the keys of one row lie together.
    return mapped_column(ForeignKey(f"{table}.id", ondelete="CASCADE"), primary_key=True, sort_order=-1)


class PersonKey(SearchKey, Model):
    """A person by name or address."""

    __tablename__ = "person_key"
    __table_args__ = _indexes("person_key")

    owner_id: Mapped[str] = _owner("person")
    owner: Mapped[Person] = relationship(viewonly=True)


class OrganisationKey(SearchKey, Model):
    """An organisation by name."""

    __tablename__ = "organisation_key"
    __table_args__ = _indexes("organisation_key")

    owner_id: Mapped[str] = _owner("organisation")
    owner: Mapped[Organisation] = relationship(viewonly=True)


class EnterpriseKey(SearchKey, Model):
    """An enterprise by name."""

    __tablename__ = "enterprise_key"
    __table_args__ = _indexes("enterprise_key")

    owner_id: Mapped[str] = _owner("enterprise")
    owner: Mapped[Enterprise] = relationship(viewonly=True)


class CohortKey(SearchKey, Model):
    """A cohort by name."""

    __tablename__ = "cohort_key"
    __table_args__ = _indexes("cohort_key")

    owner_id: Mapped[str] = _owner("cohort")
    owner: Mapped[Cohort] = relationship(viewonly=True)


def keys_of_name(name: str) -> Iterable[tuple[str, int]]:
    """The keys of a name."""
    first, *others = rotations(fold(name))
    return [(first, WRITTEN), *((each, TURNED) for each in others)]


def keys_of_person(person: Person) -> Iterable[tuple[str, int]]:
    """The keys of a person: by name, and by both halves of the address."""
    local, _, domain = person.email.partition("@")
    whole = dict.fromkeys(fold(f"{a} {b}")[:LONGEST_KEY] for a, b in ((local, domain), (domain, local)))
    return [*keys_of_name(person.name), *((each, ADDRESS) for each in whole)]


Making = Callable[[Any], Iterable[tuple[str, int]]]


def _keep(owner: type, keys: type[SearchKey], make: Making) -> None:
    """Let the keys of a table's rows follow its inserts and updates, in the same transaction."""

    def write(_mapper: object, connection: Connection, row: Any) -> None:
        rows = [
            {"owner_id": row.id, "key": key, "sort": sort, "country": row.country} for key, sort in make(row)
        ]
        connection.execute(insert(keys), rows)

    def rewrite(mapper: object, connection: Connection, row: Any) -> None:
        if any(_changed(row, name) for name in ("name", "email", "country")):
            connection.execute(delete(keys).where(keys.owner_id == row.id))
            write(mapper, connection, row)

    event.listen(owner, "after_insert", write)
    event.listen(owner, "after_update", rewrite)


def _changed(row: Any, name: str) -> bool:
    held = inspect(row).attrs.get(name)
    return held is not None and bool(held.history.has_changes())


_keep(Person, PersonKey, keys_of_person)
for _owning, _keys in ((Organisation, OrganisationKey), (Enterprise, EnterpriseKey), (Cohort, CohortKey)):
    _keep(_owning, _keys, lambda row: keys_of_name(row.name))
