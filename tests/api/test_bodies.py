"""What programs send is read strictly: whatever could be misread is a clear 4xx and changes nothing."""

import json
from io import BytesIO
from typing import Any

import pytest

from certify.models import Certification, StoredFile, db
from tests.api.client import Program
from tests.api.conftest import ProgramOf
from tests.cast import World
from tests.files.making import written_pdf

DEEP = "[" * 40 + "]" * 40
BAD_JSON = {
    "nothing that is JSON": "module=WPC",
    "half": '{"module": "WPC"',
    "two documents": '{"module": "WPC"} {}',
    "a comma too many": '{"module": "WPC",}',
    "a name twice": '{"module": "WPC", "module": "QUA", "country": "VN"}',
    "a name twice, further in": '{"module": {"a": 1, "a": 2}}',
    "not a number": '{"module": NaN}',
    "infinity": '{"module": -Infinity}',
    "a float without end": '{"module": 1e999}',
    "a number that programs read differently": '{"module": 9007199254740993}',
    "a number of many digits": '{"module": ' + "9" * 5000 + "}",
    "too deep": '{"module": ' + DEEP + "}",
    "far too deep": "[" * 200_000,
    "a name with a NUL": '{"mod\\u0000ule": "WPC"}',
    "a name with half a pair": '{"\\ud800": "WPC"}',
    "a byte order mark": "\ufeff{}",
}
UNSTORABLE = ("W\0PC", "\ud800", ["\0"], {"a": {"b": "\udfff"}})
NO_OBJECT = ("[]", '"text"', "7", "null", "true")


def send(program: Program, content: str | bytes, mimetype: str = "application/json") -> Any:
    path = "certifications"
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return program.send("POST", path, data=data, content_type=mimetype)


@pytest.fixture
def ana(world: World, program: ProgramOf) -> Program:
    return program(world.ana)


@pytest.mark.parametrize("content", BAD_JSON.values(), ids=BAD_JSON)
def test_what_is_no_json_is_refused(ana: Program, content: str) -> None:
    assert send(ana, content).status_code == 400
    assert db.session.query(Certification).count() == 0


def test_what_is_no_utf8_is_refused(ana: Program) -> None:
    assert send(ana, b'{"module": "\xff\xfe"}').status_code == 400
    assert send(ana, '{"module": "WPC"}'.encode("utf-16")).status_code == 400


@pytest.mark.parametrize("content", NO_OBJECT)
def test_only_an_object_is_a_body(ana: Program, content: str) -> None:
    answer = send(ana, content)
    assert (answer.status_code, answer.json["errors"]) == (422, {"body": ["Send one JSON object."]})


@pytest.mark.parametrize("value", UNSTORABLE)
def test_text_that_no_database_takes_is_told_by_its_field(ana: Program, value: Any) -> None:
    answer = send(ana, json.dumps({"module": value, "country": "VN"}))
    assert answer.status_code == 422
    assert answer.json["errors"] == {"module": ["The text holds characters that cannot be stored."]}


@pytest.mark.parametrize(
    "mimetype", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_another_type_is_told_so(ana: Program, mimetype: str) -> None:
    answer = send(ana, '{"module": "WPC", "country": "VN"}', mimetype)
    assert answer.status_code == 415


def test_a_body_has_an_end(ana: Program) -> None:
    answer = send(ana, json.dumps({"module": "W" * 2_000_000}))
    assert answer.status_code == 413


def test_a_form_of_a_page_is_no_body(ana: Program) -> None:
    answer = ana.send("POST", "certifications", data={"module": "WPC", "country": "VN"})
    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, ["country", "module"]),
        ({"module": "WPC"}, ["country"]),
        ({"module": 5, "country": ["VN"]}, ["country", "module"]),
        ({"module": "WPC", "country": "VN", "state": "certified"}, ["state"]),
        ({"module": "WPC", "country": "VN", "actor": "x"}, ["actor"]),
        ({"module": "WPC", "country": "VN", "person": 7}, ["person"]),
        ({"module": "XYZ", "country": "VN"}, ["module"]),
        ({"module": "WPC", "country": "XX"}, ["country"]),
    ],
)
def test_every_field_is_checked(ana: Program, given: Any, fields: list[str]) -> None:
    answer = ana.post("certifications", given)
    assert (answer.status_code, sorted(answer.json["errors"])) == (422, fields)


