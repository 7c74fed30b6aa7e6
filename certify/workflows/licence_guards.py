"""The guards of a licence's moves: each says no in sentences, with who can clear it and when."""

from collections.abc import Iterator, Mapping

from certify.scheme.dates import day_in
from certify.scheme.rules.renewing import window_opens
from certify.scheme.sentences import say
from certify.scheme.words import Act
from certify.workflows.certification_guards import relation_blocks
from certify.workflows.engine import Guard, Question, Refusal
from certify.workflows.licence_dossier import UNDECIDED


def asks(*ids: str) -> Guard:
    """Each of these requirements of a licence met (all, when none is named)."""

    def guard(question: Question) -> Iterator[Refusal]:
        for one in question.dossier.asked.values():
            if (not ids or one.id in ids) and not one.cleared:
                for reason in one.reasons:
                    yield Refusal(one.id, reason, one.who, one.earliest_on)

    return guard


def not_for_oneself(question: Question) -> Iterator[Refusal]:
    """Nobody nominates, examines or decides on themself, whatever roles they have."""
    if question.actor.id == question.thing.certification.holder_id:
        yield Refusal("independence", say("Nobody has a hand in their own licence."), ("coordinator",))


def none_undecided(question: Question) -> Iterator[Refusal]:
    """One nomination at a time."""
    if any(one.state in UNDECIDED for one in question.dossier.others):
        yield Refusal(None, say("A nomination for this licence is not decided yet."), ("master_trainer",))


def from_the_window_on(question: Question) -> Iterator[Refusal]:
    """A licence in force is renewed from its window on, like a certification."""
    dossier = question.dossier
    if not dossier.before:
        return
    last = dossier.before[-1]
    opens = window_opens(last.valid_until, dossier.terms)
    if day_in(question.at, last.zone) < opens:
        yield Refusal(
            None,
            say("The present licence can be renewed from {day} on.", day=opens),
            ("coordinator", "master_trainer"),
            opens,
        )


def examiner_is_unrelated(question: Question) -> Iterator[Refusal]:
    """Whoever examined is free to screen: no family, no business, no employer in common."""
    examiner = question.facts.get("examiner")
    if examiner is not None:
        yield from relation_blocks(question, examiner, Act.SCREEN)


def examined_by_another(question: Question) -> Iterator[Refusal]:
    """Examining and deciding are two people's."""
    if question.actor.id == question.thing.examiner_id:
        sentence = say("You examined the candidate: another Master Trainer decides.")
        yield Refusal("independence", sentence, ("master_trainer",))


def nominated_by_another(question: Question) -> Iterator[Refusal]:
    """Recommending and deciding are two people's."""
    if question.actor.id == question.thing.nominated_by_id:
        sentence = say("You nominated the candidate: another Master Trainer decides.")
        yield Refusal("independence", sentence, ("master_trainer",))


def examined_by_now(question: Question) -> Mapping[str, list[str]]:
    """An examination is recorded once it was held."""
    if question.facts["examined_on"] > question.on:
        return {"examined_on": [say("The day lies in the future.")]}
    return {}


def cited_requirements(question: Question) -> Mapping[str, list[str]]:
    """Every reason cites a requirement of the licence, or one of the decision."""
    edition = question.dossier.edition
    known = {*edition.licence_requirements, "independence", "delegation"}
    for each in question.facts.get("reasons", ()):
        if each["requirement"] not in known:
            return {"reasons": [say("Each reason cites a requirement of the licence.")]}
    return {}
