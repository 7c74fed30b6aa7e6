"""A further application offers the answers of the earlier one: shown, taken over in one press, editable."""

from typing import Any

from flask import Flask

from certify.models import Certification, db
from certify.models.store import write_tx
from tests.cast import World
from tests.client import StrictClient
from tests.player import Player
from tests.views.conftest import ClientOf
from tests.views.sending import send
from tests.views.test_moves import send as send_page
from tests.views.undoing import press

ANSWERS = {
    "specialisation": "Productivity", "sectors": ["Garments", "Footwear"], "languages": ["vi", "en"],
    "employer": "Sông Hồng", "professional_years": 9, "sme_years": 4,
}  # fmt: skip


def second(client: StrictClient, player: Player, **answers: Any) -> str:
    """Another module applied for by who answered `ANSWERS` the first time."""
    with write_tx() as session:
        first = session.get_one(Certification, player.certification)
        for name, value in {**ANSWERS, **answers}.items():
            setattr(first, name, value)
    return str(send_page(client, "/apply?another=1", module="QUA", country="VN").location)


def answered(draft: str) -> dict[str, Any]:
    db.session.rollback()
    row = db.session.get_one(Certification, draft.split("/")[2])
    return {name: getattr(row, name) for name in ANSWERS}


def test_the_answers_are_offered_taken_over_and_shown_as_such(
    certified: Player, world: World, client_of: ClientOf
) -> None:
    ana = client_of(world.ana)
    draft = second(ana, certified)
    page = ana.get(draft).text
    assert all(said in page for said in ("Garments, Footwear", "Vietnamese, English", "Sông Hồng"))
    assert press(ana, page, f"{draft}/take-over").status_code == 303
    assert answered(draft) == ANSWERS
    assert "You answered this before" not in ana.get(draft).text
    as_before = "As in your application for Workplace Cooperation (WPC): Specialisation."
    assert as_before in ana.get(f"{draft}/background").text
    assert send(ana, f"{draft}/background", specialisation="Lean").status_code == 303
    assert as_before not in ana.get(f"{draft}/background").text


def test_what_was_answered_anew_is_not_written_over(
    certified: Player, world: World, client_of: ClientOf
) -> None:
    ana = client_of(world.ana)
    draft = second(ana, certified)
    assert send(ana, f"{draft}/background", specialisation="Lean").status_code == 303
    assert press(ana, ana.get(draft).text, f"{draft}/take-over").status_code == 303
    assert answered(draft) == {**ANSWERS, "specialisation": "Lean"}


def test_access_needs_are_told_anew_each_time(certified: Player, world: World, client_of: ClientOf) -> None:
    ana = client_of(world.ana)
    draft = second(ana, certified, access_needs="A ramp")
    page = ana.get(draft).text
    assert "A ramp" not in page
    press(ana, page, f"{draft}/take-over")
    assert db.session.get_one(Certification, draft.split("/")[2]).access_needs is None


def test_a_first_application_is_offered_nothing(app: Flask, world: World, client_of: ClientOf) -> None:
    kim = client_of(world.kim)
    draft = str(send(kim, "/apply", module="WPC", country="VN").location)
    assert "You answered this before" not in kim.get(draft).text
    token = kim.token(f"{draft}/background")
    assert kim.post(f"{draft}/take-over", data={"csrf_token": token}).status_code == 400
