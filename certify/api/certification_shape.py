"""A certification as programs read it: whole, as a line of a list, and what its lists hold."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from marshmallow import fields, validate
from sqlalchemy.orm import Session

from certify.api.schemas import Named, PageQuery, RefusalShape, Shape, day, instant
from certify.models import Activity, Certification, Event
from certify.policy import Actor, may
from certify.presentation import say
from certify.presentation.problems import refusals_as_json, roles_of
from certify.queries.interface import observers_of, standings_of, told_facts
from certify.scheme.evidence import Counted, RequirementResult
from certify.scheme.words import CertificationState, RequirementStatus, Standing
from certify.workflows.case_terms import validity_at
from certify.workflows.certification import requirements_of
from certify.workflows.dossier import day_of
from certify.workflows.engine import NEW, Offer
from certify.workflows.facts import Fact, FactKind
from certify.workflows.result_sight import for_reader, offers_to

STATES = [state.value for state in CertificationState if state is not CertificationState.NEW]


class CredentialShape(Shape):
    """A certificate that was issued."""

    number = fields.String()
    valid_from = fields.Date()
    valid_until = fields.Date()


class RequirementShape(Shape):
    """One requirement as it stands for this certification."""

    id = fields.String()
    text = fields.String()
    status = fields.String(validate=validate.OneOf([each.value for each in RequirementStatus]))
    evidence = fields.List(fields.String(), metadata={"description": "ids of activities and assessments"})
    reasons = fields.List(fields.String())
    who = fields.List(fields.String())
    earliest_on = fields.Date(allow_none=True)


class MoveShape(Shape):
    """A move that the reader's roles could make now."""

    name = fields.String()
    label = fields.String()
    allowed = fields.Boolean()
    refusals = fields.List(fields.Nested(RefusalShape))


class CertificationLine(Shape):
    """Person × module on its path."""

    id = fields.String()
    version = fields.Integer()
    holder = fields.Nested(Named)
    module = fields.String()
    country = fields.String()
    scheme_version = fields.String(allow_none=True, metadata={"description": "null before admission"})
    state = fields.String(validate=validate.OneOf(STATES))
    standing = fields.String(validate=validate.OneOf([each.value for each in Standing]))
    valid_from = fields.Date(allow_none=True)
    valid_until = fields.Date(allow_none=True)
    credentials = fields.List(fields.Nested(CredentialShape))
    supervisor = fields.Nested(Named, allow_none=True)
    observers = fields.List(fields.Nested(Named))


class CertificationShape(CertificationLine):
    """The same with what it takes and what may be done."""

    requirements = fields.List(fields.Nested(RequirementShape))
    moves = fields.List(fields.Nested(MoveShape))


class CitedShape(Shape):
    """Why an activity does not count."""

    requirement = fields.String(allow_none=True)
    reason = fields.String()


class EvidenceShape(Shape):
    """An activity in which the holder took part, and whether it counts."""

    activity = fields.String()
    kind = fields.String()
    state = fields.String()
    held_on = fields.Date(allow_none=True)
    enterprise = fields.String(allow_none=True)
    counted = fields.Boolean()
    reasons = fields.List(fields.Nested(CitedShape))


class EventShape(Shape):
    """One line of the log."""

    seq = fields.Integer()
    at = fields.DateTime()
    actor = fields.String(allow_none=True, metadata={"description": "the person's id; null for the clock"})
    event = fields.String()
    # "from" is no name that Python allows
    to = fields.String()
    facts = fields.Dict()
    sentence = fields.String()


EventShape._declared_fields["from"] = fields.String(
    required=True, allow_none=True, metadata={"description": "null before the first state"}
)


class FileShape(Shape):
    """A file that was taken."""

    id = fields.String()
    kind = fields.String()
    name = fields.String()
    media_type = fields.String()
    size = fields.Integer()


class CertificationQuery(PageQuery):
    """What the list is narrowed by."""

    state = fields.String(validate=validate.OneOf(STATES))
    module = fields.String(validate=validate.Length(max=10))
    country = fields.String(validate=validate.Length(max=2))
    name = fields.String(validate=validate.Length(max=120))


OPENING = (
    Fact("module", FactKind.MODULE, "Module"),
    Fact("country", FactKind.COUNTRY, "Country"),
    Fact("person", FactKind.PERSON, "Person", required=False),
)


def certification_as_json(
    session: Session, case: Certification, actor: Actor, at: datetime
) -> dict[str, Any]:
    """The whole certification, as this reader may know it.

    A provider learns nothing of what somebody holds by nominating them: until that is confirmed, the
    answer to the nomination is all that the provider sees, without requirements and moves.
    """
    on = day_of(case, at)
    line = line_as_json(case, standings_of(session, [case], at), at)
    if not may(actor, "certification.see", case, on):
        return {**line, "requirements": [], "moves": []}
    results = for_reader(requirements_of(session, case, at), case, actor, on)
    return {
        **line,
        "requirements": [requirement_as_json(one) for one in results],
        "moves": moves_as_json(each for each in offers_to(case, actor, at) if each.move.listed),
    }


def moves_as_json(offers: Iterable[Offer]) -> list[dict[str, Any]]:
    """The moves that the reader's roles could make, each with what is in its way."""
    return [
        {
            "name": offer.move.name,
            "label": say(offer.move.label),
            "allowed": offer.allowed,
            "refusals": refusals_as_json(offer.refusals),
        }
        for offer in offers
    ]


def line_as_json(case: Certification, standings: Mapping[str, Standing], at: datetime) -> dict[str, Any]:
    """The certification without what has to be judged."""
    supervisor, period = case.supervisor, validity_at(case, at)
    return {
        "id": case.id,
        "version": case.version,
        "holder": {"id": case.holder_id, "name": case.holder.name},
        "module": case.module,
        "country": case.country,
        "scheme_version": case.scheme_version,
        "state": case.state.value,
        "standing": standings[case.id].value,
        "valid_from": day(period.valid_from if period else None),
        "valid_until": day(period.valid_until if period else None),
        "credentials": [
            {"number": one.number, "valid_from": day(one.valid_from), "valid_until": day(one.valid_until)}
            for one in case.certificates
        ],
        "supervisor": {"id": supervisor.id, "name": supervisor.name} if supervisor else None,
        "observers": [{"id": id, "name": name} for id, name in observers_of(case)],
    }


def requirement_as_json(one: RequirementResult) -> dict[str, Any]:
    """One requirement as it stands."""
    return {
        "id": one.id,
        "text": say(one.text),
        "status": one.status.value,
        "evidence": list(one.evidence),
        "reasons": [say(reason) for reason in one.reasons],
        "who": roles_of(one.who),
        "earliest_on": day(one.earliest_on),
    }


def event_as_json(event: Event, sentence: str) -> dict[str, Any]:
    """One line of the log with its sentence."""
    return {
        "seq": event.seq,
        "at": instant(event.at),
        "actor": event.actor_id,
        "event": event.move,
        "from": None if event.from_state == NEW else event.from_state,
        "to": event.to_state,
        "facts": told_facts(event),
        "sentence": say(sentence),
    }


def evidence_as_json(activity: Activity, verdict: Counted) -> dict[str, Any]:
    """One activity and what it counts for."""
    return {
        "activity": activity.id,
        "kind": activity.kind.value,
        "state": activity.state.value,
        "held_on": day(activity.held_on),
        "enterprise": activity.enterprise_id,
        "counted": verdict.counted,
        "reasons": [{"requirement": one.requirement, "reason": say(one.reason)} for one in verdict.reasons],
    }
