"""Applying: a draft opened, filled in, a CV kept, checked and submitted; nomination and its confirmation."""

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import Certification, ConflictDeclaration, Event, StoredFile, db
from certify.scheme.words import CertificationState
from tests.cast import Member, World
from tests.client import StrictClient
from tests.files.making import pdf
from tests.player import Player
from tests.views.test_certifications import text_of
from tests.views.test_moves import hidden, send

ClientOf = Callable[[Member], StrictClient]
STEPS = {
    "background": {"specialisation": "Productivity in garment factories", "access_needs": ""},
    "experience": {"professional_years": "9", "sme_years": "4"},
    "work": {
        "languages": "Tiếng Việt\nEnglish",
        "sectors": "Garments\nFootwear",
        "employer": "Công ty Tư vấn Sông Hồng",
    },
}


def only_case() -> Certification:
    db.session.rollback()
    return db.session.scalars(select(Certification)).one()


@pytest.fixture
def draft(app: Flask, world: World, client_of: ClientOf) -> str:
    answer = send(client_of(world.ana), "/apply", module="WPC", country="VN")
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def upload(client: StrictClient, page: str, name: str, content: bytes, kind: str = "cv"):  # type: ignore[no-untyped-def]
    token = client.token(page)
    return client.post(
        f"{page}/files",
        data={"kind": kind, f"{kind}-csrf_token": token, f"{kind}-file": (BytesIO(content), name)},
        content_type="multipart/form-data",
    )


def answer(client: StrictClient, draft: str, **declared: str | list[str]) -> None:
    """Every step of the application, each saved on its own."""
    for name, fields in STEPS.items():
        assert send(client, f"{draft}/{name}", **fields).status_code == 303
    assert upload(client, draft, "cv.pdf", pdf()).status_code == 303
    declared = declared or {"consents": ["assessment", "directory"]}
    assert send(client, f"{draft}/declarations", **declared).location == f"{draft}/submit"


def statuses(page: str) -> list[str]:
    """What the list of steps says of each, the first one being module and country."""
    listed = page.partition('class="step-list"')[2].partition("</ol>")[0]
    return re.findall(r'class="pill pill-\w+">([^<]+)<', listed)


def test_an_application_is_opened_answered_step_by_step_and_submitted(
    draft: str, world: World, client_of: ClientOf
) -> None:
    ana = client_of(world.ana)
    answer(ana, draft, consents=["assessment", "directory"], conflicts="My aunt\n")
    check = text_of(ana.get(f"{draft}/submit").text)
    for said in ("Garments, Footwear", "cv.pdf", "My aunt", "public directory", "Change"):
        assert said in check
    done = send(ana, f"{draft}/submit", declaration="y")
    assert done.status_code == 303, done.text
    case = only_case()
    assert case.state is CertificationState.SUBMITTED
    assert (case.sectors, case.languages) == (["Garments", "Footwear"], ["Tiếng Việt", "English"])
    assert (case.professional_years, case.sme_years, case.access_needs) == (9, 4, None)
    assert [one.statement for one in db.session.scalars(select(ConflictDeclaration))] == ["My aunt"]
    submitted = db.session.scalars(select(Event).where(Event.move == "submit")).one()
    assert submitted.facts["consents"] == ["assessment", "directory"]


def test_each_step_is_saved_and_leads_to_the_next(draft: str, world: World, client_of: ClientOf) -> None:
    ana = client_of(world.ana)
    following = ("experience", "work", "files")
    for (name, fields), then in zip(STEPS.items(), following, strict=True):
        assert send(ana, f"{draft}/{name}", **fields).location == f"{draft}/{then}"
    assert upload(ana, draft, "cv.pdf", pdf()).location == f"{draft}/declarations"
    assert only_case().specialisation == STEPS["background"]["specialisation"]


