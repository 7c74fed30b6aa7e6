"""Whoever acts, as a value: read afresh for every request, so that rights end at once."""

from dataclasses import dataclass, field
from datetime import date

from certify.scheme.words import RoleName


@dataclass(frozen=True)
class Grant:
    """One role in force or dated; null module or country means all."""

    role: RoleName
    module: str | None
    country: str | None
    from_on: date
    until_on: date | None
    issuer: str | None = None
    organisation: str | None = None

    def covers(self, *, on: date, module: str | None = None, country: str | None = None) -> bool:
        """Whether the grant is in force on a day for a module and country (None asks about any)."""
        if on < self.from_on or (self.until_on is not None and on > self.until_on):
            return False
        if module is not None and self.module not in (None, module):
            return False
        return country is None or self.country in (None, country)


@dataclass(frozen=True)
class Actor:
    """A person with confirmed grants, the enterprises they answer for, and whether they deliver.

    `on_path`: has a certification that was admitted or granted and has not ended. `has_case`: applied once.
    `in_place_of`: who is away and named them; it is noted with what they do and gives no right.
    """

    id: str
    name: str
    grants: tuple[Grant, ...] = ()
    contact_of: frozenset[str] = frozenset()
    on_path: bool = False
    has_case: bool = False
    is_clock: bool = field(default=False)
    in_place_of: str | None = None

    def holds(
        self, role: RoleName, *, on: date, module: str | None = None, country: str | None = None
    ) -> bool:
        """Whether any grant of the role covers the day, module and country."""
        return any(
            grant.role is role and grant.covers(on=on, module=module, country=country)
            for grant in self.grants
        )

    @property
    def is_only_contact(self) -> bool:
        """Whether they answer for an enterprise and have no other part in anything."""
        return bool(self.contact_of) and not self.grants and not self.has_case

    @property
    def organisations(self) -> frozenset[str]:
        """Every service provider whose coordinator they are or will be; a right asks `provides_for`."""
        return frozenset(
            grant.organisation
            for grant in self.grants
            if grant.role is RoleName.PROVIDER and grant.organisation is not None
        )

    def provides_for(
        self, *, on: date, module: str | None = None, country: str | None = None
    ) -> frozenset[str]:
        """The service providers that they act for on a day, by a grant; to work for one is no right."""
        return frozenset(
            grant.organisation
            for grant in self.grants
            if grant.role is RoleName.PROVIDER
            and grant.organisation is not None
            and grant.covers(on=on, module=module, country=country)
        )


CLOCK = Actor(id="", name="Certify", is_clock=True)
