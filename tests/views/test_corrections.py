"""A certificate put right: who may, what is shown before, what the holder and a checker read afterwards."""

import json
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select, update

from certify.credentials.paper_shelves import FOLDER
from certify.extensions import settings
from certify.models import (
    Affiliation,
    Certification,
    Credential,
    CredentialDocument,
    Event,
    IssuingBody,
    Message,
    Person,
    RoleGrant,
    db,
)
from certify.models.store import own_tx, write_tx
from certify.reminders.texts import reading_of
from certify.workflows import organisations
from certify.workflows.credential import issue, reissue
from certify.workflows.credential_correction import correct
from certify.workflows.engine import Forbidden
from certify.workflows.facts import InvalidFacts
from certify.workflows.values import UNSEEN
from tests.api.client import program_of
from tests.cast import SINCE, Member, World
from tests.client import StrictClient
from tests.conftest import NOW
from tests.player import Player
from tests.views.sending import fields_on, send
from tests.views.shown import cell_of

ClientOf = Callable[[Member], StrictClient]
NEW_NAME = "SCORE Việt Nam Foundation"


def certificate() -> Credential:
    db.session.rollback()
    return db.session.scalars(select(Credential)).one()


def page_of(credential: Credential) -> str:
    case = credential.certification_id
    return f"/certifications/{case}/certificates/{credential.id}/correct"


@pytest.fixture
def credential(certified: Player, world: World) -> Credential:
    """Ana's certificate for WPC, of 4 May 2026; it is June."""
    return certificate()


@pytest.fixture
def renamed(credential: Credential) -> Credential:
    """The same, whose issuing body is called otherwise by now."""
    with own_tx() as session:
        session.execute(update(IssuingBody).values(legal_name=NEW_NAME))
    return certificate()


@pytest.fixture
def recognised(app: Flask, world: World) -> Credential:
    """Kim's, recognised from elsewhere."""
    made = program_of(app, world.maya).post(
        "certifications/recognise",
        {
            "person": world.kim.id, "module": "WPC", "country": "VN", "source": "ILO Turin",
            "number": "T-2024-71", "valid_from": "2025-03-01", "valid_until": "2028-03-01",
            "grounds": "The same path.",
        },
    )  # fmt: skip
    assert made.status_code == 201, made.text
    return certificate()


def is_offered(client: StrictClient, credential: Credential) -> bool:
    """Whether the page of the case leads to the correction."""
    case = client.get(f"/certifications/{credential.certification_id}").text
    return f'href="{page_of(credential)}"' in case


def author_of(pdf: bytes) -> str | None:
    """The body that a paper names."""
    told = PdfReader(BytesIO(pdf)).metadata
    return told.author if told else None


def issue_anew(credential: Credential, world: World, why: str) -> None:
    with write_tx() as session:
        olu = world.actor(session, world.olu)
        reissue(session, session.get_one(Credential, credential.id), olu, NOW, why=why)


def told_to(member: Member) -> list[Message]:
    """What the person was told of certificates issued anew."""
    db.session.rollback()
    asked = select(Message).where(Message.recipient_id == member.id, Message.kind.startswith("reissued"))
    return list(db.session.scalars(asked.order_by(Message.id)))


def test_where_nothing_differs_there_is_nothing_to_put_right(
    client_of: ClientOf, credential: Credential, world: World
) -> None:
    maya = client_of(world.maya)
    page = maya.get(page_of(credential))
    assert (page.status_code, "the certificate says what the register says" in page.text) == (200, True)
    assert "Issue anew</button>" not in page.text
    assert not is_offered(maya, credential)
    forced = {"reason": "No reason.", "sure": "y", "csrf_token": maya.token(page_of(credential))}
    refused = maya.post(page_of(credential), data={**forced, "version": str(credential.version)})
    assert (refused.status_code, "nothing is to be put right" in refused.text) == (409, True)
    assert [one.revision for one in certificate().documents] == [1]


