"""Erasures: what the log and the files hold of a person, what goes, and what tells of it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import (
    CaseFile,
    Certification,
    Event,
    EventSecret,
    Person,
    StoredFile,
)
from certify.models.store import write_tx
from certify.workflows.erasure import erase, held_of
from certify.workflows.file_erasure import erase_file, files_of, hashes_of
from tests.cast import World
from tests.conftest import NOW
from tests.player import REPORT_ON, Player, at
from tests.workflows.evidence_rows import activity
from tests.workflows.keeping import events
from tests.workflows.test_record_rows import cases, write

__all__ = ["cases"]
DAY = timedelta(days=1)


def test_what_the_log_holds_of_a_person_is_found_by_case_name_and_address(
    admitted: Player, world: World
) -> None:
    admitted.move("hold", world.olu, REPORT_ON, reason="Parental leave.")
    with write_tx() as session:
        lan = session.get_one(Person, world.lan.id)
        lan.name, lan.email = 'Lan "L" Phạm_%', "lan_l@example.org"
        ids = ("case c", "case b")
        session.add_all(CaseFile(id=id, kind="cohort", opened_at=NOW) for id in ids)
        session.flush()
        told = [
            write(session, "case c", reason="Nothing.", what='Seen by Lan "L" Phạm_% there.'),
            write(session, "case c", what="Write to lan_l@example.org", reason='Lan "L" Phạm_%'),
            write(session, "case b", reason="Lan"),
            write(session, "case b", reason='Lan "L" Phạmx%', what="lanxl@example.org"),
            write(session, "case b", reason='xLan "L" Phạm_%x'),
            write(session, "case b", reason='an "L" Phạm_%'),
            write(session, "case b", reason='Lan "L" Phạm_'),
        ]
        assert held_of(session, lan) == [
            (told[4].id, "/reason"), (told[0].id, "/what"), (told[1].id, "/reason"), (told[1].id, "/what"),
        ]  # fmt: skip
        ana = session.get_one(Person, world.ana.id)
        own = held_of(session, ana)
        reasons = {one.id for one in session.scalars(select(Event).where(Event.move == "hold"))}
        assert [path for event, path in own if event in reasons] == ["/reason"]
        cases = {session.get_one(Event, event).case_id for event, _ in own}
        assert cases == {session.get_one(Certification, admitted.certification).case_id}
        nobody = Person(id="nobody", name="", email="")
        assert held_of(session, nobody) == []


def test_an_erasure_is_an_event_of_the_same_case(cases: tuple[str, ...], world: World) -> None:
    with write_tx() as session:
        event = session.get_one(Event, write(session, cases[0], reason="R.", what="W.", findings="F.").id)
        other = session.get_one(Event, write(session, cases[0], reason="Stays.").id)
        olu = world.actor(session, world.olu)
        assert event.facts["reason"] == "R."
        assert erase(session, event, olu, NOW, only=["/none"]) is None
        first = erase(session, event, olu, NOW + DAY, only=["/what", "/reason"])
        again = erase(session, event, olu, NOW + 2 * DAY, reason="Article 17.")
        assert first is not None
        assert again is not None
        assert (first.seq, again.seq) == (3, 4)
        assert erase(session, event, olu, NOW) is None
        subject = ("event", event.id)
        assert events(session, "erase") == [
            (cases[0], olu.id, NOW + DAY, subject, ("new", "erased"), {"paths": ["/reason", "/what"]}),
            (
                cases[0], olu.id, NOW + 2 * DAY, subject, ("erased", "erased"),
                {"paths": ["/findings"], "reason": "Article 17."},
            ),
        ]  # fmt: skip
        assert event.facts == {"reason": "(erased)", "what": "(erased)", "findings": "(erased)"}
        assert event.secrets == []
        left = session.execute(select(EventSecret.event_id, EventSecret.value))
        assert dict(map(tuple, left)) == {other.id: '"Stays."', again.id: '"Article 17."'}
        [told] = [one for one in (erase(session, other, olu, NOW),) if one]
        assert (told.from_state, told.to_state) == ("new", "erased")


def file(session: Session, world: World, id: str, **more: Any) -> StoredFile:
    made = StoredFile(
        id=id, name=f"{id}.pdf", media_type="application/pdf", size=9, kind="cv",
        **{"sha256": id[0] * 64, "uploaded_by_id": world.ana.id, "uploaded_at": NOW, **more},
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def test_the_files_of_a_person_are_their_papers_and_the_originals_of_their_pictures(
    submitted: Player, world: World
) -> None:
    with write_tx() as session:
        case = session.get_one(Certification, submitted.certification)
        [cv] = case.files
        cv.uploaded_at = NOW + DAY
        lan = session.get_one(Person, world.lan.id)
        event = activity(session, world, "t1", "tot_event", REPORT_ON)
        picture = file(session, world, "b", activity_id=event, original_sha256="o" * 64)
        file(session, world, "c", activity_id=event)
        file(session, world, "d", activity_id=event, original_sha256="p" * 64, original_erased_at=NOW)
        by_olu = file(session, world, "a", certification_id=case.id, uploaded_by_id=world.olu.id)
        same = file(session, world, "9", certification_id=case.id)
        late = file(session, world, "0", certification_id=case.id, uploaded_at=NOW + 2 * DAY)
        theirs = file(
            session, world, "e", activity_id=event, original_sha256="q" * 64, uploaded_by_id=world.lan.id
        )
        file(session, world, "f", certification_id=case.id, erased_at=NOW)
        ana = session.get_one(Person, world.ana.id)
        assert files_of(session, ana) == [
            (same, "file"), (by_olu, "file"), (picture, "original"), (cv, "file"), (late, "file"),
        ]  # fmt: skip
        assert files_of(session, lan) == [(theirs, "original")]
        assert hashes_of(picture, "original") == ["o" * 64]
        assert hashes_of(picture, "file") == ["b" * 64, "o" * 64]
        picture.erased_at = NOW
        assert hashes_of(picture, "file") == ["o" * 64]


def test_an_erased_file_keeps_its_row_and_is_told_once(submitted: Player, world: World) -> None:
    with write_tx() as session:
        case, olu = session.get_one(Certification, submitted.certification), world.actor(session, world.olu)
        event = activity(session, world, "t1", "tot_event", REPORT_ON)
        root = session.get_one(Event, session.scalars(select(Event.id)).first()).case_id
        assert root == case.case_id
        picture = file(session, world, "b", activity_id=event, original_sha256="o" * 64)
        assert erase_file(session, picture, olu, NOW, part="original") == ["o" * 64]
        kept = (picture.name, picture.removed_at, picture.erased_at, picture.original_erased_at)
        assert kept == ("b.pdf", None, None, NOW)
        assert erase_file(session, picture, olu, NOW, part="original") == []
        assert erase_file(session, picture, olu, NOW + DAY, reason="Art. 17") == ["b" * 64]
        kept = (picture.name, picture.removed_at, picture.erased_at, picture.original_erased_at)
        assert kept == ("(erased)", NOW + DAY, NOW + DAY, NOW)
        paper = file(session, world, "c", certification_id=case.id)
        assert erase_file(session, paper, olu, NOW + DAY) == ["c" * 64]
        assert (paper.original_erased_at, paper.erased_at) == (None, NOW + DAY)
        whole = file(session, world, "d", certification_id=case.id, original_sha256="p" * 64)
        assert erase_file(session, whole, olu, at(REPORT_ON)) == ["d" * 64, "p" * 64]
        assert whole.original_erased_at == whole.erased_at == at(REPORT_ON)
        happened = session.get_one(StoredFile, "b").activity
        assert happened is not None
        states, own = ("new", "erased"), ("stored_file", "b")
        assert sorted(events(session, "erase"), key=lambda one: (one[3], one[2])) == [
            (happened.case_id, olu.id, NOW, own, states, {"part": "original"}),
            (happened.case_id, olu.id, NOW + DAY, own, states, {"part": "file", "reason": "Art. 17"}),
            (case.case_id, olu.id, NOW + DAY, ("stored_file", "c"), states, {"part": "file"}),
            (case.case_id, olu.id, at(REPORT_ON), ("stored_file", "d"), states, {"part": "file"}),
        ]
