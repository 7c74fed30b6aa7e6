"""R12 for the signed documents: whoever changes one past the application is found, and which one it was."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from certify.audit import certificates, printed, verify
from certify.audit.findings import Finding
from certify.config import Settings
from certify.models import Base, Certification, Credential, StoredFile, db
from certify.models.store import write_tx
from certify.policy.actor import CLOCK
from certify.scheme.dates import start_of
from certify.seal import seal_with
from certify.workflows import credential as workflow
from tests.cast import World
from tests.credentials.signed import certificate, reissue
from tests.faults.test_tampering import Row, Thief, key_of, other, thief
from tests.place import KEY as LOG_KEY
from tests.player import ASSESSED_ON, Player, at

DOCUMENT, KEY, LIST = (
    Base.metadata.tables[name] for name in ("credential_document", "issuer_key", "status_list")
)
CREDENTIAL = Base.metadata.tables["credential"]
# What stands on a certificate, each as a thief would have it.
PRINTED = {
    "number": "TC-FORGED", "holder_name": "Kim Park", "type": "provider_licence", "module": "QUA",
    "scheme_version": "score-2099", "issuer_id": "f" * 20, "zone": "Africa/Nairobi",
    "valid_from": ASSESSED_ON, "valid_until": ASSESSED_ON + timedelta(9000), "recognised_source": "ILO Turin",
    "supersedes_id": "f" * 20, "issued_at": at(ASSESSED_ON - timedelta(400)),
}  # fmt: skip
LATER = ASSESSED_ON + timedelta(400)
MOMENTS = ("replaced_at", "ended_at")


@pytest.fixture
def twice(certified: Player, world: World, settings: Settings) -> None:
    """A certificate that was told anew."""
    with write_tx() as session:
        session.execute(delete(StoredFile))
    reissue(at(LATER))
    db.session.rollback()


@pytest.fixture
def documents(twice: None, settings: Settings) -> Iterator[Thief]:
    with thief(settings.instance) as one:
        yield one


@pytest.fixture
def recognised(certified: Player, world: World, settings: Settings) -> Iterator[Thief]:
    """The certificate of somebody who was certified elsewhere, and whose name has a blank line in it."""
    with write_tx() as session:
        made = session.merge(certificate())
        made.holder_name = "Ana\n\nTrần"
        made.recognised_source, made.recognised_number = "ILO Turin", "T-2024-71"
    reissue(at(LATER))
    db.session.rollback()
    with thief(settings.instance) as one:
        yield one


@pytest.fixture
def revoked(twice: None, settings: Settings) -> Iterator[Thief]:
    """The same, withdrawn a day later."""
    with write_tx() as session:
        made = session.merge(certificate())
        workflow.revoke(session, made, CLOCK, at(LATER + timedelta(1)), reason="Issued in error.")
    db.session.rollback()
    with thief(settings.instance) as one:
        yield one


def told(documents: Thief) -> list[tuple[str, str]]:
    """Table and row of each finding, in the order of the parts."""
    return list(dict.fromkeys((one.table, one.row) for one in documents.found()))


def checked() -> list[Finding]:
    """What the part finds in the record as it was written."""
    db.session.rollback()
    with verify.snapshot(db.engine) as connection:
        return list(certificates.findings(connection))


def versions(documents: Thief) -> list[Row]:
    return sorted(documents.rows(DOCUMENT), key=lambda row: int(row["revision"]))


def test_documents_that_nobody_touched_hold(documents: Thief) -> None:
    assert [(row["revision"], row["why"]) for row in versions(documents)] == [
        (1, "issued"),
        (2, "correction"),
    ]
    assert told(documents) == []


def test_a_changed_value_of_any_document_is_found(revoked: Thief) -> None:
    missed = []
    assert told(revoked) == []
    for row in versions(revoked):
        for name in row.keys() - {"id"}:
            value: Any = other(row[name]) if row[name] or name not in MOMENTS else at(LATER)
            with revoked.change(update(DOCUMENT).where(key_of(row, DOCUMENT)).values({name: value})):
                if ("credential_document", row["id"]) not in told(revoked):
                    missed.append((row["revision"], name))
    assert missed == []


def test_a_printed_fact_that_reads_otherwise_in_the_register_is_found(documents: Thief) -> None:
    """The verdict on a number is made of this row, and of nothing else."""
    (row,), missed = documents.rows(CREDENTIAL), []
    check = verify.checks(documents.connection, seal_with(LOG_KEY), documents.files)["printed facts"]
    for name, value in PRINTED.items():
        with documents.change(update(CREDENTIAL).values({name: value})):
            told_of = [(one.table, one.row, row["number"] in one.remedy) for one in check()]
            if told_of != [("credential", row["id"], True)]:
                missed.append(name)
    assert missed == []


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"holder_name": "Ana\n\nTrần"}, []),  # as it was signed
        ({"recognised_source": "Turin"}, ["recognition or predecessor"]),
        ({"recognised_source": "here. ILO Turin"}, ["recognition or predecessor"]),
        ({"recognised_number": "T-2024-7"}, ["recognition or predecessor"]),
        ({"recognised_number": None}, ["recognition or predecessor"]),
        ({"zone": "Nowhere/At_All"}, ["valid_from, valid_until"]),
        ({"zone": "Asia/Manila"}, []),  # as if the clocks of Viet Nam had been put forward by an hour
    ],
)
def test_a_recognition_is_held_against_the_whole_line_and_a_day_against_no_hour(
    recognised: Thief, change: Row, wrong: list[str]
) -> None:
    with recognised.change(update(CREDENTIAL).values(change)):
        found = list(printed.findings(recognised.connection))
    assert [one.wrong for one in found] == [
        f"its {each} is not what its signed document says" for each in wrong
    ]


def test_an_end_that_is_taken_back_is_found(revoked: Thief) -> None:
    for row in versions(revoked):
        for name in MOMENTS:
            if row[name] is not None:
                with revoked.change(update(DOCUMENT).where(key_of(row, DOCUMENT)).values({name: None})):
                    assert told(revoked) == [("credential_document", row["id"])]


def test_a_certificate_that_is_ended_without_an_event_is_found(documents: Thief) -> None:
    row = versions(documents)[-1]
    with documents.change(update(DOCUMENT).where(key_of(row, DOCUMENT)).values(ended_at=at(LATER))):
        assert told(documents) == [("credential_document", row["id"])]


def test_a_deleted_document_and_one_out_of_nothing_are_found(documents: Thief) -> None:
    first, last = versions(documents)
    for row in (first, last):
        with documents.change(delete(DOCUMENT).where(key_of(row, DOCUMENT))):
            assert told(documents) == [("credential", row["credential_id"])]
    forged = {**last, "id": "f" * 20, "revision": 3, "revocation_index": 1, "suspension_index": 1}
    with documents.change(DOCUMENT.insert().values(forged)):
        assert told(documents) == [("credential_document", forged["id"])]


def test_documents_that_changed_places_and_a_key_or_list_that_is_anothers_are_found(documents: Thief) -> None:
    first, last = versions(documents)
    swapped = [
        update(DOCUMENT).where(key_of(a, DOCUMENT)).values(content=b["content"])
        for a, b in ((first, last), (last, first))
    ]
    both = [("credential_document", row["id"]) for row in (first, last)]
    for change in (
        swapped,
        [update(LIST).values(url="https://elsewhere.example")],
        [update(KEY).where(KEY.c.id == last["key_id"]).values(fragment="key-9")],
    ):
        with documents.change(*change):
            assert sorted(told(documents)) == sorted(both)


def test_a_successor_out_of_nothing_ends_no_certificate_unseen(documents: Thief) -> None:
    """The end that its first day would give is not told of by any document."""
    row = versions(documents)[-1]
    made = dict(documents.connection.execute(Credential.__table__.select()).mappings().one())
    forged = {**made, "id": "f" * 20, "number": "TC-FORGED", "supersedes_id": made["id"]}
    with documents.change(Credential.__table__.insert().values(forged)):  # type: ignore[attr-defined]
        assert ("credential_document", row["id"]) in told(documents)


def test_an_end_by_a_successor_holds_also_when_told_anew_after_it_and_when_that_one_is_revoked(
    certified: Player, world: World
) -> None:
    with write_tx() as session:
        first = session.scalars(select(Credential)).one()
        case = session.get_one(Certification, certified.certification)
        case.valid_from = LATER
        second = workflow.issue(session, case, CLOCK, at(LATER - timedelta(9)), supersedes=first)
        ids = first.id, second.id
    assert checked() == []
    with write_tx() as session:
        reissued = session.get_one(Credential, ids[0])
        workflow.reissue(session, reissued, CLOCK, at(LATER + timedelta(9)), why=workflow.CORRECTION)
    assert checked() == []
    with write_tx() as session:
        undone = session.get_one(Credential, ids[1])
        workflow.revoke(session, undone, CLOCK, at(LATER + timedelta(10)), reason="Issued in error.")
    assert checked() == []
    ended = [(one.revision, one.ended_at) for one in db.session.get_one(Credential, ids[0]).documents]
    assert ended == [(1, start_of(LATER, "Asia/Ho_Chi_Minh")), (2, None)]


def test_bytes_in_the_place_of_a_document_are_a_finding_like_any_other(documents: Thief) -> None:
    if documents.connection.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's columns have types.")
    row = versions(documents)[-1]
    with documents.change(update(DOCUMENT).where(key_of(row, DOCUMENT)).values(content=b"\xff")):
        assert told(documents) == [("credential_document", row["id"])]


def test_the_command_names_row_and_remedy(twice: None, app: Flask) -> None:
    with write_tx() as session:
        session.execute(update(DOCUMENT).values(why="name"))
    answer = app.test_cli_runner().invoke(args=["audit", "verify", "--json"])
    found = json.loads(answer.stdout)["findings"]
    assert answer.exit_code == 1
    assert {one["table"] for one in found} == {"credential_document"}
    assert all("last backup that verifies" in one["remedy"] for one in found)
