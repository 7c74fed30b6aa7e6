"""What a certified trainer reports as it changes: another employer, a new conflict of interest."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from certify.models import Affiliation, ConflictDeclaration
from certify.scheme.sentences import say
from certify.scheme.words import CertificationState as S
from certify.scheme.words import RoleName, TieKind
from certify.workflows import ties
from certify.workflows.certification_notices import in_role, owe_to
from certify.workflows.engine import Move, Question, Refusal
from certify.workflows.facts import Fact, FactKind

EMPLOYER = Fact(
    "employer",
    FactKind.TEXT,
    "New employer",
    hint="Its name as it is known here, or “Self-employed”.",
    max_length=200,
)
FROM_ON = Fact("from_on", FactKind.DAY, "Since")
STATEMENT = Fact(
    "statement",
    FactKind.LONG_TEXT,
    "What ties you to whom",
    hint="Family, business or work ties to anybody in the programme, enterprises included. You, the "
    "coordinators and auditors read it.",
    max_length=2000,
    confided=True,
)
OTHER_EMAIL = Fact(
    "other_email",
    FactKind.TEXT,
    "Their e-mail address",
    hint="If it is a person of the programme: the two of you are then kept out of each other's cases.",
    required=False,
    max_length=254,
    confided=True,
)
TIE = Fact(
    "tie",
    FactKind.CHOICE,
    "Kind of tie",
    required=False,
    confided=True,
    choices=(
        (TieKind.FAMILY.value, "Family"),
        (TieKind.COMMERCIAL_INTEREST.value, "Commercial interest"),
        (TieKind.EMPLOYMENT.value, "Employment"),
    ),
)


def not_ahead(question: Question) -> dict[str, list[str]]:
    """A change is reported when it has happened."""
    if question.facts["from_on"] <= question.on:
        return {}
    return {"from_on": [say("This day has not come yet: report the change when you have changed.")]}


def another_employer(question: Question) -> Iterator[Refusal]:
    """Something changes."""
    if question.facts.get("employer") == question.thing.employer:
        yield Refusal(None, say("This employer is recorded already."), ())


def person_and_kind(question: Question) -> dict[str, list[str]]:
    """A tie to a person needs both: who, and what ties them."""
    email, tie = question.facts.get("other_email"), question.facts.get("tie")
    if bool(email) == bool(tie):
        return {}
    if email:
        return {"tie": [say("Choose what ties you to this person.")]}
    return {"other_email": [say("Enter the address of the person, or choose no kind of tie.")]}


def change_employer(question: Question) -> dict[str, Any]:
    """The old affiliations end, the new one begins: the relations table knows both.

    The old one ends with the day of the report at the earliest, for a day typed in must not shorten the
    time in which it still counts.
    """
    thing, session, facts = question.thing, question.session, question.facts
    assert session is not None
    session.refresh(thing.holder, with_for_update=True)
    before, organisation = thing.employer, question.dossier.organisation(facts["employer"])
    ended, still = [], False
    for one in thing.holder.affiliations:
        if one.until_on is not None and one.until_on <= question.on:
            continue
        if organisation is not None and one.organisation_id == organisation.id:
            still = True
            continue
        one.until_on = max(question.on, one.from_on)
        ended.append(one.organisation_id)
    if organisation is not None and not still:
        session.add(_joined(thing.holder_id, organisation.id, facts["from_on"], thing.holder.affiliations))
    thing.employer = facts["employer"]
    return {"before": before, "organisation": organisation.id if organisation else None, "ended": ended}


def _joined(person: str, organisation: str, from_on: date, known: list[Affiliation]) -> Affiliation:
    """The new affiliation, after an earlier one at the same place."""
    there = [one.until_on for one in known if one.organisation_id == organisation and one.until_on]
    first = max([from_on, *(day + timedelta(days=1) for day in there)])
    return Affiliation(person_id=person, organisation_id=organisation, from_on=first)


def declare_conflict(question: Question) -> dict[str, Any]:
    """The statement is kept with the case; a tie to a person counts in both directions.

    The event does not hold the other person's address: whoever reads the case would read it.
    """
    thing, session, facts = question.thing, question.session, question.facts
    assert session is not None
    session.add(
        ConflictDeclaration(
            person_id=thing.holder_id,
            case_id=thing.case_id,
            thing_id=thing.id,
            statement=facts["statement"],
            declared_at=question.at,
        )
    )
    if facts.get("other_email"):
        ties.declare(
            session,
            question.actor,
            question.at,
            other_email=facts["other_email"],
            kind=TieKind(facts["tie"]),
            from_on=None,
            until_on=None,
            note=facts["statement"][:500],
        )
    return {"other_email": None}


def tell_coordinators_of(kind: str) -> Any:
    """The coordinators of the country hear of it."""
    return lambda question: owe_to(question, kind, in_role(question, RoleName.COORDINATOR), **_said(question))


def _said(question: Question) -> dict[str, str]:
    facts = question.facts
    return {"employer": facts["employer"], "from_on": str(facts["from_on"])} if "employer" in facts else {}


REPORTED = (
    Move(
        "report_employer", "Report a new employer", (S.CERTIFIED, S.SUSPENDED), None, ("holder",),
        sentence="{actor} reported a new employer.",
        facts=(EMPLOYER, FROM_ON),
        checks=(not_ahead,),
        guards=(another_employer,),
        effect=change_employer,
        tells=(tell_coordinators_of("employer_changed"),),
        note="ends the affiliation with the former employer",
        listed=False,
    ),
    Move(
        "report_conflict", "Report a conflict of interest", (S.CERTIFIED, S.SUSPENDED), None, ("holder",),
        sentence="{actor} reported a conflict of interest.",
        facts=(STATEMENT, OTHER_EMAIL, TIE),
        checks=(person_and_kind,),
        effect=declare_conflict,
        tells=(tell_coordinators_of("conflict_reported"),),
        note="becomes a declared tie where it names a person",
        listed=False,
    ),
)  # fmt: skip
