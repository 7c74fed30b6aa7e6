"""Undoing: what stands is put back, what was changed since stays, and pressed twice it does no more."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from certify.models import Affiliation, Certification, Cohort, Organisation, Person, SignIn, StoredFile
from certify.models.store import write_tx
from certify.scheme.words import RoleName
from certify.workflows import ties
from certify.workflows.application import remove_file
from certify.workflows.changes import Change
from certify.workflows.cohort import as_changeable, edit_cohort
from certify.workflows.engine import Refusal
from certify.workflows.role_rules import Proposal
from certify.workflows.roles import end, propose
from certify.workflows.undoing import UNDOINGS
from tests.cast import World
from tests.conftest import NOW
from tests.player import Player
from tests.workflows.keeping import events, refusals

ON, DAY = NOW.date(), timedelta(days=1)
CHANGED = Refusal(None, "Somebody changed this since, so it was not undone. It stays as it reads now.")


def back(session: Session, world: World, thing: Any, change: Change, who: str = "ada") -> bool:
    member = next(one for one in world.members if one.key == who)
    return UNDOINGS[change.act].back(session, world.actor(session, member), NOW, thing, change)


def test_each_act_is_judged_as_the_change_itself_was(submitted: Player, world: World) -> None:
    with write_tx() as session:
        assert {name: (one.row.__name__, one.action) for name, one in UNDOINGS.items()} == {
            "file": ("StoredFile", "certification.edit"),
            "proposal": ("RoleGrant", "role.end"),
            "account": ("Person", "person.edit"),
            "last_day": ("Affiliation", "person.edit"),
            "sign_ins": ("Person", "person.edit"),
            "own_sign_ins": ("Person", "account.edit"),
            "cohort": ("Cohort", "cohort.edit"),
            "presence": ("Activity", "tot_event.edit"),
        }
        case = session.get_one(Certification, submitted.certification)
        work = session.get_one(Affiliation, f"{'worklan':0<20}")
        assert UNDOINGS["file"].judged(case.files[0]) is case
        assert UNDOINGS["last_day"].judged(work) is work.person
        assert UNDOINGS["account"].judged(work.person) is work.person


def test_a_file_comes_back_while_nothing_took_its_place(submitted: Player, world: World) -> None:
    with write_tx() as session:
        case = session.get_one(Certification, submitted.certification)
        case.state = "draft"  # type: ignore[assignment]
        session.flush()
        ana, first = world.actor(session, world.ana), case.files[0]

        def add(name: str, kind: str = "cv") -> StoredFile:
            file = StoredFile(
                sha256=name * 64, name=f"{name}.pdf", media_type="application/pdf", size=9, kind=kind,
                certification=case, uploaded_by_id=ana.id, uploaded_at=NOW,
            )  # fmt: skip
            session.add(file)
            session.flush()
            return file

        def tried(change: Change) -> tuple[Refusal, ...]:
            return refusals(back, session, world, first, change, "ana")

        gone = remove_file(session, case, first, ana, NOW)
        assert back(session, world, first, gone, "ana") is True
        assert first.removed_at is None
        assert back(session, world, first, gone, "ana") is False
        remove_file(session, case, first, ana, NOW + DAY)
        assert tried(gone) == (CHANGED,)
        first.removed_at = NOW
        newer = add("b")
        assert tried(gone) == (CHANGED, Refusal(None, "“b.pdf” was added since."))
        replaced = Change(gone.act, gone.thing, gone.before, gone.after, {"instead": newer.id})
        newest = add("c")
        newer.removed_at = NOW
        session.flush()
        assert tried(replaced) == (
            CHANGED, Refusal(None, "“b.pdf” was removed since."), Refusal(None, "“c.pdf” was added since."),
        )  # fmt: skip
        newer.removed_at, newest.removed_at = None, NOW
        session.flush()
        assert back(session, world, first, replaced, "ana") is True
        assert (first.removed_at, newer.removed_at) == (None, NOW)
        paper, _other = add("d", "diploma"), add("e", "diploma")
        paper_gone = remove_file(session, case, paper, ana, NOW)
        assert back(session, world, paper, paper_gone, "ana") is True


def test_an_account_opens_again_with_the_browsers_that_were_closed_with_it(world: World) -> None:
    with write_tx() as session:
        kim = session.get_one(Person, world.kim.id)
        rows = [sign_in(session, world.kim.id, n) for n in range(3)]
        stranger = sign_in(session, world.lan.id, 3)
        kim.disabled_at = NOW
        for row, ended in zip((*rows, stranger), (NOW, NOW, NOW + DAY, NOW), strict=True):
            row.ended_at = ended
        session.flush()
        ids = [row.id for row in (*rows[1:], stranger)]
        more = {"rows": ids, "ended_at": NOW.isoformat()}
        shut = Change("account", kim.id, {"disabled_at": None}, {"disabled_at": NOW.isoformat()}, more)
        assert back(session, world, kim, shut) is True
        assert kim.disabled_at is None
        assert [row.ended_at for row in (*rows, stranger)] == [NOW, None, NOW + DAY, NOW]
        assert back(session, world, kim, shut) is False
        kim.disabled_at = NOW + DAY
        session.flush()
        assert refusals(back, session, world, kim, shut) == (CHANGED,)
        opened = Change(
            "account", kim.id, {"disabled_at": (NOW + DAY).isoformat()}, {"disabled_at": None},
            {"rows": [], "ended_at": None},
        )  # fmt: skip
        kim.disabled_at = None
        session.flush()
        assert back(session, world, kim, opened) is True
        assert kim.disabled_at == NOW + DAY


def sign_in(session: Session, person_id: str, n: int) -> SignIn:
    row = SignIn(token_hash=f"{n}" * 64, person_id=person_id, created_at=NOW, seen_at=NOW)
    session.add(row)
    session.flush()
    return row


def test_browsers_are_signed_in_again_unless_the_account_changed(world: World) -> None:
    with write_tx() as session:
        kim, row = session.get_one(Person, world.kim.id), sign_in(session, world.kim.id, 1)
        other = sign_in(session, world.kim.id, 2)

        def ended(version: int) -> Change:
            more = {"rows": [row.id, other.id], "ended_at": NOW.isoformat(), "version": version}
            return Change("own_sign_ins", kim.id, {}, {}, more)

        assert back(session, world, kim, ended(kim.version)) is False
        row.ended_at = NOW
        session.flush()
        assert refusals(back, session, world, kim, ended(kim.version - 1)) == (CHANGED,)
        kim.disabled_at = NOW
        session.flush()
        assert refusals(back, session, world, kim, ended(kim.version)) == (CHANGED,)
        kim.disabled_at = None
        session.flush()
        assert back(session, world, kim, ended(kim.version)) is True
        assert (row.ended_at, other.ended_at) == (None, None)
        assert back(session, world, kim, ended(0)) is False


def test_a_last_day_reads_as_before_unless_the_person_works_there_anew(world: World) -> None:
    with write_tx() as session:
        work = session.get_one(Affiliation, f"{'worklan':0<20}")
        first = ties.leave(session, work, ON)
        second = ties.leave(session, work, ON - DAY)
        assert refusals(back, session, world, work, first) == (CHANGED,)
        assert back(session, world, work, second) is True
        assert work.until_on == ON
        assert back(session, world, work, second) is False
        provider = session.get_one(Organisation, world.provider)
        ties.join(session, work.person, provider, position="", from_on=ON + DAY, until_on=None)
        double = Refusal(None, "Lan Phạm is recorded there for these days already.")
        assert refusals(back, session, world, work, first) == (double,)
        assert work.until_on == ON


def test_a_proposal_put_aside_waits_again_unless_it_was_made_anew(world: World) -> None:
    with write_tx() as session:
        ada, kim = world.actor(session, world.ada), session.get_one(Person, world.kim.id)
        wish = Proposal(person=kim, role=RoleName.AUDITOR, module=None, country=None, from_on=ON)
        grant = propose(session, ada, wish, NOW)
        end(session, ada, grant, NOW)
        aside = Change(
            "proposal", grant.id, {"ended_at": None, "ended_by_id": None},
            {"ended_at": NOW.isoformat(), "ended_by_id": ada.id},
        )  # fmt: skip
        assert back(session, world, grant, aside) is True
        assert (grant.ended_at, grant.ended_by_id) == (None, None)
        assert back(session, world, grant, aside) is False
        end(session, ada, grant, NOW + DAY)
        assert refusals(back, session, world, grant, aside) == (CHANGED,)
        grant.ended_at = NOW
        propose(session, ada, wish, NOW)
        double = Refusal(None, "Kim Park has this role already, or it is proposed.")
        assert refusals(back, session, world, grant, aside) == (double,)


def test_a_cohort_is_edited_back_while_it_stands_as_it_was_edited(delivered: Player, world: World) -> None:
    with write_tx() as session:
        cohort, olu = session.get_one(Cohort, delivered.cohort), world.actor(session, world.olu)
        was = as_changeable(cohort)
        edit_cohort(session, cohort, olu, NOW, name="Autumn")
        edited = Change("cohort", cohort.id, {"name": was["name"]}, {"name": "Autumn"})
        assert back(session, world, cohort, edited, "olu") is True
        assert as_changeable(cohort) == was
        told = events(session, "edit")
        assert [(one[1], one[2], one[3]) for one in told] == [(olu.id, NOW, ("cohort", cohort.id))] * 2
        assert back(session, world, cohort, edited, "olu") is False
        edit_cohort(session, cohort, olu, NOW, name="Winter")
        assert refusals(back, session, world, cohort, edited, "olu") == (CHANGED,)
        assert cohort.name == "Winter"
