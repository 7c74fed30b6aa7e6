"""What admission takes: a valid prerequisite module and the screening sheets."""

from certify.scheme.evidence import Sheet
from certify.scheme.rules.case import Case, Finding
from certify.scheme.rules.scores import screening_result
from certify.scheme.sentences import Sentence, say
from certify.scheme.words import AssessmentState, Standing

IN = (AssessmentState.SUBMITTED, AssessmentState.RECONCILED)


def prerequisite(case: Case) -> Finding:
    """One of the module's prerequisites is held and valid on the day asked about (DOMAIN.md §1)."""
    wanted = case.edition.modules[case.evidence.module].prerequisites
    held = [other for other in case.evidence.held if other.module in wanted]
    if not wanted or any(other.standing is Standing.VALID for other in held):
        return Finding()
    starts = [
        other.valid_from for other in held if other.standing is Standing.NOT_YET_VALID and other.valid_from
    ]
    reason = say(
        "Needs a valid certification in {modules}.",
        modules=" / ".join(case.edition.modules[code].name for code in wanted),
    )
    return Finding(reasons=(reason,), earliest_on=min(starts, default=None))


def screening(case: Case) -> Finding:
    """Enough panel members handed in a sheet, and every sheet passes."""
    sheets = sorted((sheet for sheet in case.evidence.sheets if sheet.state in IN), key=lambda one: one.id)
    needed = case.whole("screening_sheets")
    members = len({sheet.assessor for sheet in sheets})
    reasons = [reason for sheet in sheets for reason in failings(case, sheet)]
    if members < needed:
        reasons.insert(0, say("{n} of {needed} screening sheets are in.", n=members, needed=needed))
    return Finding(tuple(sheet.id for sheet in sheets), tuple(reasons))


def failings(case: Case, sheet: Sheet) -> list[Sentence]:
    """Why one sheet does not pass."""
    where = {"module": case.evidence.module, "country": case.evidence.country}
    result = screening_result(case.edition, sheet.scores, **where)
    if result.passed:
        return []
    items = {item.id: item.text for item in case.edition.screening}
    reasons = [say("A mandatory item is not met: {item}", item=items[one]) for one in result.failed_mandatory]
    needed = case.limit("screening_percent")
    if result.percent < needed:
        reasons.insert(
            0, say("A sheet scores {percent} %, below {needed} %.", percent=result.percent, needed=needed)
        )
    return reasons
