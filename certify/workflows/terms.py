"""How long things last and by when they are due, from the numbers of the edition."""

from datetime import date, timedelta

from certify.models import Certification
from certify.scheme.rules.case import number
from certify.scheme.types import Edition
from certify.workflows.dossier import day_of


def decision_days(edition: Edition, case: Certification) -> int:
    """For how many days a complete file may wait for its decision (DOMAIN.md, step 7)."""
    return int(number(edition, "decision_days", module=case.module, country=case.country))


def decision_due_on(edition: Edition, case: Certification) -> date:
    """By when a complete file is to be decided, counted from the recommendation."""
    return day_of(case, case.state_since) + timedelta(days=decision_days(edition, case))


def validity_months(edition: Edition, case: Certification) -> int:
    """For how many months a certificate in the case is valid (DOMAIN.md §9)."""
    return int(number(edition, "validity_months", module=case.module, country=case.country))
