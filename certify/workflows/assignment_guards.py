"""The guards of assignments and waivers: who may be named for what, and what may be set aside."""

from collections.abc import Iterator

from certify.scheme.sentences import say
from certify.scheme.words import Act, ActivityState, RoleName
from certify.workflows.certification_guards import relation_blocks
from certify.workflows.engine import Guard, Question, Refusal


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


def person_is_impartial(act: Act, fact: str = "person") -> Guard:
    """The relations of the person who is to be assigned."""

    def guard(question: Question) -> Iterator[Refusal]:
        if fact in question.facts:
            yield from relation_blocks(question, question.facts[fact], act)

    return guard


def not_assigned_yet(question: Question) -> Iterator[Refusal]:
    """Nobody gets the same sheet, or the same event to observe, twice."""
    person, activity = question.facts.get("person"), question.facts.get("activity")
    if question.move.name == "assign_screener" and person in question.thing.screener_ids:
        yield Refusal(None, say("This person is on the screening panel already."), ("coordinator",))
    if activity is not None and any(
        one.observer == person and one.activity == activity for one in question.dossier.evidence.observations
    ):
        yield Refusal(None, say("This person observes this activity already."), ("coordinator",))


def activity_can_be_observed(question: Question) -> Iterator[Refusal]:
    """A workshop or visit in which the candidate takes part, and which was not voided."""
    if "activity" not in question.facts:
        return
    happened = {one.id: one for cycle in question.dossier.evidence.cycles for one in cycle.happenings}
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
        yield Refusal(None, say("This is no ToT event of the candidate's module."), ("coordinator",))
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


def holds_the_task(question: Question) -> Iterator[Refusal]:
    """Only a task that somebody holds can be handed over, and not to the same person."""
    if "role" not in question.facts:
        return
    thing, role, old = question.thing, question.facts["role"], question.facts["from"]
    open_observation = any(
        one.assessor_id == old and one.kind == "observation" and one.state in ("assigned", "declared")
        for one in thing.assessments
    )
    if (role == "supervisor" and thing.supervisor_id != old) or (role == "observer" and not open_observation):
        yield Refusal(None, say("This person does not hold the task, or has done it already."), ())
    if old == question.facts["to"]:
        yield Refusal(None, say("Choose another person to hand over to."), ())


def successor_is_impartial(question: Question) -> Iterator[Refusal]:
    """The relations of whoever takes a task over."""
    if "role" in question.facts:
        act = Act.SUPERVISE if question.facts["role"] == "supervisor" else Act.OBSERVE
        yield from person_is_impartial(act, "to")(question)


def successor_observes_nothing_twice(question: Question) -> Iterator[Refusal]:
    """Nobody takes over the observation of an event that they observe already."""
    if question.facts.get("role") != "observer":
        return
    events = {
        person: {one.activity for one in question.dossier.evidence.observations if one.observer == person}
        for person in (question.facts["from"], question.facts["to"])
    }
    if events[question.facts["from"]] & events[question.facts["to"]]:
        yield Refusal(None, say("This person observes this activity already."), ("coordinator",))
