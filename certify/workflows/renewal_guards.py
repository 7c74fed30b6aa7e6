"""The guards of a renewal's moves: each says no in sentences, with who can clear it and when."""

from collections.abc import Iterator, Mapping

from certify.scheme.rules.renewing import Route, window_opens
from certify.scheme.sentences import say
from certify.scheme.vocabulary import ALSO_FOR_RENEWAL
from certify.scheme.words import Act, ActivityState, AssessmentKind, AssessmentState, Relation
from certify.scheme.words import CertificationState as C
from certify.workflows.engine import Question, Refusal

GOES_ON = (C.CERTIFIED, C.SUSPENDED)
_ENDED = {
    C.WITHDRAWN: say("The certification was withdrawn; it cannot be renewed."),
    C.RETIRED: say("The trainer gave the certification up; it cannot be renewed."),
}


def not_ended(question: Question) -> Iterator[Refusal]:
    """Certified, or suspended: who is suspended keeps the right to file in time."""
    state = question.thing.certification.state
    if state not in GOES_ON:
        yield Refusal(None, _ENDED.get(state, say("There is no certificate to renew.")), ("holder",))


def is_certified(question: Question) -> Iterator[Refusal]:
    """A renewal is decided on while the certification is certified, and not while it is suspended."""
    if question.thing.certification.state is C.SUSPENDED:
        yield Refusal(
            None,
            say("The certification is suspended; it has to be reinstated before its renewal is decided."),
            ("master_trainer",),
        )
    yield from not_ended(question)


def can_be_filed_today(question: Question) -> Iterator[Refusal]:
    """From the opening of the window until the full path is taken again (DOMAIN.md §2, row 10)."""
    dossier = question.dossier
    if question.thing.certification.state not in GOES_ON:
        return  # no day opens it any more
    if dossier.route is Route.TOO_EARLY:
        opens = window_opens(dossier.ends_on, dossier.terms)
        yield Refusal(
            None,
            say(
                "A renewal opens {n} days before the end of the certificate, on {day}.",
                n=dossier.terms.window_days,
                day=opens,
            ),
            ("holder",),
            opens,
        )
    if dossier.route is Route.FULL_PATH:
        yield Refusal(
            None,
            say(
                "The certificate ended on {day}, more than {n} months ago: it takes the full path again.",
                day=dossier.ends_on,
                n=dossier.terms.late_months,
            ),
            ("holder",),
        )


def none_undecided(question: Question) -> Iterator[Refusal]:
    """One renewal at a time."""
    for other in question.dossier.others:
        if other.decided_at is None:
            sentence = say("A renewal is open already; go on with that one.")
            if other.filed_at is not None:
                sentence = say("A renewal was filed already and is not decided yet.")
            yield Refusal(None, sentence, ("holder",) if other.filed_at is None else ("master_trainer",))


def not_the_last_observer(question: Question) -> Iterator[Refusal]:
    """Whoever watched the trainer last does not decide, whatever an edition says of observers."""
    actor, dossier = question.actor, question.dossier
    if not actor.id or actor.id != dossier.last_observer_id:
        return
    blocked = {one.relation for one in dossier.findings(actor.id, Act.DECIDE).blocks}
    if Relation.OBSERVED not in blocked:  # else the relations have said so
        yield Refusal(
            "independence",
            say("You observed this trainer last; another Master Trainer has to decide."),
            ("master_trainer",),
        )


def was_filed_late(question: Question) -> Iterator[Refusal]:
    """Only a renewal that was filed after grace needs an observed cycle."""
    if question.dossier.route is not Route.LATE:
        yield Refusal(None, say("This renewal was filed in time; it needs no observed cycle."))


def held_after_the_end(question: Question) -> Iterator[Refusal]:
    """A workshop or visit of the trainer, held after the certificate ended."""
    activity = question.facts.get("activity")
    if activity is None:
        return
    ends_on, cycles = question.dossier.ends_on, question.dossier.evidence.cycles
    found = next((one for cycle in cycles for one in cycle.happenings if one.id == activity), None)
    if found is None or found.kind not in ("workshop", "visit") or found.state is ActivityState.VOID:
        sentence = say("Only a workshop or visit in which the trainer takes part can be observed.")
        yield Refusal(None, sentence, ("coordinator", "holder"))
    elif found.held_on <= ends_on:
        sentence = say("It was held on {held}, not after the end on {day}.", held=found.held_on, day=ends_on)
        yield Refusal("observed-classroom", sentence, ("holder",))


def observes_it_not_yet(question: Question) -> Iterator[Refusal]:
    """Nobody gets the same event to observe twice."""
    person, activity = question.facts.get("person"), question.facts.get("activity")
    if any(
        one.assessor_id == person
        and one.activity_id == activity
        and one.kind is AssessmentKind.OBSERVATION
        and one.state is not AssessmentState.VOID
        for one in question.thing.certification.assessments
    ):
        yield Refusal(None, say("This person observes this activity already."), ("coordinator",))


def cited_requirements(question: Question) -> Mapping[str, list[str]]:
    """Every reason cites a requirement of the renewal, or of the path."""
    edition = question.dossier.edition
    known = {*edition.renewal_requirements, *edition.requirements, *ALSO_FOR_RENEWAL}
    for each in question.facts.get("reasons", ()):
        if each["requirement"] is None:
            return {"reasons": [say("Each reason cites the requirement it rests on.")]}
        if each["requirement"] not in known:
            return {"reasons": [say("“{id}” is no requirement of the scheme.", id=each["requirement"])]}
    return {}
