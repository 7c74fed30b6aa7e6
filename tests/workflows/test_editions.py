"""Publishing freezes an edition once and for ever; what is published is found by name and by day."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from certify.models import SchemeVersion, db, new_id
from certify.models.store import write_tx
from certify.scheme.catalogue import canonical, sha256, shipped
from certify.workflows.editions import (
    AlreadyPublished,
    EditionDamaged,
    NoEdition,
    edition_in_force,
    edition_named,
    publish,
)

AT = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
EDITION = shipped("score-2026")


@pytest.fixture(autouse=True)
def nothing_published(app: Flask) -> None:
    """Each test starts from the migrated, empty database."""
    assert db.session.scalar(select(func.count()).select_from(SchemeVersion)) == 0


def test_publishing_keeps_the_canonical_bytes_their_digest_and_the_dates() -> None:
    with write_tx() as session:
        publish(session, EDITION, AT)
    version = db.session.get_one(SchemeVersion, "score-2026")
    assert (version.canonical, version.sha256) == (canonical(EDITION), sha256(canonical(EDITION)))
    assert (version.effective_on, version.transition_end_on, version.published_at) == (
        date(2026, 1, 1),
        None,
        AT,
    )


def test_publishing_the_same_bytes_again_changes_nothing() -> None:
    with write_tx() as session:
        publish(session, EDITION, AT)
    with write_tx() as session:
        publish(session, EDITION, datetime(2027, 1, 1, tzinfo=UTC))
    assert db.session.scalars(select(SchemeVersion.published_at)).all() == [AT]


def test_other_contents_under_a_published_name_are_refused() -> None:
    with write_tx() as session:
        publish(session, EDITION, AT)
    changed = replace(EDITION, title="Another title")
    with (
        pytest.raises(AlreadyPublished) as refused,
        write_tx() as session,
    ):
        publish(session, changed, AT)
    assert str(refused.value) == (
        "score-2026 was published on 2026-01-05 with other contents. "
        "A published edition never changes: give the new one a new name."
    )
    assert edition_named(db.session(), "score-2026") == EDITION


def test_an_edition_is_read_back_whole_by_its_name() -> None:
    with write_tx() as session:
        publish(session, EDITION, AT)
    found = edition_named(db.session(), "score-2026")
    assert found == EDITION
    assert edition_named(db.session(), "score-2026") is found


def test_an_unknown_name_is_no_edition() -> None:
    with pytest.raises(NoEdition, match=r"^No edition of the scheme named score-1999 is published\.$"):
        edition_named(db.session(), "score-1999")


def test_the_edition_in_force_is_the_last_that_took_effect_by_that_day() -> None:
    following = replace(EDITION, name="score-2027", effective_on=date(2027, 7, 1))
    with write_tx() as session:
        publish(session, following, AT)
        publish(session, EDITION, AT)
    days = (date(2026, 1, 1), date(2027, 6, 30), date(2027, 7, 1), date(2040, 1, 1))
    assert [edition_in_force(db.session(), on).name for on in days] == [
        "score-2026",
        "score-2026",
        "score-2027",
        "score-2027",
    ]


def test_of_two_that_take_effect_on_one_day_the_later_published_is_in_force() -> None:
    names = (("a", 2), ("b", 3), ("c", 1), ("d", 3))
    with write_tx() as session:
        for name, day in names:
            ending = replace(EDITION, name=name, transition_end_on=date(2027, 1, day))
            assert publish(session, ending, AT.replace(day=day)).transition_end_on == date(2027, 1, day)
    version = db.session.get_one(SchemeVersion, "b")
    assert (version.transition_end_on, version.published_at) == (date(2027, 1, 3), AT.replace(day=3))
    assert edition_in_force(db.session(), date(2026, 1, 1)).name == "b"


def test_what_is_published_is_in_force_at_once() -> None:
    with write_tx() as session:
        publish(session, EDITION, AT)
        assert edition_in_force(session, date(2026, 1, 1)).name == "score-2026"
        publish(session, replace(EDITION, name="score-2026-b"), AT.replace(day=6))
        assert edition_in_force(session, date(2026, 1, 1)).name == "score-2026-b"


def test_each_edition_is_read_by_its_own_name_and_parsed_from_its_own_text() -> None:
    new = [replace(EDITION, name=name, title=f"{name} {new_id()}") for name in ("a", "b")]
    with write_tx() as session:
        for one in new:
            publish(session, one, AT)
    assert [edition_named(db.session(), one.name) for one in new] == new


def test_before_the_first_edition_none_is_in_force() -> None:
    with write_tx() as session:
        publish(session, EDITION, AT)
    with pytest.raises(NoEdition, match=r"^No edition of the scheme is in force on 2025-12-31\.$"):
        edition_in_force(db.session(), date(2025, 12, 31))


def test_an_edition_changed_in_the_database_is_not_believed() -> None:
    other = replace(EDITION, title="An edition that no other test reads")
    with write_tx() as session:
        publish(session, other, AT)
        session.execute(update(SchemeVersion).values(canonical=canonical(EDITION)))
    said = r"^The stored edition score-2026 was changed after it was published\.$"
    with pytest.raises(EditionDamaged, match=said):
        edition_named(db.session(), "score-2026")
