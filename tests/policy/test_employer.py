"""Whom a service provider's coordinator may read of: who works there that day, and nobody else."""

from datetime import date
from types import SimpleNamespace as Thing
from typing import Any

import pytest

from certify.policy import Actor, Grant, may
from certify.scheme.words import RoleName

ON, BEFORE, AFTER = date(2026, 6, 1), date(2026, 5, 31), date(2026, 6, 2)


def sami(**more: Any) -> Actor:
    """Acts for Sông Hồng on the day, unless said otherwise."""
    given: dict[str, Any] = {
        "module": None, "country": None, "from_on": BEFORE, "until_on": AFTER, "organisation": "song-hong",
    }  # fmt: skip
    return Actor("sami", "Sami", (Grant(RoleName.PROVIDER, **{**given, **more}),))


def lan(organisation: str = "song-hong", from_on: date = ON, until_on: date | None = ON) -> Thing:
    """Works somewhere from when to when."""
    work = Thing(organisation_id=organisation, from_on=from_on, until_on=until_on)
    return Thing(id="lan", country="VN", affiliations=(work,))


@pytest.mark.parametrize(
    ("actor", "person", "reads"),
    [
        (sami(), lan(), True),
        (sami(), lan(until_on=None), True),
        (sami(), lan(until_on=BEFORE), False),
        (sami(), lan(from_on=AFTER, until_on=None), False),
        (sami(), lan("binh-duong"), False),
        (sami(until_on=BEFORE, from_on=BEFORE), lan(), False),
        (sami(organisation=None), lan(), False),
        (Actor("kim", "Kim"), lan(), False),
    ],
)
def test_an_employer_reads_of_who_works_there(actor: Actor, person: Thing, reads: bool) -> None:
    assert may(actor, "person.read", person, ON) is reads


def test_a_list_of_people_is_for_whoever_acts_for_a_provider() -> None:
    assert may(sami(), "person.read", None, ON) is True
    assert may(sami(until_on=BEFORE, from_on=BEFORE), "person.read", None, ON) is False
    assert may(Actor("lan", "Lan"), "person.read", None, ON) is False
    assert may(Actor("lan", "Lan"), "person.read", lan(), ON) is True
