"""The whole matrix of the certification: move × state × actor × relation, against DESIGN's own table."""

from dataclasses import replace
from functools import cache

import pytest

from certify.models import Certification
from certify.policy import fits
from certify.policy.relations import History, PastAct, Tie
from certify.scheme.words import CertificationState, Relation
from certify.workflows.certification import MOVES
from certify.workflows.engine import judge
from tests.scheme.good_evidence import TODAY
from tests.workflows.still import ACTORS, AT, StillDossier, case, question

PROCESS = [
    "admitted",
    "training",
    "classroom_delivery",
    "supervised_visits",
    "assessment",
    "more_practice",
    "recommended",
]

# move: from states, to states (empty: no change), who
TABLE = {
    "create": (["new"], ["draft"], ["ana", "sami"]),
    "confirm_nomination": (["draft"], [], ["ana"]),
    "submit": (["draft"], ["submitted"], ["ana"]),
    "return_application": (["submitted"], ["draft"], ["olu"]),
    "decline_application": (["submitted"], ["declined"], ["olu"]),
    "admit": (["submitted"], ["admitted"], ["olu"]),
    "enrol": (["admitted"], ["training"], ["olu"]),
    "complete_training": (["training"], ["classroom_delivery"], ["fay"]),
    "fail_training": (["training"], ["admitted"], ["fay"]),
    "begin_visits": (["classroom_delivery"], ["supervised_visits"], ["ana", "bo"]),
    "submit_for_assessment": (["supervised_visits"], ["assessment"], ["ana"]),
    "recommend": (["assessment"], ["recommended"], ["bo"]),
    "ask_more_practice": (["assessment", "recommended"], ["more_practice"], ["bo", "maya"]),
    "resume_practice": (["more_practice"], ["classroom_delivery", "supervised_visits"], ["ana", "bo"]),
    "return_assessment": (["recommended"], ["assessment"], ["maya"]),
    "grant": (["recommended"], ["certified"], ["maya"]),
    "refuse": (["recommended"], ["refused"], ["maya"]),
    "suspend": (["certified"], ["suspended"], ["maya"]),
    "reinstate": (["suspended"], ["certified"], ["maya"]),
    "withdraw": (["certified", "suspended"], ["withdrawn"], ["maya"]),
    "retire": (["certified", "suspended"], ["retired"], ["ana"]),
    "hold": (PROCESS, ["on_hold"], ["olu", "clock"]),
    "resume": (["on_hold"], PROCESS, ["olu", "clock"]),
    "leave": ([*PROCESS, "on_hold"], ["left"], ["ana"]),
    "rejoin": (["left"], ["admitted"], ["olu"]),
    "recognise": (["new"], ["certified"], ["maya"]),
    "waive": ([*PROCESS, "on_hold"], [], ["olu"]),
    "assign_screener": (["submitted"], [], ["olu"]),
    "assign_supervisor": (PROCESS, [], ["olu"]),
    "assign_observer": (PROCESS, [], ["olu"]),
    "reassign": (PROCESS, [], ["olu"]),
    "assign_qa": (["certified"], [], ["olu", "qi"]),
    "report_employer": (["certified", "suspended"], [], ["ana"]),
    "report_conflict": (["certified", "suspended"], [], ["ana"]),
}

REASONS = [{"requirement": "mean-score", "reason": "Seen in every event."}]
FACTS = {
    "enrol": {"activity": "tot"},
    "assign_screener": {"person": "xen"},
    "assign_supervisor": {"person": "xen"},
    "assign_observer": {"person": "xen", "activity": "workshop"},
    "reassign": {"role": "supervisor", "from": "bo", "to": "xen", "reason": "Bo is ill."},
    "assign_qa": {"person": "qi", "activity": "workshop"},
    "waive": {"requirement": "cohort-size", "reason": "Three enterprises came."},
    "grant": {"reasons": REASONS, "effective_on": TODAY},
    "recognise": {"valid_until": TODAY},
}