def test_a_correction_says_what_changes_and_issues_the_number_anew(
    client_of: ClientOf, renamed: Credential, world: World, client: StrictClient
) -> None:
    before = client.get(f"/credentials/{renamed.number}.json").data
    old_paper = client.get(f"/credentials/{renamed.number}.pdf").data
    shelf = settings().instance / "files" / FOLDER
    kept = list(shelf.rglob("*.pdf"))
    maya, page = client_of(world.maya), page_of(renamed)
    shown = maya.get(page).text
    assert cell_of(shown, "Issued by", "On the certificate") == "SCORE Việt Nam"
    assert cell_of(shown, "Issued by", "In the register") == NEW_NAME
    assert "as version 2" in shown
    empty = send(maya, page)
    assert (empty.status_code, "Tick this: I have compared it with the papers." in empty.text) == (422, True)
    done = send(maya, page, reason="The body's name was misspelt.", sure="y")
    assert (done.status_code, done.location) == (
        303, f"/certifications/{renamed.certification_id}#credentials",
    )  # fmt: skip
    assert [(one.revision, one.why) for one in certificate().documents] == [(1, "issued"), (2, "correction")]
    event = db.session.scalars(select(Event).where(Event.move == "reissue")).one()
    assert (event.facts["why"], event.facts["reason"]) == ("correction", "The body's name was misspelt.")
    assert (len(kept), list(shelf.rglob("*.pdf"))) == (1, [])
    now = json.loads(client.get(f"/credentials/{renamed.number}.json").data)
    assert now["issuer"]["name"] == NEW_NAME
    new_paper = client.get(f"/credentials/{renamed.number}.pdf").data
    assert (author_of(old_paper), author_of(new_paper)) == ("SCORE Việt Nam", NEW_NAME)
    for content, word in ((before, "superseded"), (old_paper, "superseded"), (new_paper, None)):
        media_type = "application/pdf" if content.startswith(b"%PDF") else "application/vc"
        told = client.post("/api/v1/verify", data=content, content_type=media_type).get_json()
        assert told["reason"] == word
    said = "Version 2 of this certificate, issued anew on 1 Jun 2026"
    asked = ("", "?on=2026-06-01", "?on=2026-05-31")
    assert [said in client.get(f"/verify/{renamed.number}{on}").text for on in asked] == [True, True, False]


def test_the_holder_is_told_what_to_do_with_the_old_files(
    client_of: ClientOf, renamed: Credential, world: World
) -> None:
    send(client_of(world.maya), page_of(renamed), reason="The body's name was misspelt.", sure="y")
    (message,) = told_to(world.ana)
    letter = reading_of(message.kind, message.params)
    assert letter.subject == f"Your certificate {renamed.number} was issued anew"
    assert (letter.quotes, letter.path) == (("The body's name was misspelt.",), "/my-credentials")
    told = " ".join(letter.sentences)
    assert [said for said in ("as version 2.", "that version 1 was superseded") if said not in told] == []
    mine = client_of(world.ana).get("/my-credentials").text
    assert "Version 2, issued anew on 1 Jun 2026: it was corrected." in mine


@pytest.mark.parametrize("why", ["name", "key"])
def test_a_new_name_and_a_new_key_are_told_in_their_own_words(
    credential: Credential, world: World, why: str
) -> None:
    issue_anew(credential, world, why)
    (message,) = told_to(world.ana)
    said = {"name": "bears your new name", "key": "may have the key that it was signed with"}[why]
    assert said in " ".join(reading_of(message.kind, message.params).sentences)


def test_a_disabled_account_is_told_nothing(credential: Credential, world: World) -> None:
    with own_tx() as session:
        session.execute(update(Person).where(Person.id == world.ana.id).values(disabled_at=NOW))
    issue_anew(credential, world, "key")
    assert told_to(world.ana) == []


def test_of_a_revoked_certificate_nothing_is_told(
    credential: Credential, certified: Player, world: World
) -> None:
    certified.move("withdraw", world.mika, NOW.date(), grounds="It was proved.")
    issue_anew(credential, world, "key")
    assert told_to(world.ana) == []


def test_whose_certificate_was_recognised_can_be_corrected(
    client_of: ClientOf, recognised: Credential, world: World, client: StrictClient
) -> None:
    maya, page = client_of(world.maya), page_of(recognised)
    assert is_offered(maya, recognised)
    unchanged = send(maya, page, reason="None.", sure="y")
    assert (unchanged.status_code, "nothing is to be put right" in unchanged.text) == (409, True)
    assert (
        send(maya, page, number="T-2024-17", reason="Two digits were swapped.", sure="y").status_code == 303
    )
    told = client.get(f"/api/v1/verify/{recognised.number}").get_json()["recognised"]
    assert told == {"source": "ILO Turin", "number": "T-2024-17"}
    assert certificate().certification.recognised_number == "T-2024-17"
    narrative = json.loads(certificate().documents[-1].content)["credentialSubject"]["narrative"]
    assert narrative.endswith("ILO Turin T-2024-17")


@pytest.mark.parametrize("field", ["source", "number"])
def test_nothing_unseen_comes_onto_a_certificate_with_a_correction(
    client_of: ClientOf, recognised: Credential, world: World, field: str
) -> None:
    typed = {"reason": "It was misspelt.", "sure": "y", field: "T-2024\u202e-17"}
    refused = send(client_of(world.maya), page_of(recognised), **typed)
    assert (refused.status_code, UNSEEN in refused.text) == (422, True)
    told = {"source": "ILO Turin", "number": "T-2024-71", field: "T-2024\u202e-17"}
    with write_tx() as session:
        maya, found = world.actor(session, world.maya), session.get_one(Credential, recognised.id)
        with pytest.raises(InvalidFacts) as caught:
            correct(session, found, maya, NOW, reason="By a program.", **told)
        session.rollback()
    assert caught.value.errors == {field: [UNSEEN]}


