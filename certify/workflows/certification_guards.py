"""The guards of the certification's moves: each says no in sentences, with who can clear it and when."""

from collections.abc import Iterator
from datetime import date

from certify.policy import Actor
from certify.scheme.dates import add_months
from certify.scheme.sentences import say
from certify.scheme.words import Act, ActivityState, AssessmentState, CertificationState, RoleName, Standing
from certify.workflows.dossier import Delegated, OtherCase
from certify.workflows.engine import Guard, Question, Refusal

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


def needs(*ids: str) -> Guard:
    """Each of these requirements met or waived; the refusals are the requirements' own reasons."""

    def guard(question: Question) -> Iterator[Refusal]:
        for wanted in ids:
            result = question.dossier.results[wanted]
            if not result.cleared:
                yield Refusal(
                    wanted, " ".join(result.reasons) or result.text, result.who, result.earliest_on
                )

    return guard


def needs_everything(question: Question) -> Iterator[Refusal]:
    """Every requirement of the pinned edition met or waived."""
    yield from needs(*question.dossier.results)(question)


def impartial(act: Act) -> Guard:
    """The actor's own relations to the candidate, from the whole history of both."""

    def guard(question: Question) -> Iterator[Refusal]:
        yield from _blocks(question, question.actor.id, act)

    return guard


def person_is_impartial(act: Act, fact: str = "person") -> Guard:
    """The relations of the person who is to be assigned."""

    def guard(question: Question) -> Iterator[Refusal]:
        if fact in question.facts:
            yield from _blocks(question, question.facts[fact], act)

    return guard


def _blocks(question: Question, person_id: str, act: Act) -> Iterator[Refusal]:
    if not person_id:
        return
    for finding in question.dossier.findings(person_id, act).blocks:
        yield Refusal("independence", finding.sentence, (_who_else(act),), finding.ends_on)


def _who_else(act: Act) -> str:
    """Who can act instead: somebody of the same role without the relation."""
    return {Act.DECIDE: "master_trainer", Act.SCREEN: "coordinator"}.get(act, "expert_trainer")


