"""The cast of every test: who they are, what they may, and the world that they live in.

Ana is a candidate, Bo an Expert Trainer, Maya a Master Trainer, Olu the national coordinator, Sami a
service provider's coordinator, Kim a stranger. All is in Viet Nam; nobody is related to anybody,
but Lan, who works for Sami's organisation.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy.orm import Session

from certify.models import (
    Affiliation,
    Delegation,
    Enterprise,
    EnterpriseContact,
    IssuingBody,
    Organisation,
    Person,
    RoleGrant,
)
from certify.scheme.catalogue import shipped
from certify.scheme.words import ConsentLevel, OrganisationKind, RoleName
from certify.workflows.editions import publish
from certify.workflows.people import actor_of
from tests.issuer import issuer_keys

LONG_AGO = datetime(2024, 1, 8, 3, 0, tzinfo=UTC)
SINCE = date(2024, 1, 8)
COUNTRY = "VN"
MODULES = ["WPC", "QUA", "REF", "WFM", "OSH", "LEA"]
CHEAP_HASH = "$argon2id$v=19$m=8,t=1,p=1$GcGGLbxnw+NcvUoZ1SGLgA$tGqhbC3xiiDlTrhotO4wQuhwb509/QLjbtPxWvcpJUQ"


def named(name: str) -> str:
    """An id that can be read: `ana0000…`."""
    return f"{name:0<20}"


@dataclass(frozen=True)
class Member:
    """Somebody of the cast; `id` is that of the row."""

    PASSWORD: ClassVar[str] = "a quiet river runs slowly"

    key: str
    name: str
    sex: str = "f"

    @property
    def id(self) -> str:
        return named(self.key)

    @property
    def email(self) -> str:
        return f"{self.key}@example.org"

    @property
    def password(self) -> str:
        return self.PASSWORD


@dataclass(frozen=True)
class World:
    """The cast and the ids of what is around them."""

    ana: Member = Member("ana", "Ana Trần")
    lan: Member = Member("lan", "Lan Phạm")  # works for Sami's organisation
    bo: Member = Member("bo", "Bo Nguyễn", "m")
    bea: Member = Member("bea", "Bea Okafor")
    tuan: Member = Member("tuan", "Tuấn Lê", "m")  # Workplace Cooperation alone
    maya: Member = Member("maya", "Maya Đặng")
    mika: Member = Member("mika", "Mika Hoàng", "m")
    olu: Member = Member("olu", "Olu Adeyemi", "m")
    sami: Member = Member("sami", "Sami Haddad", "m")
    quy: Member = Member("quy", "Quý Vũ", "m")
    sol: Member = Member("sol", "Sol Rivera")
    asa: Member = Member("asa", "Asa Lindqvist")
    ada: Member = Member("ada", "Ada Mensah")
    eka: Member = Member("eka", "Eka Bùi")  # contact of the first enterprise, with an account
    kim: Member = Member("kim", "Kim Park")

    country: str = COUNTRY
    module: str = "WPC"
    edition: str = "score-2026"
    issuer: str = named("issuer")
    delegation: str = named("delegation")
    provider: str = named("provider")
    other_provider: str = named("other")
    enterprises: tuple[str, ...] = tuple(named(f"enterprise{n}") for n in "abcde")

    @property
    def members(self) -> tuple[Member, ...]:
        """Everybody."""
        return tuple(value for value in vars(type(self)).values() if isinstance(value, Member))

    def actor(self, session: Session, member: Member, on: date = date(2026, 6, 1)) -> Any:
        """The member as policy and engine know them on a day."""
        return actor_of(session, member.id, on)


WORLD = World()

# role, module (None: all), and whether the country's issuing body or the provider belongs to it
_GRANTS: tuple[tuple[str, RoleName, str | None], ...] = (
    ("bo", RoleName.EXPERT_TRAINER, None),
    ("bea", RoleName.EXPERT_TRAINER, None),
    ("tuan", RoleName.EXPERT_TRAINER, "WPC"),
    ("maya", RoleName.MASTER_TRAINER, None),
    ("mika", RoleName.MASTER_TRAINER, None),
    ("olu", RoleName.COORDINATOR, None),
    ("sami", RoleName.PROVIDER, None),
    ("quy", RoleName.QA_REVIEWER, None),
    ("sol", RoleName.SCHEME_OWNER, None),
    ("asa", RoleName.AUDITOR, None),
    ("ada", RoleName.ADMINISTRATOR, None),
)
_EVERYWHERE = {RoleName.SCHEME_OWNER, RoleName.AUDITOR, RoleName.ADMINISTRATOR}


def seed(session: Session) -> None:
    """Write the world into an empty, migrated database."""
    publish(session, shipped("score-2026"), LONG_AGO)
    session.add_all(_person(member) for member in WORLD.members)
    session.flush()
    session.add_all(_organisations())
    session.flush()
    session.add_all(_issuing())
    session.flush()
    session.add_all(issuer_keys(WORLD.issuer, LONG_AGO))
    session.add_all(_grant(*line) for line in _GRANTS)
    session.add_all(_enterprises())
    session.flush()
    session.add_all(_ties())


def _person(member: Member) -> Person:
    return Person(
        id=member.id,
        name=member.name,
        email=member.email,
        country=COUNTRY,
        sex=member.sex,
        password_hash=CHEAP_HASH,
        created_at=LONG_AGO,
    )


def _organisations() -> list[Organisation]:
    return [
        Organisation(
            id=id, name=name, kind=kind, country=COUNTRY, agreement_from_on=SINCE, created_at=LONG_AGO
        )
        for id, name, kind in (
            (WORLD.provider, "Công ty Tư vấn Sông Hồng", OrganisationKind.CONSULTING_COMPANY),
            (WORLD.other_provider, "Hiệp hội Gỗ Bình Dương", OrganisationKind.INDUSTRY_ASSOCIATION),
        )
    ]


def _issuing() -> list[IssuingBody | Delegation]:
    return [
        IssuingBody(
            id=WORLD.issuer,
            code="vn-score",
            legal_name="SCORE Việt Nam",
            country=COUNTRY,
            zone="Asia/Ho_Chi_Minh",
            created_at=LONG_AGO,
        ),
        Delegation(
            id=WORLD.delegation,
            issuer_id=WORLD.issuer,
            country=COUNTRY,
            modules=MODULES,
            from_on=SINCE,
            instrument="Memorandum of 8 January 2024",
            may_recognise=True,
            created_at=LONG_AGO,
            created_by_id=WORLD.sol.id,
        ),
    ]


def _grant(key: str, role: RoleName, module: str | None) -> RoleGrant:
    return RoleGrant(
        id=named(f"grant{key}"),
        person_id=named(key),
        role=role,
        module=module,
        country=None if role in _EVERYWHERE else COUNTRY,
        from_on=SINCE,
        issuer_id=WORLD.issuer if role is RoleName.MASTER_TRAINER else None,
        organisation_id=WORLD.provider if role is RoleName.PROVIDER else None,
        proposed_by_id=WORLD.ada.id,
        proposed_at=LONG_AGO,
        confirmed_by_id=WORLD.sol.id,
        confirmed_at=LONG_AGO,
    )


def _enterprises() -> list[Enterprise]:
    names = ("May Hòa Bình", "Gỗ Tân Phú", "Nhựa Đại Lợi", "Cơ khí Hà Đông", "Gốm Bát Tràng")
    return [
        Enterprise(
            id=id,
            name=name,
            country=COUNTRY,
            sector="C14",
            size=80 + 20 * n,
            consent=ConsentLevel.NAMED,
            created_at=LONG_AGO,
            created_by_id=WORLD.olu.id,
        )
        for n, (id, name) in enumerate(zip(WORLD.enterprises, names, strict=True))
    ]


def _ties() -> list[Affiliation | EnterpriseContact]:
    contacts = [
        EnterpriseContact(
            id=named(f"contact{n}"),
            enterprise_id=id,
            name="Eka Bùi" if n == 0 else f"Contact {n}",
            email="eka@example.org" if n == 0 else f"contact{n}@example.org",
            person_id=WORLD.eka.id if n == 0 else None,
            created_at=LONG_AGO,
        )
        for n, id in enumerate(WORLD.enterprises)
    ]
    affiliations = [
        Affiliation(
            id=named(f"work{key}"), person_id=named(key), organisation_id=WORLD.provider, from_on=SINCE
        )
        for key in ("sami", "lan")
    ]
    return [*contacts, *affiliations]
