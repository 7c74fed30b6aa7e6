"""The approval desk: only files that the reader may decide on, and what they decided before."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from certify.models import Affiliation, Certification, Delegation, RoleGrant, db
from certify.models.store import write_tx
from certify.queries.deciding import Deciding, Narrowing
from certify.queries.workload import workload_of
from certify.scheme.words import Act, CertificationState
from certify.workflows.dossier import relations_of
from tests.cast import Member, World, named
from tests.client import StrictClient
from tests.conftest import NOW, Turn
from tests.player import DECIDED_ON, EDITION, Player, at
from tests.views.crowd import asked, crowd
from tests.views.test_certifications import text_of
from tests.views.test_moves import hidden
from tests.workflows.renewing import DAY, OPENS, Renewing

TODAY = NOW.date()
ClientOf = Callable[[Member], StrictClient]
RECOMMENDED = CertificationState.RECOMMENDED


def deciding(world: World, member: Member, day: date = TODAY, **narrowing: str) -> Deciding:
    session = db.session()
    return Deciding(session, world.actor(session, member, day), at(day), Narrowing(**narrowing))


def waiting(world: World, member: Member, **narrowing: str) -> list[str]:
    return [one.case.holder.name for one in deciding(world, member, **narrowing).page().items]


def work_together(world: World, *people: str) -> None:
    with write_tx() as session:
        session.add_all(
            Affiliation(person_id=id, organisation_id=world.other_provider, from_on=date(2025, 1, 1))
            for id in people
        )


def test_the_longest_waiting_file_stands_first(app: Flask, world: World) -> None:
    crowd(3, RECOMMENDED)
    assert waiting(world, world.maya) == ["Holder 000", "Holder 001", "Holder 002"]


def test_only_recommended_files_wait(app: Flask, world: World) -> None:
    crowd(1, CertificationState.ASSESSMENT)
    assert waiting(world, world.maya) == []


def test_a_related_file_is_kept_apart_with_its_reason(app: Flask, world: World, client_of: ClientOf) -> None:
    first, _second = crowd(2, RECOMMENDED)
    work_together(world, world.maya.id, db.session.get_one(Certification, first).holder_id)
    assert waiting(world, world.maya) == ["Holder 001"]
    assert [
        (one.case.id, [str(f.sentence) for f in one.against]) for one in deciding(world, world.maya).others()
    ] == [(first, ["Maya Đặng and the candidate share an employer or provider."])]
    page = text_of(client_of(world.maya).get("/decisions").text)
    assert "To decide (1)" in page
    assert "Maya Đặng and the candidate share an employer or provider." in page
    assert waiting(world, world.mika) == ["Holder 000", "Holder 001"]


def test_the_desk_and_the_relations_table_say_the_same(recommended: Player, world: World) -> None:
    """Maya is free; Bo, made a Master Trainer too, supervised and recommended."""
    with write_tx() as session:
        maya = session.get_one(RoleGrant, named("grantmaya"))
        session.add(
            RoleGrant(
                person_id=world.bo.id,
                role=maya.role,
                module=None,
                country="VN",
                from_on=maya.from_on,
                issuer_id=world.issuer,
                proposed_by_id=maya.proposed_by_id,
                proposed_at=maya.proposed_at,
                confirmed_by_id=maya.confirmed_by_id,
                confirmed_at=maya.confirmed_at,
            )
        )
    case = db.session.get_one(Certification, recommended.certification)
    for member in (world.maya, world.bo):
        told = relations_of(db.session(), member.id, case, Act.DECIDE, at(NOW.date())).blocks
        assert deciding(world, member).against.get(case.id, ()) == told
    assert waiting(world, world.maya) == ["Ana Trần"]
    assert waiting(world, world.bo) == []


def test_without_a_delegation_nothing_is_mine_to_decide(
    app: Flask, world: World, client_of: ClientOf
) -> None:
    crowd(1, RECOMMENDED, module="BCP")  # outside the delegation's modules
    crowd(1, RECOMMENDED)
    assert waiting(world, world.maya) == ["Holder 000"]
    assert [one.case.module for one in deciding(world, world.maya).others()] == ["BCP"]
    with write_tx() as session:
        session.get_one(Delegation, world.delegation).until_on = date(2026, 5, 31)
    assert waiting(world, world.maya) == []
    page = text_of(client_of(world.maya).get("/decisions").text)
    assert page.count("holds a delegation for this module and country today.") == 2
    assert "Nothing waits for your decision" in page


def test_a_file_of_another_country_is_nobodys_here(app: Flask, world: World) -> None:
    crowd(1, RECOMMENDED, country="ET")
    assert waiting(world, world.maya) == []
    assert deciding(world, world.maya).others() == ()


def test_the_workload_counts_by_the_editions_reminders(app: Flask, world: World) -> None:
    crowd(3, RECOMMENDED)  # since 1 May, 10 o'clock in Hanoi and later
    day = date(2026, 5, 11)
    mine = deciding(world, world.maya, day).mine
    load = workload_of(db.session(), mine, EDITION, at(day))
    assert (load.count, load.oldest_days, load.median_days) == (3, 10, 9)
    assert [(bar.first, bar.last, bar.count) for bar in load.bars] == [
        (0, 9, 2),
        (10, 19, 1),
        (20, 26, 0),
        (27, 29, 0),
        (30, None, 0),
    ]


def test_an_overdue_file_is_marked(app: Flask, world: World, client_of: ClientOf, turn: Turn) -> None:
    crowd(1, RECOMMENDED)
    turn(date(2026, 5, 31))
    assert "Overdue" not in client_of(world.maya).get("/decisions").text
    turn(date(2026, 6, 1))
    assert "Overdue since 1 Jun 2026" in text_of(client_of(world.maya).get("/decisions").text)


def test_the_filters_stay_in_the_address_of_the_next_page(
    app: Flask, world: World, client_of: ClientOf
) -> None:
    crowd(27, RECOMMENDED)
    crowd(2, RECOMMENDED, module="QUA")
    page = client_of(world.maya).get("/decisions?module=WPC").text
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following
    assert "module=WPC" in following[1]
    rest = client_of(world.maya).get(following[1].replace("&amp;", "&")).text
    assert re.findall(r">(Holder \d+)</a>", rest) == ["Holder 025", "Holder 026"]


def test_a_long_queue_costs_as_many_queries_as_a_short_one(
    app: Flask, world: World, client_of: ClientOf
) -> None:
    maya = client_of(world.maya)
    crowd(1, RECOMMENDED)
    work_together(world, world.maya.id)
    maya.get("/decisions")
    with asked() as few:
        maya.get("/decisions")
    for id in crowd(20, RECOMMENDED, module="QUA"):
        work_together(world, db.session.get_one(Certification, id).holder_id)
    crowd(20, RECOMMENDED, module="REF")
    with asked() as many:
        maya.get("/decisions")
    assert len(many) == len(few)


def test_only_a_master_trainer_has_a_desk_of_decisions(app: Flask, world: World, client_of: ClientOf) -> None:
    for member in (world.ana, world.bo, world.olu, world.asa):
        for path in ("/decisions", "/decisions/made"):
            assert client_of(member).get(path).status_code == 403


def test_what_was_decided_is_listed_with_reasons_and_certificate(
    certified: Player, world: World, client_of: ClientOf
) -> None:
    certified.move("suspend", world.maya, date(2026, 5, 20), grounds="Two visits did not happen.")
    number = db.session.get_one(Certification, certified.certification).credentials[0].number
    page = client_of(world.maya).get("/decisions/made").text
    said = text_of(page)
    assert said.index("Two visits did not happen.") < said.index("Strong in every event.")
    assert f'href="/verify/{number}"' in page
    assert "What is required: The mean of the observations is high enough." in said
    assert "No decision yet" in client_of(world.mika).get("/decisions/made").text


def test_what_was_decided_is_found_by_its_outcome(
    certified: Player, world: World, client_of: ClientOf
) -> None:
    maya = client_of(world.maya)
    assert "Strong in every event." in maya.get("/decisions/made?outcome=grant").text
    assert "No decision fits" in maya.get("/decisions/made?outcome=refuse").text
    assert "Strong in every event." in maya.get("/decisions/made?outcome=crown").text


def test_decisions_on_renewals_are_listed_among_the_others(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    renewing = Renewing(certified).reviewed().grant(OPENS, world.maya)
    certified.move("withdraw", world.maya, OPENS + DAY, grounds="Forged lists.")
    turn(OPENS + DAY)
    client = client_of(world.maya)

    def listed(asked: str = "") -> list[str]:
        page = client.get(f"/decisions/made{asked}").text
        return re.findall(r'class="pill pill-\w+">([^<]+)<', page)

    assert listed() == ["Withdrawn", "Renewed", "Granted"]
    assert listed("?sort=outcome") == ["Granted", "Withdrawn", "Renewed"]
    assert listed("?outcome=renewal_grant") == ["Renewed"]
    assert listed("?outcome=grant") == ["Granted"]
    page = client.get("/decisions/made?outcome=renewal_grant").text
    assert f'href="/renewals/{renewing.id}"' in page
    assert f'href="/verify/{renewing.certificates[1].number}"' in page
    assert "Three cycles in three years." in page
    assert "The trainer delivered the module to enterprises in every practice period" in page


@pytest.fixture
def two_files(recommended: Player, world: World, turn: Turn) -> tuple[Player, str]:
    """Ana's file, and one that has waited since 1 May."""
    turn(DECIDED_ON)
    return recommended, crowd(1, RECOMMENDED)[0]


def refuse(client: StrictClient, case: str, **fields: str):  # type: ignore[no-untyped-def]
    path = f"/certifications/{case}/approval"
    facts = {
        "outcome": "refuse", "sure": "y", "reasons-0-requirement": "mean-score", "reasons-0-reason": "Weak.",
    }  # fmt: skip
    return client.post(path, data={**hidden(client.get(path).text), **facts, **fields})


def test_after_a_decision_the_next_file_is_named(
    two_files: tuple[Player, str], world: World, client_of: ClientOf
) -> None:
    ana, other = two_files
    maya = client_of(world.maya)
    answer = refuse(maya, ana.certification)
    assert answer.location == f"/certifications/{ana.certification}"
    page = maya.get(answer.location).text
    assert f'<a href="/certifications/{other}/approval">Next file: Holder 000</a>' in page


def test_a_decision_can_lead_on_to_the_next_file(
    two_files: tuple[Player, str], world: World, client_of: ClientOf
) -> None:
    ana, other = two_files
    maya = client_of(world.maya)
    answer = refuse(maya, ana.certification, then_next="1")
    assert answer.location == f"/certifications/{other}/approval#main"
    assert "Refuse: recorded for Ana Trần." in text_of(maya.get(answer.location).text)
