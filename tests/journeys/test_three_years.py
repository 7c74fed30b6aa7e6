"""Three years of three trainers over HTTP, from application to renewal, and every letter that anybody got.

What they do stands in `three_years.py`. After each part come its letters: Hanoi's day and hour, the subject,
and all who got it then, whether a move, a nudge or the clock owed it.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest
from flask import Flask
from sqlalchemy import text

from certify.audit import states
from certify.models import db
from certify.models.store import write_mode
from certify.workflows.engine import workflows
from tests.cast import WORLD, World
from tests.conftest import Turn
from tests.journeys.three_years import Story
from tests.journeys.years import Years, years

PARTS = (
    (
        Story.apply,
        """
        2026-01-12 10:00 A task in the case of Ana Trần → bea, quy
        2026-01-12 10:00 A task in the case of Kim Park → bea, quy
        2026-01-12 10:00 An application for module WPC → olu, olu
        2026-01-13 10:00 You are admitted → ana
        2026-01-17 08:00 A screening sheet waits for you: Kim Park → quy
        2026-01-19 08:00 Your application is not sent yet → lan
        2026-01-22 08:00 A screening sheet is missing: Kim Park → olu
        2026-01-22 08:00 A screening sheet waits for you: Kim Park → quy
        2026-01-23 10:00 You are admitted → kim
        2026-02-02 08:00 Your application is not sent yet → lan
        2026-02-03 10:00 A task in the case of Lan Phạm → bea, tuan
        2026-02-03 10:00 An application for module WPC → olu
        2026-02-03 10:00 You are admitted → lan
        """,
    ),
    (
        Story.train,
        """
        2026-02-03 10:00 A task in the case of Ana Trần → bo
        2026-02-03 10:00 A task in the case of Kim Park → bo
        2026-02-03 10:00 A task in the case of Lan Phạm → bo
        2026-02-03 10:00 You are enrolled in a training of trainers → ana, kim, lan
        2026-02-03 10:00 You have a supervising Expert Trainer → ana, kim, lan
        2026-02-09 08:00 Your training of trainers begins on 23 February 2026 → ana, lan
        2026-02-20 08:00 Your training of trainers begins on 23 February 2026 → ana, lan
        2026-02-27 10:00 You passed the training of trainers → ana, kim, lan
        """,
    ),
    (
        Story.certify_ana_and_kim,
        """
        2026-03-09 10:00 Records wait for your confirmation: Ana Trần → bo
        2026-03-17 10:00 Records wait for your confirmation: Ana Trần → bo
        2026-03-17 10:00 The enterprise visits can begin → bo, bo
        2026-03-30 10:00 Did this visit take place? → contact1, contact2, contact3, eka
        2026-04-09 10:00 Did this visit take place? → contact1, contact2, contact3, eka
        2026-04-13 08:00 Did the visit of 9 April 2026 take place? → contact3
        2026-04-18 08:00 Cơ khí Hà Đông did not answer about a visit → bo
        2026-04-18 08:00 Did the visit of 9 April 2026 take place? → contact3
        2026-04-20 10:00 Did this visit take place? → contact1, contact2, contact3, eka
        2026-04-20 10:00 Records wait for your confirmation: Ana Trần → bo
        2026-04-24 10:00 A file to assess: Ana Trần → bo
        2026-04-24 10:00 A file to assess: Kim Park → bo
        2026-04-24 10:00 A task in the case of Ana Trần → tuan, tuan
        2026-04-24 10:00 A task in the case of Kim Park → tuan, tuan
        2026-04-27 10:00 A file to decide: Ana Trần → maya, mika
        2026-04-27 10:00 A file to decide: Kim Park → maya, mika
        2026-04-27 10:00 You are recommended for certification → ana, kim
        2026-05-04 10:00 Certified: module WPC → ana, bo, bo, kim
        """,
    ),
    (
        Story.certify_lan,
        """
        2026-06-28 08:00 Hold your first classroom workshop by 27 August 2026 → lan
        2026-07-28 08:00 Hold your first classroom workshop by 27 August 2026 → lan
        2026-07-30 10:00 Your certification waits for you → lan
        2026-08-03 10:00 Records wait for your confirmation: Lan Phạm → bo
        2026-08-11 10:00 Records wait for your confirmation: Lan Phạm → bo
        2026-08-11 10:00 The enterprise visits can begin → bo
        2026-08-24 10:00 Did this visit take place? → contact1, contact2, contact3, eka
        2026-09-03 10:00 Did this visit take place? → contact1, contact2, contact3, eka
        2026-09-14 10:00 Did this visit take place? → contact1, contact2, contact3, eka
        2026-09-17 08:00 Write your cycle report by 28 September 2026 → lan
        2026-09-24 08:00 A cycle report is missing: Lan Phạm → bo
        2026-09-24 08:00 Write your cycle report by 28 September 2026 → lan
        2026-09-25 10:00 Records wait for your confirmation: Lan Phạm → bo
        2026-09-28 10:00 A file to assess: Lan Phạm → bo
        2026-09-28 10:00 A task in the case of Lan Phạm → tuan, tuan
        2026-09-30 08:00 Your observation is not handed in: Lan Phạm → tuan, tuan
        2026-10-05 08:00 An observation is missing: Lan Phạm → olu, olu
        2026-10-05 08:00 Lan Phạm waits for your recommendation → bo
        2026-10-05 08:00 Your observation is not handed in: Lan Phạm → tuan, tuan
        2026-10-12 08:00 Lan Phạm waits for your recommendation → bo
        2026-10-12 08:00 No recommendation yet: Lan Phạm → olu
        2026-10-13 10:00 A file to decide: Lan Phạm → maya, mika
        2026-10-13 10:00 You are recommended for certification → lan
        2026-10-13 10:00 You stand in for Maya Đặng → mika
        2026-10-23 08:00 A file waits for your decision: Lan Phạm → maya, mika
        2026-10-26 10:00 Certified: module WPC → bo, lan
        2026-10-26 10:00 Done in your place by Mika Hoàng: Grant the certificate → maya
        """,
    ),
    (
        Story.first_winter,
        """
        2026-11-10 10:00 A task in the case of Lan Phạm → bea, quy
        2026-11-10 10:00 An application for module OSH → olu
        2026-11-10 10:00 You are admitted → lan
        2026-12-01 10:00 Did this visit take place? → eka
        2027-02-01 10:00 On hold: module OSH → lan
        2027-02-01 10:00 Your certification is suspended → lan
        2027-02-02 18:00 Deliver a cycle by 3 May 2027 → kim
        """,
    ),
    (
        Story.five_weeks_asleep,
        """
        2027-04-20 10:00 2 messages for you → kim
        2027-04-20 10:00 No delivery in this practice period: Kim Park → quy
        2027-04-27 18:00 Sign the code of conduct by 4 May 2027 → kim
        2027-04-30 10:00 Did this visit take place? → eka
        2027-05-05 08:00 The code of conduct is not signed: Kim Park → quy
        2027-05-05 18:00 The code of conduct is still to be signed → kim
        """,
    ),
    (
        Story.second_summer,
        """
        2027-07-02 08:00 A suspension has to end by 1 August 2027: Lan Phạm → maya, mika
        2027-07-05 10:00 Going on: module OSH → lan
        2027-07-05 10:00 Your certification is reinstated → lan
        2027-07-27 08:00 Deliver a cycle by 25 October 2027 → lan
        2027-09-01 10:00 A candidate left → olu
        2027-09-25 08:00 Deliver a cycle by 25 October 2027 → lan
        2027-09-25 08:00 No delivery in this practice period: Lan Phạm → quy
        2027-09-26 08:00 Sign the code of conduct by 26 October 2027 → lan
        2027-10-12 10:00 Did this visit take place? → eka
        2027-10-19 08:00 Sign the code of conduct by 26 October 2027 → lan
        """,
    ),
    (
        Story.third_year,
        """
        2027-11-16 10:00 Did this visit take place? → eka
        2027-11-16 10:00 Your delivery of 8 November 2027 was observed → ana
        2028-02-03 15:00 Deliver a cycle by 3 May 2028 → kim
        2028-03-28 10:00 Did this visit take place? → eka
        2028-03-28 10:00 Your delivery of 20 March 2028 was observed → kim
        2028-04-06 14:00 Sign the code of conduct by 6 May 2028 → kim
        2028-07-27 08:00 Deliver a cycle by 25 October 2028 → lan
        2028-09-12 10:00 Did this visit take place? → eka
        2028-09-12 10:00 Your delivery of 4 September 2028 was observed → lan
        """,
    ),
    (
        Story.renew_ana,
        """
        2028-11-14 10:00 Did this visit take place? → eka
        2029-02-03 08:00 Renew your certification by 4 May 2029 → ana
        2029-02-03 15:00 Deliver a cycle by 4 May 2029 → kim
        2029-02-03 15:00 Renew your certification by 4 May 2029 → kim
        2029-02-05 10:00 A renewal waits for your review: Ana Trần → quy
        2029-02-12 08:00 A renewal still waits for your review: Ana Trần → quy
        2029-02-12 10:00 A renewal waits for your decision: Ana Trần → maya, mika
        2029-02-19 10:00 Renewed: module WPC → ana
        """,
    ),
    (
        Story.kim_lets_it_lapse,
        """
        2029-03-05 15:00 Renew your certification by 4 May 2029 → kim
        2029-03-11 15:00 Sign the code of conduct by 10 April 2029 → kim
        2029-03-28 10:00 Did this visit take place? → eka
        2029-04-04 14:00 Renew your certification by 4 May 2029 → kim
        2029-04-27 14:00 Renew your certification by 4 May 2029 → kim
        2029-05-05 14:00 Your certification ended on 4 May 2029 → kim
        2029-06-03 14:00 Your certification ended on 4 May 2029 → kim
        2029-07-03 14:00 Your certification ended on 4 May 2029 → kim
        2029-07-26 08:00 Grace is nearly over: Kim Park → olu
        2029-07-26 14:00 Your certification ended on 4 May 2029 → kim
        2029-07-28 08:00 Deliver a cycle by 26 October 2029 → lan
        2029-07-28 08:00 Renew your certification by 26 October 2029 → lan
        """,
    ),
    (
        Story.renew_lan,
        """
        2029-08-19 08:00 Sign the code of conduct by 18 September 2029 → lan
        2029-08-21 10:00 Did this visit take place? → eka
        2029-08-27 08:00 Renew your certification by 26 October 2029 → lan
        2029-09-26 08:00 Renew your certification by 26 October 2029 → lan
        2029-10-19 08:00 A certification of yours runs out on 26 October 2029: Lan Phạm → sami
        2029-10-19 08:00 Renew your certification by 26 October 2029 → lan
        2029-10-20 10:00 A renewal waits for your review: Lan Phạm → quy
        2029-10-27 08:00 A renewal still waits for your review: Lan Phạm → quy
        2029-11-03 08:00 A renewal is not reviewed: Lan Phạm → olu
        2029-11-03 08:00 A renewal still waits for your review: Lan Phạm → quy
        2029-11-05 10:00 A renewal waits for your decision: Lan Phạm → maya, mika
        2029-11-12 10:00 Renewed: module WPC → lan
        """,
    ),
    (
        Story.renew_kim,
        """
        2029-11-27 10:00 A renewal needs your observation: Kim Park → tuan, tuan
        2029-11-27 10:00 A renewal waits for your review: Kim Park → quy
        2029-11-27 10:00 An observer was named for your renewal in module WPC → kim, kim
        2029-11-27 10:00 Did this visit take place? → eka
        2029-12-03 10:00 A renewal waits for your decision: Kim Park → maya, mika
        2029-12-10 10:00 Renewed: module WPC → kim
        2029-12-27 08:00 Sign the code of conduct by 26 January 2030 → ana
        """,
    ),
)


# A round whenever something is due, or besides every seven hours: what is not due must not go.
STEPS = (None, pytest.param(timedelta(hours=7), marks=pytest.mark.long))


@pytest.fixture(params=STEPS, ids=["due", "often"])
def told(
    request: pytest.FixtureRequest, app: Flask, world: World, turn: Turn, tmp_path: Path
) -> Iterator[Years]:
    with years(app, tmp_path / "clock", request.param) as found:
        yield found


def test_three_years_and_every_letter_in_them(told: Years) -> None:
    story = Story(told)
    for part, letters in PARTS:
        part(story)
        assert told.mail() == dedent(letters).strip().splitlines(), part.__doc__
    told.nothing_is_left_out_of_any_letter()
    _both_names_are_in_the_record(story)
    verified = told.app.test_cli_runner().invoke(args=["audit", "verify"])
    assert verified.exit_code == 0, verified.output
    _every_state_is_replayed()


def _both_names_are_in_the_record(story: Story) -> None:
    """Mika granted in Maya's place."""
    page = story.years.browser(WORLD.asa).open(f"/certifications/{story.lan.case}/history")
    assert "Mika Hoàng (in place of Maya Đặng) granted the certificate." in page.text


def _every_state_is_replayed() -> None:
    """What the story moved is told when its state is not what the log says; of three kinds it has none."""
    db.session.rollback()
    unmoved = set()
    for workflow in workflows():
        table = workflow.row.__table__
        with write_mode(db.engine), db.engine.connect() as connection, connection.begin() as planted:
            rows = connection.execute(text(f"UPDATE {table.name} SET state = 'elsewhere'")).rowcount
            found = [one for one in states.findings(connection) if one.table == workflow.name]
            planted.rollback()
        assert len(found) == rows, workflow.name
        unmoved |= set() if rows else {workflow.name}
    assert unmoved == {"licence", "name_change", "review"}
