"""The moves of a candidate's practice, from the ToT to the recommendation."""

from certify.scheme.words import Act
from certify.scheme.words import CertificationState as S
from certify.workflows import assignment_guards as assignment
from certify.workflows import certification_checks as checks
from certify.workflows import certification_effects as effects
from certify.workflows import certification_facts as f
from certify.workflows import certification_guards as g
from certify.workflows.certification_notices import (
    tell_coordinators,
    tell_deciders,
    tell_holder,
    tell_supervisor,
)
from certify.workflows.engine import Move

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
