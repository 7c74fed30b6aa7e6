"""When an activity may be entered, submitted and confirmed (DESIGN.md, Activity)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from certify.models import Activity, Certification
from certify.policy import Actor
from certify.scheme.dates import day_in
from certify.scheme.places import zone_of
from certify.scheme.rules.case import number
from certify.scheme.sentences import Sentence, say
from certify.scheme.types import Edition
from certify.scheme.words import ActivityKind, ActivityState
from certify.workflows.activity_people import ENTRY_STATES, candidates_among
from certify.workflows.engine import Question, Refusal

STATE_WORDS = {
    "new": say("new"),
    "open": say("open"),
    "submitted": say("submitted"),
    "returned": say("returned"),
    "confirmed": say("confirmed"),
    "void": say("void"),
}

# Who confirms what was submitted, where it is not the people of its cohort.
_CONFIRMED_BY = {
    ActivityKind.TOT_EVENT: say("It waits for the lead facilitator to confirm it."),
    ActivityKind.VISIT: say("It waits for the enterprise to confirm it."),
    ActivityKind.REFRESHER: say("It waits for a QA reviewer of the country to confirm it."),
    ActivityKind.CODE_OF_CONDUCT: say("It waits for whoever signed to confirm it."),
}


def waits_for(activity: Activity) -> Sentence | None:
    """Who is to confirm what was submitted."""
    if activity.state is not ActivityState.SUBMITTED:
        return None
    supervised = activity.cohort is not None and activity.cohort.supervisor_id is not None
    in_cohort = (
        say("It waits for the cohort's supervisor to confirm it.")
        if supervised
        else say("It waits for a coordinator of the country to confirm it.")
    )
    return _CONFIRMED_BY.get(activity.kind, in_cohort)


@dataclass(frozen=True)
class ActivityDossier:
    """What the guards ask about: the edition in force, and the certifications that it is evidence for."""

    edition: Edition
    concerned: tuple[Certification, ...]


def entry_refusals(kind: ActivityKind, concerned: tuple[Certification, ...]) -> Iterator[Refusal]:
    """Facts are entered while the certification is on its path or in force; otherwise nobody may.

    Whoever is named as a trainer must be; of a baseline, project or report, which every trainer of the
    cohort shares, one of them suffices. A ToT's roster is judged entry by entry, where it is edited.
    """
    if kind is ActivityKind.TOT_EVENT:
        return
    barred = [one for one in concerned if one.state not in ENTRY_STATES]
    named = kind in (ActivityKind.WORKSHOP, ActivityKind.VISIT)
    if barred and (named or len(barred) == len(concerned)):
        for one in barred:
            yield _barred(one)


def roster_refusals(changed: tuple[Certification, ...]) -> Iterator[Refusal]:
    """The same for the candidates whose roster entries are added or changed."""
    for one in changed:
        if one.state not in ENTRY_STATES:
            yield _barred(one)


def _barred(certification: Certification) -> Refusal:
    return Refusal(
        None,
        say(
            "Nothing can be recorded for {name} while the certification is “{state}”.",
            name=certification.holder.name,
            state=certification.state.value.replace("_", " "),
        ),
        ("coordinator",),
    )


def to_come(days: Iterable[date], today: date) -> frozenset[date]:
    """The days that have not come yet where the event is held: nobody was present on them."""
    return frozenset(day for day in days if day > today)


def has_not_come(day: date) -> str:
    """Why nothing is recorded for a day yet."""
    return say("{day} has not come yet: attendance is recorded from that day on.", day=day)


def attendance_errors(cleaned: Mapping[str, Any], today: date) -> dict[str, list[str]]:
    """A roster holds attendance of days that have come, and none at all before the first of them."""
    held = [row["on"] for row in cleaned.get("days", ())]
    told = set[date]()
    for row in cleaned.get("roster", ()):
        told |= to_come((day["on"] for day in row.get("days_present", ())), today)
        if held and min(held) > today and row.get("hours_present") is not None:
            told.add(min(held))
    return {"roster": [has_not_come(day) for day in sorted(told)]} if told else {}


def may_be_entered(question: Question) -> Iterator[Refusal]:
    """Facts may be entered now."""
    yield from entry_refusals(question.thing.kind, question.dossier.concerned)


def was_held(question: Question) -> Iterator[Refusal]:
    """Held: its day is today or past, where it happens."""
    held_on: date = question.thing.held_on
    if held_on > question.on:
        yield Refusal(
            None,
            say("It is planned for {day} and has not been held yet.", day=held_on),
            earliest_on=held_on,
        )


def candidates_have_a_supervisor(question: Question) -> Iterator[Refusal]:
    """A coordinator confirms for certified trainers alone: a candidate's supervisor is assigned first."""
    activity = question.thing
    if activity.cohort is None or activity.cohort.supervisor_id is not None or _is_contact(question):
        return
    for one in candidates_among(question.dossier.concerned):
        yield Refusal(
            None,
            say(
                "A supervising Expert Trainer has to be assigned to {name} first, who then confirms.",
                name=one.holder.name,
            ),
            ("coordinator",),
        )


def contact_is_no_trainer(question: Question) -> Iterator[Refusal]:
    """Nobody confirms a visit of their own, whoever they answer for."""
    if _is_contact(question) and question.actor.id in {one.person_id for one in question.thing.people}:
        yield Refusal(
            "independence",
            say("A trainer of the visit cannot confirm it as the enterprise's contact."),
            ("enterprise_contact", "expert_trainer"),
        )


def enterprise_had_its_time(question: Question) -> Iterator[Refusal]:
    """A visit is the enterprise's to confirm; others may only after a time, with a reason."""
    if not in_the_enterprises_place(question):
        return
    earliest = confirmable_on(question)
    if question.on < earliest:
        yield Refusal(
            None,
            say(
                "The enterprise's contact confirms the visit; from {day} you may, with a reason.",
                day=earliest,
            ),
            ("enterprise_contact",),
            earliest,
        )


def reason_in_the_enterprises_place(question: Question) -> dict[str, list[str]]:
    """Whoever confirms a visit in the enterprise's place says why; too early, that is told first."""
    if question.facts.get("reason") or question.thing.state is not ActivityState.SUBMITTED:
        return {}
    if not in_the_enterprises_place(question) or question.on < confirmable_on(question):
        return {}
    return {"reason": [say("Say why you confirm the visit in the enterprise's place.")]}


def in_the_enterprises_place(question: Question) -> bool:
    """Whether somebody else than the enterprise's contact confirms a visit that waits for it."""
    activity = question.thing
    return activity.submitted_at is not None and speaks_for_the_enterprise(activity, question.actor)


def speaks_for_the_enterprise(activity: Activity, actor: Actor) -> bool:
    """Whether the actor, confirming, would do so in place of a visited enterprise, and so needs a reason."""
    return activity.kind is ActivityKind.VISIT and activity.enterprise_id not in actor.contact_of


def _is_contact(question: Question) -> bool:
    activity = question.thing
    return activity.kind is ActivityKind.VISIT and activity.enterprise_id in question.actor.contact_of


def confirmable_on(question: Question) -> date:
    """The first day on which somebody else may confirm the visit."""
    activity = question.thing
    submitted_on = day_in(activity.submitted_at, zone_of(activity.country))
    wait = number(
        question.dossier.edition,
        "visit_confirmation_days",
        module=activity.module,
        country=activity.country,
        variant=activity.cohort.variant if activity.cohort else None,
    )
    return submitted_on + timedelta(days=int(wait))
