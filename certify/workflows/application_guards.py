"""The guards of an application: one at a time, complete, nominated, screened."""

from collections.abc import Iterator
from datetime import date

from certify.scheme.dates import add_months
from certify.scheme.sentences import say
from certify.scheme.words import AssessmentState, CertificationState
from certify.workflows.certification_guards import months
from certify.workflows.dossier import OtherCase
from certify.workflows.engine import Question, Refusal

_CLOSED = {
    CertificationState.DECLINED,
    CertificationState.REFUSED,
    CertificationState.WITHDRAWN,
    CertificationState.RETIRED,
}
_DONE = (AssessmentState.SUBMITTED, AssessmentState.RECONCILED)
APPLICATION_FIELDS = {
    "specialisation": "specialisation",
    "sectors": "sectors",
    "languages": "languages",
    "employer": "employer",
    "professional_years": "years of professional experience",
    "sme_years": "years of work with small and medium enterprises",
}


def none_open(question: Question) -> Iterator[Refusal]:
    """One certification of a module is open at a time; six months after a refusal a new one may start."""
    edition = question.dossier.edition
    for other in question.dossier.same_module:
        closed_after = months(edition, "late_renewal_months")
        rejoin = months(edition, "rejoin_months")
        if other.unconfirmed_nomination and question.actor.id == question.thing.holder_id:
            continue  # nobody is kept from applying by a nomination that they did not ask for
        if _is_open(other, question.on, closed_after, rejoin):
            yield Refusal(
                None, say("A certification for this module is already open or held."), ("candidate",)
            )
        elif other.state is CertificationState.REFUSED and other.decided_on:
            again_on = add_months(other.decided_on, months(edition, "reapplication_months"))
            if question.on < again_on:
                yield Refusal(
                    None,
                    say(
                        "A new application is possible from {day}, {n} months after the refusal.",
                        day=again_on,
                        n=months(edition, "reapplication_months"),
                    ),
                    (),
                    again_on,
                )


def _is_open(other: OtherCase, on: date, closed_after: int, rejoin: int) -> bool:
    if other.state in _CLOSED:
        return False
    if other.state is CertificationState.LEFT:
        return other.left_on is None or on <= add_months(other.left_on, rejoin)
    if other.valid_until is not None:
        return on <= add_months(other.valid_until, closed_after)
    return True


def was_nominated(question: Question) -> Iterator[Refusal]:
    """There is a nomination, not confirmed yet."""
    if question.thing.nominated_by_id is None:
        yield Refusal(None, say("Nobody nominated you: this is your own application."), ())
    elif question.thing.nomination_confirmed_at is not None:
        yield Refusal(None, say("The nomination is already confirmed."), ())


def application_complete(question: Question) -> Iterator[Refusal]:
    """Every field of the application filled in, a CV uploaded, a nomination confirmed."""
    thing = question.thing
    missing = [words for name, words in APPLICATION_FIELDS.items() if getattr(thing, name) in (None, "", [])]
    if "cv" not in question.dossier.files:
        missing.append("CV")
    if missing:
        yield Refusal(
            None, say("The application still lacks: {missing}.", missing=", ".join(missing)), ("candidate",)
        )
    if thing.nominated_by_id is not None and thing.nomination_confirmed_at is None:
        yield Refusal(None, say("The nomination is not confirmed yet."), ("candidate",))


def sheets_in(question: Question) -> Iterator[Refusal]:
    """The screening panel's sheets are in: enough of them, and none outstanding."""
    dossier = question.dossier
    wanted = int(dossier.edition.parameter("screening_sheets").value)
    done = sum(sheet.state in _DONE for sheet in dossier.evidence.sheets)
    outstanding = len(dossier.evidence.sheets) - done
    if done < wanted or outstanding:
        yield Refusal(
            "screening",
            say(
                "{done} screening sheets are in, {outstanding} outstanding; at least {wanted} are needed.",
                done=done,
                outstanding=outstanding,
                wanted=wanted,
            ),
            ("coordinator",),
        )
