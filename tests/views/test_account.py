"""The entrance and the account: signing in, lost passwords, invitations, applications, ties."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import Message, Person, Relationship, SignIn, db
from certify.models.store import write_tx
from certify.workflows import accounts
from certify.workflows.involvement import history_of
from tests.cast import Member, World
from tests.client import StrictClient
from tests.conftest import NOW

ClientOf = Callable[[Member], StrictClient]
GOOD = "seven herons over the delta"
WRONG = "This address and this password do not belong together."


def _post(client: StrictClient, path: str, page: str | None = None, **fields: str):
    return client.post(path, data={"csrf_token": client.token(page or path), **fields})


def _link_in(capsys: pytest.CaptureFixture[str], path: str) -> str:
    found = re.findall(rf"http://localhost({path}/[\w-]+)", capsys.readouterr().out)
    assert found, f"no mail with a link to {path}"
    return found[-1]


def _mails() -> list[tuple[str, str]]:
    db.session.rollback()
    return [(row.kind, row.email) for row in db.session.scalars(select(Message).order_by(Message.created_at))]


def test_signing_in_leads_to_the_page_that_was_asked_for(app: Flask, world: World) -> None:
    client = StrictClient(app)
    asked = client.get("/people?search=ana")
    page = client.get(asked.headers["Location"])
    assert 'value="/people?search=ana"' in page.text
    fields = {"email": " ADA@example.org ", "password": world.ada.password, "next": "/people?search=ana"}
    answer = _post(client, "/sign-in", **fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/people?search=ana")
    assert "Ana Trần" in client.get("/people?search=ana").text


def test_signing_in_never_leads_to_another_site(app: Flask, world: World) -> None:
    fields = {"email": world.ana.email, "password": world.ana.password, "next": "//evil.example/"}
    assert _post(StrictClient(app), "/sign-in", **fields).headers["Location"] == "/desk"


@pytest.mark.parametrize("email", ["ana@example.org", "nobody@example.org"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    app: Flask, world: World, email: str
) -> None:
    answer = _post(StrictClient(app), "/sign-in", email=email, password="not the right words")
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert email in answer.text
    assert "not the right words" not in answer.text


def test_the_eleventh_try_has_to_wait_even_with_the_right_password(app: Flask, world: World) -> None:
    client = StrictClient(app)
    token = client.token("/sign-in")
    answers = [
        client.post(
            "/sign-in", data={"csrf_token": token, "email": world.ana.email, "password": f"wrong {n}"}
        ).status_code
        for n in range(10)
    ]
    assert answers == [422] * 10
    right = _post(client, "/sign-in", email=world.ana.email, password=world.ana.password)
    assert right.status_code == 429
    assert "Too many tries. Wait" in right.text
    assert 0 < int(right.headers["Retry-After"]) <= 330
    assert "Too many tries. Wait" in right.text
    other = _post(StrictClient(app), "/sign-in", email=world.kim.email, password=world.kim.password)
    assert other.status_code == 303


def test_a_form_without_our_token_does_nothing_and_keeps_what_was_typed(app: Flask, world: World) -> None:
    client = StrictClient(app)
    answer = client.post("/sign-in", data={"email": world.ana.email, "password": world.ana.password})
    assert answer.status_code == 422
    assert world.ana.email in answer.text
    assert db.session.scalars(select(SignIn)).all() == []


def test_a_lost_password_is_replaced_once_and_every_session_ends(
    app: Flask, world: World, client_of: ClientOf, capsys: pytest.CaptureFixture[str]
) -> None:
    before, client = client_of(world.ana), StrictClient(app)
    answer = _post(client, "/forgot", email=world.ana.email)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/mail-sent")
    path = _link_in(capsys, "/reset")
    assert client.get(path).status_code == client.get(path).status_code == 200
    assert _post(client, path, password=GOOD).headers["Location"] == "/sign-in"
    assert before.get("/account").status_code == 303
    assert client.get(path).status_code == 410
    assert client.post(path, data={"password": GOOD}).status_code == 410
    assert _post(client, "/sign-in", email=world.ana.email, password=world.ana.password).status_code == 422
    assert _post(client, "/sign-in", email=world.ana.email, password=GOOD).status_code == 303
    assert _mails() == [("reset", world.ana.email), ("password_changed", world.ana.email)]


def test_an_unknown_address_gets_the_same_answer_and_no_mail(app: Flask, world: World) -> None:
    answer = _post(StrictClient(app), "/forgot", email="nobody@example.org")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/mail-sent")
    assert _mails() == []


def test_nobody_can_flood_a_mailbox(app: Flask, world: World) -> None:
    client = StrictClient(app)
    answers = [_post(client, "/forgot", email=world.ana.email).status_code for _ in range(7)]
    assert answers == [303] * 5 + [429] * 2
    assert len(_mails()) == 5


def test_a_weak_password_is_refused_with_its_reason_and_the_link_still_works(
    app: Flask, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    client = StrictClient(app)
    _post(client, "/forgot", email=world.ana.email)
    path = _link_in(capsys, "/reset")
    short = _post(client, path, password="too short")
    assert (short.status_code, "Use at least 15 characters." in short.text) == (422, True)
    common = _post(client, path, password="passwordpassword")
    assert (common.status_code, "easy to guess" in common.text) == (422, True)
    assert _post(client, path, password=GOOD).status_code == 303


def test_applying_for_an_account_opens_it_by_a_mailed_link(
    app: Flask, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    client = StrictClient(app)
    answer = _post(client, "/register", name="Nguyễn Thị Hoa", email="hoa@example.org", country="VN")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/mail-sent")
    path = _link_in(capsys, "/invitation")
    page = client.get(path)
    assert 'value="Nguyễn Thị Hoa"' in page.text
    assert "What is kept, and who sees it" in page.text
    assert _post(client, path, name="Hoa Nguyễn", password=GOOD).headers["Location"] == "/sign-in"
    assert _post(client, "/sign-in", email="hoa@example.org", password=GOOD).status_code == 303
    person = db.session.scalars(select(Person).where(Person.email == "hoa@example.org")).one()
    assert (person.name, person.country) == ("Hoa Nguyễn", "VN")


def test_applying_with_a_taken_address_gets_the_same_answer_and_a_mail_that_says_so(
    app: Flask, world: World
) -> None:
    answer = _post(StrictClient(app), "/register", name="Eve", email="ANA@example.org", country="VN")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/mail-sent")
    assert _mails() == [("apply_exists", "ana@example.org")]
    assert db.session.get_one(Person, world.ana.id).name == "Ana Trần"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "no address", "Give an e-mail address like name@example.org."),
        ("email", "a@b", "Give an e-mail address like name@example.org."),
        ("name", "", "Fill in:"),
        ("country", "XX", "Choose one of the entries."),
    ],
)
def test_a_wrong_application_comes_back_filled(
    app: Flask, world: World, field: str, value: str, sentence: str
) -> None:
    fields = {"name": "Hoa", "email": "hoa@example.org", "country": "VN", field: value}
    answer = _post(StrictClient(app), "/register", **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "There is a problem" in answer.text
    assert _mails() == []


def test_changing_the_password_signs_the_other_browsers_out(
    app: Flask, world: World, client_of: ClientOf
) -> None:
    here, there = client_of(world.ana), client_of(world.ana)
    wrong = _post(here, "/account/password", present="not the right words", password=GOOD)
    assert (wrong.status_code, "This is not your present password." in wrong.text) == (422, True)
    assert _post(here, "/account/password", present=world.ana.password, password=GOOD).status_code == 303
    assert (here.get("/account").status_code, there.get("/account").status_code) == (200, 303)


def test_browsers_are_listed_and_signed_out_one_by_one_or_all(
    app: Flask, world: World, client_of: ClientOf
) -> None:
    here, there, stranger = client_of(world.ana), client_of(world.ana), client_of(world.kim)
    page = here.get("/account").text
    assert page.count("Last seen") >= 3
    [other] = re.findall(r"/account/browsers/(\w+)/end", page)
    _post(stranger, f"/account/browsers/{other}/end", "/account")
    assert there.get("/account").status_code == 200
    _post(here, f"/account/browsers/{other}/end", "/account")
    assert (here.get("/account").status_code, there.get("/account").status_code) == (200, 303)
    _post(here, "/account/browsers/end", "/account")
    assert here.get("/account").status_code == 303
    assert stranger.get("/account").status_code == 200


def test_the_profile_is_kept(world: World, client_of: ClientOf) -> None:
    client = client_of(world.ana)
    fields = {"name": "Ana Trần Thị", "language": "en", "zone": "Asia/Ho_Chi_Minh"}
    assert _post(client, "/account", **fields).status_code == 303
    person = db.session.get_one(Person, world.ana.id)
    assert (person.name, person.language, person.zone) == ("Ana Trần Thị", "en", "Asia/Ho_Chi_Minh")
    wrong = _post(client, "/account", name="", language="en", zone="Mars/Olympus")
    assert wrong.status_code == 422


def test_a_language_without_pages_of_its_own_stays_chosen(world: World, client_of: ClientOf) -> None:
    with write_tx() as session:
        session.get_one(Person, world.ana.id).language = "vi"
    client = client_of(world.ana)
    page = client.get("/account").text
    told = "Tiếng Việt (not translated yet: English)"
    assert re.findall(r"<select[^>]*name=\"language\"[^>]*>(.*?)</select>", page) == [
        '<option value="">Choose…</option><option value="en">English</option>'
        f'<option selected value="vi">{told}</option>'
    ]
    assert _post(client, "/account", name="Ana Trần", language="vi", zone="").status_code == 303
    assert db.session.get_one(Person, world.ana.id).language == "vi"
    assert _post(client, "/account", name="Ana Trần", language="fr", zone="").status_code == 422


def test_a_tie_is_declared_by_address_and_kept_with_its_days(world: World, client_of: ClientOf) -> None:
    client = client_of(world.bo)
    fields = {"other_email": world.ana.email, "kind": "employment", "from_on": "2024-05-01"}
    assert _post(client, "/account/ties/new", **fields).status_code == 303
    tie = db.session.scalars(select(Relationship)).one()
    assert (tie.person_id, tie.other_id, tie.kind.value, str(tie.from_on), tie.until_on) == (
        world.bo.id, world.ana.id, "employment", "2024-05-01", None,
    )  # fmt: skip
    assert "ana@example.org" in client.get("/account").text


def test_declaring_a_tie_tells_nobody_who_has_an_account(world: World, client_of: ClientOf) -> None:
    """Twice, and on the account's own page too, the answer is the same for known and unknown addresses."""
    answers = []
    for address in ("ana@example.org", "nobody@example.org"):
        client = client_of(world.bo)
        sent = [_post(client, "/account/ties/new", other_email=address, kind="family") for _ in range(2)]
        page = client.get("/account").text
        answers.append(
            [(one.status_code, one.location) for one in sent]
            + ["You declared this already." in sent[1].text, address in page, "Ana Trần" in page]
        )
    assert answers == [[(303, "/account"), (422, None), True, True, False]] * 2


