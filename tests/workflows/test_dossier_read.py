"""What guards ask the dossier of a certification: each answer whole, and nothing of anybody else's."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from certify.models import (
    CaseFile,
    Certification,
    Delegation,
    Enterprise,
    IssuingBody,
    Organisation,
    Person,
    SchemeVersion,
    StoredFile,
    db,
)
from certify.models.store import write_tx
from certify.policy.relations import Findings
from certify.scheme.evidence import Held
from certify.scheme.standing import CertifiedRecord, Period, StandingChange
from certify.scheme.words import Act, CertificationState, ConsentLevel, Relation, Standing
from certify.workflows.dossier import (
    Delegated,
    Dossier,
    OtherCase,
    certified_record,
    day_of,
    edition_of,
    evidence_of,
    open_case,
    record_of,
    relations_of,
)
from certify.workflows.editions import publish
from certify.workflows.involvement import record
from certify.workflows.standings import changes_of, standings_of
from certify.workflows.terms import decision_days, decision_due_on, validity_months
from tests.cast import LONG_AGO, World
from tests.conftest import NOW
from tests.player import DECIDED_ON, EDITION, Player, at
from tests.workflows.evidence_rows import other

DAY = timedelta(days=1)
HANOI = "Asia/Ho_Chi_Minh"


def test_a_delegation_covers_its_modules_in_its_country_from_its_first_to_its_last_day() -> None:
    first, last = date(2026, 1, 1), date(2026, 1, 9)
    dated = Delegated("body", "VN", ("WPC", "QUA"), first, last, may_recognise=False)
    for change, covered in (
        ({}, True), ({"on": last}, True), ({"module": "QUA"}, True), ({"on": first - DAY}, False),
        ({"on": last + DAY}, False), ({"module": "LEA"}, False), ({"country": "ID"}, False),
    ):  # fmt: skip
        assert dated.covers(**{"module": "WPC", "country": "VN", "on": first, **change}) is covered, change
    assert replace(dated, until_on=None).covers(module="WPC", country="VN", on=last + 999 * DAY)


def test_the_day_and_the_edition_of_a_case_are_those_of_its_country(submitted: Player, world: World) -> None:
    with write_tx() as session:
        case = session.get_one(Certification, submitted.certification)
        late = datetime.fromisoformat("2026-06-01T20:00:00+00:00")
        assert (day_of(case, NOW), day_of(case, late)) == (date(2026, 6, 1), date(2026, 6, 2))
        assert edition_of(session, case, late) == EDITION
        newer = replace(EDITION, name="score-2026-b", effective_on=date(2026, 6, 2))
        publish(session, newer, NOW)
        assert [edition_of(session, case, one).name for one in (NOW, late)] == ["score-2026", "score-2026-b"]
        dossier = Dossier(session, case, late)
        assert (dossier.on, dossier.edition) == (date(2026, 6, 2), newer)
        case.scheme_version = "score-2026"
        assert edition_of(session, case, late) == EDITION
        opened = open_case(session, "cohort", NOW)
        assert session.get_one(CaseFile, opened.id) is opened
        assert (opened.kind, opened.opened_at) == ("cohort", NOW)
        assert session.get_one(SchemeVersion, "score-2026-b").effective_on == date(2026, 6, 2)


def test_a_certificate_is_worth_what_its_dates_and_the_log_say(certified: Player, world: World) -> None:
    untouched = db.session.get_one(Certification, certified.certification)
    assert standings_of(db.session(), [untouched], at(DECIDED_ON)) == {untouched.id: Standing.VALID}
    certified.move("suspend", world.mika, DECIDED_ON + DAY, grounds="Asked.")
    certified.move("reinstate", world.mika, DECIDED_ON + 2 * DAY, findings="Answered.")
    case = db.session.get_one(Certification, certified.certification)
    changes = (
        StandingChange(at(DECIDED_ON + DAY), "suspend"), StandingChange(at(DECIDED_ON + 2 * DAY), "reinstate")
    )  # fmt: skip
    whole = CertifiedRecord((Period(date(2026, 5, 4), date(2029, 5, 4), HANOI, 90),), changes)
    assert certified_record(db.session(), case) == whole
    assert record_of(db.session(), case, ()) == replace(whole, events=())
    assert changes_of(db.session(), [case.id, "other"]) == {case.id: changes}
    assert changes_of(db.session(), ["other"]) == {}
    for day, standing in ((-1, "not_yet_valid"), (0, "valid"), (1, "suspended"), (2, "valid")):
        instant = at(DECIDED_ON + day * DAY)
        assert standings_of(db.session(), [case], instant) == {case.id: Standing(standing)}
    with write_tx() as session:
        session.get_one(IssuingBody, world.issuer).zone = "UTC"
    case = db.session.get_one(Certification, certified.certification)
    assert certified_record(db.session(), case).periods == whole.periods


def test_without_a_certificate_the_zone_is_that_of_the_body_or_of_the_country(
    submitted: Player, world: World
) -> None:
    with write_tx() as session:
        case = session.get_one(Certification, submitted.certification)
        assert record_of(session, case, ()) == CertifiedRecord((), ())
        own = {"grace_days": replace(EDITION.parameters["grace_days"], value=7)}
        wpc = replace(EDITION.modules["WPC"], parameters=own)
        here = replace(next(iter(EDITION.overlays.values())), parameters=own, country="VN")
        changes = {"b": {"modules": {**EDITION.modules, "WPC": wpc}}, "c": {"overlays": {"VN": here}}}
        case.valid_from, case.valid_until = days = date(2026, 5, 4), date(2029, 5, 4)
        for name, change in changes.items():
            publish(session, replace(EDITION, name=name, **change), NOW)
            case.scheme_version = name
            assert record_of(session, case, ()).periods == (Period(*days, HANOI, 7),)
        case.issuer = session.get_one(IssuingBody, world.issuer)
        case.issuer.zone = "Asia/Jakarta"
        assert record_of(session, case, ()).periods == (Period(*days, "Asia/Jakarta", 7),)


def test_what_else_the_holder_has_is_read_of_this_person_alone(submitted: Player, world: World) -> None:
    with write_tx() as session:
        case = session.get_one(Certification, submitted.certification)
        dossier = Dossier(session, case, NOW)
        assert (dossier.held, dossier.same_module) == ((), ())
        first, last = date(2025, 1, 1), date(2026, 6, 1)
        qua = other(session, world, "o1", module="QUA", valid_from=first, valid_until=last)
        other(session, world, "o2", holder_id=world.lan.id, valid_from=first, valid_until=last)
        other(session, world, "o3", module="LEA")
        decided = datetime.fromisoformat("2026-02-02T20:00:00+00:00")
        left = other(
            session, world, "o4", state=CertificationState.LEFT, left_on=first, valid_until=last,
            decided_at=decided, nominated_by_id=world.sami.id,
        )  # fmt: skip
        taken_up = other(session, world, "o5", nominated_by_id=world.sami.id, nomination_confirmed_at=NOW)
        dossier = Dossier(session, case, NOW)
        assert dossier.held == (Held("o1", "QUA", Standing.VALID, first, last),)
        assert evidence_of(session, case, NOW).held == dossier.held
        assert Dossier(session, case, NOW + 2 * DAY).held[0].standing is Standing.IN_GRACE
        assert sorted(dossier.same_module, key=lambda one: one.id) == [
            OtherCase("o4", left.state, last, first, date(2026, 2, 3), unconfirmed_nomination=True),
            OtherCase("o5", taken_up.state, None, None, None, unconfirmed_nomination=False),
        ]
        wish = Certification(holder_id=world.ana.id, holder=case.holder, module="WPC", country="VN")
        mine = Dossier(session, wish, NOW)
        assert [one.certification for one in mine.held] == [qua.id]
        assert {one.id for one in mine.same_module} == {case.id, "o4", "o5"}
        assert Dossier(session, qua, NOW).held == ()


def test_who_and_what_a_case_is_about(submitted: Player, world: World) -> None:
    with write_tx() as session:
        case = session.get_one(Certification, submitted.certification)
        dossier = Dossier(session, case, NOW)
        assert dossier.person(world.bo.id) == world.actor(session, world.bo, NOW.date())
        assert dossier.person("nobody") is None
        for text in (world.provider, "Công ty Tư vấn Sông Hồng"):
            assert dossier.organisation(text) is session.get_one(Organisation, world.provider)
        assert dossier.organisation("Sông Hồng") is None
        session.get_one(Organisation, world.other_provider).name = world.provider
        session.flush()
        assert dossier.organisation(world.provider) is session.get_one(Organisation, world.other_provider)
        paper = StoredFile(
            sha256="1" * 64, name="d.pdf", media_type="application/pdf", size=9, kind="diploma",
            certification=case, uploaded_by_id=world.ana.id, uploaded_at=NOW,
        )  # fmt: skip
        session.add(paper)
        session.flush()
        assert Dossier(session, case, NOW).files == {"cv", "diploma"}
        paper.removed_at = NOW
        assert Dossier(session, case, NOW).files == {"cv"}
        assert dossier.activity("nothing") is None


def test_whoever_is_told_is_read_with_holder_and_supervisor(submitted: Player, world: World) -> None:
    with write_tx() as session:
        case = session.get_one(Certification, submitted.certification)
        case.supervisor_id = world.bo.id
        session.get_one(Person, world.bea.id).disabled_at = NOW
        session.flush()
        dossier = Dossier(session, case, NOW)
        assert dossier.recipients([]) == {}
        told = dossier.recipients([world.bea.id, "nobody"])
        assert {id: tuple(one) for id, one in told.items()} == {
            member.id: (member.id, member.name, member.email, "en", NOW if member is world.bea else None)
            for member in (world.ana, world.bo, world.bea)
        }
        assert set(dossier.recipients([world.olu.id])) == {*told, world.olu.id}
        assert set(dossier.recipients([world.ana.id])) == {*told, world.olu.id}


def test_the_delegations_of_the_country_are_read_in_their_order(submitted: Player, world: World) -> None:
    with write_tx() as session:
        case = session.get_one(Certification, submitted.certification)
        first = session.get_one(Delegation, world.delegation)
        session.add_all(
            Delegation(
                id=id, issuer_id=world.issuer, country=country, modules=["WPC"],
                from_on=first.from_on + days * DAY, until_on=date(2027, 1, 1), instrument="Letter",
                created_at=LONG_AGO, created_by_id=world.sol.id,
            )
            for id, country, days in (("b", "VN", 2), ("c", "VN", 1), ("a", "VN", 2), ("d", "ID", 1))
        )  # fmt: skip
        session.flush()
        told = Dossier(session, case, NOW).delegations
        whole = Delegated(
            world.issuer, "VN", tuple(first.modules), first.from_on, None, may_recognise=True, zone=HANOI
        )  # fmt: skip
        later = replace(whole, modules=("WPC",), until_on=date(2027, 1, 1), may_recognise=False)
        assert told == (
            whole, *(replace(later, from_on=first.from_on + days * DAY) for days in (1, 2, 2))
        )  # fmt: skip


def test_relations_are_found_by_act_and_person(submitted: Player, world: World) -> None:
    with write_tx() as session:
        case = session.get_one(Certification, submitted.certification)
        record(session, world.bea.id, case, Relation.FACILITATED, "thing", NOW)
        dossier = Dossier(session, case, NOW)

        def named(found: Findings) -> list[str]:
            return [one.relation.value for one in found.findings]

        for person, act, wanted in (
            (world.bea, Act.OBSERVE, ["facilitated"]), (world.bea, Act.SCREEN, []),
            (world.bo, Act.OBSERVE, []), (world.ana, Act.OBSERVE, ["self"]),
        ):  # fmt: skip
            assert named(dossier.findings(person.id, act)) == wanted, (person, act)
            assert relations_of(session, person.id, case, act, NOW) == dossier.findings(person.id, act)


def test_terms_are_those_of_the_edition(recommended: Player, world: World) -> None:
    case = db.session.get_one(Certification, recommended.certification)
    assert (decision_days(EDITION, case), validity_months(EDITION, case)) == (30, 36)
    assert decision_due_on(EDITION, case) == date(2026, 5, 27)
    assert db.session.get_one(Enterprise, world.enterprises[0]).consent is ConsentLevel.NAMED