def test_the_list_of_steps_says_which_are_done_on_any_device(
    draft: str, world: World, client_of: ClientOf
) -> None:
    ana = client_of(world.ana)
    assert statuses(ana.get(draft).text) == ["Done", *["To do"] * 5]
    assert send(ana, f"{draft}/experience", professional_years="9", later="y").location == draft
    assert send(ana, f"{draft}/background", **STEPS["background"]).status_code == 303
    elsewhere = client_of(world.ana).get(draft).text
    assert statuses(elsewhere) == ["Done", "Done", "Begun", "To do", "To do", "To do"]
    assert f'class="btn btn-primary" href="{draft}/experience"' in elsewhere
    assert 'value="9"' in client_of(world.ana).get(f"{draft}/experience").text


def test_a_change_from_the_check_leads_back_to_the_check(
    draft: str, world: World, client_of: ClientOf
) -> None:
    ana = client_of(world.ana)
    answer(ana, draft)
    change = re.search(r'href="([^"]+/work\?back=check)"', ana.get(f"{draft}/submit").text)
    assert change
    assert send(ana, change[1], employer="Nobody else").location == f"{draft}/submit"
    assert "Nobody else" in ana.get(f"{draft}/submit").text


def test_conflicts_and_consents_wait_in_the_draft_and_come_back_with_a_returned_application(
    draft: str, world: World, client_of: ClientOf
) -> None:
    ana = client_of(world.ana)
    answer(ana, draft, consents=["assessment", "statistics"], conflicts="My aunt")
    page = client_of(world.ana).get(f"{draft}/declarations").text
    assert "My aunt</textarea>" in page
    assert re.search(r'checked[^>]*value="statistics"|value="statistics"[^>]*checked', page)
    send(ana, f"{draft}/submit", declaration="y")
    case = draft.removesuffix("/application")
    send(client_of(world.olu), f"{case}/moves/return_application", to_complete="Name your sectors.")
    assert "My aunt" in ana.get(f"{draft}/submit").text
    assert "To complete: Name your sectors." in ana.get(draft).text


def test_where_a_coordinator_serves_nobody_is_warned(draft: str, world: World, client_of: ClientOf) -> None:
    assert "No national coordinator" not in client_of(world.ana).get(draft).text


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


def test_only_the_person_fills_it_in(draft: str, world: World, client_of: ClientOf) -> None:
    for member, status in ((world.kim, 404), (world.olu, 403), (world.maya, 403)):
        assert client_of(member).get(draft).status_code == status
        for step in (*STEPS, "files", "declarations", "submit"):
            assert client_of(member).get(f"{draft}/{step}").status_code == status, step
            assert client_of(member).post(f"{draft}/{step}").status_code == status, step
        assert client_of(member).post(f"{draft}/files/x/remove").status_code == status


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
    step = next(name for name, fields in STEPS.items() if field in fields)
    answer = send(client_of(world.ana), f"{draft}/{step}", **{**STEPS[step], field: value})
    assert answer.status_code == 422
    assert all(
        given.splitlines()[0] in answer.text for name, given in STEPS[step].items() if name != field and given
    )
    assert value in answer.text
    assert f'href="#{field}"' in answer.text
    assert getattr(only_case(), field) in (None, [])


def test_employers_are_proposed_and_only_access_needs_are_optional(
    draft: str, world: World, client_of: ClientOf
) -> None:
    ana = client_of(world.ana)
    pages = {name: ana.get(f"{draft}/{name}").text for name in STEPS}
    assert 'list="employers"' in pages["work"]
    assert '<option value="Công ty Tư vấn Sông Hồng"></option>' in pages["work"]
    optional = {name: page.count("(optional)") for name, page in pages.items()}
    assert optional == {"background": 1, "experience": 0, "work": 0}


def test_an_incomplete_application_says_what_it_lacks_and_where(
    draft: str, world: World, client_of: ClientOf
) -> None:
    ana = client_of(world.ana)
    page = ana.get(f"{draft}/submit")
    assert page.status_code == 200
    assert "The application still lacks" in page.text
    assert f'href="{draft}/work?back=check"' in page.text
    assert "Submit the application</button>" not in page.text
    answer = ana.post(f"{draft}/submit", data={"csrf_token": ana.token(draft), "declaration": "y"})
    assert answer.status_code in (409, 422)
    assert only_case().state is CertificationState.DRAFT


