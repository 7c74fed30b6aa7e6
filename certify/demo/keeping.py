"""Certifications that are kept up: deliveries, signings, a refresher, quality observations, a new name."""

from collections.abc import Mapping

from certify.demo import delivery, licensing
from certify.demo.application import sheet_of
from certify.demo.stage import Stage
from certify.models import Activity, Certification
from certify.scheme.words import ActivityKind
from certify.workflows.activity_edit import create_activity
from certify.workflows.conduct import sign
from certify.workflows.engine import perform
from certify.workflows.name_change import ask


def well(stage: Stage, case: Certification, key: str) -> None:
    """Eight hours of refresher training, confirmed by QA; a delivery observed and passed."""
    refresher = create_activity(
        stage.session, stage.actor(key), stage.at(58), kind=ActivityKind.REFRESHER, certification=case,
        fields={"held_on": stage.day(60).isoformat(), "hours": "8"},
    )  # fmt: skip
    perform(refresher, "submit", stage.actor(key), stage.at(58))
    perform(refresher, "confirm", stage.actor("huy"), stage.at(55))
    visit = licensing.deliver(stage, key, "Huế, follow-up 3", 48)
    _observed(stage, case, visit, 27, scores=(4, 5, 4))


def through_the_years(stage: Stage, cases: Mapping[str, Certification]) -> None:
    """Sang delivers and signs every year; the others signed for as long as they were at it."""
    for n, ago in enumerate((760, 420, 100), start=1):
        licensing.deliver(stage, "sang", f"Đà Nẵng, round {n}", ago)
    for key, ago in (("toan", 840), ("loan", 800), ("loan", 440), ("sang", 690), ("sang", 330)):
        sign(stage.session, cases[key], stage.actor(key), stage.at(ago))


def with_a_finding(stage: Stage, case: Certification, key: str) -> None:
    """A delivery that fell short, a visit that nobody confirmed yet, and a request for another name."""
    visit = licensing.deliver(stage, key, "Đà Nẵng, furniture", 90)
    _observed(stage, case, visit, 69, scores=(3, 2, 3))
    assert visit.cohort is not None
    cycle = delivery.Cycle(visit.cohort, (key,), "lananh", licensing.FACTORY_KEYS)
    delivery.visit(stage, cycle, licensing.FACTORY_KEYS[1], 60, nth=2)
    ask(
        stage.session, case, stage.actor(key), stage.at(4),
        name=f"{case.holder.name} Anh", reason="My marriage; the certificate of it is with me.",
    )  # fmt: skip


def _observed(
    stage: Stage, case: Certification, visit: Activity, ago: int, *, scores: tuple[int, ...]
) -> None:
    """A QA reviewer arranges it for the day of the visit and hands the checklist in the day after."""
    stage.move(case, "assign_qa", "huy", ago, person=stage.people["huy"], activity=visit.id)
    sheet = sheet_of(case, stage.people["huy"], "qa", visit.id)
    items = [item.id for item in stage.edition.checklist if "visit" in item.applies]
    given = {item: scores[n % len(scores)] for n, item in enumerate(items)}
    perform(sheet, "declare", stage.actor("huy"), stage.at(ago), conflicts=[])
    perform(
        sheet, "submit", stage.actor("huy"), stage.at(ago - 1), scores=given, comments={}, not_applicable={}
    )
