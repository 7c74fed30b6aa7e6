"""A page that is no longer true decides nothing: 409, what changed, and what was typed is still there."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from certify.auth.sessions import hashed
from certify.clock import real_now
from certify.models import (
    Activity,
    Affiliation,
    Assessment,
    Cohort,
    Delegation,
    Person,
    RoleGrant,
    SingleUseLink,
    db,
)
from certify.models.store import write_tx
from certify.scheme.words import ActivityKind
from certify.workflows.activity_edit import create_activity
from tests.cast import WORLD, Member, World, named
from tests.client import StrictClient
from tests.player import REPORT_ON, Player, at
from tests.policy.ground import NOW
from tests.views.sending import fields_on

ClientOf = Callable[[Member], StrictClient]
CHANGED = "while your page was open"

# Every address that a form is sent to and that carries no version, with the reason why it needs none.
WITHOUT_VERSION = {
    "new things": {
        "/account/absences/new", "/account/ties/new", "/account/tokens/new", "/apply",
        "/certifications/<id>/activities/new/<kind>",
        "/cohorts/<id>/activities/new/<kind>", "/cohorts/<id>/baselines", "/cohorts/new", "/enterprises/new",
        "/enterprises/<id>/contacts", "/issuing-bodies/<id>/delegations/new", "/issuing-bodies/new",
        "/nominate", "/nominate/several", "/organisations/new", "/people/<id>/affiliations/new",
        "/people/invite", "/recognise", "/roles/new/<person_id>", "/tot-events/new",
        "/certifications/<id>/name-change", "/activities/<id>/files",
        "/certifications/<id>/application/files", "/my-credentials/<id>/send",
    },
    "each field is met with what another window kept": {
        "/activities/<id>/roster", "/assessments/<id>", "/assessments/<id>/draft",
        "/assessments/<id>/reconcile",
    },
    "the digest of the answers is compared": {
        "/certifications/<id>/application/<step>", "/certifications/<id>/application/declarations",
    },
    "to do it twice is to do it once": {
        "/account/absences/<id>/end", "/account/calendar/end", "/account/calendar/new", "/opt-out/<token>",
        "/account/browsers/<sign_in_id>/end", "/account/browsers/end", "/account/tokens/<id>/revoke",
        "/certifications/<id>/application/files/<file_id>/remove", "/people/<id>/enable",
        "/certifications/<id>/application/take-over", "/certifications/<id>/code-of-conduct",
        "/people/<id>/invite-again", "/people/<id>/sign-ins/<sign_in_id>/end", "/people/<id>/sign-ins/end",
        "/mail/<id>/send-again", "/stalls/nudge", "/roles/<id>/confirm", "/sign-out",
    },
    "the notice carries what was and what is": {"/undo"},
    "nothing is changed": {"/verify"},
    "a way in": {
        "/account/password", "/forgot", "/invitation/<token>", "/register", "/reset/<token>", "/sign-in",
    },
}  # fmt: skip
WITH_VERSION = {
    "/account",
    "/account/mail",
    "/activities/<id>/edit",
    "/activities/<id>/moves/<move>",
    "/assessments/<id>/correct",
    "/assessments/<id>/moves/<move>",
    "/certifications/<id>/application/submit",
    "/certifications/<id>/approval",
    "/certifications/<id>/certificates/<credential_id>/correct",
    "/certifications/<id>/licences/new",
    "/certifications/<id>/moves/<move>",
    "/certifications/<id>/recommendation",
    "/certifications/<id>/renewal",
    "/certifications/<id>/self-assessment",
    "/cohorts/<id>/edit",
    "/confirm-visit/<token>",
    "/enterprises/<id>/edit",
    "/issuing-bodies/<id>/delegations/<delegation_id>/end",
    "/issuing-bodies/<id>/edit",
    "/issuing-bodies/<id>/successor",
    "/licences/<id>/moves/<move>",
    "/organisations/<id>/edit",
    "/people/<id>/affiliations/<affiliation_id>/end",
    "/people/<id>/disable",
    "/people/<id>/edit",
    "/renewals/<id>/moves/<move>",
    "/name-changes/<id>",
    "/reviews/<id>",
    "/roles/<id>/end",
    "/to-confirm",
}


def test_every_form_carries_a_version_or_says_why_it_needs_none(app: Flask) -> None:
    posts = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not rule.rule.startswith("/api/")
    }
    excused = [rule for rules in WITHOUT_VERSION.values() for rule in rules]
    assert sorted([*excused, *WITH_VERSION]) == sorted(posts)


def touch(row: type, id: str, **changes: Any) -> None:
    """Somebody else changes the thing."""
    with write_tx() as session:
        thing = session.get_one(row, id)
        for name, value in changes.items():
            setattr(thing, name, value)
        if not changes:
            thing.version += 1


def late(client: StrictClient, path: str, changed: Callable[[], None], /, **typed: str) -> str:
    """Open the page at `path`, let the thing change, send the form with what was typed; the 409 page."""
    fields = fields_on(client.get(path).text, path)
    assert fields.get("version", [""])[0], f"the form of {path} does not say which version it shows"
    changed()
    answer = client.post(path, data={**fields, **typed})
    assert answer.status_code == 409, (path, answer.status_code)
    assert CHANGED in answer.text
    assert all(value in answer.text for value in typed.values())
    # What the page shows now is true again: sent once more, it is meant.
    assert fields_on(answer.text, path)["version"] != fields["version"]
    return answer.text


def test_a_visit_that_was_changed_is_not_confirmed_unread(
    delivered: Player, world: World, client_of: ClientOf
) -> None:
    visit = _open_visit(delivered)
    delivered.do(visit, "submit", world.ana, NOW.date())
    path = f"/activities/{visit}/moves/return"

    def corrected() -> None:
        delivered.do(visit, "return", world.bo, NOW.date(), reason="The day is wrong.")
        delivered.do(visit, "submit", world.ana, NOW.date())

    page = late(client_of(world.eka), path, corrected, reason="Nobody came on that day.")
    assert "Bo Nguyễn" in page  # who decided what meanwhile
    assert db.session.get_one(Activity, visit, populate_existing=True).state == "submitted"


def test_nothing_is_confirmed_together_that_changed_unread(
    delivered: Player, world: World, client_of: ClientOf
) -> None:
    report = _submitted_report(delivered, world)
    bo = client_of(world.bo)
    fields = fields_on(bo.get("/to-confirm").text, "/to-confirm")
    touch(Activity, report)
    answer = bo.post("/to-confirm", data={**fields, "activities": [report]})
    assert (answer.status_code, CHANGED in answer.text) == (409, True)
    assert db.session.get_one(Activity, report, populate_existing=True).state == "submitted"


def test_the_mailed_answer_is_about_the_visit_that_was_shown(
    app: Flask, delivered: Player, world: World, client: StrictClient
) -> None:
    visit = _open_visit(delivered)
    delivered.do(visit, "submit", world.ana, NOW.date())
    path = f"/confirm-visit/{_mailed(visit, world)}"
    fields = fields_on(client.get(path).text, path)
    touch(Activity, visit)
    answer = client.post(path, data={**fields, "answer": "yes"})
    assert (answer.status_code, CHANGED in answer.text) == (409, True)
    again = fields_on(answer.text, path)
    assert client.post(path, data={**again, "answer": "yes"}).status_code == 303


def test_an_assessment_that_changed_is_not_declared_void_unread(
    half_observed: Player, world: World, client_of: ClientOf
) -> None:
    asked = select(Assessment.id).filter_by(assessor_id=world.bea.id, kind="observation")
    sheet = db.session.scalars(asked).one()
    path = f"/assessments/{sheet}/moves/void"
    late(client_of(world.olu), path, lambda: touch(Assessment, sheet), reason="Bea is ill.")
    assert db.session.get_one(Assessment, sheet, populate_existing=True).state == "assigned"


def test_a_proposal_confirmed_meanwhile_is_not_ended_as_if_it_waited(
    world: World, client_of: ClientOf
) -> None:
    with write_tx() as session:
        role = session.get_one(RoleGrant, named("grantquy"))
        role.confirmed_at = role.confirmed_by_id = None
    path = f"/roles/{named('grantquy')}/end"

    def confirmed() -> None:
        touch(RoleGrant, named("grantquy"), confirmed_at=NOW, confirmed_by_id=world.sol.id)

    sol = client_of(world.sol)
    fields = fields_on(sol.get(path).text, path)
    confirmed()
    answer = sol.post(path, data=fields)
    assert (answer.status_code, CHANGED in answer.text) == (409, True)
    assert "Sol Rivera confirmed this role on" in answer.text
    assert db.session.get_one(RoleGrant, named("grantquy"), populate_existing=True).ended_at is None


@pytest.mark.parametrize("what", ["delegation", "last day", "account", "profile"])
def test_what_somebody_else_recorded_is_not_overwritten_unread(
    world: World, client_of: ClientOf, what: str
) -> None:
    day = date(2026, 7, 1)
    who, path, row, id, changes, typed = {
        "delegation": (
            world.sol,
            f"/issuing-bodies/{world.issuer}/delegations/{world.delegation}/end",
            Delegation,
            world.delegation,
            {"until_on": day},
            {"until_on": "2026-08-01", "sure": "y"},
        ),
        "last day": (
            world.ada,
            f"/people/{world.lan.id}/affiliations/{named('worklan')}/end",
            Affiliation,
            named("worklan"),
            {"until_on": day},
            {"until_on": "2026-08-01"},
        ),
        "account": (world.ada, f"/people/{world.kim.id}/disable", Person, world.kim.id, {"name": "K."}, {}),
        "profile": (world.kim, "/account", Person, world.kim.id, {"name": "K. Park"}, {"name": "Kim P."}),
    }[what]
    late(client_of(who), path, lambda: touch(row, id, **changes), **typed)


def _open_visit(player: Player) -> str:
    """A visit that took place and was not handed in yet."""
    return _recorded(player, "visit", enterprise=WORLD.enterprises[0], trainers=[player.holder.id],
                     purpose="consultation", people_met="Line leads", report="Flow of work.")  # fmt: skip


def _submitted_report(player: Player, world: World) -> str:
    report = _recorded(player, "cycle_report", report="All went on.", lessons="Ask the workers first.")
    player.do(report, "submit", world.ana, NOW.date())
    return report


def _recorded(player: Player, kind: str, **fields: Any) -> str:
    with write_tx() as session:
        made = create_activity(
            session, WORLD.actor(session, player.holder, REPORT_ON), at(REPORT_ON), kind=ActivityKind(kind),
            cohort=session.get_one(Cohort, player.cohort),
            fields={**fields, "held_on": REPORT_ON.isoformat()},
        )  # fmt: skip
        return made.id


def _mailed(visit: str, world: World) -> str:
    """The token of the link that the contact got."""
    with write_tx() as session:
        session.add(
            SingleUseLink(
                token_hash=hashed("mailed"),
                purpose="confirm_visit",
                subject=visit,
                email=world.eka.email,
                created_at=real_now(),
                expires_at=real_now() + timedelta(days=9),
            )
        )
    return "mailed"