def test_a_tie_counts_once_the_address_has_an_account(world: World, client_of: ClientOf) -> None:
    fields = {"other_email": "Late@Example.org", "kind": "family"}
    assert _post(client_of(world.bo), "/account/ties/new", **fields).status_code == 303
    with write_tx() as session:
        ada = world.actor(session, world.ada)
        late = accounts.invite(session, ada, NOW, name="Late", email="late@example.org", country="VN").id
    found = history_of(db.session(), world.bo.id, late)
    assert [tie.relation.value for tie in found.ties] == ["family"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"other_email": "bo@example.org"}, "This is your own address."),
        ({"until_on": "2023-01-01"}, "The last day lies before the first."),
        ({"kind": "friendship"}, "Choose one of the options."),
    ],
)
def test_a_wrong_tie_comes_back_filled(
    world: World, client_of: ClientOf, fields: dict[str, str], sentence: str
) -> None:
    given = {"other_email": world.ana.email, "kind": "family", "from_on": "2024-05-01", "note": "cousins"}
    answer = _post(client_of(world.bo), "/account/ties/new", **{**given, **fields})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "cousins" in answer.text


def test_an_invitation_to_a_disabled_account_does_not_open_it(
    app: Flask, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    client = StrictClient(app)
    _post(client, "/forgot", email=world.ana.email)
    path = _link_in(capsys, "/reset")
    with write_tx() as session:
        session.get_one(Person, world.ana.id).disabled_at = NOW
    assert client.get(path).status_code == 410
    _post(client, "/register", name="Ana", email=world.ana.email, country="VN")
    assert _mails() == [("reset", world.ana.email)]


def test_the_first_administrator_is_made_once(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    from certify.workflows.engine import Refused

    with write_tx() as session:
        person = accounts.first_administrator(session, "Ada", "Ada@Example.org", NOW)
        assert (person.email, [grant.role.value for grant in person.grants]) == (
            "ada@example.org", ["administrator"],
        )  # fmt: skip
    assert _mails() == [("invitation", "ada@example.org")]
    with pytest.raises(Refused), write_tx() as session:
        accounts.first_administrator(session, "Eve", "eve@example.org", NOW)
