"""What a fact's declaration cannot say: sentences by field, answered with 422."""

from collections.abc import Mapping

from certify.scheme.places import is_country
from certify.scheme.sentences import say
from certify.workflows.certification_guards import issued_on
from certify.workflows.engine import Check, Question

Errors = Mapping[str, list[str]]


def module_and_country(question: Question) -> Errors:
    """The module is one of the edition, the country one of ISO 3166-1."""
    errors: dict[str, list[str]] = {}
    if question.thing.module not in question.dossier.edition.modules:
        errors["module"] = [say("Choose one of the modules of the scheme.")]
    if not is_country(question.thing.country):
        errors["country"] = [say("Choose a country.")]
    return errors


def cited_requirements(question: Question) -> Errors:
    """Every reason cites a requirement of the edition."""
    known = {*question.dossier.edition.requirements}
    for each in question.facts.get("reasons", ()):
        if each["requirement"] is None:
            return {"reasons": [say("Each reason cites the requirement it rests on.")]}
        if each["requirement"] not in known:
            return {"reasons": [say("“{id}” is no requirement of the scheme.", id=each["requirement"])]}
    return {}


def waived_requirement(question: Question) -> Errors:
    """The requirement exists."""
    wanted = question.facts.get("requirement")
    if wanted not in question.dossier.edition.requirements:
        return {"requirement": [say("“{id}” is no requirement of the scheme.", id=wanted)]}
    return {}


def known_person(field: str = "person") -> Check:
    """A check that the named person exists and is not disabled."""

    def check(question: Question) -> Errors:
        if question.dossier.person(question.facts[field]) is None:
            return {field: [say("Nobody with an active account fits this entry.")]}
        return {}

    return check


def known_activity(question: Question) -> Errors:
    """The activity exists."""
    if question.dossier.activity(question.facts["activity"]) is None:
        return {"activity": [say("There is no such activity.")]}
    return {}


def excluded_activities(question: Question) -> Errors:
    """Only activities of the evidence can be excluded from it."""
    known = {one.activity for one in question.dossier.counted}
    if set(question.facts.get("exclude", ())) - known:
        return {"exclude": [say("Choose from the activities of this case.")]}
    return {}


def practice_day(question: Question) -> Errors:
    """More practice is asked for by a day that is still to come."""
    if question.facts["by_on"] <= question.on:
        return {"by_on": [say("Give the candidate a day in the future.")]}
    return {}


def starts_today_or_later(question: Question) -> Errors:
    """A certificate never starts before the day of its decision, by the clock of the body that issues it."""
    today = issued_on(question)
    if question.facts["effective_on"] >= today:
        return {}
    if today == question.on:
        return {"effective_on": [say("A certificate starts today or later.")]}
    sentence = say("A certificate starts today or later; where it is issued, today is {day}.", day=today)
    return {"effective_on": [sentence]}


def recognised_dates(question: Question) -> Errors:
    """A period that ends after it begins."""
    if question.facts["valid_until"] < question.facts["valid_from"]:
        return {"valid_until": [say("The end lies before the start.")]}
    return {}


def checklist_items(question: Question) -> Errors:
    """The self-assessment scores items of the checklist, each of them."""
    known = {item.id for item in question.dossier.edition.checklist}
    given = question.facts["self_assessment"]
    unknown = [item for item in given if item not in known]
    return (
        {"self_assessment": [say("“{id}” is no item of the checklist.", id=item) for item in unknown]}
        if unknown
        else {}
    )