HOSTILE: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**53, 1.5, "", " ", "x" * 5000, [], {}, [[]], [None], {"": None}, "2026-02-30",
    "2026-W01-1", "../../etc", "' OR 1=1 --", "\u202e", {"requirement": []},
    [{"requirement": {}, "reason": 1}],
)  # fmt: skip


def test_no_hostile_fact_is_a_fault(recommended: Any, world: World, program: ProgramOf) -> None:
    """Each move with each value in each of its facts, and in names that Python functions take.

    What gets so far that a database is asked is asked of PostgreSQL with some of the values.
    """
    from certify.workflows.certification import MOVES

    path = f"certifications/{recommended.certification}/moves"
    strange = ("thing", "move_name", "certification", "move", "actor", "at", "session", "self", "facts")
    values = HOSTILE if db.engine.dialect.name == "sqlite" else HOSTILE[3::4]
    for member in (world.maya, world.olu, world.ana):
        sender = program(member)
        for move in MOVES.values():
            for value in values:
                body = {fact.name: value for fact in move.facts}
                answer = sender.post(f"{path}/{move.name}", body)
                assert answer.status_code in (200, 403, 404, 409, 422), move.name
        for name in strange:
            answer = sender.post(f"{path}/grant", {name: "x"})
            assert answer.status_code in (403, 422)


@pytest.fixture
def files(ana: Program) -> str:
    return str(ana.post("certifications", {"module": "WPC", "country": "VN"}).headers["Location"]) + "/files"


def pdf() -> BytesIO:
    return BytesIO(written_pdf(1))


@pytest.mark.parametrize(
    ("parts", "fields"),
    [
        ({"kind": "cv"}, ["file"]),
        ({"file": "text"}, ["file", "kind"]),
        ({"kind": "cv", "file": "program"}, ["file"]),
        ({"kind": "passport", "file": "pdf"}, ["kind"]),
        ({"kind": ["cv", "cv"], "file": "pdf"}, ["kind"]),
        ({"kind": "cv", "file": "pdf", "more": "x"}, ["more"]),
        ({"kind": "cv", "file": "pdf", "second": "pdf"}, ["second"]),
    ],
)
def test_a_file_comes_alone_and_is_what_it_says(
    ana: Program, files: str, parts: dict[str, Any], fields: list[str]
) -> None:
    sent = {"pdf": written_pdf(1), "program": b"MZ\x90"}
    made = {
        name: (BytesIO(sent[value]), "cv.pdf") if isinstance(value, str) and value in sent else value
        for name, value in parts.items()
    }
    answer = ana.send("POST", files, data=made, content_type="multipart/form-data")
    assert (answer.status_code, sorted(answer.json["errors"])) == (422, fields)
    assert db.session.query(StoredFile).count() == 0


def test_a_file_is_no_json(ana: Program, files: str) -> None:
    assert ana.post(files, {"kind": "cv"}).status_code == 415


def test_a_part_without_a_name_is_refused(ana: Program, files: str) -> None:
    parts = b"--x\r\nContent-Disposition: form-data\r\n\r\nb\r\n--x--"
    answer = ana.send("POST", files, data=parts, content_type="multipart/form-data; boundary=x")
    assert (answer.status_code, db.session.query(StoredFile).count()) == (400, 0)


def test_of_cvs_the_newest_stands(ana: Program, files: str) -> None:
    for _ in range(2):
        answer = ana.send("POST", files, data={"kind": "cv", "file": (pdf(), "cv.pdf")})
        assert answer.status_code == 201
    kept = db.session.query(StoredFile).order_by(StoredFile.uploaded_at).all()
    assert sorted(file.removed_at is None for file in kept) == [False, True]
