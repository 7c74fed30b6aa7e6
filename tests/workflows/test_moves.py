"""What a move is: a table without doubles, its targets, an offer, and a no that tells every reason."""

import pytest

from certify.scheme.words import CertificationState as S
from certify.workflows.engine import judge, wrong_state
from certify.workflows.moves import Move, Offer, Refusal, Refused, define
from tests.workflows.asking import asked

STAY = Move("stay", "Stay", ("a",), None, (), "{actor} stayed.")
GO = Move("go", "Go", ("a",), "b", (), "{actor} went.")
EITHER = Move("either", "Either", ("a", "b"), ("b", "c"), (), "{actor} chose.")


def test_a_move_stays_goes_or_chooses() -> None:
    assert (STAY.targets, GO.targets, EITHER.targets) == ((), ("b",), ("b", "c"))


def test_no_move_is_declared_twice() -> None:
    assert define(STAY, GO) == {"stay": STAY, "go": GO}
    with pytest.raises(ValueError, match=r"^a move is declared twice$"):
        define(STAY, GO, STAY)


def test_a_no_tells_every_reason() -> None:
    refused = Refused(Refusal(None, one) for one in ("First.", "Second."))
    assert refused.refusals == (Refusal(None, "First."), Refusal(None, "Second."))
    assert str(refused) == "First.; Second."


def test_an_offer_is_allowed_while_nothing_refuses_it() -> None:
    assert Offer(GO, ()).allowed
    assert not Offer(GO, (Refusal(None, "No."),)).allowed


def test_a_wrong_state_is_told_in_its_own_words_before_anything_else() -> None:
    question = asked("grant", "maya", "training")
    no = Refusal(None, "“Grant the certificate” is not possible while the state is “in training (ToT)”.")
    assert wrong_state(question) == judge(question) == (no,)
    right = asked("grant", "maya", S.RECOMMENDED, effective_on=question.on)
    assert wrong_state(right) == judge(right) == ()