def test_without_the_declaration_nothing_is_submitted(draft: str, world: World, client_of: ClientOf) -> None:
    ana = client_of(world.ana)
    answer(ana, draft, consents=["assessment"], conflicts="My aunt")
    refused = send(ana, f"{draft}/submit")
    assert refused.status_code == 422
    assert 'id="declaration-error"' in refused.text
    assert "My aunt" in refused.text
    assert only_case().state is CertificationState.DRAFT


@pytest.mark.parametrize("given", [[], ["directory", "statistics"]])
def test_without_the_needed_consent_nothing_is_submitted(
    draft: str, world: World, client_of: ClientOf, given: list[str]
) -> None:
    ana = client_of(world.ana)
    for name, fields in STEPS.items():
        send(ana, f"{draft}/{name}", **fields)
    upload(ana, draft, "cv.pdf", pdf())
    refused = send(ana, f"{draft}/declarations", consents=given, conflicts="My aunt")
    assert refused.status_code == 422
    assert 'id="consents-error"' in refused.text
    assert "My aunt" in refused.text
    token = {"csrf_token": ana.token(draft), "declaration": "y"}
    assert ana.post(f"{draft}/submit", data=token).status_code == 422
    assert only_case().state is CertificationState.DRAFT


def test_other_papers_are_added_and_removed(draft: str, world: World, client_of: ClientOf) -> None:
    ana = client_of(world.ana)
    assert upload(ana, draft, "letter.pdf", pdf(), "evidence").location == f"{draft}/files"
    upload(ana, draft, "cv.pdf", pdf())
    page = ana.get(f"{draft}/files").text
    assert "letter.pdf" in page
    remove = re.search(r'action="([^"]+/remove)"', page)
    assert remove
    assert ana.post(remove[1], data={"csrf_token": ana.token(draft)}).status_code == 303
    db.session.rollback()
    kept = db.session.scalars(select(StoredFile).where(StoredFile.removed_at.is_(None))).all()
    assert [one.name for one in kept] == ["cv.pdf"]
    other = remove[1].replace(only_case().files[0].id, only_case().files[1].id)
    assert client_of(world.kim).post(other).status_code == 404


def test_going_on_keeps_the_cv_that_stands(draft: str, world: World, client_of: ClientOf) -> None:
    ana = client_of(world.ana)
    upload(ana, draft, "cv.pdf", pdf())
    assert upload(ana, draft, "", b"").location == f"{draft}/declarations"
    assert [one.removed_at for one in only_case().files] == [None]


def test_a_submitted_application_is_not_edited_any_more(
    draft: str, world: World, client_of: ClientOf
) -> None:
    ana = client_of(world.ana)
    form = hidden(ana.get(f"{draft}/background").text)
    answer(ana, draft)
    send(ana, f"{draft}/submit", declaration="y")
    for page in (draft, f"{draft}/background", f"{draft}/files", f"{draft}/declarations", f"{draft}/submit"):
        assert ana.get(page).status_code == 303, page
    form.pop("shown")
    late = ana.post(f"{draft}/background", data={**form, "specialisation": "Changed"})
    assert late.status_code == 409
    assert "Changed" in late.text
    assert only_case().specialisation == STEPS["background"]["specialisation"]
    declared = ana.post(f"{draft}/declarations", data={**form, "consents": "assessment"})
    assert declared.status_code == 409
    token = ana.token("/apply?another=1")
    given = {"kind": "cv", "cv-csrf_token": token, "cv-file": (BytesIO(pdf()), "new.pdf")}
    sent = ana.post(f"{draft}/files", data=given, content_type="multipart/form-data")
    assert sent.status_code == 409
    assert [one.name for one in db.session.scalars(select(StoredFile))] == ["cv.pdf"]


