"""Lists that are too long to look through are narrowed by the first letters of a name, without a script."""

from collections.abc import Callable

from sqlalchemy import select

from certify.models import Affiliation, Enterprise, Organisation, db
from certify.models.store import write_tx
from certify.scheme.words import ConsentLevel, OrganisationKind
from tests.cast import Member, World
from tests.client import StrictClient
from tests.conftest import NOW
from tests.player import Player
from tests.views.sending import send

ClientOf = Callable[[Member], StrictClient]


def test_a_long_list_is_narrowed_by_the_first_letters_before_choosing(
    trained: Player, world: World, client_of: ClientOf
) -> None:
    with write_tx() as session:
        for n in range(230):
            session.add(
                Enterprise(
                    name=f"Xưởng {n:03}", country="VN", sector="C14", size=60, consent=ConsentLevel.NAMED,
                    created_at=NOW, created_by_id=world.olu.id,
                )
            )  # fmt: skip
    olu, path = client_of(world.olu), "/cohorts/new?module=WPC&country=VN"
    whole = olu.get(path).text
    assert ("Xưởng 100" in whole, "Xưởng 229" in whole, "Narrow the list" in whole) == (True, False, True)
    narrowed = olu.get(f"{path}&enterprise=xuong+229").text
    assert ("Xưởng 100" in narrowed, "Xưởng 229" in narrowed) == (False, True)
    last = db.session.scalars(select(Enterprise).where(Enterprise.name == "Xưởng 229")).one().id
    answer = send(olu, path, name="Late", trainers=[world.ana.id], supervisor=world.bo.id, enterprises=[last])
    assert answer.status_code == 303, answer.text


def test_an_organisation_beyond_the_first_is_found_and_chosen(world: World, client_of: ClientOf) -> None:
    kind = OrganisationKind.UNIVERSITY
    with write_tx() as session:
        for n in range(230):
            session.add(Organisation(name=f"Đại học {n:03}", kind=kind, country="VN", created_at=NOW))
    ada, path = client_of(world.ada), f"/people/{world.ana.id}/affiliations/new"
    page = ada.get(path).text
    assert ("Đại học 100" in page, "Đại học 229" in page, "Narrow the list" in page) == (True, False, True)
    narrowed = ada.get(f"{path}?find=dai+229").text
    assert ("Đại học 100" in narrowed, "Đại học 229" in narrowed) == (False, True)
    last = db.session.scalars(select(Organisation).where(Organisation.name == "Đại học 229")).one().id
    assert send(ada, path, organisation=last, from_on="2026-01-01").status_code == 303
    db.session.rollback()
    [work] = db.session.scalars(select(Affiliation).where(Affiliation.person_id == world.ana.id))
    assert work.organisation_id == last


def test_a_short_list_is_not_narrowed(world: World, client_of: ClientOf) -> None:
    for path in (f"/people/{world.ana.id}/affiliations/new", f"/roles/new/{world.ana.id}", "/people/invite"):
        assert "Narrow the list" not in client_of(world.ada).get(path).text


def test_whoever_is_in_the_cohort_stays_chosen_while_the_list_is_narrowed(
    delivered: Player, world: World, client_of: ClientOf
) -> None:
    path = f"/cohorts/{delivered.cohort}/edit?enterprise=zzz&trainer=zzz"
    page = client_of(world.ana).get(path).text
    assert ("Ana Trần" in page, "Gỗ Tân Phú" in page, "Gốm Bát Tràng" in page) == (True, True, False)
