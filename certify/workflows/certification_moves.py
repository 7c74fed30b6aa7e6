"""The move table of a certification, as DESIGN states it: one line of the table is one Move."""

from certify.scheme.words import Act
from certify.scheme.words import CertificationState as S
from certify.workflows import application_guards as application
from certify.workflows import assignment_effects as assignments
from certify.workflows import assignment_guards as assignment
from certify.workflows import certification_checks as checks
from certify.workflows import certification_effects as effects
from certify.workflows import certification_facts as f
from certify.workflows import certification_guards as g
from certify.workflows import decision_effects as decisions
from certify.workflows.certification_notices import (
    tell_assigned,
    tell_coordinators,
    tell_deciders,
    tell_holder,
    tell_holder_of_supervisor,
    tell_readers_of_applications,
    tell_successor,
    tell_supervisor,
)
from certify.workflows.engine import NEW, Move, define
from certify.workflows.qa import ASSIGN_QA
from certify.workflows.reported_changes import REPORTED

IN_PROCESS = (
    S.ADMITTED,
    S.TRAINING,
    S.CLASSROOM_DELIVERY,
    S.SUPERVISED_VISITS,
    S.ASSESSMENT,
    S.MORE_PRACTICE,
    S.RECOMMENDED,
)
_HELD = (*IN_PROCESS, S.ON_HOLD)

APPLICATION = (
    Move(
        "create", "Apply", (NEW,), S.DRAFT, ("holder", "nominator"),
        sentence="{actor} opened the application.",
        facts=(f.MODULE, f.COUNTRY),
        checks=(checks.module_and_country,),
        guards=(application.none_open,),
        note="none open for this module; 6 months since a refusal",
    ),
    Move(
        "confirm_nomination", "Confirm the nomination", (S.DRAFT,), None, ("holder",),
        sentence="{actor} confirmed the nomination.",
        guards=(application.was_nominated, application.none_open),
        effect=effects.confirm_nomination,
        note="was nominated",
    ),
    Move(
        "submit", "Submit the application", (S.DRAFT,), S.SUBMITTED, ("holder",),
        sentence="{actor} submitted the application.",
        facts=(f.DECLARATION, f.CONSENTS, f.CONFLICTS),
        guards=(application.application_complete,),
        effect=effects.submit,
        tells=(tell_readers_of_applications,),
        confirm="After submission the application can no longer be edited.",
        note="application complete, nomination confirmed",
    ),
    Move(
        "return_application", "Return for completion", (S.SUBMITTED,), S.DRAFT, ("coordinates",),
        sentence="{actor} returned the application for completion.",
        facts=(f.TO_COMPLETE,),
        effect=effects.return_application,
        tells=(tell_holder("returned"),),
    ),
    Move(
        "decline_application", "Decline the application", (S.SUBMITTED,), S.DECLINED, ("coordinates",),
        sentence="{actor} declined the application.",
        facts=(f.REASONS,),
        checks=(checks.cited_requirements,),
        guards=(application.sheets_in,),
        effect=effects.decline,
        tells=(tell_holder("declined"),),
        confirm="A declined application is closed; the person can apply again.",
        note="screening sheets in",
    ),
    Move(
        "admit", "Admit", (S.SUBMITTED,), S.ADMITTED, ("coordinates",),
        sentence="{actor} admitted the candidate.",
        guards=(g.needs("prerequisite", "screening"),),
        effect=effects.admit,
        tells=(tell_holder("admitted"),),
        note="`prerequisite` valid that day, `screening`; pins the scheme version",
    ),
)  # fmt: skip

