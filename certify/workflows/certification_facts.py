"""The fields of the certification's moves."""

from dataclasses import replace

from certify.scheme.words import CertificationState
from certify.workflows.facts import Fact, FactKind

MODULE = Fact("module", FactKind.MODULE, "Module")
COUNTRY = Fact("country", FactKind.COUNTRY, "Country")
DECLARATION = Fact(
    "declaration",
    FactKind.BOOLEAN,
    "What I state here is true, and I accept the scheme's code of conduct",
    must_be_true=True,
)
CONSENTS = Fact("consents", FactKind.TEXTS, "Consents", hint="What your data may be used for.")
CONFLICTS = Fact(
    "conflicts",
    FactKind.TEXTS,
    "Conflicts of interest",
    hint="Family, business or work ties to anybody in the programme, one a line; empty if none.",
    required=False,
    max_length=1000,
)
TO_COMPLETE = Fact(
    "to_complete",
    FactKind.LONG_TEXT,
    "What to complete",
    hint="The applicant will read this. Plain language, no internal notes.",
)
REASONS = Fact(
    "reasons",
    FactKind.REASONS,
    "Reasons",
    hint="The candidate will read this. Plain language, no internal notes.",
)
REASONS_TO_TRAINER = replace(REASONS, hint="The trainer will read this. Plain language, no internal notes.")
TOT_EVENT = Fact("activity", FactKind.ACTIVITY, "ToT event")
TO_REPEAT = Fact("to_repeat", FactKind.LONG_TEXT, "What to repeat", hint="The candidate will read this.")
SELF_ASSESSMENT = Fact(
    "self_assessment",
    FactKind.SCORES,
    "Self-assessment",
    hint="Score yourself before you see the observers' scores: 1 is weak, 3 sufficient, 5 excellent.",
)
NARRATIVE = Fact(
    "narrative",
    FactKind.LONG_TEXT,
    "Recommendation",
    hint="What you saw that shows the candidate is ready; the Master Trainer and the candidate read it.",
    max_length=8000,
)
WHAT = Fact("what", FactKind.LONG_TEXT, "What to practise")
BY_ON = Fact("by_on", FactKind.DAY, "By when")
BACK_TO = Fact(
    "back_to",
    FactKind.CHOICE,
    "Back to",
    choices=(
        (CertificationState.CLASSROOM_DELIVERY.value, "classroom delivery"),
        (CertificationState.SUPERVISED_VISITS.value, "supervised visits"),
    ),
)
EXCLUDE = Fact(
    "exclude",
    FactKind.ACTIVITIES,
    "Activities that shall no longer count",
    hint="Earlier evidence keeps counting unless you exclude it here.",
    required=False,
)
QUESTIONS = Fact("questions", FactKind.LONG_TEXT, "Questions to the assessor")
EFFECTIVE_ON = Fact("effective_on", FactKind.DAY, "Valid from", hint="Today or later.")
ISSUER = Fact("issuer", FactKind.ISSUER, "Issuing body", required=False)
GROUNDS = Fact(
    "grounds",
    FactKind.LONG_TEXT,
    "Grounds",
    hint="The trainer will read this. Plain language, no internal notes.",
)
FINDINGS = Fact("findings", FactKind.LONG_TEXT, "Findings", hint="What shows that the grounds are gone.")
REASON = Fact("reason", FactKind.LONG_TEXT, "Reason", max_length=2000)
REQUIREMENT = Fact("requirement", FactKind.REQUIREMENT, "Requirement")
PERSON = Fact("person", FactKind.PERSON, "Person")
EXPERT = Fact("person", FactKind.PERSON, "Expert Trainer")
OBSERVED = Fact("activity", FactKind.ACTIVITY, "Workshop or visit to observe")
ROLE = Fact(
    "role",
    FactKind.CHOICE,
    "Task",
    choices=(("supervisor", "supervision"), ("observer", "observation")),
)
FROM = Fact("from", FactKind.PERSON, "From")
TO = Fact("to", FactKind.PERSON, "To")
RECOGNISED_PERSON = Fact("person", FactKind.PERSON, "Trainer")
SOURCE = Fact(
    "source",
    FactKind.TEXT,
    "Issued by",
    hint="The body that issued the certificate.",
    max_length=200,
    on_paper=True,
)
NUMBER = Fact("number", FactKind.TEXT, "Its number there", max_length=100, on_paper=True)
VALID_FROM = Fact("valid_from", FactKind.DAY, "Valid from")
VALID_UNTIL = Fact("valid_until", FactKind.DAY, "Valid until")