# relation: screen, supervise, observe, recommend, decide, QA (DESIGN.md, Relations; – reads as free)
RELATIONS = {
    Relation.SELF: "block block block block block block",
    Relation.FAMILY: "block block block block block block",
    Relation.COMMERCIAL_INTEREST: "block block block block block block",
    Relation.EMPLOYMENT: "block mitigate block mitigate block block",
    Relation.FACILITATED: "free free mitigate mitigate block free",
    Relation.SCREENED: "free free free free block free",
    Relation.SUPERVISED: "free free free free block block",
    Relation.OBSERVED: "free free free free block block",
    Relation.RECOMMENDED: "free free free free block block",
    Relation.WAIVED: "free free free free block block",
    Relation.DECIDED: "free free free free free free",
}
COLUMNS = ("screen", "supervise", "observe", "recommend", "decide", "qa")
ACT = {
    "recommend": ("recommend", "actor"),
    "return_assessment": ("decide", "actor"),
    "grant": ("decide", "actor"),
    "refuse": ("decide", "actor"),
    "suspend": ("decide", "actor"),
    "reinstate": ("decide", "actor"),
    "withdraw": ("decide", "actor"),
    "recognise": ("decide", "actor"),
    "assign_screener": ("screen", "xen"),
    "assign_supervisor": ("supervise", "xen"),
    "assign_observer": ("observe", "xen"),
    "reassign": ("supervise", "xen"),
    "assign_qa": ("qa", "qi"),
}
TIES = (Relation.SELF, Relation.FAMILY, Relation.COMMERCIAL_INTEREST, Relation.EMPLOYMENT)


def who(move: str, state: str) -> list[str]:
    """The actors of the table; the asker of more practice depends on the state."""
    if move == "ask_more_practice" and state in ("assessment", "recommended"):
        return ["bo"] if state == "assessment" else ["maya"]
    return TABLE[move][2]


def expected(move: str, state: str, actor: str, relation: Relation | None) -> str:
    """What DESIGN says happens."""
    if actor not in who(move, state):
        return "forbidden"
    if state not in TABLE[move][0]:
        return "state"
    act, _ = ACT.get(move, (None, None))
    if move == "ask_more_practice" and state == "recommended":
        act = "decide"
    if act and relation and RELATIONS[relation].split()[COLUMNS.index(act)] == "block":
        return "independence"
    return "allowed"


@cache
def ready(move: str, state: str) -> Certification:
    """The case in a state, with what the move needs; judging changes nothing, so one does for all actors."""
    thing = case(CertificationState(state))
    if move == "assign_supervisor":
        thing.supervisor_id = None
    if move == "submit":
        thing.nomination_confirmed_at = AT
    return thing


def answered(move: str, state: str, actor: str, dossier: StillDossier) -> str:
    """What the code says."""
    thing = ready(move, state)
    asked = question(move, actor=actor, thing=thing, dossier=dossier, facts=FACTS.get(move))
    if not fits(asked.actor, asked.move.who, thing, TODAY):
        return "forbidden"
    refusals = judge(asked)
    if not refusals:
        return "allowed"
    if {refusal.requirement for refusal in refusals} == {"independence"}:
        return "independence"
    return "state" if "is not possible while" in refusals[0].reason else repr(refusals)


def related(relation: Relation | None, person: str) -> dict[str, History]:
    """A history in which the person has the relation in this very certification."""
    if relation is None:
        return {}
    if relation in TIES:
        return {person: History(person, ties=(Tie(relation, None, None),))}
    return {person: History(person, acts=(PastAct(relation, "case", TODAY),))}


def test_the_table_has_exactly_the_moves_of_the_design() -> None:
    assert set(MOVES) == set(TABLE)
    for name, (sources, targets, _) in TABLE.items():
        assert sorted(map(str, MOVES[name].sources)) == sorted(sources), name
        assert sorted(map(str, MOVES[name].targets)) == sorted(targets), name


@pytest.mark.parametrize("move", TABLE)
def test_every_state_actor_and_relation_gets_the_answer_of_the_design(move: str) -> None:
    asked_about = ACT.get(move, ("", "actor"))[1]
    dossiers = {}
    for relation in (None, *Relation):
        for actor in ACTORS:
            person = actor if asked_about == "actor" else asked_about
            histories = related(relation, person)
            base = dossiers.setdefault("base", StillDossier())
            dossier = replace(base, histories=histories)
            dossier.__dict__["results"] = base.results
            for state in CertificationState:
                if move == "hold" and actor == "clock":
                    continue
                assert answered(move, state, actor, dossier) == expected(move, state, actor, relation), (
                    move, str(state), actor, relation,
                )  # fmt: skip
