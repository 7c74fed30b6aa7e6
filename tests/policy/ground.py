"""What tests of rights stand on: one world for a whole file, everybody signed in, rows to ask for."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from certify.files import path_of
from certify.models import (
    Activity,
    ApiToken,
    Assessment,
    Certification,
    Credential,
    ExpertLicence,
    Message,
    Person,
    Renewal,
    Review,
    RoleGrant,
    SignIn,
    StoredFile,
)
from certify.models.store import own_tx
from certify.scheme.words import RoleName
from tests.api.client import token_for
from tests.cast import CHEAP_HASH, LONG_AGO, SINCE, WORLD, Member, named
from tests.client import sign_in
from tests.place import moved, settings_of
from tests.player import Player
from tests.policy.lines import API, Ids, lines
from tests.policy.rights import ABROAD, OTHER_PROVIDER, PEOPLE, VISITOR, Line

NOW = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
UNCHANGED = {"If-Match": '"0"'}  # a version that nothing has: whoever may is told 409, and nothing is done


class Asker(FlaskClient):
    """Somebody who asks quickly: each request in a context of its own, without a look at the page."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return Context().run(super().open, *args, **{"buffered": True, **kwargs})


@dataclass
class Ground:
    """The application on one database, with everybody signed in and the rows that are asked for."""

    app: Flask
    askers: Mapping[str, Asker]
    tokens: Mapping[str, str]
    lines: tuple[Line, ...] = ()

    def status(self, line: Line, method: str, who: str) -> int:
        """What this person is answered."""
        headers: dict[str, str] = {}
        if line.rule.startswith(API):
            headers = {
                **UNCHANGED,
                **({"Authorization": f"Bearer {self.tokens[who]}"} if who != VISITOR else {}),
            }
        return self.askers[who].open(line.address, method=method, headers=headers).status_code


