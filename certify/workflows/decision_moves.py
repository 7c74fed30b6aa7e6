"""The moves that decide on a certification: granted, refused, recognised."""

from certify.scheme.words import Act
from certify.scheme.words import CertificationState as S
from certify.workflows import application_guards as application
from certify.workflows import certification_checks as checks
from certify.workflows import certification_facts as f
from certify.workflows import certification_guards as g
from certify.workflows import decision_effects as decisions
from certify.workflows.certification_notices import tell_holder, tell_supervisor
from certify.workflows.engine import NEW, Move

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
