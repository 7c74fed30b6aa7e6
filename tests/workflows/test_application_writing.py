"""An application as it is written: its fields, its files, and who may write in it until when."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from certify.files import Kept
from certify.models import Activity, Certification, Person, RoleGrant, StoredFile, db
from certify.models.store import write_tx
from certify.scheme.words import CertificationState
from certify.workflows import application
from certify.workflows.certification import counted_of, open_certification, recognise, requirements_of
from certify.workflows.changes import NO_CHANGE, Change
from certify.workflows.engine import Forbidden, InvalidFacts, NotVisible, Refusal, Refused
from tests.cast import Member, World
from tests.player import DECIDED_ON, Player, at
from tests.store.locks import locked_cases
from tests.workflows.recording import visit
from tests.workflows.traces import Traces, fields_of

AT = datetime(2026, 1, 12, 18, tzinfo=UTC)  # already the thirteenth in Hanoi
TODAY = date(2026, 1, 13)
NUMBER = iter(range(1000))


class Draft:
    """Ana's application in draft."""

    def __init__(self, world: World) -> None:
        self.world = world
        with write_tx() as session:
            who = world.actor(session, world.ana, TODAY)
            self.id = open_certification(session, who, AT, module="WPC", country="VN").id

    def row(self) -> Certification:
        db.session.rollback()
        return db.session.get_one(Certification, self.id)

    def do(self, act: Callable[..., Any], *asked: Any, by: Member | None = None) -> Any:
        """Call a command of the draft, by Ana unless somebody else is named."""
        with write_tx() as session:
            who = self.world.actor(session, by or self.world.ana, TODAY)
            found = [session.get_one(StoredFile, one.id) if hasattr(one, "id") else one for one in asked]
            made = act(session, session.get_one(Certification, self.id), *found, who, AT)
            session.flush()
            return made

    def write(self, by: Member | None = None, **fields: Any) -> None:
        """Write some of its fields."""
        self.do(
            lambda session, thing, who, at_: application.edit_application(session, thing, who, at_, fields),
            by=by,
        )


def kept(kind: str = "cv", **more: Any) -> Kept:
    return Kept(f"{next(NUMBER):064}", "cv.pdf", "application/pdf", 9, kind, **more)


@pytest.fixture
def draft(app: Flask, world: World) -> Draft:
    return Draft(world)


WRITTEN = (
    "specialisation", "sectors", "languages", "employer", "professional_years", "sme_years", "access_needs",
)  # fmt: skip


def written(draft: Draft) -> list[Any]:
    row = fields_of(draft.row())
    return [row[name] for name in WRITTEN]


def test_given_fields_are_written_and_the_others_stay(draft: Draft) -> None:
    traces = Traces()
    values = ("Lean", ["garments"], ["vi", "en"], "none", 8, 5, "A ramp.")
    draft.write(**dict(zip(WRITTEN, values, strict=True)))
    assert written(draft) == list(values)
    draft.write(sectors=[], languages="", employer="", sme_years="")
    assert written(draft) == ["Lean", [], [], None, 8, None, "A ramp."]
    draft.write()
    assert written(draft) == ["Lean", [], [], None, 8, None, "A ramp."]
    assert traces.events() == []


def test_years_with_enterprises_are_among_those_of_the_profession(draft: Draft) -> None:
    sentence = "These are among your years of professional experience, so they cannot be more."

    def errors(**years: Any) -> dict[str, list[str]]:
        try:
            draft.write(**years)
        except InvalidFacts as wrong:
            return dict(wrong.errors)
        return {}

    assert errors(sme_years=5, professional_years=4) == {"sme_years": [sentence]}
    assert written(draft)[4:6] == [None, None]
    assert errors(sme_years=5, professional_years=5) == errors(sme_years=70) == {}
    assert errors(professional_years=0) == {}
    assert errors(sme_years=1, professional_years=0) == {"sme_years": [sentence]}
    assert set(errors(sme_years=71)) == set(errors(sme_years=71, professional_years=71)) - {
        "professional_years"
    }


