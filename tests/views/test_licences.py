"""The pages of Expert Trainer licences and of reviews: who finds what, every form, every no."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from certify.models import Affiliation, ExpertLicence, Review, db
from certify.models.store import write_tx
from certify.scheme.words import Relation
from certify.workflows.clock_moves import make_due
from certify.workflows.involvement import record
from tests.cast import WORLD, Member, World
from tests.client import StrictClient
from tests.conftest import Turn
from tests.licensing import EXAMINED_ON, GRANTED_ON, NOMINATED_ON, Licensing
from tests.player import DECIDED_ON, Player, at
from tests.views.sending import send

ClientOf = Callable[[Member], StrictClient]
WHY = "She teaches others already."


def _licence() -> ExpertLicence:
    db.session.rollback()
    return db.session.scalars(select(ExpertLicence)).one()


def test_a_licence_from_the_nomination_to_the_grant_on_its_pages(
    seasoned: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(NOMINATED_ON)
    olu, ana, maya = (client_of(one) for one in (world.olu, world.ana, world.maya))
    case = f"/certifications/{seasoned.certification}"
    new = f"{case}/licences/new"
    assert new in olu.get(case).text
    empty = send(olu, new, new)
    assert (empty.status_code, "Fill in: Why this trainer." in empty.text) == (422, True)
    assert send(olu, new, new, reason=WHY).status_code == 303
    here = f"/licences/{_licence().id}"
    assert "Nomination accepted" not in ana.get(here).text
    assert here in ana.get("/my-path").text
    unticked = send(ana, f"{here}/moves/confirm", f"{here}/moves/confirm")
    assert unticked.status_code == 422
    assert ".: " not in unticked.text
    assert send(ana, f"{here}/moves/confirm", f"{here}/moves/confirm", declaration="y").status_code == 303
    Licensing(seasoned, _licence().id).teach()
    turn(GRANTED_ON)
    exam = f"{here}/moves/record_examination"
    wrong = send(olu, exam, exam, examined_on="2027-05-01", percent="120", examiner=world.quy.id)
    assert (wrong.status_code, "Give a whole number from 0 to 100." in wrong.text) == (422, True)
    assert send(
        olu, exam, exam, examined_on=EXAMINED_ON.isoformat(), percent="84", examiner=world.quy.id
    ).status_code == 303  # fmt: skip
    grant = f"{here}/moves/grant"
    assert maya.get(here).text.index("/moves/grant") < maya.get(here).text.index("/moves/record_examination")
    shown = maya.get(grant).text
    assert [what in shown for what in ("84 % on 20 Apr 2027", "4 of 4 met", "the licence is valid from")] == (
        [True] * 3
    )
    assert ["No relation between you and the trainer" in page for page in (shown, maya.get(exam).text)] == [
        True, False,
    ]  # fmt: skip
    assert "The licence stays “Examined”." in maya.get(exam).text
    reasons = {"reasons-0-requirement": "licence-examination", "reasons-0-reason": "Clear and calm."}
    assert send(maya, grant, grant, **reasons).status_code == 303
    page = ana.get(here).text
    assert "Proposed by Maya Đặng; an administrator confirms it." in page
    assert _licence().credential.number in ana.get("/my-credentials").text
    history = maya.get(f"{case}/history").text
    assert ["issued the licence." in history, history.count("issued the certificate.")] == [True, 1]
    assert "licensed as Expert Trainer" in ana.get(f"/verify/{_licence().credential.number}").text


def test_a_page_that_is_no_longer_true_decides_nothing(
    seasoned: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    licence = Licensing(seasoned).nominate()
    turn(NOMINATED_ON)
    ana, here = client_of(world.ana), f"/licences/{licence.id}/moves/confirm"
    stale = send(ana, here, here, declaration="y", version="0")
    assert (stale.status_code, str(_licence().state)) == (409, "nominated")
    licence.move("decline", world.ana, NOMINATED_ON)
    assert ana.get(here).status_code == 200  # and tells why not
    assert "is not possible while the state is “declined”" in ana.get(here).text


def test_the_list_shows_each_reader_what_their_role_reaches(
    seasoned: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    maya = client_of(world.maya)
    assert "No licence yet" in maya.get("/licences").text
    Licensing(seasoned).nominate()
    turn(NOMINATED_ON)
    assert "Ana Trần" in maya.get("/licences").text
    assert "No licence fits" in maya.get("/licences?state=granted").text
    assert maya.get("/licences?state=nonsense&module=no&sort=x&cursor=x").status_code == 200
    assert client_of(world.kim).get("/licences").status_code == 403


def test_what_nobody_has_is_not_found_and_what_is_no_move_neither(
    seasoned: Player, world: World, client_of: ClientOf
) -> None:
    licence, olu = Licensing(seasoned).nominate(), client_of(world.olu)
    for path in ("/licences/nobody", f"/licences/{licence.id}/moves/nominate", "/reviews/nobody"):
        assert olu.get(path).status_code == 404
    assert olu.get(f"/licences/{licence.id}/moves/no-such").status_code == 404
    assert olu.get(f"/licences/{licence.id}/moves/grant").status_code == 403


@pytest.fixture
def review(certified: Player, turn: Turn) -> str:
    """Ana's certification has been suspended for six months."""
    certified.move("suspend", WORLD.maya, DECIDED_ON, grounds="A complaint of an enterprise.")
    make_due(at(DECIDED_ON))
    make_due(at(date(2026, 11, 4)))
    turn(date(2026, 11, 9))
    return db.session.scalars(select(Review.id)).one()