def delegated(question: Question) -> Iterator[Refusal]:
    """An issuing body of the Master Trainer holds a delegation for module, country and day."""
    if not issuers_in_force(question):
        yield Refusal(
            "delegation",
            say(
                "No issuing body that you decide for holds a delegation for {module} in {country} on {day}.",
                module=question.thing.module,
                country=question.thing.country,
                day=question.on.isoformat(),
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


def none_open(question: Question) -> Iterator[Refusal]:
    """One certification of a module is open at a time; six months after a refusal a new one may start."""
    edition = question.dossier.edition
    for other in question.dossier.same_module:
        closed_after = _months(edition, "late_renewal_months")
        rejoin = _months(edition, "rejoin_months")
        if _is_open(other, question.on, closed_after, rejoin):
            yield Refusal(
                None, say("A certification for this module is already open or held."), ("candidate",)
            )
        elif other.state is CertificationState.REFUSED and other.decided_on:
            again_on = add_months(other.decided_on, _months(edition, "reapplication_months"))
            if question.on < again_on:
                yield Refusal(
                    None,
                    say(
                        "A new application is possible from {day}, {n} months after the refusal.",
                        day=again_on.isoformat(),
                        n=_months(edition, "reapplication_months"),
                    ),
                    ("candidate",),
                    again_on,
                )


def _months(edition: object, name: str) -> int:
    return int(edition.parameter(name).value)  # type: ignore[attr-defined]


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
    missing = [
        words for name, words in APPLICATION_FIELDS.items() if getattr(thing, name) in (None, "", [])
    ]
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


def supervisor_assigned(question: Question) -> Iterator[Refusal]:
    """A supervising Expert Trainer is assigned."""
    if question.thing.supervisor_id is None:
        yield Refusal(None, say("No supervising Expert Trainer is assigned yet."), ("coordinator",))


def no_supervisor_yet(question: Question) -> Iterator[Refusal]:
    """A second supervisor replaces the first by `reassign`, with a reason."""
    if question.thing.supervisor_id is not None:
        yield Refusal(
            None, say("A supervisor is assigned; hand over with “Reassign” and a reason."), ("coordinator",)
        )


def person_is_expert(fact: str = "person") -> Guard:
    """The person who is to be assigned has active Expert Trainer status for module and country."""

    def guard(question: Question) -> Iterator[Refusal]:
        if fact not in question.facts:
            return
        person = question.dossier.person(question.facts[fact])
        thing = question.thing
        if person is None or not person.holds(
            RoleName.EXPERT_TRAINER, on=question.on, module=thing.module, country=thing.country
        ):
            yield Refusal(
                None,
                say(
                    "{name} has no active Expert Trainer status for {module} in {country}.",
                    name=person.name if person else question.facts[fact],
                    module=thing.module,
                    country=thing.country,
                ),
                ("coordinator", "administrator"),
            )

    return guard


def not_assigned_yet(question: Question) -> Iterator[Refusal]:
    """Nobody gets the same sheet, or the same event to observe, twice."""
    person, activity = question.facts.get("person"), question.facts.get("activity")
    if question.move.name == "assign_screener" and person in question.thing.screener_ids:
        yield Refusal(None, say("This person is on the screening panel already."), ("coordinator",))
    if activity is not None and any(
        one.observer == person and one.activity == activity
        for one in question.dossier.evidence.observations
    ):
        yield Refusal(None, say("This person observes this activity already."), ("coordinator",))


def activity_can_be_observed(question: Question) -> Iterator[Refusal]:
    """A workshop or visit in which the candidate takes part, and which was not voided."""
    if "activity" not in question.facts:
        return
    happened = {
        one.id: one for cycle in question.dossier.evidence.cycles for one in cycle.happenings
    }
    found = happened.get(question.facts["activity"])
    if found is None or found.kind not in ("workshop", "visit") or found.state is ActivityState.VOID:
        yield Refusal(
            None,
            say("Only a workshop or visit in which the candidate takes part can be observed."),
            ("coordinator", "candidate"),
        )


def event_for_the_module(question: Question) -> Iterator[Refusal]:
    """The ToT event is of the candidate's module and still takes people in, or had them before."""
    if "activity" not in question.facts:
        return
    event = question.dossier.activity(question.facts["activity"])
    if event is None or event.kind != "tot_event" or event.module != question.thing.module:
        yield Refusal(
            None, say("This is no ToT event of the candidate's module."), ("coordinator",)
        )
    elif event.state is ActivityState.VOID:
        yield Refusal(None, say("This ToT event was voided."), ("coordinator",))
    elif event.state is ActivityState.CONFIRMED and event.id not in {
        training.activity for training in question.dossier.evidence.trainings
    }:
        yield Refusal(None, say("This ToT event is closed: its results are confirmed."), ("coordinator",))


def can_be_waived(question: Question) -> Iterator[Refusal]:
    """Only what the edition calls waivable, and only once."""
    wanted = question.facts.get("requirement")
    if wanted is None:
        return
    requirement = question.dossier.edition.requirements.get(wanted)
    if requirement is None or not requirement.waivable:
        yield Refusal(wanted, say("The scheme does not allow to waive this requirement."), ())
    elif any(one.requirement == wanted for one in question.dossier.evidence.waived):
        yield Refusal(wanted, say("This requirement is waived already."), ())


def not_own_supervision(question: Question) -> Iterator[Refusal]:
    """A coordinator who supervises or observes the candidate waives nothing for them."""
    thing, actor = question.thing, question.actor
    if actor.id and (actor.id == thing.supervisor_id or actor.id in thing.observer_ids):
        yield Refusal(
            "independence",
            say("You supervise or observe this candidate; another coordinator has to waive."),
            ("coordinator",),
        )
    elif actor.id == thing.holder_id:
        yield Refusal("independence", say("This is your own case."), ("coordinator",))



def within_rejoin_time(question: Question) -> Iterator[Refusal]:
    """Who left may come back to the same case for a limited time."""
    left_on = question.thing.left_on
    months = _months(question.dossier.edition, "rejoin_months")
    if left_on is not None and question.on > add_months(left_on, months):
        yield Refusal(
            None,
            say("The candidate left more than {n} months ago; a new application is needed.", n=months),
            ("candidate",),
        )


def not_expired_elsewhere(question: Question) -> Iterator[Refusal]:
    """A certificate to be recognised is not past its end."""
    valid_until = question.facts.get("valid_until")
    if valid_until is not None and valid_until < question.on:
        yield Refusal(
            None, say("The certificate ended on {day}.", day=valid_until.isoformat()), ("candidate",)
        )


def prerequisite_held(question: Question) -> Iterator[Refusal]:
    """For a recognition: one of the prerequisite modules, valid today."""
    yield from needs("prerequisite")(question)


def prerequisite_is_suspended(question: Question) -> Iterator[Refusal]:
    """The clock holds a case only while a certification it rests on is suspended."""
    if not question.actor.is_clock:
        return
    suspended = any(held.standing is Standing.SUSPENDED for held in question.dossier.held)
    if question.move.name == "hold" and not suspended:
        yield Refusal("prerequisite", say("No prerequisite is suspended."), ())


def holds_the_task(question: Question) -> Iterator[Refusal]:
    """Only a task that somebody holds can be handed over, and not to the same person."""
    if "role" not in question.facts:
        return
    thing, role, old = question.thing, question.facts["role"], question.facts["from"]
    open_observation = any(
        one.assessor_id == old and one.kind == "observation" and one.state in ("assigned", "declared")
        for one in thing.assessments
    )
    if (role == "supervisor" and thing.supervisor_id != old) or (
        role == "observer" and not open_observation
    ):
        yield Refusal(None, say("This person does not hold the task, or has done it already."), ())
    if old == question.facts["to"]:
        yield Refusal(None, say("Choose another person to hand over to."), ())


def successor_is_impartial(question: Question) -> Iterator[Refusal]:
    """The relations of whoever takes a task over."""
    if "role" in question.facts:
        act = Act.SUPERVISE if question.facts["role"] == "supervisor" else Act.OBSERVE
        yield from person_is_impartial(act, "to")(question)


def impartial_once_recommended(question: Question) -> Iterator[Refusal]:
    """More practice asked for by the Master Trainer is a decision; by the assessor it is not."""
    if question.thing.state == CertificationState.RECOMMENDED:
        yield from impartial(Act.DECIDE)(question)
