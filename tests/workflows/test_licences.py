"""An Expert Trainer's licence from the nomination to its end: every step, and every no on the way."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from certify.audit.states import findings
from certify.models import Certification, Credential, ExpertLicence, Message, Review, RoleGrant, db
from certify.models.store import write_tx
from certify.queries.verification import verdict_of
from certify.reminders.wording import TEXTS
from certify.scheme.words import LicenceState, RoleName
from certify.workflows.activity_people import expert_on
from certify.workflows.clock_moves import make_due
from certify.workflows.engine import Forbidden, InvalidFacts, NotVisible, Refused
from certify.workflows.licence import nominee
from tests.cast import WORLD, Member, World
from tests.licensing import EXAMINED_ON, GRANTED_ON, NOMINATED_ON, REASONS, TAUGHT_ON, Licensing
from tests.player import DECIDED_ON, Player, at


def _refused(licence: Licensing, name: str, by: Member, on: date, **facts: object) -> list[str | None]:
    with pytest.raises(Refused) as said:
        licence.move(name, by, on, **facts)
    return [one.requirement for one in said.value.refusals]


def _ready(played: Player) -> Licensing:
    return Licensing(played).nominate().confirm().teach().examine()


def _is_expert(member: Member, on: date) -> bool:
    with db.session() as session:
        actor = WORLD.actor(session, member, on)
        return bool(actor.holds(RoleName.EXPERT_TRAINER, on=on, module="WPC", country="VN"))


def _verdict(number: str, on: datetime | date) -> tuple[str, str | None]:
    with db.session() as session:
        told = verdict_of(session, number, on if isinstance(on, datetime) else at(on))
        return told.verdict.value, told.reason


def test_nominated_accepted_taught_examined_and_granted(seasoned: Player) -> None:
    licence = _ready(seasoned).grant()
    found = licence.values
    assert (found["state"], found["valid"]) == ("granted", (GRANTED_ON, date(2030, 5, 3)))
    with db.session() as session:
        paper = session.scalars(select(Credential).where(Credential.number == found["number"])).one()
        written = (str(paper.type), paper.number[:2], paper.valid_from, paper.valid_until, paper.module)
        assert written == ("expert_trainer_licence", "ET", GRANTED_ON, date(2030, 5, 3), "WPC")
        case = session.get_one(Certification, seasoned.certification)
        assert (case.valid_from, case.valid_until) == (DECIDED_ON, date(2029, 5, 4))
    assert _verdict(found["number"], GRANTED_ON) == ("valid", None)
    with db.session() as session:
        rows = session.scalars(select(Message).where(Message.kind.like("licence_%")))
        told = sorted((row.kind, row.email.split("@")[0]) for row in rows)
    assert told == [
        ("licence_confirmed", "olu"), ("licence_examined", "ana"), ("licence_granted", "ana"),
        ("licence_granted_to", "olu"), ("licence_nominated", "ana"), ("licence_to_decide", "maya"),
        ("licence_to_decide", "mika"),
    ]  # fmt: skip
    assert {kind for kind, _ in told} <= TEXTS.keys()


def test_the_role_is_proposed_with_the_licence_and_given_by_a_second_person(seasoned: Player) -> None:
    licence = _ready(seasoned).grant()
    assert not _is_expert(WORLD.ana, GRANTED_ON)
    with pytest.raises(Refused):
        licence.give_role(WORLD.maya)  # who decided proposed it
    licence.give_role()
    assert _is_expert(WORLD.ana, GRANTED_ON)
    with db.session() as session:
        row = session.get_one(RoleGrant, licence.values["role"])
        assert (row.proposed_by_id, row.from_on, row.until_on) == (
            WORLD.maya.id, GRANTED_ON, date(2030, 5, 3)
        )  # fmt: skip


def test_licence_and_role_fall_with_the_certification_and_come_back_with_it(seasoned: Player) -> None:
    licence = _ready(seasoned).grant().give_role()
    number, on = licence.values["number"], date(2027, 6, 1)
    seasoned.move("suspend", WORLD.mika, on, grounds="A complaint.")
    assert (_verdict(number, on), _is_expert(WORLD.ana, on)) == (
        ("not_currently_valid", "suspended"), False
    )  # fmt: skip
    seasoned.move("reinstate", WORLD.mika, on, findings="Unfounded.")
    assert (_verdict(number, on), _is_expert(WORLD.ana, on)) == (("valid", None), True)
    ends = date(2029, 5, 4)  # of her certification; the role alone would go on for a year
    assert [_is_expert(WORLD.ana, day) for day in (ends, ends + timedelta(1), date(2029, 6, 1))] == [
        True, False, False
    ]  # fmt: skip
    assert _verdict(number, date(2029, 6, 1)) == ("not_currently_valid", "in_grace")
    assert _verdict(number, date(2030, 5, 1)) == ("not_currently_valid", "expired")


def test_a_withdrawn_licence_takes_the_role_and_leaves_the_certification(seasoned: Player) -> None:
    licence = _ready(seasoned).grant().give_role()
    licence.move("withdraw", WORLD.mika, GRANTED_ON, grounds="She passed the exam on.")
    assert licence.values["state"] == "withdrawn"
    assert _verdict(licence.values["number"], GRANTED_ON) == ("not_currently_valid", "withdrawn")
    assert not _is_expert(WORLD.ana, GRANTED_ON)
    with db.session() as session:
        case = session.get_one(Certification, seasoned.certification)
        assert str(case.state) == "certified"
        assert [str(one.state) for one in case.credentials] == ["issued", "revoked"]


def test_a_renewed_licence_begins_the_day_after_and_supersedes_the_one_before(seasoned: Player) -> None:
    first = _ready(seasoned).grant()
    early = Licensing(seasoned)
    with pytest.raises(Refused) as said:
        early.nominate(on=date(2029, 3, 1))
    assert [one.earliest_on for one in said.value.refusals] == [date(2030, 2, 2)]
    with write_tx() as session:  # her own certification, renewed until then
        case = session.get_one(Certification, seasoned.certification)
        case.valid_until = date(2032, 5, 4)
        session.scalars(select(Credential).where(Credential.type == "trainer_certification")).one(
        ).valid_until = date(2032, 5, 4)  # fmt: skip
    on = date(2030, 3, 1)
    second = Licensing(seasoned).nominate(on=on).confirm(on).examine(on=on).grant(on=on)
    assert second.values["valid"] == (date(2030, 5, 4), date(2033, 5, 3))
    assert _verdict(first.values["number"], date(2030, 5, 3)) == ("valid", None)
    assert _verdict(first.values["number"], date(2030, 5, 4)) == ("not_currently_valid", "superseded")
    assert _verdict(second.values["number"], date(2030, 5, 4)) == ("valid", None)
    make_due(at(on))
    assert make_due(at(date(2030, 5, 4))) == 1
    assert make_due(at(date(2030, 5, 4))) == 0
    with db.session() as session:
        states = {one.number: str(one.state) for one in session.scalars(select(Credential))}
    assert states[first.values["number"]] == "superseded"
    assert states[second.values["number"]] == "issued"


def test_who_is_not_certified_or_has_not_delivered_is_not_nominated(certified: Player) -> None:
    with pytest.raises(Refused) as said:
        Licensing(certified).nominate()
    assert [(one.requirement, str(one.reason)) for one in said.value.refusals] == [
        ("licence-track-record", "0 of 2 cycles were delivered as a certified trainer.")
    ]
    certified.move("suspend", WORLD.maya, NOMINATED_ON, grounds="A complaint.")
    with pytest.raises(Refused) as said:
        Licensing(certified).nominate()
    assert said.value.refusals[0].requirement == "licence-certified"


def test_only_a_coordinator_or_master_trainer_nominates_and_nobody_themself(seasoned: Player) -> None:
    for who in (WORLD.ana, WORLD.bo):
        with pytest.raises(Forbidden):
            Licensing(seasoned).nominate(who)
    Licensing(seasoned).nominate(WORLD.maya)
    with pytest.raises(Refused):
        Licensing(seasoned).nominate(WORLD.olu)  # one at a time
    with pytest.raises(NotVisible):
        Licensing(seasoned, _only_id()).move("confirm", WORLD.kim, NOMINATED_ON, declaration=True)


def _only_id() -> str:
    with db.session() as session:
        return session.scalars(select(ExpertLicence.id)).one()


def test_every_missing_step_is_told_at_the_grant(seasoned: Player) -> None:
    licence = Licensing(seasoned).nominate().confirm().examine(55)
    assert _refused(licence, "grant", WORLD.maya, GRANTED_ON, reasons=REASONS) == [
        "licence-co-facilitation", "licence-examination"
    ]  # fmt: skip
    licence.teach().examine(70)
    licence.grant()


def test_the_decider_neither_nominated_nor_examined_nor_supervised(seasoned: Player) -> None:
    licence = Licensing(seasoned).nominate(WORLD.maya).confirm().teach()
    licence.examine(examiner=WORLD.mika)
    for who in (WORLD.maya, WORLD.mika):
        assert set(_refused(licence, "grant", who, GRANTED_ON, reasons=REASONS)) == {"independence"}
        assert set(_refused(licence, "refuse", who, GRANTED_ON, reasons=REASONS)) == {"independence"}


def test_an_examiner_who_is_tied_to_the_trainer_is_refused(seasoned: Player) -> None:
    licence = Licensing(seasoned).nominate().confirm()
    facts = {"examined_on": EXAMINED_ON, "percent": 90, "examiner": WORLD.ana.id}
    assert _refused(licence, "record_examination", WORLD.olu, EXAMINED_ON, **facts) == ["independence"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"percent": 101}, "percent"),
        ({"percent": -1}, "percent"),
        ({"examined_on": date(2027, 4, 21)}, "examined_on"),
        ({"examiner": "nobody00000000000000"}, "examiner"),
        ({"examiner": None}, "examiner"),
    ],
)
def test_a_result_that_cannot_be_is_refused_beside_its_field(
    seasoned: Player, facts: dict[str, object], field: str
) -> None:
    licence = Licensing(seasoned).nominate().confirm()
    good = {"examined_on": EXAMINED_ON, "percent": 90, "examiner": WORLD.quy.id}
    with pytest.raises(InvalidFacts) as said:
        licence.move("record_examination", WORLD.olu, EXAMINED_ON, **{**good, **facts})
    assert list(said.value.errors) == [field]


def test_a_candidate_for_the_licence_helps_to_teach_and_never_leads(seasoned: Player) -> None:
    with pytest.raises(InvalidFacts):
        Licensing(seasoned).teach()  # nobody nominated her
    licence = Licensing(seasoned).nominate()
    with pytest.raises(InvalidFacts):
        licence.teach()  # she has not accepted yet
    licence.confirm().teach()
    with pytest.raises(InvalidFacts):
        licence.teach(TAUGHT_ON.replace(day=19), lead=WORLD.ana)


def test_a_refusal_says_why_and_a_new_nomination_can_follow(seasoned: Player) -> None:
    licence = Licensing(seasoned).nominate().confirm()
    licence.move("refuse", WORLD.maya, GRANTED_ON, reasons=REASONS)
    with db.session() as session:
        letter = session.scalars(select(Message).where(Message.kind == "licence_refused")).one()
        assert (letter.params["reasons"], letter.params["appeal_days"]) == ("Clear and calm.", 30)
    Licensing(seasoned).nominate(on=GRANTED_ON)


def test_a_declined_nomination_is_closed(seasoned: Player) -> None:
    licence = Licensing(seasoned).nominate().move("decline", WORLD.ana, NOMINATED_ON)
    assert licence.values["state"] == "declined"
    assert _refused(licence, "confirm", WORLD.ana, NOMINATED_ON, declaration=True) == [None]


def test_what_the_log_says_of_licences_and_reviews_explains_what_is_stored(seasoned: Player) -> None:
    _ready(seasoned).grant().give_role().move("withdraw", WORLD.mika, GRANTED_ON, grounds="Passed on.")
    Licensing(seasoned).nominate(on=GRANTED_ON).move("decline", WORLD.ana, GRANTED_ON)
    seasoned.move("suspend", WORLD.maya, GRANTED_ON, grounds="A complaint.")
    make_due(at(GRANTED_ON))
    assert make_due(at(date(2027, 11, 3))) == 1
    with db.engine.connect() as connection:
        assert list(findings(connection)) == []
    with write_tx() as session:
        for row in (ExpertLicence, Review):
            session.execute(update(row).values(state="refused" if row is ExpertLicence else "closed"))
    with db.engine.connect() as connection:
        assert {one.table for one in findings(connection)} == {"licence", "review"}


def test_two_nominations_at_once_are_one(seasoned: Player) -> None:
    _nominated_past_the_rules(seasoned)
    with pytest.raises(IntegrityError):
        _nominated_past_the_rules(seasoned)


def _nominated_past_the_rules(seasoned: Player) -> None:
    with write_tx() as session:
        case = session.get_one(Certification, seasoned.certification)
        made = nominee(session, case, WORLD.actor(session, WORLD.olu, NOMINATED_ON), at(NOMINATED_ON))
        made.state = LicenceState.NOMINATED
        session.add(made)


def test_nobody_teaches_a_tot_as_an_expert_after_the_day_on_which_the_licence_went(
    seasoned: Player, world: World
) -> None:
    Licensing(seasoned).nominate().confirm().teach().examine().grant().give_role()
    gone_on, asked = GRANTED_ON + timedelta(10), {"module": "WPC", "country": "VN"}

    def expert(*days: date) -> list[bool]:
        with db.session() as session:
            return [expert_on(session, world.ana.id, [day], **asked) for day in days]

    days = (GRANTED_ON, gone_on, gone_on + timedelta(1))
    assert expert(*days) == [True, True, True]
    seasoned.move("suspend", world.maya, gone_on, grounds="A complaint.")
    assert expert(*days) == [True, True, False]