TRAINING = (
    Move(
        "enrol", "Enrol in a ToT", (S.ADMITTED,), S.TRAINING, ("coordinates",),
        sentence="{actor} enrolled the candidate in a ToT.",
        facts=(f.TOT_EVENT,),
        checks=(checks.known_activity,),
        guards=(assignment.event_for_the_module,),
        effect=effects.enrol,
        tells=(tell_holder("enrolled"),),
    ),
    Move(
        "complete_training", "Complete the ToT", (S.TRAINING,), S.CLASSROOM_DELIVERY, ("tot_facilitator",),
        sentence="{actor} completed the candidate's training.",
        guards=(
            g.needs("tot-attendance", "tot-test", "tot-micro-teaching"),
            assignment.supervisor_assigned,
        ),
        tells=(tell_holder("training_completed"),),
        note="`tot-*`; a supervising Expert Trainer is assigned",
    ),
    Move(
        "fail_training", "Have the ToT repeated", (S.TRAINING,), S.ADMITTED, ("tot_facilitator",),
        sentence="{actor} asked the candidate to repeat the training.",
        facts=(f.TO_REPEAT,),
        effect=effects.fail_training,
        tells=(tell_holder("training_failed"), tell_coordinators("training_failed")),
    ),
)  # fmt: skip

DELIVERY = (
    Move(
        "begin_visits", "Begin the supervised visits", (S.CLASSROOM_DELIVERY,), S.SUPERVISED_VISITS,
        ("holder", "case_supervisor"),
        sentence="{actor} began the supervised visits.",
        guards=(
            g.needs(
                "toe-start", "cohort-size", "baseline-before-classroom", "classroom-days", "participants"
            ),
        ),
        tells=(tell_holder("visits_begun"), tell_supervisor("visits_begun")),
        note="`toe-start` `cohort-size` `baseline-before-classroom` `classroom-days` `participants`",
    ),
    Move(
        "submit_for_assessment", "Submit for assessment", (S.SUPERVISED_VISITS,), S.ASSESSMENT, ("holder",),
        sentence="{actor} submitted the cycle for assessment.",
        facts=(f.SELF_ASSESSMENT,),
        checks=(checks.checklist_items,),
        guards=(
            g.needs(
                "visits-after-classroom",
                "visits-per-enterprise",
                "visits-span",
                "toe-end",
                "improvement-projects",
                "cycle-report",
            ),
        ),
        effect=effects.submit_for_assessment,
        tells=(tell_supervisor("submitted_for_assessment"),),
        note="`visits-*` `toe-end` `improvement-projects` `cycle-report`",
    ),
)  # fmt: skip

ASSESSMENT = (
    Move(
        "recommend", "Recommend", (S.ASSESSMENT,), S.RECOMMENDED, ("case_supervisor",),
        sentence="{actor} recommended the candidate.",
        facts=(f.NARRATIVE,),
        guards=(
            g.needs(
                "observed-classroom",
                "observed-visit",
                "mean-score",
                "critical-items",
                "second-observer",
                "satisfaction",
            ),
            g.impartial(Act.RECOMMEND),
        ),
        effect=effects.recommend,
        tells=(tell_holder("recommended"), tell_deciders("file_to_decide")),
        note="`observed-*` `mean-score` `critical-items` `second-observer` `satisfaction`",
    ),
    Move(
        "ask_more_practice", "Ask for more practice", (S.ASSESSMENT, S.RECOMMENDED), S.MORE_PRACTICE,
        ("practice_asker",),
        sentence="{actor} asked for more practice.",
        facts=(f.WHAT, f.BY_ON, f.BACK_TO, f.EXCLUDE),
        checks=(checks.practice_day, checks.excluded_activities),
        guards=(g.impartial_once_recommended,),
        effect=effects.ask_more_practice,
        tells=(tell_holder("more_practice"), tell_supervisor("more_practice")),
        note="from recommended: `independence`",
    ),
    Move(
        "resume_practice", "Resume practice", (S.MORE_PRACTICE,),
        (S.CLASSROOM_DELIVERY, S.SUPERVISED_VISITS), ("holder", "case_supervisor"),
        sentence="{actor} resumed practice.",
        goes_to=lambda question: question.thing.practice_back_to,
        note="earlier evidence keeps counting unless the asker excluded it",
    ),
    Move(
        "return_assessment", "Return the assessment with questions", (S.RECOMMENDED,), S.ASSESSMENT,
        ("master_trainer",),
        sentence="{actor} returned the assessment with questions.",
        facts=(f.QUESTIONS,),
        guards=(g.impartial(Act.DECIDE),),
        effect=effects.return_assessment,
        tells=(tell_supervisor("questions"),),
        note="`independence`",
    ),
)  # fmt: skip