def test_a_step_open_in_two_tabs_loses_nothing(draft: str, world: World, client_of: ClientOf) -> None:
    ana, page = client_of(world.ana), f"{draft}/work"
    stale = hidden(ana.get(page).text)
    send(ana, page, **STEPS["work"])
    late = ana.post(page, data={**stale, **STEPS["work"], "employer": "From the other tab"})
    assert late.status_code == 409
    assert "From the other tab" in late.text
    assert f"“Employer or service provider” now reads “{STEPS['work']['employer']}”." in late.text
    assert "“Sectors” now reads" not in late.text
    assert only_case().employer == STEPS["work"]["employer"]
    again = ana.post(page, data={**hidden(late.text), **STEPS["work"], "employer": "Meant"})
    assert (again.status_code, only_case().employer) == (303, "Meant")


def test_declarations_open_in_two_tabs_lose_nothing(draft: str, world: World, client_of: ClientOf) -> None:
    ana, page = client_of(world.ana), f"{draft}/declarations"
    stale = hidden(ana.get(page).text)
    send(ana, page, consents="assessment", conflicts="My sister coordinates here.")
    late = ana.post(page, data={**stale, "consents": ["assessment", "directory"], "conflicts": ""})
    assert late.status_code == 409
    assert "My sister coordinates here." in ana.get(f"{draft}/submit").text
    again = ana.post(page, data={**hidden(late.text), "consents": "assessment", "conflicts": ""})
    assert again.status_code == 303
    assert "My sister coordinates here." not in ana.get(f"{draft}/submit").text


def test_what_was_declared_in_another_tab_is_not_submitted_unseen(
    draft: str, world: World, client_of: ClientOf
) -> None:
    ana = client_of(world.ana)
    answer(ana, draft)
    stale = hidden(ana.get(f"{draft}/submit").text)
    send(ana, f"{draft}/declarations", consents="assessment", conflicts="My sister coordinates here.")
    late = ana.post(f"{draft}/submit", data={**stale, "declaration": "y"})
    assert (late.status_code, only_case().state) == (409, CertificationState.DRAFT)
    assert "now reads “My sister coordinates here.”." in text_of(late.text)
    again = ana.post(f"{draft}/submit", data={**hidden(late.text), "declaration": "y"})
    assert (again.status_code, only_case().state) == (303, CertificationState.SUBMITTED)


def test_two_steps_open_in_two_tabs_do_not_disturb_each_other(
    draft: str, world: World, client_of: ClientOf
) -> None:
    ana = client_of(world.ana)
    first = hidden(ana.get(f"{draft}/background").text)
    send(ana, f"{draft}/work", **STEPS["work"])
    assert ana.post(f"{draft}/background", data={**first, **STEPS["background"]}).status_code == 303


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
        f"{draft}/files",
        data=b"--x--",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(12 * 1024 * 1024)},
        headers={"Referer": f"http://localhost{draft}/files"},
    )
    assert answer.status_code == 413
    assert "choose a file of 10 MB at most" in answer.text
    assert f'href="{draft}/files"' in answer.text


def test_no_file_chosen_says_so(draft: str, world: World, client_of: ClientOf) -> None:
    answer = upload(client_of(world.ana), draft, "", b"")
    assert answer.status_code == 422
    assert "Your CV: Choose a file." in answer.text


def test_a_newer_cv_takes_the_place_of_the_earlier(draft: str, world: World, client_of: ClientOf) -> None:
    ana = client_of(world.ana)
    upload(ana, draft, "old.pdf", pdf())
    upload(ana, draft, "new.pdf", pdf(header=b"%PDF-1.4\n"))
    page = ana.get(f"{draft}/files").text
    assert "new.pdf" in page
    assert "old.pdf" not in page


def test_a_returned_application_shows_what_to_complete(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    submitted.move("return_application", world.olu, date(2026, 1, 13), to_complete="Name your sectors.")
    page = client_of(world.ana).get(f"/certifications/{submitted.certification}/application").text
    assert "To complete: Name your sectors." in page
