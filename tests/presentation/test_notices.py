"""What a page says because of the state of the thing that it shows."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask

import certify
from certify.models import Activity, Assessment, Certification, Message
from certify.presentation import notices
from certify.presentation.post import mailed, post_state, post_tone
from certify.scheme.words import ActivityState, AssessmentState, CertificationState
from certify.workflows.application import is_in_draft
from tests.front import front

ASKED = {
    "to_complete": "The CV.",
    "to_repeat": "The test.",
    "practice_what": "One more visit.",
    "practice_by_on": date(2026, 6, 1),
    "questions": "Why a 4?",
}


TEMPLATES = Path(certify.__file__).parent / "templates"
COMPARED = re.compile(r"""\.(?:state|standing)\s*(?:==|!=|(?:not )?in\b)\s*["'(\[]""")


@pytest.fixture(autouse=True)
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = front(tmp_path_factory.mktemp("front"))
    with app.test_request_context("/"):
        yield app


def test_what_was_asked_is_said_only_in_the_state_that_answers_it() -> None:
    said = {state: notices.case_notice(Certification(state=state, **ASKED)) for state in CertificationState}
    assert {state: sentence for state, sentence in said.items() if sentence} == {
        CertificationState.DRAFT: "To complete: The CV.",
        CertificationState.ADMITTED: "To repeat: The test.",
        CertificationState.MORE_PRACTICE: "More practice by 1 Jun 2026: One more visit.",
        CertificationState.ASSESSMENT: "Questions of the Master Trainer: Why a 4?",
    }
    assert {notices.case_notice(Certification(state=state)) for state in CertificationState} == {""}


def test_an_application_is_written_in_draft_alone() -> None:
    assert [state for state in CertificationState if is_in_draft(Certification(state=state))] == ["draft"]


def test_a_file_waits_for_a_decision_once_it_is_recommended() -> None:
    waiting = [one for one in CertificationState if notices.waits_for_decision(Certification(state=one))]
    assert waiting == [CertificationState.RECOMMENDED]


def test_only_what_is_confirmed_is_settled_as_not_counted() -> None:
    said = {state: notices.counting(Activity(state=state), False) for state in ActivityState}
    assert {state for state, told in said.items() if told == ("Not counted", "bad")} == {"confirmed"}
    assert said[ActivityState.OPEN] is None
    assert notices.counting(Activity(state=ActivityState.CONFIRMED), True) == ("Counted", "good")


@pytest.mark.parametrize(
    ("state", "counted", "judged", "said"),
    [
        (ActivityState.OPEN, False, False, ("Planned", "calm")),
        (ActivityState.SUBMITTED, False, True, ("Submitted", "warn")),
        (ActivityState.CONFIRMED, False, True, ("Not counted", "bad")),
        (ActivityState.CONFIRMED, False, False, ("Confirmed", "good")),
        (ActivityState.CONFIRMED, True, True, ("Counted", "good")),
    ],
)
def test_a_cell_of_a_cycle_counts_once_it_is_settled(
    state: ActivityState, counted: bool, judged: bool, said: tuple[str, str]
) -> None:
    phase = "planned" if state is ActivityState.OPEN else str(state)
    assert notices.place_in_cycle(Activity(state=state), counted, judged, phase) == said


def test_a_confirmation_explains_and_everything_else_asks() -> None:
    tones = {state: notices.reason_tone(Activity(state=state)) for state in ActivityState}
    assert {state for state, tone in tones.items() if tone == "calm"} == {ActivityState.CONFIRMED}


def test_each_closed_activity_names_its_own_way_on() -> None:
    states = (ActivityState.VOID, ActivityState.CONFIRMED, ActivityState.SUBMITTED)
    ways = [notices.way_to_change(Activity(state=state)) for state in states]
    assert ["record it anew" in way for way in ways] == [True, True, False]
    assert len(set(ways)) == 3


def test_a_sheet_asks_for_what_is_next_and_then_reads_as_its_state() -> None:
    said = {state: notices.sheet_task(Assessment(state=state)) for state in list(AssessmentState)[1:]}
    assert list(said.values()) == ["Declare conflicts", "Score", "Submitted", "Reconciled", "Void"]


def test_no_conflict_is_said_only_once_it_was_asked() -> None:
    def said(state: AssessmentState, *conflicts: str) -> str:
        return notices.conflicts_declared(Assessment(state=state, conflicts=list(conflicts)))

    assert said(AssessmentState.ASSIGNED) == ""
    assert said(AssessmentState.DECLARED) == "None"
    assert said(AssessmentState.SUBMITTED, "A cousin", "A loan") == "A cousin; A loan"


def test_a_message_says_whether_it_was_mailed(app: Flask) -> None:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    waits = {"released_at": None, "due_at": at.replace(hour=7)}
    states = ("sent", "failed", "bounced", "bundled", "muted", "superseded", "owed")
    told = [Message(email="ana@x.example", created_at=at, due_at=at, state=state) for state in states]
    told.append(Message(email="ana@x.example", created_at=at, state="owed", **waits))
    assert [(post_state(one), post_tone(one), mailed(one)) for one in told] == [
        ("Mailed", "good", "Mailed to ana@x.example."),
        ("Could not be delivered", "bad", "The mail to ana@x.example could not be delivered."),
        (
            "Refused by the mail server",
            "bad",
            "The mail server refused the mail to ana@x.example. An administrator can try it again.",
        ),
        ("In one mail with others", "good", "It came in one mail with others."),
        ("Not mailed, as you chose", "calm", "It was not mailed: you chose to do without such mail."),
        (
            "Not mailed, it was overtaken",
            "calm",
            "It was not mailed: what it asked for was done, or its time was over.",
        ),
        ("On its way", "calm", "The mail to ana@x.example is on its way."),
        ("Waits for its hour", "calm", "It will be mailed on 1 Jun 2026, 07:00 UTC."),
    ]
