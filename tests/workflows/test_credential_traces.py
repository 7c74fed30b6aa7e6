"""What a certificate's moves leave behind; a name or key that changes, and a link that is mailed."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import select

from certify.credentials.numbers import PREFIXES
from certify.models import Certification, Credential, CredentialDocument, IssuerKey, Person, db
from certify.models.commitments import ERASED
from certify.models.store import write_tx
from certify.policy.actor import CLOCK
from certify.scheme.words import CredentialState, CredentialType
from certify.workflows import credential as credentials
from certify.workflows.credential_mail import erase_mail, held_mails, mail_credential, mails_sent_by
from certify.workflows.engine import Refusal, Refused
from tests.cast import Member, World
from tests.player import DECIDED_ON, Player, at
from tests.store.locks import locked_cases
from tests.workflows.traces import Traces, fields_of, letter

AT = at(DECIDED_ON + timedelta(60))
STARTS, ENDS = date(2029, 5, 5), date(2032, 5, 4)


def only() -> Credential:
    """The first certificate."""
    db.session.rollback()
    return db.session.scalars(select(Credential).order_by(Credential.valid_from)).first()  # type: ignore[return-value]


def event(one: Credential, move: str, states: str, by: str | None, **facts: Any) -> tuple[Any, ...]:
    return ("credential", one.id), move, tuple(states.split()), by, AT, facts, "score-2026"


def sealed(one: Credential) -> dict[str, Any]:
    """What an event says of the document that stands."""
    made = one.document
    assert made is not None
    digest = sha256(made.content.encode()).hexdigest()
    return {"revision": made.revision, "key": "key-1", "document_sha256": digest}


def ends(one: Credential) -> list[datetime | None]:
    return [made.ended_at for made in one.documents]


def test_a_certificate_is_issued_with_what_was_decided(certified: Player, world: World) -> None:
    first = only()
    traces = Traces()
    with write_tx() as session:
        case = session.get_one(Certification, certified.certification)
        case.valid_from, case.valid_until = STARTS, ENDS
        who, before = world.actor(session, world.maya), session.get_one(Credential, first.id)
        made = credentials.issue(session, case, who, AT, supersedes=before).id
    row = db.session.get_one(Credential, made)
    dates = {"number": row.number, "valid_from": STARTS.isoformat(), "valid_until": ENDS.isoformat()}
    assert traces.events() == [event(row, "issue", "new issued", world.maya.id, **dates, **sealed(row))]
    kept = fields_of(row, "number")
    assert kept == {
        "case_id": first.case_id, "certification_id": certified.certification,
        "type": CredentialType.TRAINER_CERTIFICATION, "state": CredentialState.ISSUED, "state_since": AT,
        "holder_name": "Ana Trần", "module": "WPC", "country": "VN", "scheme_version": "score-2026",
        "issuer_id": world.issuer, "zone": "Asia/Ho_Chi_Minh", "valid_from": STARTS, "valid_until": ENDS,
        "issued_at": AT, "supersedes_id": first.id, "recognised_source": None, "recognised_number": None,
        "reason": None,
    }  # fmt: skip
    assert [(one.why, one.issued_at, one.ended_at) for one in row.documents] == [("issued", AT, None)]
    assert ends(only()) != [None]


def test_another_kind_of_paper_is_named_as_such(certified: Player, world: World) -> None:
    licence = CredentialType.EXPERT_TRAINER_LICENCE
    with write_tx() as session:
        case = session.get_one(Certification, certified.certification)
        made = credentials.issue(session, case, world.actor(session, world.maya), AT, type=licence)
        assert (made.type, made.number[:3]) == (licence, PREFIXES[licence] + "-")
        session.rollback()


def test_a_revoked_one_keeps_the_reason_and_ends_at_once(certified: Player, world: World) -> None:
    traces = Traces()
    with write_tx() as session:
        one = session.scalars(select(Credential)).one()
        credentials.revoke(session, one, world.actor(session, world.maya), AT, reason="Misprint.")
    one = only()
    assert traces.events() == [
        event(one, "revoke", "issued revoked", world.maya.id, reason="Misprint.")
    ]  # fmt: skip
    assert (one.state, one.reason, ends(one)) == (CredentialState.REVOKED, "Misprint.", [AT])


def test_one_that_was_superseded_ends_where_the_next_begins(certified: Player, world: World) -> None:
    with write_tx() as session:
        case, maya = session.get_one(Certification, certified.certification), world.actor(session, world.maya)
        case.valid_from, case.valid_until = STARTS, ENDS
        first = session.scalars(select(Credential)).one()
        credentials.issue(session, case, maya, AT, supersedes=first)
    ended = ends(only())
    with write_tx() as session:
        for document in session.scalars(select(CredentialDocument)):
            document.ended_at = None
    traces = Traces()
    with write_tx() as session:
        one = session.scalars(select(Credential).order_by(Credential.valid_from)).first()
        assert one is not None
        credentials.supersede(session, one, CLOCK, AT)
    one = only()
    assert traces.events() == [event(one, "supersede", "issued superseded", None)]
    assert (one.state, ends(one)) == (CredentialState.SUPERSEDED, ended)


def test_it_is_told_anew_under_its_number(certified: Player, world: World) -> None:
    before, traces = only().number, Traces()
    with write_tx() as session:
        one = session.scalars(select(Credential)).one()
        maya = world.actor(session, world.maya)
        credentials.reissue(session, one, maya, AT, why=credentials.CORRECTION, reason="Misspelt.")
    one = only()
    said = {"reason": "Misspelt.", **sealed(one)}
    told = event(one, "reissue", "issued issued", world.maya.id, why="correction", **said)
    assert traces.events() == [told]
    assert [(each.revision, each.why, each.replaced_at) for each in one.documents] == [
        (1, "issued", AT), (2, "correction", None),
    ]  # fmt: skip
    assert one.number == before
    with write_tx() as session:
        one = session.scalars(select(Credential)).one()
        credentials.revoke(session, one, CLOCK, AT, reason="Misprint.")
        credentials.reissue(session, one, CLOCK, AT + timedelta(1), why=credentials.KEY)
    assert ends(only())[-1] == AT


# ---- another name


def copies(world: World, case: str, *states: str) -> list[str]:
    """More certificates of one certification, as rows alone; what was `revoked` has none of its own."""
    with write_tx() as session:
        thing = session.get_one(Certification, case)
        made = [
            credentials.issue(session, thing, world.actor(session, world.maya), AT) for _ in states
        ]  # fmt: skip
        for one, state in zip(made, states, strict=True):
            one.state = CredentialState(state)
        return [one.id for one in made]


def test_every_certificate_that_bears_another_name_is_told_anew(certified: Player, world: World) -> None:
    """Expired and superseded ones too; not what was revoked, nor what bears it already, nor others'."""
    revoked, superseded, same = copies(
        world, certified.certification, "revoked", "superseded", "issued"
    )  # fmt: skip
    with write_tx() as session:
        session.get_one(Credential, same).holder_name = "Anna"
    first, traces = only(), Traces()
    case = first.case_id
    expected = sorted([first.id, superseded])
    with locked_cases() as locked, write_tx() as session:
        ada = world.actor(session, world.ada)
        numbers = credentials.rename_holder(session, ada, world.ana.id, AT, name="Anna")
        assert credentials.rename_holder(session, ada, world.lan.id, AT, name="Lan Lý") == []
    rows = {one.id: one for one in db.session.scalars(select(Credential))}
    assert numbers == [rows[id].number for id in expected]
    told = [(one[0][1], one[1], one[3], one[5]["why"]) for one in traces.events()]
    assert told == [(id, "reissue", world.ada.id, "name") for id in expected]
    assert (rows[revoked].holder_name, rows[same].holder_name) == ("Ana Trần", "Anna")
    assert [(rows[id].holder_name, len(rows[id].documents)) for id in expected] == [("Anna", 2)] * 2
    assert locked == [case]


