"""Who is told of a licence's moves: messages owed in the same commit."""

from collections.abc import Callable, Collection
from typing import Any

from certify.scheme.rules.case import number
from certify.scheme.words import Act, RoleName
from certify.workflows.engine import Question, plain
from certify.workflows.telling import in_office, tell

Tell = Callable[[Question], None]


def tell_holder(kind: str) -> Tell:
    """The candidate for the licence, or whoever has it."""
    return lambda question: _tell(question, kind, {question.thing.certification.holder_id})


def tell_nominator(kind: str) -> Tell:
    """Whoever nominated."""
    return lambda question: _tell(question, kind, {question.thing.nominated_by_id})


def tell_deciders(question: Question) -> None:
    """Every Master Trainer who could decide now that the examination is in."""
    thing, found = question.thing, in_office(question, RoleName.MASTER_TRAINER)
    question.dossier.examine({(one, Act.DECIDE) for one in found})
    free = {one for one in found if not question.dossier.findings(one, Act.DECIDE).blocks}
    _tell(question, "licence_to_decide", free - {thing.examiner_id, thing.nominated_by_id})


def _tell(question: Question, kind: str, people: Collection[str]) -> None:
    tell(question, dict.fromkeys(sorted(people), kind), _params(question))


def _params(question: Question) -> dict[str, Any]:
    thing, edition = question.thing, question.dossier.edition
    days = number(edition, "appeal_days", module=thing.module, country=thing.country)
    said = {name: plain(question.facts[name]) for name in ("reason", "grounds") if name in question.facts}
    reasons = [each["reason"] for each in question.facts.get("reasons", ())]
    return {
        "licence": thing.id,
        "certification": thing.certification_id,
        "holder": thing.certification.holder.name,
        "module": thing.module,
        "by": question.actor.name,
        "percent": thing.examination_percent,
        "valid_from_on": plain(thing.valid_from),
        "valid_until_on": plain(thing.valid_until),
        "appeal_days": int(days),
        "reasons": " ".join(reasons),
        **said,
    }
