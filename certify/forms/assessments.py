"""Forms of assessments: the checklist or screening sheet item by item, and reconciling two of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField

from certify.forms.base import Form
from certify.forms.fields import LongText, Radios, Text
from certify.models import Assessment
from certify.workflows.assessment_scores import ScoredItem, scoring_errors

NOT_APPLICABLE = "na"
SCORES = tuple((str(score), str(score)) for score in range(1, 6))


class SheetForm(Form):
    """One sheet; `items` are its lines, each with a score, a comment and a reason for "not applicable"."""

    items: tuple[ScoredItem, ...]
    known: frozenset[str]
    version = HiddenField()

    @property
    def answered(self) -> int:
        """How many items have a score, or do not apply."""
        return sum(1 for item in self.items if self[f"score-{item.id}"].data)

    def lines(self) -> Iterable[tuple[ScoredItem, Any, Any, Any]]:
        """Each item with its fields: score, comment, reason (None where it must be scored)."""
        for item in self.items:
            reason = None if item.required else self[f"reason-{item.id}"]
            yield item, self[f"score-{item.id}"], self[f"comment-{item.id}"], reason

    def entered(self) -> dict[str, Any]:
        """The facts of `submit` and `correct`; also what a draft keeps."""
        chosen = {item.id: self[f"score-{item.id}"].data for item in self.items}
        comments = {item.id: self[f"comment-{item.id}"].data for item in self.items}
        reasons = {
            item.id: self[f"reason-{item.id}"].data or ""
            for item in self.items
            if chosen[item.id] == NOT_APPLICABLE and not item.required
        }
        return {
            "scores": {id: int(text) if text in dict(SCORES) else None for id, text in chosen.items()},
            "comments": {id: text for id, text in comments.items() if text},
            "not_applicable": reasons,
        }

    def validate_complete(self) -> bool:
        """The workflow's own check, item by item, so that each sentence stands beside its item."""
        if not self.validate():
            return False
        facts = self.entered()
        for item in self.items:
            if scoring_errors((item,), self.known, facts):
                self._say_what_is_missing(item, excused=item.id in facts["not_applicable"])
        return not self.errors

    def _say_what_is_missing(self, item: ScoredItem, *, excused: bool) -> None:
        """Short, for it is read on a phone: the item's own text stands right below."""
        if excused:
            field, sentence = f"reason-{item.id}", gettext("Say why it does not apply.")
        else:
            field, sentence = f"score-{item.id}", gettext("Choose a score.")
        self[field].errors = [*self[field].errors, sentence]


def sheet_form(
    assessment: Assessment, items: tuple[ScoredItem, ...], known: frozenset[str], *, correcting: bool = False
) -> SheetForm:
    """The form of an assessment, showing its draft, or when correcting what was handed in."""
    fields: dict[str, Any] = {}
    for number, item in enumerate(items, start=1):
        options = SCORES if item.required else (*SCORES, (NOT_APPLICABLE, gettext("Not applicable")))
        fields[f"score-{item.id}"] = Radios(gettext("Item %(n)s", n=number), choices=options, required=False)
        comment = gettext("Comment on item %(n)s", n=number)
        fields[f"comment-{item.id}"] = LongText(comment, max_length=4000, required=False)
        if not item.required:
            fields[f"reason-{item.id}"] = Text(
                gettext("Why item %(n)s does not apply", n=number), max_length=1000, required=False
            )
    if correcting:
        fields["reason"] = LongText(gettext("Why you correct the scores"), max_length=2000)
    else:
        fields["private_notes"] = LongText(
            gettext("Private notes"),
            required=False,
            description=gettext("For yourself and those who decide; the candidate never sees them."),
        )
    made = type("SheetForm", (SheetForm,), {"items": items, "known": known, **fields})
    return made(data=_shown(assessment, correcting))  # type: ignore[no-any-return]


def _shown(assessment: Assessment, correcting: bool) -> dict[str, Any]:
    handed_in = {
        "scores": assessment.scores,
        "comments": assessment.comments,
        "not_applicable": assessment.not_applicable,
    }
    kept: Mapping[str, Any] = handed_in if correcting else assessment.draft or {}
    shown: dict[str, Any] = {"version": assessment.version, "private_notes": assessment.private_notes}
    shown |= {f"score-{id}": score for id, score in kept.get("scores", {}).items() if score}
    shown |= {f"score-{id}": NOT_APPLICABLE for id in kept.get("not_applicable", {})}
    shown |= {f"comment-{id}": text for id, text in kept.get("comments", {}).items()}
    shown |= {f"reason-{id}": text for id, text in kept.get("not_applicable", {}).items()}
    return shown


class ReconcileForm(Form):
    """One agreed score for each item on which two observers are apart."""

    items: tuple[str, ...]

    def entered(self) -> dict[str, Any]:
        """The facts of `reconcile`."""
        return {"scores": {id: int(self[f"agreed-{id}"].data) for id in self.items}}


def reconcile_form(items: Iterable[ScoredItem]) -> ReconcileForm:
    """The form for these items."""
    asked = list(items)
    fields = {f"agreed-{item.id}": Radios(_("Agreed score"), choices=SCORES) for item in asked}
    made = type("ReconcileForm", (ReconcileForm,), {"items": tuple(i.id for i in asked), **fields})
    return made()  # type: ignore[no-any-return]
