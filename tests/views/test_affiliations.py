"""Where people work: recorded with its days, ended, and only on the person's own page."""

from collections.abc import Callable

from sqlalchemy import select

from certify.models import Affiliation, db
from tests.cast import Member, World
from tests.client import StrictClient
from tests.views.sending import send

ClientOf = Callable[[Member], StrictClient]


def test_where_people_work_is_dated_and_ends(world: World, client_of: ClientOf) -> None:
    ada = client_of(world.ada)
    path = f"/people/{world.ana.id}/affiliations/new"
    given = {"organisation": world.provider, "position": "Trainer", "from_on": "2026-01-01"}
    backwards = send(ada, path, **given, until_on="2025-01-01")
    assert (backwards.status_code, "The last day lies before the first." in backwards.text) == (422, True)
    assert send(ada, path, **given).status_code == 303
    twice = send(ada, path, **given)
    assert (twice.status_code, "is recorded there for these days already" in twice.text) == (409, True)
    [work] = db.session.scalars(select(Affiliation).where(Affiliation.person_id == world.ana.id))
    end = f"/people/{world.ana.id}/affiliations/{work.id}/end"
    assert send(ada, end, until_on="2026-05-31").status_code == 303
    db.session.rollback()
    assert str(db.session.get_one(Affiliation, work.id).until_on) == "2026-05-31"
    elsewhere = f"/people/{world.kim.id}/affiliations/{work.id}/end"
    assert ada.get(elsewhere).status_code == 404