def test_a_draft_is_written_by_the_person_alone_and_locked_meanwhile(draft: Draft, world: World) -> None:
    for by, answer in ((world.olu, Forbidden), (world.kim, NotVisible)):
        with pytest.raises(answer) as refused:
            draft.write(by, employer="none")
        assert str(refused.value) == "edit"
    with locked_cases() as locked:
        draft.write(employer="none")
    assert locked == [draft.row().case_id]
    with write_tx() as session:
        session.get_one(Certification, draft.id).state = CertificationState.SUBMITTED
    told = "The application was submitted; it can be edited again once it is returned."
    with pytest.raises(Refused) as no:
        draft.write(employer="none")
    assert no.value.refusals == (Refusal(None, told, ("coordinator",)),)
    assert application.is_in_draft(draft.row()) is False


def test_a_readers_right_ends_with_the_day_of_the_country(draft: Draft, world: World) -> None:
    """At six in the evening in London it is tomorrow in Hanoi, and Olu's last day is over."""
    with write_tx() as session:
        held = session.scalars(select(RoleGrant).where(RoleGrant.person_id == world.olu.id)).one()
        held.until_on = AT.date()
        who = world.actor(session, world.olu, AT.date())
        thing = session.get_one(Certification, draft.id)
        with pytest.raises(NotVisible):
            application.open_draft(session, thing, who, AT)
        held.until_on = TODAY
        who = world.actor(session, world.olu, TODAY)
        with pytest.raises(Forbidden) as refused:
            application.open_draft(session, thing, who, AT)
        assert str(refused.value) == "edit"


def test_of_cvs_the_newest_stands_and_the_change_names_both(draft: Draft, world: World) -> None:
    first_kept = kept(original_sha256="b" * 64)
    first = draft.do(application.add_file, first_kept)
    assert fields_of(first) == {
        "sha256": first_kept.sha256, "original_sha256": "b" * 64, "name": "cv.pdf",
        "media_type": "application/pdf", "size": 9, "kind": "cv", "certification_id": draft.id,
        "activity_id": None, "uploaded_by_id": world.ana.id, "uploaded_at": AT, "removed_at": None,
        "erased_at": None, "original_erased_at": None,
    }  # fmt: skip
    assert draft.do(application.take_file, kept("other")) == NO_CHANGE
    change = draft.do(application.take_file, kept())
    (second,) = application.standing_cvs(draft.row())
    now = {"removed_at": AT.isoformat()}
    assert change == Change("file", first.id, {"removed_at": None}, now, {"instead": second.id})
    draft.do(application.add_file, kept())
    files = {one.id: one for one in draft.row().files}
    assert [files[one.id].removed_at for one in (first, second)] == [AT, AT]
    assert sorted(one.kind for one in files.values() if one.removed_at is None) == ["cv", "other"]


def test_a_file_is_taken_away_once_and_only_from_its_own_application(draft: Draft, world: World) -> None:
    file = draft.do(application.add_file, kept())
    change = draft.do(application.remove_file, file)
    now = {"removed_at": AT.isoformat()}
    assert change == Change("file", file.id, {"removed_at": None}, now, {})
    assert [one.removed_at for one in draft.row().files] == [AT]
    assert draft.do(application.remove_file, file) == NO_CHANGE
    with write_tx() as session:
        session.get_one(StoredFile, file.id).certification_id = None
    with pytest.raises(NotVisible) as refused:
        draft.do(application.remove_file, file)
    assert str(refused.value) == "edit"
    with pytest.raises(Forbidden):
        draft.do(application.add_file, kept(), by=world.olu)


# ---- the rows that open a path


