"""When a person may apply, and an application go on: every no in its words."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from certify.scheme.words import (
    AssessmentState,
    CertificationState,
)
from certify.workflows import application_guards as application
from certify.workflows.dossier import OtherCase
from certify.workflows.engine import Refusal
from tests.scheme.good_evidence import TODAY
from tests.workflows.asking import COORDINATOR, asked, other, with_evidence
from tests.workflows.still import StillDossier, case


def test_what_is_open_already_and_what_was_refused_is_told_in_words() -> None:
    def told(before: OtherCase) -> list[Refusal]:
        dossier = StillDossier(same_module=(before,))
        return list(application.none_open(asked("create", "ana", "new", dossier)))

    already = Refusal(None, "A certification for this module is already open or held.", ("candidate",))
    assert told(other("submitted")) == told(other("left")) == [already]
    sentence = "A new application is possible from 2026-05-05, 6 months after the refusal."
    refused = other("refused", decided_on=date(2025, 11, 5))
    assert told(refused) == [Refusal(None, sentence, (), date(2026, 5, 5))]
    assert told(other("refused")) == told(other("declined", decided_on=TODAY)) == []


def test_each_case_of_the_module_is_looked_at() -> None:
    unconfirmed = replace(other("draft"), unconfirmed_nomination=True)
    dossier = StillDossier(same_module=(unconfirmed, other("declined"), other("submitted")))
    assert len(list(application.none_open(asked("create", "ana", "new", dossier)))) == 1
    assert len(list(application.none_open(asked("create", "sami", "new", dossier)))) == 2


def test_a_certificate_keeps_the_module_until_its_late_renewal_is_over() -> None:
    def opens(**dates: Any) -> bool:
        dossier = StillDossier(same_module=(other("certified", **dates),))
        return not list(application.none_open(asked("create", "ana", "new", dossier)))

    assert [opens(valid_until=date(2025, 5, day)) for day in (3, 4)] == [True, False]
    assert opens() is False


def test_only_a_nomination_is_confirmed_and_only_once() -> None:
    thing = case(CertificationState.DRAFT)
    assert list(application.was_nominated(asked("confirm_nomination", "ana", thing=thing))) == []
    thing.nomination_confirmed_at = asked().at
    done = Refusal(None, "The nomination is already confirmed.", ())
    assert list(application.was_nominated(asked("confirm_nomination", "ana", thing=thing))) == [done]
    thing.nominated_by_id = None
    own = Refusal(None, "Nobody nominated you: this is your own application.", ())
    assert list(application.was_nominated(asked("confirm_nomination", "ana", thing=thing))) == [own]


def test_an_application_lacks_by_name_whatever_is_empty() -> None:
    thing = case(CertificationState.DRAFT)
    thing.nomination_confirmed_at = asked().at
    for name, empty in (("specialisation", ""), ("languages", []), ("employer", None)):
        setattr(thing, name, empty)
    thing.professional_years = None
    told = list(application.application_complete(asked("submit", "ana", thing=thing)))
    sentence = (
        "The application still lacks: specialisation, languages, employer, years of professional experience."
    )
    assert told == [Refusal(None, sentence, ("candidate",))]


def test_an_own_application_needs_no_nomination_and_another_its_confirmation() -> None:
    thing = case(CertificationState.DRAFT)
    waits = Refusal(None, "The nomination is not confirmed yet.", ("candidate",))
    assert list(application.application_complete(asked("submit", "ana", thing=thing))) == [waits]
    thing.nominated_by_id = None
    assert list(application.application_complete(asked("submit", "ana", thing=thing))) == []


@pytest.mark.parametrize(
    ("states", "told"),
    [
        (("submitted", "submitted"), None),
        (("submitted", "reconciled"), None),
        (("submitted", "declared"), "1 screening sheets are in, 1 outstanding; at least 2 are needed."),
        (("submitted", "submitted", "declared"), "2 screening sheets are in, 1 outstanding; at least 2"),
        (("submitted",), "1 screening sheets are in, 0 outstanding; at least 2 are needed."),
        ((), "0 screening sheets are in, 0 outstanding; at least 2 are needed."),
    ],
)
def test_an_application_is_declined_once_the_whole_panel_is_in(
    states: tuple[str, ...], told: str | None
) -> None:
    one = StillDossier().evidence.sheets[0]
    sheets = tuple(replace(one, state=AssessmentState(state)) for state in states)
    found = list(application.sheets_in(asked("decline_application", dossier=with_evidence(sheets=sheets))))
    assert [(each.requirement, each.who) for each in found] == [("screening", COORDINATOR)] * bool(told)
    assert all(each.reason.startswith(told or "") for each in found)