def test_a_review_is_closed_once_with_a_reason(
    review: str, certified: Player, world: World, client_of: ClientOf
) -> None:
    maya, here = client_of(world.maya), f"/reviews/{review}"
    assert here in maya.get("/reviews").text
    assert "/moves/reinstate" in maya.get(here).text
    assert send(maya, here, here).status_code == 422
    stale = send(maya, here, here, reason="It stays.", version="0")
    assert (stale.status_code, "It stays." in stale.text) == (409, True)
    assert send(maya, here, here, reason="It stays as it is.").status_code == 303
    assert "It stays as it is." in client_of(world.ana).get(here).text
    assert "Nothing to look at" in maya.get("/reviews").text
    assert here in maya.get("/reviews?closed=1").text
    db.session.rollback()
    assert str(db.session.get_one(Review, review).certification.state) == "suspended"


def test_who_may_not_close_a_review_reads_it_and_is_told_who_does(
    review: str, world: World, client_of: ClientOf
) -> None:
    here = f"/reviews/{review}"
    for who in (world.olu, world.ana):
        page = client_of(who).get(here)
        assert (page.status_code, "A Master Trainer without ties" in page.text) == (200, True)
        assert client_of(who).post(here, data={"reason": "x"}).status_code in (400, 403)
    assert client_of(world.kim).get(here).status_code == 404


def test_a_tied_master_trainer_is_told_why_not(review: str, world: World, client_of: ClientOf) -> None:
    with write_tx() as session:
        case = session.get_one(Review, review).certification
        record(session, world.mika.id, case, Relation.SUPERVISED, case.id, at(DECIDED_ON))
    page = client_of(world.mika).get(f"/reviews/{review}").text
    assert "You cannot close this review" in page
    assert "Mika Hoàng supervised the trainer." in page


def test_an_employer_sees_how_far_a_licence_is_and_no_result(
    seasoned: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    with write_tx() as session:
        session.add(
            Affiliation(person_id=world.ana.id, organisation_id=world.provider, from_on=date(2026, 1, 1))
        )
    licence = Licensing(seasoned).nominate().confirm().examine(percent=61)
    turn(EXAMINED_ON)
    here, case = f"/licences/{licence.id}", f"/certifications/{seasoned.certification}"
    for who, reads in ((world.ana, True), (world.olu, True), (world.sami, False)):
        page = client_of(who).get(here)
        assert (page.status_code, "Examination" in page.text) == (200, True)
        assert [each in page.text for each in ("61 %", WHY)] == [reads, reads], who.name
        assert WHY not in client_of(who).get(f"{case}/history").text


def test_a_licence_is_withdrawn_only_by_who_types_what_it_is_about(
    seasoned: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    Licensing(seasoned).nominate().confirm().teach().examine().grant()
    turn(GRANTED_ON)
    maya, here = client_of(world.maya), f"/licences/{_licence().id}/moves/withdraw"
    for named in ("", "Olu Adeyemi"):
        refused = send(maya, here, here, grounds="It was proved.", named=named)
        assert (refused.status_code, str(_licence().state)) == (422, "granted")
    assert "This is neither the number nor the name. Nothing was withdrawn." in refused.text
    typed = _licence().credential.number.lower()
    assert send(maya, here, here, grounds="It was proved.", named=typed).status_code == 303
    assert str(_licence().state) == "withdrawn"