@pytest.mark.parametrize(
    ("asked", "field", "told"),
    [
        ({"holder_id": "f" * 20}, "person", "Nobody with an account fits this entry."),
        ({"module": 7}, "module", "Choose a module and a country."),
        ({"module": "W" * 11}, "module", "Choose a module and a country."),
        ({"country": 7}, "module", "Choose a module and a country."),
        ({"country": "VNM"}, "module", "Choose a module and a country."),
        ({"country": "V"}, "module", "Choose a module and a country."),
    ],
)
def test_nobody_applies_without_an_account_a_module_and_a_country(
    app: Flask, world: World, asked: dict[str, Any], field: str, told: str
) -> None:
    with write_tx() as session:
        who = world.actor(session, world.sami, TODAY)
        place: dict[str, Any] = {"module": "WPC", "country": "VN", "holder_id": world.kim.id, **asked}
        with pytest.raises(InvalidFacts) as refused:
            open_certification(session, who, AT, **place)
        assert refused.value.errors == {field: [told]}


def test_ten_letters_are_looked_up_as_a_module(app: Flask, world: World) -> None:
    with write_tx() as session:
        who = world.actor(session, world.kim, TODAY)
        with pytest.raises(InvalidFacts) as refused:
            open_certification(session, who, AT, module="W" * 10, country="VN")
    assert "Choose a module and a country." not in refused.value.errors["module"]


RECOGNISED = {
    "module": "WPC", "country": "VN", "source": "SCORE Ghana", "number": "GH-7",
    "valid_from": DECIDED_ON - timedelta(30), "valid_until": DECIDED_ON + timedelta(300),
    "grounds": "Seen at work.",
}  # fmt: skip


def test_a_recognised_certificate_has_a_path_without_requirements(app: Flask, world: World) -> None:
    traces = Traces()
    with write_tx() as session:
        who = world.actor(session, world.maya, DECIDED_ON)
        id = recognise(session, who, at(DECIDED_ON), person=world.kim.id, **RECOGNISED).id
    row = db.session.get_one(Certification, id)
    assert (row.holder_id, row.module, row.country, row.nominated_by_id) == (world.kim.id, "WPC", "VN", None)
    assert (row.case.kind, row.case.opened_at, row.state_since) == (
        "certification", at(DECIDED_ON), at(DECIDED_ON),
    )  # fmt: skip
    first = traces.events()[0]
    assert first[:5] == (
        ("certification", id), "recognise", ("new", "certified"), world.maya.id, at(DECIDED_ON)
    )  # fmt: skip
    assert {name: first[5][name] for name in ("person", "module", "country", "grounds")} == {
        "person": world.kim.id, "module": "WPC", "country": "VN", "grounds": "Seen at work.",
    }  # fmt: skip
    assert requirements_of(db.session(), row, at(DECIDED_ON)) == ()
    with write_tx() as session:
        who, without = world.actor(session, world.maya, DECIDED_ON), {**RECOGNISED, "grounds": ""}
        with pytest.raises(InvalidFacts) as refused:
            recognise(session, who, at(DECIDED_ON), person=world.kim.id, **without)
    assert set(refused.value.errors) == {"grounds"}


def test_after_a_decision_the_requirements_read_as_they_stood_then(recommended: Player, world: World) -> None:
    def read(day: date = DECIDED_ON) -> tuple[Any, Any]:
        db.session.rollback()
        case = db.session.get_one(Certification, recommended.certification)
        return requirements_of(db.session(), case, at(day)), counted_of(db.session(), case, at(day))

    requirements, counted = read()
    assert {one.status.value for one in requirements} <= {"met", "waived", "not_applicable"}
    assert len(counted) > 10
    recommended.grant()
    assert read() == (
        tuple(kept_of(one) for one in requirements), counted,
    )  # fmt: skip
    with write_tx() as session:
        for id in recommended.visits:
            session.get_one(Activity, id).state = "void"  # type: ignore[assignment]
        session.get_one(Person, world.ana.id).name = "Anna"
    assert read() == (tuple(kept_of(one) for one in requirements), counted)
    later = visit(recommended, world, DECIDED_ON)
    *before, newer = sorted(read()[1], key=lambda one: one.activity == later)
    assert (newer.activity, newer.counted) == (later, False)
    assert sorted(one.activity for one in before) == sorted(one.activity for one in counted)


def kept_of(result: Any) -> Any:
    """As an event keeps it: without the day from which on it could be met."""
    return replace(result, earliest_on=None)
