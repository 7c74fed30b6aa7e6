"""Mistakes in a schedule of reminders, as those of mistakes.py: what could never be kept is named."""

MISTAKES = {
    "a day of a reminder named twice": (
        "offset_days = [7, 21]",
        "offset_days = [7, 7]",
        "reminders[application-incomplete].offset_days",
        "The numbers must rise.",
    ),
    "a reminder before its anchor": (
        "offset_days = [7, 21]",
        "offset_days = [-7, 21]",
        "reminders[application-incomplete].offset_days",
        "-7 is not from 0 to 366, the days around draft_since.",
    ),
    "a reminder after what it announces": (
        "offset_days = [-14, -3]",
        "offset_days = [-14, 3]",
        "reminders[tot-soon].offset_days",
        "3 is not from -366 to -1, the days around tot_first_day.",
    ),
    "a reminder before the validity": (
        "offset_days = [-90, -60, -30, -7]",
        "offset_days = [-1200, -60, -30, -7]",
        "reminders[renewal-window].offset_days",
        "-1200 is not from -1116 to 372, the days around valid_until.",
    ),
    "a stop that cannot follow its anchor": (
        'stops_when = "submitted"',
        'stops_when = "decided"',
        "reminders[application-incomplete].stops_when",
        "decided cannot follow draft_since; this can: submitted.",
    ),
    "a reader whom its anchor does not have": (
        'recipient = "screener"',
        'recipient = "observer"',
        "reminders[screening-due].recipient",
        "There is no observer where it counts from screener_assigned.",
    ),
    "a reminder of everybody's visit to one candidate": (
        'stops_when = "visit_confirmed"\nescalates_to = "supervisor"',
        'stops_when = "visit_confirmed"\nescalates_to = "candidate"',
        "reminders[visit-confirmation].escalates_to",
        "There is no candidate where it counts from visit_submitted.",
    ),
    "an escalation to whoever was reminded": (
        'stops_when = "decided"\nescalates_to = "scheme_owner"',
        'stops_when = "decided"\nescalates_to = "master_trainer"',
        "reminders[decision-due].escalates_to",
        "Nobody is told upwards of themselves: name another role, or nobody.",
    ),
}
