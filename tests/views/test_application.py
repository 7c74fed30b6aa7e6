"""Applying: a draft opened, filled in, a CV kept, checked and submitted; nomination and its confirmation."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import Certification, ConflictDeclaration, Message, Person, StoredFile, db
from certify.scheme.words import CertificationState
from tests.cast import Member, World
from tests.client import StrictClient
from tests.files.corpus import pdf
from tests.player import Player
from tests.views.test_moves import hidden, send

ClientOf = Callable[[Member], StrictClient]
ANSWERS = {
    "specialisation": "Productivity in garment factories",
    "sectors": "Garments\nFootwear",
    "languages": "Tiếng Việt\nEnglish",
    "employer": "Công ty Tư vấn Sông Hồng",
    "professional_years": "9",
    "sme_years": "4",
    "access_needs": "",
}


def only_case() -> Certification:
    db.session.rollback()
    return db.session.scalars(select(Certification)).one()


@pytest.fixture
def draft(app: Flask, world: World, client_of: ClientOf) -> str:
    answer = send(client_of(world.ana), "/apply", module="WPC", country="VN")
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def upload(client: StrictClient, page: str, name: str, content: bytes):  # type: ignore[no-untyped-def]
    token = hidden(client.get(page).text)["csrf_token"]
    return client.post(
        page.replace("/application", "/files"),
        data={"csrf_token": token, "file": (BytesIO(content), name)},
        content_type="multipart/form-data",
    )


def test_an_application_is_opened_filled_in_and_submitted(
    draft: str, world: World, client_of: ClientOf
) -> None:
    ana = client_of(world.ana)
    assert upload(ana, draft, "cv.pdf", pdf()).status_code == 303
    assert send(ana, draft, **ANSWERS).location == f"{draft}/submit"
    check = ana.get(f"{draft}/submit").text
    assert "Garments, Footwear" in check
    assert "cv.pdf" in check
    answer = send(
        ana, f"{draft}/submit", declaration="y", consents=["assessment", "directory"], conflicts="My aunt\n"
    )
    assert answer.status_code == 303, answer.text
    case = only_case()
    assert case.state is CertificationState.SUBMITTED
    assert (case.sectors, case.languages) == (["Garments", "Footwear"], ["Tiếng Việt", "English"])
    assert (case.professional_years, case.sme_years, case.access_needs) == (9, 4, None)
    assert [one.statement for one in db.session.scalars(select(ConflictDeclaration))] == ["My aunt"]


def test_signed_out_applicants_sign_in_first(app: Flask, client: StrictClient) -> None:
    assert client.get("/apply").location == "/sign-in?next=/apply"


def test_a_form_sent_signed_out_leads_back_to_its_page(app: Flask, client: StrictClient) -> None:
    answer = client.post("/apply", data={"module": "WPC"})
    assert answer.location == "/sign-in?next=/apply&unsaved=1"
    assert "What you typed on the last page was not saved." in client.get(answer.location).text
    assert client.post("/certifications/x/files").location == "/sign-in?unsaved=1"


def test_who_has_an_open_case_sees_it_instead_of_a_blank_form(
    draft: str, world: World, client_of: ClientOf
) -> None:
    page = client_of(world.ana).get("/apply").text
    assert only_case().id in page
    assert 'name="module"' not in page
    assert 'name="module"' in client_of(world.ana).get("/apply?another=1").text


def test_a_second_case_of_the_same_module_is_refused_with_the_filled_form(
    draft: str, world: World, client_of: ClientOf
) -> None:
    answer = send(client_of(world.ana), "/apply?another=1", module="WPC", country="VN")
    assert answer.status_code == 409
    assert "already open or held" in answer.text
    assert '<option selected value="WPC">' in answer.text


def test_an_application_for_no_module_comes_back_filled(
    world: World, app: Flask, client_of: ClientOf
) -> None:
    answer = send(client_of(world.ana), "/apply", module="M1", country="VN")
    assert answer.status_code == 422
    assert '<option selected value="VN">' in answer.text


def test_only_the_person_fills_it_in(draft: str, world: World, client_of: ClientOf) -> None:
    for member, status in ((world.kim, 404), (world.olu, 403), (world.maya, 403)):
        assert client_of(member).get(draft).status_code == status
        assert client_of(member).post(draft, data=ANSWERS).status_code == status
        answer = client_of(member).post(draft.replace("/application", "/files"))
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("professional_years", "many"),
        ("professional_years", "-1"),
        ("professional_years", "71"),
        ("sme_years", "3.5"),
        ("sme_years", "10"),
        ("specialisation", "x" * 201),
        ("sectors", "x" * 101),
    ],
)
def test_bad_answers_come_back_filled(
    draft: str, world: World, client_of: ClientOf, field: str, value: str
) -> None:
    answer = send(client_of(world.ana), draft, **{**ANSWERS, field: value})
    assert answer.status_code == 422
    assert "English" in answer.text
    assert value in answer.text
    assert only_case().sectors == []


def test_employers_are_proposed_and_only_access_needs_are_optional(
    draft: str, world: World, client_of: ClientOf
) -> None:
    page = client_of(world.ana).get(draft).text
    assert 'list="employers"' in page
    assert '<option value="Công ty Tư vấn Sông Hồng"></option>' in page
    assert page.count("(optional)") == 1


def test_an_incomplete_application_says_what_it_lacks(draft: str, world: World, client_of: ClientOf) -> None:
    ana = client_of(world.ana)
    page = ana.get(f"{draft}/submit")
    assert page.status_code == 200
    assert "The application still lacks" in page.text
    answer = ana.post(
        f"{draft}/submit",
        data={
            "csrf_token": hidden(ana.get(draft).text)["csrf_token"],
            "declaration": "y",
            "consents": "assessment",
        },
    )
    assert answer.status_code == 409
    assert only_case().state is CertificationState.DRAFT


def test_without_the_declaration_nothing_is_submitted(draft: str, world: World, client_of: ClientOf) -> None:
    ana = client_of(world.ana)
    upload(ana, draft, "cv.pdf", pdf())
    send(ana, draft, **ANSWERS)
    answer = send(ana, f"{draft}/submit", conflicts="My aunt")
    assert answer.status_code == 422
    assert "My aunt" in answer.text
    assert only_case().state is CertificationState.DRAFT


@pytest.mark.parametrize("given", [[], ["directory", "statistics"]])
def test_without_the_needed_consent_nothing_is_submitted(
    draft: str, world: World, client_of: ClientOf, given: list[str]
) -> None:
    ana = client_of(world.ana)
    upload(ana, draft, "cv.pdf", pdf())
    send(ana, draft, **ANSWERS)
    answer = send(ana, f"{draft}/submit", declaration="y", consents=given)
    assert answer.status_code == 422
    assert 'id="consents-error"' in answer.text
    assert only_case().state is CertificationState.DRAFT


def send_with_file(  # type: ignore[no-untyped-def]
    client: StrictClient, page: str, to: str, content: bytes, **answers: str
):
    given = {**hidden(client.get(page).text), **answers, "file": (BytesIO(content), "cv.pdf")}
    return client.post(to, data=given, content_type="multipart/form-data")


def test_uploading_keeps_what_was_typed(draft: str, world: World, client_of: ClientOf) -> None:
    ana, files = client_of(world.ana), draft.replace("/application", "/files")
    refused = send_with_file(ana, draft, files, b"MZ" + b"\0" * 90, **ANSWERS)
    assert refused.status_code == 422
    assert 'id="file-error"' in refused.text
    assert ANSWERS["specialisation"] in refused.text
    assert only_case().specialisation is None
    assert send_with_file(ana, draft, files, pdf(), **ANSWERS).location == draft
    assert only_case().specialisation == ANSWERS["specialisation"]
    assert [one.name for one in db.session.scalars(select(StoredFile))] == ["cv.pdf"]


def test_saving_keeps_a_chosen_file_too(draft: str, world: World, client_of: ClientOf) -> None:
    ana = client_of(world.ana)
    assert send_with_file(ana, draft, draft, pdf(), **ANSWERS).location == f"{draft}/submit"
    assert [one.name for one in db.session.scalars(select(StoredFile))] == ["cv.pdf"]


def test_a_submitted_application_is_not_edited_any_more(
    draft: str, world: World, client_of: ClientOf
) -> None:
    ana = client_of(world.ana)
    upload(ana, draft, "cv.pdf", pdf())
    send(ana, draft, **ANSWERS)
    form = {**hidden(ana.get(draft).text), **ANSWERS, "specialisation": "Changed"}
    form.pop("version")
    send(ana, f"{draft}/submit", declaration="y", consents=["assessment"])
    assert ana.get(draft).status_code == 303
    answer = ana.post(draft, data=form)
    assert answer.status_code == 409
    assert "Changed" in answer.text
    assert only_case().specialisation == ANSWERS["specialisation"]
    late = ana.post(
        draft.replace("/application", "/files"),
        data={"csrf_token": ana.token("/apply?another=1"), "file": (BytesIO(pdf()), "new.pdf")},
        content_type="multipart/form-data",
    )
    assert late.status_code == 409
    assert [one.name for one in db.session.scalars(select(StoredFile))] == ["cv.pdf"]


def test_an_application_open_in_two_tabs_loses_nothing(draft: str, world: World, client_of: ClientOf) -> None:
    ana = client_of(world.ana)
    stale = hidden(ana.get(draft).text)
    send(ana, draft, **ANSWERS)
    answer = ana.post(draft, data={**stale, **ANSWERS, "specialisation": "From the other tab"})
    assert answer.status_code == 409
    assert "From the other tab" in answer.text
    assert f"“Specialisation” now reads “{ANSWERS['specialisation']}”." in answer.text
    assert "“Sectors” now reads" not in answer.text
    assert only_case().specialisation == ANSWERS["specialisation"]


def test_a_refused_file_is_answered_with_its_reason(draft: str, world: World, client_of: ClientOf) -> None:
    ana = client_of(world.ana)
    for name, content, reason in (
        ("cv.pdf", b"MZ" + b"\0" * 90, "Only PDF, JPEG"),
        ("cv.pdf", b"", "The file is empty."),
        ("cv.pdf.exe", pdf(), "ends differently"),
    ):
        answer = upload(ana, draft, name, content)
        assert answer.status_code == 422
        assert reason in answer.text
    assert db.session.scalars(select(StoredFile)).all() == []


def test_a_file_that_is_too_large_gets_a_clear_answer(draft: str, world: World, client_of: ClientOf) -> None:
    ana = client_of(world.ana)
    answer = ana.post(
        draft.replace("/application", "/files"),
        data=b"--x--",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(12 * 1024 * 1024)},
        headers={"Referer": f"http://localhost{draft}"},
    )
    assert answer.status_code == 413
    assert "choose a file of 10 MB at most" in answer.text
    assert f'href="{draft}"' in answer.text


def test_no_file_chosen_says_so(draft: str, world: World, client_of: ClientOf) -> None:
    answer = upload(client_of(world.ana), draft, "", b"")
    assert answer.status_code == 422
    assert "Choose a file." in answer.text


def test_a_newer_cv_takes_the_place_of_the_earlier(draft: str, world: World, client_of: ClientOf) -> None:
    ana = client_of(world.ana)
    upload(ana, draft, "old.pdf", pdf())
    upload(ana, draft, "new.pdf", pdf(header=b"%PDF-1.4\n"))
    page = ana.get(draft).text
    assert "new.pdf" in page
    assert "old.pdf" not in page


# nomination


def nominated(client: StrictClient, **fields: str):  # type: ignore[no-untyped-def]
    given = {"email": "lan@example.org", "name": "Somebody", "module": "WPC", "country": "VN", **fields}
    return send(client, "/nominate", **given)


def test_a_provider_nominates_and_the_person_confirms(app: Flask, world: World, client_of: ClientOf) -> None:
    answer = nominated(client_of(world.sami))
    assert answer.status_code == 303, answer.text
    case = only_case()
    assert (case.holder_id, case.nominated_by_id) == (world.lan.id, world.sami.id)
    assert case.nominating_organisation_id == world.provider
    owed = db.session.scalars(select(Message).where(Message.kind == "nominated")).all()
    assert [one.recipient_id for one in owed] == [world.lan.id]
    lan = client_of(world.lan)
    assert "Sami Haddad nominated you." in lan.get(f"/certifications/{case.id}/application").text
    assert send(lan, f"/certifications/{case.id}/moves/confirm_nomination").status_code == 303
    assert only_case().nomination_confirmed_at is not None


def test_somebody_without_an_account_is_invited(app: Flask, world: World, client_of: ClientOf) -> None:
    sami = client_of(world.sami)
    for email in ("New@Example.org", "lan@example.org"):
        answer = nominated(sami, email=email, name="")
        assert answer.status_code == 422
        assert "Fill in: Full name." in answer.text
    assert nominated(sami, email="New@Example.org", name="Ngọc Đinh").status_code == 303
    person = db.session.scalars(select(Person).where(Person.email == "new@example.org")).one()
    assert person.name == "Ngọc Đinh"
    assert only_case().holder_id == person.id
    assert {one.kind for one in db.session.scalars(select(Message))} >= {"invitation", "nominated"}


def test_nobody_nominates_themself_or_an_address_that_is_none(
    app: Flask, world: World, client_of: ClientOf
) -> None:
    sami = client_of(world.sami)
    assert nominated(sami, email=world.sami.email).status_code == 422
    assert nominated(sami, email="nowhere", name="No One").status_code == 422
    assert db.session.scalars(select(Certification)).all() == []


def test_a_nomination_tells_nothing_about_the_person(app: Flask, world: World, client_of: ClientOf) -> None:
    Player(holder=world.eka).apply()
    sami, told = client_of(world.sami), []
    for email in (world.eka.email, world.kim.email, "new@example.org"):
        answer = nominated(sami, email=email)
        assert (answer.status_code, answer.location) == (303, "/desk")
        page = sami.get("/desk").text
        assert f"The person is asked to confirm by mail: {email}." in page
        told.append(page + sami.get("/certifications").text)
    assert not any(world.eka.name in page or world.kim.name in page for page in told)
    db.session.rollback()
    assert len(db.session.scalars(select(Certification)).all()) == 3
    kinds = [one.kind for one in db.session.scalars(select(Message)) if one.kind.startswith("nominated")]
    assert sorted(kinds) == ["nominated", "nominated", "nominated_again"]


def test_a_provider_sees_the_case_once_the_nomination_is_confirmed(
    app: Flask, world: World, client_of: ClientOf
) -> None:
    sami = client_of(world.sami)
    nominated(sami, email=world.kim.email)
    page = f"/certifications/{only_case().id}"
    assert sami.get(page).status_code == 404
    assert world.kim.email in sami.get("/desk").text
    send(client_of(world.kim), f"{page}/moves/confirm_nomination")
    assert world.kim.name in sami.get(page).text


def test_only_a_provider_nominates(app: Flask, world: World, client_of: ClientOf) -> None:
    for member in (world.kim, world.olu, world.maya):
        assert client_of(member).get("/nominate").status_code == 403


def test_a_returned_application_shows_what_to_complete(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    submitted.move("return_application", world.olu, date(2026, 1, 13), to_complete="Name your sectors.")
    page = client_of(world.ana).get(f"/certifications/{submitted.certification}/application").text
    assert "To complete: Name your sectors." in page
