"""The moves by which a coordinator gives tasks in a case, or sets a requirement aside."""

from certify.scheme.words import Act
from certify.scheme.words import CertificationState as S
from certify.workflows import assignment_effects as assignments
from certify.workflows import assignment_guards as assignment
from certify.workflows import certification_checks as checks
from certify.workflows import certification_facts as f
from certify.workflows.certification_notices import (
    tell_assigned,
    tell_holder,
    tell_holder_of_supervisor,
    tell_successor,
)
from certify.workflows.certification_states import HELD, IN_PROCESS
from certify.workflows.engine import Move
from certify.workflows.qa import ASSIGN_QA

ASSIGNMENT = (
    Move(
        "waive", "Waive a requirement", HELD, None, ("coordinates",),
        sentence="{actor} waived a requirement.",
        facts=(f.REQUIREMENT, f.REASON),
        checks=(checks.waived_requirement,),
        guards=(assignment.can_be_waived, assignment.not_own_supervision),
        effect=assignments.waive,
        tells=(tell_holder("waived"),),
        note="`waivable`; the coordinator is neither supervisor nor observer",
    ),
    Move(
        "assign_screener", "Name a panel member", (S.SUBMITTED,), None, ("coordinates",),
        sentence="{actor} named a member of the screening panel.",
        facts=(f.PERSON,),
        checks=(checks.known_person(),),
        guards=(assignment.person_is_impartial(Act.SCREEN), assignment.not_assigned_yet),
        effect=assignments.assign_screener,
        tells=(tell_assigned,),
        note="relations table; creates a screening sheet",
    ),
    Move(
        "assign_supervisor", "Assign the supervisor", IN_PROCESS, None, ("coordinates",),
        sentence="{actor} assigned the supervising Expert Trainer.",
        facts=(f.EXPERT,),
        checks=(checks.known_person(),),
        guards=(
            assignment.no_supervisor_yet,
            assignment.person_is_expert(),
            assignment.person_is_impartial(Act.SUPERVISE),
        ),
        effect=assignments.assign_supervisor,
        tells=(tell_assigned, tell_holder("supervisor_assigned")),
        note="relations table; status active for module and country",
    ),
    Move(
        "assign_observer", "Assign an observer", IN_PROCESS, None, ("coordinates",),
        sentence="{actor} assigned an observer.",
        facts=(f.EXPERT, f.OBSERVED),
        checks=(checks.known_person(), checks.known_activity),
        guards=(
            assignment.person_is_expert(),
            assignment.person_is_impartial(Act.OBSERVE),
            assignment.activity_can_be_observed,
            assignment.not_assigned_yet,
        ),
        effect=assignments.assign_observer,
        tells=(tell_assigned,),
        note="relations table; status active for module and country; creates the observation",
    ),
    ASSIGN_QA,
    Move(
        "reassign", "Reassign", IN_PROCESS, None, ("coordinates",),
        sentence="{actor} reassigned a task.",
        facts=(f.ROLE, f.FROM, f.TO, f.REASON),
        checks=(checks.known_person("to"),),
        guards=(
            assignment.holds_the_task,
            assignment.person_is_expert("to"),
            assignment.successor_is_impartial,
            assignment.successor_observes_nothing_twice,
        ),
        effect=assignments.reassign,
        tells=(tell_successor, tell_holder_of_supervisor),
        note="relations table; status active for module and country",
    ),
)  # fmt: skip
