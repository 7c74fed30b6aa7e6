"""The moves that interrupt or end a certification, or the way to it, and take it up again."""

from certify.scheme.words import Act
from certify.scheme.words import CertificationState as S
from certify.workflows import certification_facts as f
from certify.workflows import certification_guards as g
from certify.workflows import decision_effects as decisions
from certify.workflows.certification_notices import (
    confirm_to_holder,
    tell_coordinators,
    tell_holder,
    tell_reinstated,
    tell_supervisor,
)
from certify.workflows.certification_states import HELD, IN_PROCESS
from certify.workflows.engine import Move

STANDING = (
    Move(
        "suspend", "Suspend", (S.CERTIFIED,), S.SUSPENDED, ("master_trainer",),
        sentence="{actor} suspended the certification.",
        facts=(f.GROUNDS,),
        guards=(g.impartial(Act.DECIDE), g.delegated),
        tells=(tell_holder("suspended"),),
        confirm="From now on anyone who checks the certificate sees that it is suspended.",
        note="`independence`, `delegation`",
    ),
    Move(
        "reinstate", "Reinstate", (S.SUSPENDED,), S.CERTIFIED, ("master_trainer",),
        sentence="{actor} reinstated the certification.",
        facts=(f.FINDINGS,),
        guards=(g.impartial(Act.DECIDE), g.delegated),
        tells=(tell_reinstated,),
        note="`independence`, `delegation`",
    ),
    Move(
        "withdraw", "Withdraw", (S.CERTIFIED, S.SUSPENDED), S.WITHDRAWN, ("master_trainer",),
        sentence="{actor} withdrew the certification.",
        facts=(f.GROUNDS,),
        guards=(g.impartial(Act.DECIDE), g.delegated),
        effect=decisions.end_credentials,
        tells=(tell_holder("withdrawn"),),
        confirm="A withdrawn certification cannot be reinstated.",
        note="`independence`, `delegation`",
    ),
    Move(
        "retire", "Retire", (S.CERTIFIED, S.SUSPENDED), S.RETIRED, ("holder",),
        sentence="{actor} retired from this certification.",
        effect=decisions.end_credentials,
        tells=(tell_coordinators("retired"), confirm_to_holder("retirement_confirmed")),
        confirm="You give this certification up; it cannot be taken back.",
    ),
    Move(
        "hold", "Put on hold", IN_PROCESS, S.ON_HOLD, ("coordinates", "the_clock"),
        sentence="{actor} put the case on hold.",
        facts=(f.REASON,),
        guards=(g.only_by_the_prerequisite,),
        effect=decisions.hold,
        tells=(tell_holder("on_hold"), tell_supervisor("case_on_hold")),
        note="stops the candidate's deadlines, never a certificate's validity",
    ),
    Move(
        "resume", "Resume", (S.ON_HOLD,), IN_PROCESS, ("coordinates", "the_clock"),
        sentence="{actor} resumed the case.",
        facts=(f.REASON,),
        guards=(g.only_by_the_prerequisite,),
        goes_to=lambda question: question.thing.held_from_state,
        effect=decisions.resume,
        tells=(tell_holder("resumed"), tell_supervisor("case_resumed")),
    ),
    Move(
        "leave", "Leave the programme", HELD, S.LEFT, ("holder",),
        sentence="{actor} left the programme.",
        facts=(f.REASON,),
        effect=decisions.leave,
        tells=(tell_coordinators("left"), tell_supervisor("left")),
        confirm="You can be taken back within 12 months.",
    ),
    Move(
        "rejoin", "Take back in", (S.LEFT,), S.ADMITTED, ("coordinates",),
        sentence="{actor} took the candidate back in.",
        facts=(f.REASON,),
        guards=(g.within_rejoin_time,),
        effect=decisions.rejoin,
        tells=(tell_holder("rejoined"),),
        note="within 12 months; a valid ToT is used again",
    ),
)  # fmt: skip
