"""What the public page says of a certificate from the grant on: by moves, and by the clock alone."""

from collections.abc import Callable
from datetime import date

from tests.cast import Member, World
from tests.journeys.pages import Page
from tests.journeys.path import Journey

SUSPENDED_ON, REINSTATED_ON, ENDED_ON = date(2026, 6, 15), date(2026, 7, 20), date(2026, 8, 3)


def _said(journey: Journey, on: date, about: str = "") -> tuple[str, str | None, str | None]:
    """Verdict, reason and since, as a visitor's program and page agree on them."""
    journey.turn(on)
    query = f"?on={about}" if about else ""
    told = journey.visitor.json(f"/api/v1/verify/{journey.number}{query}")
    page = journey.visitor.open(f"/verify/{journey.number}{query}")
    assert (page.heading, page.state) == ("Ana Trần", SHOWN[told["reason"]])
    assert ("Not valid since" in page.text) == (told["since"] is not None)
    return told["verdict"], told["reason"], told["since"]


def _end(journey: Journey, actor: Member, move: str, button: str, **fields: str) -> Page:
    """For good, and so asked twice: what is unconfirmed or confirmed wrongly changes nothing."""
    browser, number = journey.walk(actor), journey.number
    page = browser.open(f"{journey.path}/moves/{move}")
    assert f"The certificate is revoked at once and no longer given out: {number}." in page.text
    form = page.form(button)
    for label, value in fields.items():
        form.fill(label, value)
    if move == "withdraw":
        form.fill("To confirm: the number of the certificate, or the trainer's name", "Kim Park")
    asked = browser.send_refused(form, 422)
    assert "Nothing was" in asked.problem
    assert journey.visitor.json(f"/api/v1/verify/{number}")["verdict"] == "valid"
    again = asked.form(button)
    return browser.send(again.fill(*CONFIRMED[move](number)))


CONFIRMED: dict[str, Callable[[str], tuple[str, str | bool]]] = {
    "withdraw": lambda number: (
        "To confirm: the number of the certificate, or the trainer's name", number.lower()
    ),
    "retire": lambda number: (
        "I give this certification up, and know that it cannot be taken back.", True
    ),
}  # fmt: skip
SHOWN = {
    None: "Valid",
    "not_yet_valid": "Not yet valid",
    "in_grace": "Expired, in grace",
    "expired": "Expired",
    "suspended": "Suspended",
    "withdrawn": "Withdrawn",
    "retired": "Retired",
}
VALID = ("valid", None, None)


def _not(reason: str, since: str | None) -> tuple[str, str, str | None]:
    return "not_currently_valid", reason, since


def test_suspended_reinstated_and_withdrawn(certified: Journey, world: World) -> None:
    assert _said(certified, date(2026, 6, 14)) == VALID
    certified.turn(SUSPENDED_ON)
    certified.make("suspend", world.maya, "Suspend", Grounds="An enterprise complained.")
    assert _said(certified, SUSPENDED_ON) == _not("suspended", "2026-06-15")
    assert _said(certified, SUSPENDED_ON, "2026-06-14") == VALID
    certified.turn(REINSTATED_ON)
    certified.make("reinstate", world.maya, "Reinstate", Findings="The complaint was unfounded.")
    assert _said(certified, REINSTATED_ON) == VALID
    assert _said(certified, REINSTATED_ON, "2026-07-01") == _not("suspended", "2026-06-15")
    certified.turn(ENDED_ON)
    page = _end(certified, world.maya, "withdraw", "Withdraw", Grounds="The feedback was made up.")
    assert page.state == "Withdrawn"
    assert _said(certified, ENDED_ON) == _not("withdrawn", "2026-08-03")
    assert _said(certified, date(2030, 1, 1)) == _not("withdrawn", "2026-08-03")
    assert certified.mail(world.ana.email)[-1].to == world.ana.email


def test_who_retires_is_no_longer_certified(certified: Journey, world: World) -> None:
    certified.turn(ENDED_ON)
    _end(certified, world.ana, "retire", "Retire")
    assert _said(certified, ENDED_ON) == _not("retired", "2026-08-03")
    assert _said(certified, ENDED_ON, "2026-08-02") == VALID


def test_only_the_clock_lets_a_certificate_expire(certified: Journey, world: World) -> None:
    assert _said(certified, date(2026, 5, 4), "2026-05-03") == _not("not_yet_valid", None)
    assert _said(certified, date(2029, 5, 4)) == VALID
    assert _said(certified, date(2029, 5, 5)) == _not("in_grace", "2029-05-05")
    assert _said(certified, date(2029, 8, 2)) == _not("in_grace", "2029-05-05")
    assert _said(certified, date(2029, 8, 3)) == _not("expired", "2029-05-05")
    assert _said(certified, date(2029, 8, 3), "2029-05-04") == VALID
    page = certified.walk(world.ana).open(certified.path)
    assert page.card("Certificate").startswith("Expired")


def test_a_number_that_nobody_has_is_unknown(journey: Journey, world: World) -> None:
    told = journey.visitor.json("/api/v1/verify/TC-7F3K-Q2MX-9B4D-R")
    assert (told["verdict"], told["reason"], told["holder"]) == ("unknown", None, None)
    page = journey.visitor.open("/verify/TC-7F3K-Q2MX-9B4D-R")
    assert (page.heading, page.state) == ("No such certificate", "Unknown number")
