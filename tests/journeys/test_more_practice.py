"""More practice asked for from recommended: a visit excluded, made again, and then the certificate."""

from datetime import date

from tests.cast import World
from tests.journeys.path import CONTACTS, ENTERPRISES, Journey
from tests.player import DECIDED_ON

AGAIN_ON, REPORTED_ON, GRANTED_ON = date(2026, 5, 18), date(2026, 5, 25), date(2026, 6, 8)
EXCLUDED = f"Enterprise visit · 13 Apr 2026 · {ENTERPRISES[0]}"
WHAT = "Walk through the workplace with a worker."


def _ask(journey: Journey, world: World) -> None:
    journey.turn(DECIDED_ON)
    maya = journey.walk(world.maya)
    form = maya.open(f"{journey.path}/approval").form("Record decision")
    form.fill("Outcome", "Ask for more practice").fill("What to practise", WHAT)
    form.fill("By when", "2026-07-31").fill("Back to", "supervised visits")
    maya.send(form.fill("Activities that shall no longer count", [EXCLUDED]))


def test_the_candidate_reads_what_to_practise_and_what_no_longer_counts(
    recommended: Journey, world: World
) -> None:
    _ask(recommended, world)
    page = recommended.walk(world.ana).open(recommended.path)
    assert f"More practice by 31 Jul 2026: {WHAT}" in page.text
    line = next(
        row for row in page.rows("Evidence, by day") if "13 Apr 2026" in row and ENTERPRISES[0] in row
    )
    assert "Not counted" in line
    recommended.make("resume_practice", world.ana, "Resume practice")
    page = recommended.refused("submit_for_assessment", world.ana)
    assert set(page.refusals) == {"visits-per-enterprise", "visits-span"}


def test_what_was_excluded_is_done_again_and_the_certificate_is_granted(
    recommended: Journey, world: World
) -> None:
    _ask(recommended, world)
    recommended.make("resume_practice", world.ana, "Resume practice")
    again = recommended.visited(AGAIN_ON, ENTERPRISES[0], CONTACTS[0])
    recommended.turn(REPORTED_ON)
    recommended.confirmed("cycle_report", REPORTED_ON, Report="One visit more.", Lessons="Ask first.")
    recommended.assess_self()
    assert set(recommended.reasons_against("recommend", world.bo)) == {"observed-visit"}
    recommended.observed_by(world.tuan, f"Enterprise visit · 18 May 2026 · {ENTERPRISES[0]}")
    recommended.recommend(on=REPORTED_ON).grant(GRANTED_ON)
    page = recommended.walk(world.ana).open(recommended.path)
    assert "24 of 24 met or waived" in page.text
    assert f"/activities/{again}" in page.html
    assert recommended.visitor.json(f"/api/v1/verify/{recommended.number}")["verdict"] == "valid"