DECISION = (
    Move(
        "grant", "Grant the certificate", (S.RECOMMENDED,), S.CERTIFIED, ("master_trainer",),
        sentence="{actor} granted the certificate.",
        facts=(f.REASONS, f.EFFECTIVE_ON, f.ISSUER),
        checks=(checks.cited_requirements, checks.starts_today_or_later),
        guards=(g.needs_everything, g.impartial(Act.DECIDE), g.delegated),
        effect=decisions.grant,
        tells=(tell_holder("granted"), tell_supervisor("granted")),
        confirm="A certificate is issued and can be checked by anyone at once.",
        note="every requirement met or waived; `independence`, `delegation`; issues the credential",
    ),
    Move(
        "refuse", "Refuse", (S.RECOMMENDED,), S.REFUSED, ("master_trainer",),
        sentence="{actor} refused the certification.",
        facts=(f.REASONS,),
        checks=(checks.cited_requirements,),
        guards=(g.impartial(Act.DECIDE),),
        effect=decisions.refuse,
        tells=(tell_holder("refused"), tell_supervisor("refused")),
        confirm="The candidate is told the reasons and the right to appeal.",
        note="`independence`; the letter states the right to appeal; a new application after 6 months",
    ),
    Move(
        "recognise", "Recognise a certificate", (NEW,), S.CERTIFIED, ("master_trainer",),
        sentence="{actor} recognised a certificate of another body.",
        facts=(
            f.RECOGNISED_PERSON, f.MODULE, f.COUNTRY, f.SOURCE, f.NUMBER, f.VALID_FROM, f.VALID_UNTIL,
            f.GROUNDS,
        ),
        checks=(checks.module_and_country, checks.recognised_dates),
        guards=(
            application.none_open,
            g.impartial(Act.DECIDE),
            g.delegated,
            g.may_recognise,
            g.needs("prerequisite"),
            g.not_expired_elsewhere,
        ),
        effect=decisions.recognise,
        tells=(tell_holder("recognised"),),
        note="none open; `independence`, `delegation`, `prerequisite`; valid_until not past",
    ),
)  # fmt: skip

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
        tells=(tell_holder("reinstated"),),
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
        tells=(tell_coordinators("retired"),),
        confirm="You give this certification up; it cannot be taken back.",
    ),
    Move(
        "hold", "Put on hold", IN_PROCESS, S.ON_HOLD, ("coordinates", "the_clock"),
        sentence="{actor} put the case on hold.",
        facts=(f.REASON,),
        guards=(g.only_by_the_prerequisite,),
        effect=decisions.hold,
        tells=(tell_holder("on_hold"), tell_supervisor("on_hold")),
        note="stops the candidate's deadlines, never a certificate's validity",
    ),
    Move(
        "resume", "Resume", (S.ON_HOLD,), IN_PROCESS, ("coordinates", "the_clock"),
        sentence="{actor} resumed the case.",
        facts=(f.REASON,),
        guards=(g.only_by_the_prerequisite,),
        goes_to=lambda question: question.thing.held_from_state,
        effect=decisions.resume,
        tells=(tell_holder("resumed"), tell_supervisor("resumed")),
    ),
    Move(
        "leave", "Leave the programme", _HELD, S.LEFT, ("holder",),
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

ASSIGNMENT = (
    Move(
        "waive", "Waive a requirement", _HELD, None, ("coordinates",),
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

MOVES = define(*APPLICATION, *TRAINING, *DELIVERY, *ASSESSMENT, *DECISION, *STANDING, *ASSIGNMENT, *REPORTED)
