"""The moves of an application, from the draft to the admission."""

from certify.scheme.words import CertificationState as S
from certify.workflows import application_guards as application
from certify.workflows import certification_checks as checks
from certify.workflows import certification_effects as effects
from certify.workflows import certification_facts as f
from certify.workflows import certification_guards as g
from certify.workflows.certification_notices import tell_holder, tell_readers_of_applications
from certify.workflows.engine import NEW, Move

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
