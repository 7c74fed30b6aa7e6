"""Marks and waiting times in SQL go by the deadlines of the rules, in every module and country."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from certify.models import Certification, db
from certify.queries.limits import SLOW, STALLED
from certify.queries.stalls import Patience
from certify.queries.workload import workload_of
from certify.scheme.types import Edition
from certify.scheme.words import CertificationState as S
from certify.workflows.terms import decision_days
from tests.cast import World
from tests.player import EDITION
from tests.views.crowd import SINCE, crowd

PLACES = [(module, country) for module in ("WPC", "QUA", "OSH") for country in ("VN", "ET", "PE")]


@pytest.fixture(scope="module")
def edition() -> Edition:
    """A module and a country with days of their own, one of them shorter than the first reminder."""
    usual = EDITION.parameter("decision_days")
    module, overlay = EDITION.modules["QUA"], EDITION.overlays["ET"]
    return replace(
        EDITION,
        modules={
            **EDITION.modules,
            "QUA": replace(
                module, parameters={**module.parameters, "decision_days": replace(usual, value=8)}
            ),
        },
        overlays={
            **EDITION.overlays,
            "ET": replace(
                overlay, parameters={**overlay.parameters, "decision_days": replace(usual, value=45)}
            ),
        },
    )


def days_of(edition: Edition) -> dict[tuple[str, str], int]:
    return {
        (module, country): decision_days(edition, Certification(module=module, country=country))
        for module, country in PLACES
    }


def test_a_file_stalls_on_the_day_on_which_its_decision_is_due(edition: Edition) -> None:
    days = days_of(edition)
    assert set(days.values()) == {8, 30, 45}
    for place, last in days.items():
        case = Certification(module=place[0], country=place[1], state=S.RECOMMENDED, state_since=SINCE)
        marks = [Patience(edition, SINCE + timedelta(days=n)).mark(case) for n in (last - 1, last)]
        assert marks[1] == STALLED != marks[0], place


def test_marks_are_the_same_in_sql(app: Flask, world: World, edition: Edition) -> None:
    for module, country in PLACES:
        crowd(1, S.RECOMMENDED, module=module, country=country)
    for days in (7, 8, 27, 29, 30, 44, 45):
        patience = Patience(edition, SINCE + timedelta(days=days))
        for mark in (SLOW, STALLED):
            cases = db.session.query(Certification)
            found = {case.id for case in cases.where(patience.marked(mark))}
            assert found == {case.id for case in cases if patience.mark(case) == mark}, (days, mark)


def test_the_last_bar_of_the_waiting_times_begins_when_a_decision_is_due(
    app: Flask, world: World, edition: Edition
) -> None:
    begins = {
        (module, country): workload_of(
            db.session(), Certification.module == module, edition, SINCE, module=module, country=country
        )
        .bars[-1]
        .first
        for module, country in PLACES
    }
    assert begins == days_of(edition)
