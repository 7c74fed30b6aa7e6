"""The names that an edition must use: requirement ids, parameters, steps, places, anchors of reminders.

The rules ask for these names, so an edition that lacks one, or brings another, is a mistake.
"""

from certify.scheme.words import CredentialType, RoleName

REQUIREMENTS = (
    "prerequisite",
    "screening",
    "tot-attendance",
    "tot-test",
    "tot-micro-teaching",
    "toe-start",
    "toe-end",
    "cohort-size",
    "baseline-before-classroom",
    "classroom-days",
    "participants",
    "visits-after-classroom",
    "visits-per-enterprise",
    "visits-span",
    "improvement-projects",
    "cycle-report",
    "self-assessment",
    "observed-classroom",
    "observed-visit",
    "mean-score",
    "critical-items",
    "second-observer",
    "satisfaction",
    "recommendation",
    "independence",
    "delegation",
)
RENEWAL_REQUIREMENTS = (
    "practice-per-year",
    "refresher",
    "qa-observation",
    "code-of-conduct",
    "no-open-finding",
)
ALSO_FOR_RENEWAL = ("independence", "delegation")
LICENCE_REQUIREMENTS = (
    "licence-certified",
    "licence-track-record",
    "licence-co-facilitation",
    "licence-examination",
)
WAIVABLE = frozenset(
    {
        "tot-attendance",
        "toe-start",
        "toe-end",
        "cohort-size",
        "classroom-days",
        "participants",
        "visits-span",
        "improvement-projects",
        "cycle-report",
        "satisfaction",
    }
)
STEPS = ("admission", "tot", "toe", "assessment", "decision", "renewal", "licence")
APART = ("renewal", "licence")  # not on the path to the certificate

# Who can clear a requirement, or is told: the granted roles, and those whom the case itself makes.
ROLES = frozenset(RoleName)
PARTIES = ROLES | {"candidate", "holder", "enterprise_contact", "screener", "observer", "supervisor"}

WHOLE_NUMBERS = frozenset(
    {
        "experience_years",
        "sme_experience_years",
        "screening_sheets",
        "screening_percent",
        "mandatory_minimum",
        "reapplication_months",
        "rejoin_months",
        "tot_days",
        "tot_attendance_percent",
        "tot_test_percent",
        "days_span_max",
        "toe_start_months",
        "toe_end_months",
        "cohort_size_min",
        "cohort_size_max",
        "enterprise_size_min",
        "enterprise_size_max",
        "classroom_days",
        "participants_managers",
        "participants_workers",
        "visits_per_enterprise",
        "visits_span_days",
        "visit_confirmation_days",
        "projects_per_enterprise",
        "cycle_report_days",
        "score_min",
        "score_max",
        "score_sufficient",
        "observed_classrooms",
        "observed_visits",
        "critical_minimum",
        "reconcile_gap",
        "satisfaction_score",
        "satisfaction_percent",
        "satisfaction_response_percent",
        "satisfaction_answers",
        "decision_votes",
        "decision_days",
        "validity_months",
        "relation_window_months",
        "suspension_months",
        "review_days",
        "slow_percent",
        "name_change_days",
        "licence_answer_days",
        "licence_examination_days",
        "practice_cycles",
        "practice_months",
        "practice_in_force_percent",
        "qa_observations",
        "refresher_hours",
        "code_of_conduct_months",
        "renewal_window_days",
        "grace_days",
        "late_renewal_months",
        "late_renewal_cycles",
        "appeal_days",
        "appeal_acknowledge_days",
        "appeal_decide_days",
        "expert_licence_months",
        "expert_tots",
        "expert_cycles",
        "expert_examination_percent",
        "small_cell",
        "followup_months_min",
        "followup_months_max",
    }
)
DECIMAL_NUMBERS = frozenset({"micro_teaching_mean", "mean_score"})
ROLE_NAMES = frozenset({"decision_role"})
PARAMETERS = WHOLE_NUMBERS | DECIMAL_NUMBERS | ROLE_NAMES

EVIDENCE = ("C", "S", "P")
PLACES = ("classroom", "visit")
CHECKLIST_ITEMS = 20
LEAST_ITEMS_A_PLACE = 12
EXPERIENCE_ITEMS = ("professional-experience", "sme-experience")

ANCHORS = frozenset(
    {
        "draft_since",
        "screener_assigned",
        "tot_first_day",
        "toe_start_deadline",
        "toe_end_deadline",
        "visit_submitted",
        "last_visit",
        "observed_event",
        "assessment_since",
        "recommended_since",
        "more_practice_by",
        "practice_period_end",
        "code_of_conduct_due",
        "valid_until",
        "suspension_limit",
        "renewal_filed_since",
        "renewal_reviewed_since",
    }
)
STOPS = frozenset(
    {
        "submitted",
        "sheet_submitted",
        "tot_held",
        "classroom_held",
        "visits_complete",
        "visit_confirmed",
        "report_submitted",
        "observation_submitted",
        "recommended",
        "decided",
        "practice_resumed",
        "cycle_delivered",
        "code_of_conduct_signed",
        "renewal_filed",
        "suspension_ended",
        "renewal_reviewed",
        "renewal_decided",
    }
)
WORDING = frozenset(
    {f"{kind}_{part}" for kind in CredentialType for part in ("title", "statement", "prefix")}
    | {"recognised"}
    | {f"conduct_{n}_statement" for n in range(1, 10)}
)
