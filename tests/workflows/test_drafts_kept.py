"""Drafts of moves: kept for whoever typed them while the move could be made, and forgotten afterwards."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from certify.models import Certification, MoveDraft
from certify.models.store import write_tx
from certify.workflows.drafts import draft_of, drop_draft, keep_draft
from certify.workflows.engine import Forbidden, NotVisible, Refusal, UnknownMove
from tests.cast import Member, World
from tests.conftest import NOW
from tests.player import Player
from tests.workflows.keeping import errors, refusals

MOVE = "submit_for_assessment"


def kept(draft: MoveDraft | None) -> tuple[Any, ...] | None:
    return draft and (draft.certification_id, draft.person_id, draft.move, draft.facts, draft.saved_at)


def test_a_draft_is_kept_by_case_person_and_move(delivered: Player, world: World) -> None:
    with write_tx() as session:
        case = session.get_one(Certification, delivered.certification)

        def keep(member: Member, move: str = MOVE, hour: int = 3, **facts: Any) -> None:
            keep_draft(session, case, move, world.actor(session, member), NOW.replace(hour=hour), **facts)

        assert draft_of(session, case, MOVE, world.ana.id) is None
        keep(world.ana)
        assert kept(draft_of(session, case, MOVE, world.ana.id)) == (case.id, world.ana.id, MOVE, {}, NOW)
        scores = {"self_assessment": {"B1": 4}}
        keep(world.ana, hour=4, **scores)
        own = (case.id, world.ana.id, MOVE, scores, NOW.replace(hour=4))
        assert kept(draft_of(session, case, MOVE, world.ana.id)) == own
        keep(world.olu, "hold", reason="Leave.")
        olus = (case.id, world.olu.id, "hold", {"reason": "Leave."}, NOW)
        assert kept(draft_of(session, case, "hold", world.olu.id)) == olus
        assert draft_of(session, case, "hold", world.ana.id) is None
        assert draft_of(session, case, MOVE, world.olu.id) is None
        other = Certification(id="other")
        assert draft_of(session, other, MOVE, world.ana.id) is None
        for move, member in (("hold", world.ana), (MOVE, world.olu)):
            drop_draft(session, case, move, member.id)
        session.flush()
        assert kept(draft_of(session, case, MOVE, world.ana.id)) == own
        drop_draft(session, case, MOVE, world.ana.id)
        session.flush()
        assert draft_of(session, case, MOVE, world.ana.id) is None
        assert kept(draft_of(session, case, "hold", world.olu.id)) == olus
        _told_what_is_wrong(session, case, world)


def _told_what_is_wrong(session: Session, case: Certification, world: World) -> None:
    ana, olu, kim = (world.actor(session, one) for one in (world.ana, world.olu, world.kim))
    assert errors(keep_draft, session, case, "hold", olu, NOW, reason=7) == {"reason": ["Write text here."]}
    submitted = "“Submit the application” is not possible while the state is “supervised visits”."
    assert refusals(keep_draft, session, case, "submit", ana, NOW) == (Refusal(None, submitted),)
    with pytest.raises(Forbidden, match=r"^hold$"):
        keep_draft(session, case, "hold", ana, NOW)
    with pytest.raises(NotVisible, match=r"^hold$"):
        keep_draft(session, case, "hold", kim, NOW)
    with pytest.raises(UnknownMove, match=r"^fly$"):
        keep_draft(session, case, "fly", ana, NOW)
