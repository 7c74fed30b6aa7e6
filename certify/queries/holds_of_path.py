"""On whom cases on the path wait: sheets not handed in, records not settled, and the next move."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import ActivityPerson, Certification, Person
from certify.queries.holds import Hold, days_since, sheets_held
from certify.queries.holds_of_records import records_held, unsettled_among
from certify.queries.journey import ONWARD
from certify.scheme.sentences import say
from certify.scheme.words import CertificationState as S
from certify.workflows.engine import workflow_of


def holds_of(
    session: Session, cases: Sequence[Certification], at: datetime
) -> Mapping[str, tuple[Hold, ...]]:
    """On whom each of many cases waits, in as many queries as for one; the longest waiting first.

    Whoever is named here is named on the page of the case too. That page also says whether the next move
    can be made while sheets or records are still waited for; here it is told where nothing else is.
    """
    records, facilitators = unsettled_among(session, cases), _facilitators(session, cases)
    found = {}
    for case in cases:
        unsettled = records.get((case.holder_id, case.module), ())
        holds = [*records_held(case, unsettled, at), *sheets_held(case, at)]
        holds = holds or list(_next_step(case, facilitators, at))
        found[case.id] = tuple(sorted(holds, key=lambda hold: hold.since))
    return found


def _next_step(
    case: Certification, facilitators: Mapping[str, Sequence[tuple[str, str]]], at: datetime
) -> Iterator[Hold]:
    if case.state not in ONWARD:
        return
    move, who = ONWARD[case.state]
    label = say(workflow_of(case).move(move).label)
    named: Sequence[tuple[str, str]] = facilitators.get(case.tot_event_id or "", ())
    if who != "facilitator":
        one = {"candidate": case.holder, "supervisor": case.supervisor}.get(who)
        named = [(one.id, one.name)] if one else []
    yield Hold(
        who,
        ", ".join(name for _, name in named) or None,
        say("The next step: {move}", move=label),
        case.state_since,
        days_since(case, case.state_since, at),
        people=tuple(id for id, _ in named),
    )


def _facilitators(
    session: Session, cases: Iterable[Certification]
) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Those of the ToT events whose results are waited for, the lead first."""
    events = {case.tot_event_id for case in cases if case.state is S.TRAINING and case.tot_event_id}
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    if events:
        rows = session.execute(
            select(ActivityPerson.activity_id, Person.id, Person.name)
            .join(Person, Person.id == ActivityPerson.person_id)
            .where(ActivityPerson.activity_id.in_(events))
            .order_by(ActivityPerson.activity_id, ActivityPerson.position)
        )
        for event, id, name in rows:
            found[event].append((id, name))
    return found