def test_the_cases_are_locked_though_no_certificate_is_told_anew(certified: Player, world: World) -> None:
    """A grant that commits meanwhile waits, and bears the old name."""
    with locked_cases() as locked, write_tx() as session:
        ada = world.actor(session, world.ada)
        assert credentials.rename_holder(session, ada, world.ana.id, AT, name="Ana Trần") == []
    assert locked == [only().case_id]


# ---- another key


def test_what_a_key_signed_is_listed_by_and_by_and_told_anew_once(
    certified: Player, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies(world, certified.certification, "issued", "issued")
    rows = sorted((one.id, one.case_id) for one in db.session.scalars(select(Credential)))

    def listed(key: IssuerKey, **more: str) -> list[tuple[str, str]]:
        return credentials.signed_with(db.session(), key, **more)

    key, seal = db.session.scalars(select(IssuerKey).order_by(IssuerKey.fragment)).all()
    assert (key.fragment, seal.fragment) == ("key-1", "seal-1")
    assert (listed(key), listed(seal)) == (rows, [])
    assert (listed(key, after=rows[0][0]), listed(key, after=rows[2][0])) == (rows[1:], [])
    assert credentials.count_signed_with(db.session(), key) == 3
    assert credentials.count_signed_with(db.session(), seal) == 0
    monkeypatch.setattr(credentials, "AT_ONCE", 2)
    assert listed(key) == rows[:2]
    with write_tx() as session:
        known = {"issuer_id": key.issuer_id, "kind": key.kind, "created_at": AT, "compromised_at": AT}
        anew = IssuerKey(fragment="key-9", public="other", **known)
        session.add(anew)
        session.flush()
        id, case = rows[0]
        (document,) = session.get_one(Credential, id).documents
        document.key_id = anew.id
    with locked_cases() as locked, write_tx() as session:
        key = session.get_one(IssuerKey, key.id)
        assert credentials.reissue_for_key(session, id, case, key, AT) is None
    assert locked == [case]
    traces = Traces()
    with write_tx() as session:
        anew = session.get_one(IssuerKey, anew.id)
        number = credentials.reissue_for_key(session, id, case, anew, AT)
        assert credentials.reissue_for_key(session, id, case, anew, AT) is None
    one = db.session.get_one(Credential, id)
    assert number == one.number
    told = event(one, "reissue", "issued issued", None, why="key", **sealed(one))
    assert traces.events() == [told]
    assert credentials.count_signed_with(db.session(), db.session.get_one(IssuerKey, anew.id)) == 0


def test_a_certificate_without_a_document_has_none_to_tell_anew(certified: Player, world: World) -> None:
    id, case = only().id, only().case_id
    with write_tx() as session:
        key = session.scalars(select(IssuerKey)).first()
        assert key is not None
        session.execute(CredentialDocument.__table__.delete())  # type: ignore[attr-defined]
        assert credentials.reissue_for_key(session, id, case, key, AT) is None
        session.rollback()


# ---- a link that is mailed


def test_the_link_is_mailed_with_what_the_mail_says(certified: Player, world: World) -> None:
    with write_tx() as session:
        session.get_one(Person, world.ana.id).language = "vi"
    traces = Traces()

    def mail(**more: Any) -> None:
        with write_tx() as session:
            one = session.scalars(select(Credential)).one()
            mail_credential(session, one, AT, email="an@example.org", note="As you asked.", **more)

    with pytest.raises(Refused) as refused:
        mail(worth=False)
    sentence = "Only a certificate that is good, or will be, is sent on."
    assert refused.value.refusals == (Refusal(None, sentence),)
    assert traces.messages() == []
    mail(worth=True)
    (sent,) = traces.messages()
    one, key = only(), sent.pop("key").partition(":")
    assert (key[0], len(key[2])) == ("credential_sent", 20)
    said = {
        "holder": "Ana Trần", "module": "Workplace Cooperation", "issuer": "SCORE Việt Nam",
        "number": one.number, "note": "As you asked.",
    }  # fmt: skip
    without = {"recipient_id": None, "name": "", "email": "an@example.org", "language": "vi"}
    expected = letter("", "credential_sent", world.ana, AT, case_id=one.case_id, params=said, **without)
    assert {"key": "", **sent} == expected
    with write_tx() as session:
        session.scalars(select(Credential)).one().module = "XYZ"
    later = Traces()
    mail(worth=True)
    assert [each["params"]["module"] for each in later.messages()] == ["XYZ"]


def test_a_holders_mails_are_listed_and_say_nothing_once_they_are_erased(
    certified: Player, world: World
) -> None:
    """By when they were sent; one that still waits is not sent any more."""
    with write_tx() as session:
        one = session.scalars(select(Credential)).one()
        for n, email in enumerate(("an@example.org", "binh@example.org")):
            instant = AT - timedelta(n)
            mail_credential(session, one, instant, email=email, note="As you asked.", worth=True)
        number = one.number

    def listed(asked: Callable[[str], Any], who: Member) -> list[str]:
        return [mail.email for mail in db.session.scalars(asked(who.id))]

    both = ["binh@example.org", "an@example.org"]
    assert listed(mails_sent_by, world.ana) == listed(held_mails, world.ana) == both
    assert listed(mails_sent_by, world.lan) == listed(held_mails, world.lan) == []
    with write_tx() as session:
        waiting, sent = session.scalars(mails_sent_by(world.ana.id)).all()
        sent.state, sent.sent_at = "sent", AT
        erase_mail(waiting)
        erase_mail(sent)
    erased = str(ERASED)
    assert listed(mails_sent_by, world.ana) == [erased, erased]
    assert listed(held_mails, world.ana) == []
    rows = db.session.scalars(mails_sent_by(world.ana.id)).all()
    assert [(one.state, one.last_error, one.name, one.params) for one in rows] == [
        ("erased", None, "", {"number": number}), ("sent", None, "", {"number": number}),
    ]  # fmt: skip
