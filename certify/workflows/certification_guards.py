"""The guards of the certification's moves: each says no in sentences, with who can clear it and when."""

from collections.abc import Iterable, Iterator
from datetime import date

from certify.policy import Actor
from certify.scheme.dates import add_months, day_in
from certify.scheme.evidence import Held
from certify.scheme.sentences import say
from certify.scheme.types import Edition
from certify.scheme.words import Act, CertificationState, RoleName, Standing
from certify.workflows.dossier import Delegated
from certify.workflows.engine import Guard, Question, Refusal


def needs(*ids: str) -> Guard:
    """Each of these requirements met or waived; the refusals are the requirements' own reasons."""

    def guard(question: Question) -> Iterator[Refusal]:
        results = question.dossier.results_for(ids)
        for wanted in ids:
            result = results[wanted]
            if not result.cleared:
                for reason in result.reasons or (result.text,):
                    yield Refusal(wanted, reason, result.who, result.earliest_on)

    return guard


def needs_everything(question: Question) -> Iterator[Refusal]:
    """Every requirement of the pinned edition met or waived."""
    yield from needs(*question.dossier.results)(question)


def impartial(act: Act) -> Guard:
    """The actor's own relations to the candidate, from the whole history of both."""

    def guard(question: Question) -> Iterator[Refusal]:
        yield from relation_blocks(question, question.actor.id, act)

    return guard


def impartial_once_recommended(question: Question) -> Iterator[Refusal]:
    """More practice asked for by the Master Trainer is a decision; by the assessor it is not."""
    if question.thing.state == CertificationState.RECOMMENDED:
        yield from impartial(Act.DECIDE)(question)


def relation_blocks(question: Question, person_id: str, act: Act) -> Iterator[Refusal]:
    """A refusal for each relation of a person to the candidate that forbids the act."""
    if not person_id:
        return
    for finding in question.dossier.findings(person_id, act).blocks:
        yield Refusal("independence", finding.sentence, (_who_else(act),), finding.ends_on)


def _who_else(act: Act) -> str:
    """Who can act instead: somebody of the same role without the relation."""
    others = {Act.DECIDE: "master_trainer", Act.SCREEN: "coordinator", Act.QA: "qa_reviewer"}
    return others.get(act, "expert_trainer")


def delegated(question: Question) -> Iterator[Refusal]:
    """An issuing body of the Master Trainer holds a delegation for module, country and day."""
    if not issuers_in_force(question):
        yield Refusal(
            "delegation",
            say(
                "No issuing body that you decide for holds a delegation for {module} in {country} on {day}.",
                module=question.thing.module,
                country=question.thing.country,
                day=question.on,
            ),
            ("scheme_owner",),
            _next_start(question),
        )


def may_recognise(question: Question) -> Iterator[Refusal]:
    """A delegation that allows to recognise certificates of others."""
    if not any(one.may_recognise for one in _delegations_of(question)):
        yield Refusal(
            "delegation",
            say("No delegation of an issuing body that you decide for allows recognition here today."),
            ("scheme_owner",),
        )


def issuers_in_force(question: Question) -> tuple[str, ...]:
    """The issuing bodies that the actor may decide for today, the named one alone when one is named."""
    named = question.facts.get("issuer")
    found = dict.fromkeys(one.issuer for one in _delegations_of(question))
    return tuple(issuer for issuer in found if named in (None, issuer))


def issued_on(question: Question) -> date:
    """The day that it is now where the certificate would be issued; where nobody can issue it, the case's."""
    zones = {one.issuer: one.zone for one in _delegations_of(question)}
    bodies = issuers_in_force(question)
    return day_in(question.at, zones[bodies[0]]) if bodies else question.on


def _delegations_of(question: Question) -> list[Delegated]:
    bodies = decides_for(question.actor, question)
    return [
        one
        for one in question.dossier.delegations
        if one.issuer in bodies
        and one.covers(module=question.thing.module, country=question.thing.country, on=question.on)
    ]


def decides_for(actor: Actor, question: Question) -> set[str]:
    """The issuing bodies named in the actor's Master Trainer appointments that cover the case."""
    thing = question.thing
    return {
        grant.issuer
        for grant in actor.grants
        if grant.role is RoleName.MASTER_TRAINER
        and grant.issuer is not None
        and grant.covers(on=question.on, module=thing.module, country=thing.country)
    }


def _next_start(question: Question) -> date | None:
    starts = [
        one.from_on
        for one in question.dossier.delegations
        if one.issuer in decides_for(question.actor, question)
        and question.thing.module in one.modules
        and one.from_on > question.on
    ]
    return min(starts, default=None)


def months(edition: Edition, name: str) -> int:
    """A number of months of the edition."""
    return int(edition.parameter(name).value)  # type: ignore[arg-type]


def within_rejoin_time(question: Question) -> Iterator[Refusal]:
    """Who left may come back to the same case for a limited time."""
    left_on = question.thing.left_on
    time = months(question.dossier.edition, "rejoin_months")
    if left_on is not None and question.on > add_months(left_on, time):
        yield Refusal(
            None,
            say("The candidate left more than {n} months ago; a new application is needed.", n=time),
            ("candidate",),
        )


def not_expired_elsewhere(question: Question) -> Iterator[Refusal]:
    """A certificate to be recognised is not past its end."""
    valid_until = question.facts.get("valid_until")
    if valid_until is not None and valid_until < question.on:
        yield Refusal(None, say("The certificate ended on {day}.", day=valid_until), ("candidate",))


ENDED = (Standing.WITHDRAWN, Standing.RETIRED, Standing.EXPIRED)


def only_by_the_prerequisite(question: Question) -> Iterator[Refusal]:
    """The clock holds a case only while its prerequisite is suspended, and resumes it only afterwards."""
    if not question.actor.is_clock:
        return
    if question.move.name == "hold" and not _prerequisite_suspended(question):
        yield Refusal("prerequisite", say("No prerequisite is suspended."))
    if question.move.name == "resume" and _prerequisite_suspended(question):
        yield Refusal("prerequisite", say("The prerequisite is still suspended."), ("master_trainer",))
    if question.move.name == "resume" and _prerequisite_ended(question):
        yield Refusal("prerequisite", say("The prerequisite has ended."), ("coordinator",))


def _prerequisite_suspended(question: Question) -> bool:
    return rests_on_a_suspended(question.dossier.edition, question.thing.module, question.dossier.held)


def _prerequisite_ended(question: Question) -> bool:
    return rests_on_what_ended(question.dossier.edition, question.thing.module, question.dossier.held)


def rests_on_a_suspended(edition: Edition, module: str, held: Iterable[Held]) -> bool:
    """A module that another one rests on is suspended, and none of the others stands in for it."""
    opens = edition.modules[module].prerequisites
    standings = [one.standing for one in held if one.module in opens]
    return Standing.SUSPENDED in standings and Standing.VALID not in standings


def rests_on_what_ended(edition: Edition, module: str, held: Iterable[Held]) -> bool:
    """Every module that this one could rest on was certified once, and is withdrawn, retired or expired."""
    standings = [one.standing for one in held if one.module in edition.modules[module].prerequisites]
    return bool(standings) and all(one in ENDED for one in standings)