def test_only_a_master_trainer_may_and_nothing_is_changed_of_a_revoked_one(
    client_of: ClientOf, renamed: Credential, certified: Player, world: World
) -> None:
    page = page_of(renamed)
    statuses = {
        key: client_of(getattr(world, key)).get(page).status_code for key in ("ana", "olu", "ada", "kim")
    }
    assert statuses == {"ana": 403, "olu": 403, "ada": 404, "kim": 404}
    maya = client_of(world.maya)
    assert (is_offered(maya, renamed), is_offered(client_of(world.olu), renamed)) == (True, False)
    other = page.replace(renamed.id, "0" * 20)
    assert maya.get(other).status_code == 404
    certified.move("withdraw", world.mika, NOW.date(), grounds="It was proved.")
    refused = maya.get(page)
    assert (refused.status_code, "It was revoked" in refused.text, "Issue anew</button>" in refused.text) == (
        200, True, False,
    )  # fmt: skip
    assert not is_offered(maya, renamed)
    assert db.session.scalars(select(CredentialDocument)).one().revision == 1


def test_a_tie_to_the_holder_keeps_a_master_trainer_from_it(
    client_of: ClientOf, renamed: Credential, world: World
) -> None:
    with own_tx() as session:
        for person in (world.ana, world.maya):
            both = {"organisation_id": world.other_provider, "from_on": NOW.date(), "position": "Adviser"}
            session.add(Affiliation(person_id=person.id, **both))
    maya, page = client_of(world.maya), page_of(renamed)
    assert not is_offered(maya, renamed)
    shown = maya.get(page)
    assert ("This cannot be done now" in shown.text, "Issue anew</button>" in shown.text) == (True, False)
    typed = {"reason": "A friend asked.", "sure": "y", "csrf_token": maya.token(page)}
    assert maya.post(page, data={**typed, "version": str(renamed.version)}).status_code == 409
    assert [one.revision for one in certificate().documents] == [1]


def test_a_master_trainer_of_another_body_puts_nothing_right(
    client_of: ClientOf, renamed: Credential, world: World
) -> None:
    with own_tx() as session:
        other = IssuingBody(code="b2", legal_name="B2", country="VN", zone="UTC", created_at=NOW)
        session.add(other)
        session.flush()
        session.execute(
            update(RoleGrant).where(RoleGrant.person_id == world.mika.id).values(issuer_id=other.id)
        )
    mika, page = client_of(world.mika), page_of(renamed)
    assert not is_offered(mika, renamed)
    shown = mika.get(page).text
    said = f"It is signed in the name of {NEW_NAME}, and you do not decide for that body."
    assert (said in shown, "Issue anew</button>" in shown) == (True, False)
    typed = {"reason": "No reason.", "sure": "y", "csrf_token": mika.token(page)}
    assert mika.post(page, data={**typed, "version": str(renamed.version)}).status_code == 409
    assert [one.revision for one in certificate().documents] == [1]


def test_whose_appointment_ended_meanwhile_puts_nothing_right(renamed: Credential, world: World) -> None:
    with own_tx() as session:
        session.execute(update(RoleGrant).where(RoleGrant.person_id == world.maya.id).values(until_on=SINCE))
    with write_tx() as session:
        maya, found = world.actor(session, world.maya), session.get_one(Credential, renamed.id)
        with pytest.raises(Forbidden):
            correct(session, found, maya, NOW, reason="No right.")


def test_what_is_signed_is_what_was_shown(client_of: ClientOf, renamed: Credential, world: World) -> None:
    maya, page = client_of(world.maya), page_of(renamed)
    typed = {**fields_on(maya.get(page).text, page), "reason": "It was misspelt.", "sure": ["y"]}
    with write_tx() as session:
        body, sol = session.get_one(IssuingBody, renamed.issuer_id), world.actor(session, world.sol)
        place = {"country": body.country, "zone": body.zone}
        organisations.amend_body(session, sol, body, NOW, legal_name="Something else", **place)
    stale = maya.post(page, data=typed)
    assert (stale.status_code, cell_of(stale.text, "Issued by", "In the register")) == (409, "Something else")
    assert [one.revision for one in certificate().documents] == [1]
    assert maya.post(page, data=fields_on(stale.text, page)).status_code == 303
    assert json.loads(certificate().documents[-1].content)["issuer"]["name"] == "Something else"


def test_of_a_recognition_the_page_says_which_other_certificates_it_leaves(
    client_of: ClientOf, recognised: Credential, world: World
) -> None:
    maya, page, said = client_of(world.maya), page_of(recognised), "put right one by one: "
    assert said not in maya.get(page).text
    with write_tx() as session:
        olu, case = (
            world.actor(session, world.olu),
            session.get_one(Certification, recognised.certification_id),
        )
        number = issue(session, case, olu, NOW).number
    assert f"{said}{number}." in maya.get(page).text