def ids_of(ana: Player) -> Ids:
    """What is asked for by id; Lan applies, and Ana's file lies in the store."""
    lan = Player(holder=WORLD.lan).apply()
    with own_tx() as session:
        cv = session.scalars(select(StoredFile).filter_by(certification_id=ana.certification)).one()
        cv.original_sha256 = cv.sha256  # as if it were a picture, which is kept as it was sent
        path = path_of(cv.sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%PDF-1.7\n")
        sheet = select(Assessment.id).filter_by(certification_id=ana.certification)
        return Ids(
            case=ana.certification,
            lans_case=lan.certification,
            cohort=ana.cohort,
            workshop=ana.workshop,
            visit=ana.visits[0],
            tot_event=session.scalars(select(Activity.id).filter_by(kind="tot_event")).one(),
            renewal=_renewal_of(session, ana.certification),
            licence=_licence_of(session, ana.certification),
            review=_review_of(session, ana.certification),
            observation=session.scalars(
                sheet.filter_by(activity_id=ana.workshop, assessor_id=WORLD.tuan.id)
            ).one(),
            screening=session.scalars(sheet.filter_by(kind="screening", assessor_id=WORLD.bea.id)).one(),
            cv=cv.id,
            enterprise=WORLD.enterprises[0],
            other_enterprise=WORLD.enterprises[4],
            ana=WORLD.ana.id,
            lan=WORLD.lan.id,
            lans_work=named("worklan"),
            bos_role=named("grantbo"),
            provider=WORLD.provider,
            issuer=WORLD.issuer,
            delegation=WORLD.delegation,
            message=session.scalars(select(Message.id).filter_by(recipient_id=WORLD.ana.id)).first() or "",
            token=session.scalars(select(ApiToken.id).filter_by(person_id=WORLD.ana.id)).one(),
            browser=session.scalars(select(SignIn.id).filter_by(person_id=WORLD.ana.id)).one(),
        )


def _renewal_of(session: Session, certification: str) -> str:
    """A renewal of Ana's, for a certificate that was issued in error and counts for none."""
    case, day = session.get_one(Certification, certification), NOW.date()
    old = Credential(
        case_id=case.case_id, certification_id=case.id, number="VN-OLD", type="trainer_certification",
        state="revoked", state_since=NOW, holder_name=WORLD.ana.name, module="WPC", country="VN",
        scheme_version=WORLD.edition, issuer_id=WORLD.issuer, zone="UTC", valid_from=day, valid_until=day,
        issued_at=NOW,
    )  # fmt: skip
    session.add(old)
    session.flush()
    renewal = Renewal(
        case_id=case.case_id, certification_id=case.id, credential_id=old.id, state="open", state_since=NOW,
        opened_at=NOW,
    )  # fmt: skip
    session.add(renewal)
    session.flush()
    return renewal.id


def _licence_of(session: Session, certification: str) -> str:
    case = session.get_one(Certification, certification)
    licence = ExpertLicence(
        case_id=case.case_id, certification_id=case.id, module="WPC", country="VN",
        scheme_version=WORLD.edition, state="nominated", state_since=NOW, nominated_by_id=WORLD.olu.id,
        nominated_at=NOW, reason="She teaches others.",
    )  # fmt: skip
    session.add(licence)
    session.flush()
    return licence.id


def _review_of(session: Session, certification: str) -> str:
    case = session.get_one(Certification, certification)
    review = Review(
        case_id=case.case_id, certification_id=case.id, ground="suspension_limit", cause="since then",
        state="open", state_since=NOW, opened_at=NOW,
    )  # fmt: skip
    session.add(review)
    session.flush()
    return review.id


def _elsewhere() -> Iterator[Person | RoleGrant]:
    """People with a role that reaches nothing here: for Kenya, or for another service provider."""
    roles = {**ABROAD, OTHER_PROVIDER: "provider"}
    for key in roles:
        country = "VN" if key == OTHER_PROVIDER else "KE"
        yield Person(
            id=named(key),
            name=key,
            email=f"{key}@example.org",
            country=country,
            password_hash=CHEAP_HASH,
            created_at=LONG_AGO,
        )
    for key, role in roles.items():
        yield RoleGrant(
            person_id=named(key),
            role=RoleName(role),
            country="VN" if key == OTHER_PROVIDER else "KE",
            from_on=SINCE,
            issuer_id=WORLD.issuer if role == "master_trainer" else None,
            organisation_id=WORLD.other_provider if key == OTHER_PROVIDER else None,
            proposed_by_id=WORLD.ada.id,
            proposed_at=LONG_AGO,
            confirmed_by_id=WORLD.sol.id,
            confirmed_at=LONG_AGO,
        )


@contextmanager
def placed(request: pytest.FixtureRequest, kind_name: str, template: str) -> Iterator[Flask]:
    """The application on a database of its own, copied from a template, for all tests of a file."""
    kind = request.getfixturevalue(f"{kind_name}_kind")
    folder = request.getfixturevalue("tmp_path_factory").mktemp("ground")
    (folder / "clock").write_text(NOW.isoformat(), encoding="utf-8")
    url = kind.create(folder, template)
    try:
        with moved(request.getfixturevalue("built"), settings_of(folder, url)) as app:
            yield app
    finally:
        kind.drop(url)


@contextmanager
def settled(request: pytest.FixtureRequest, kind_name: str, stage: str) -> Iterator[tuple[Flask, Player]]:
    """The same at a stage of the path."""
    stages = request.getfixturevalue(f"{kind_name}_stages")
    with placed(request, kind_name, stages.template(stage)) as app:
        yield app, stages.player(stage)


def ground_of(app: Flask) -> Ground:
    """Everybody signed in and with a token, people with roles elsewhere among them."""
    with own_tx() as session:
        people = list(_elsewhere())
        session.add_all(one for one in people if isinstance(one, Person))
        session.flush()
        session.add_all(people)
    askers, tokens = {VISITOR: Asker(app)}, {}
    for key in PEOPLE:
        member = Member(key, key)
        askers[key] = sign_in(Asker(app), member)
        tokens[key] = token_for(app, member)
    return Ground(app, askers, tokens)


def table_of(ana: Player) -> Iterator[Line]:
    """Every line, asked of Ana's things, and of those of Lan, who applies now."""
    return lines(ids_of(ana))
