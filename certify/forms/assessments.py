"""Forms of assessments: the checklist or screening sheet item by item, and reconciling two of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from certify.forms.fields import LongText, Radios, Text
from certify.forms.merging import marks_of
from certify.forms.rows import NOT_APPLICABLE
from certify.forms.two_windows import MergingForm
from certify.models import Assessment
from certify.workflows.assessment_scores import ScoredItem, scoring_errors

SCORES = tuple((str(score), str(score)) for score in range(1, 6))
PARTS = {"score": _("Score"), "comment": _("Comment"), "reason": _("Why it does not apply")}


class SheetForm(MergingForm):
    """One sheet; `items` are its lines, each with a score, a comment and a reason for "not applicable"."""

    items: tuple[ScoredItem, ...]
    known: frozenset[str]

    def inputs(self) -> list[str]:
        """The names of the inputs that a draft keeps."""
        parts = ("score", "comment", "reason")
        names = [f"{part}-{item.id}" for item in self.items for part in parts]
        return [name for name in (*names, "private_notes") if name in self]

    def label_of(self, name: str) -> str:
        """What an input is called: the item's text, or the field's own label."""
        part, _, id = name.partition("-")
        text = next((gettext(item.text) for item in self.items if item.id == id), "")
        return f"{PARTS[part]}: {text}" if text else str(self[name].label.text)

    @property
    def answered(self) -> int:
        """How many items have a score, or do not apply."""
        return len(self.items) - len(self.open_items)

    @property
    def open_items(self) -> list[str]:
        """The inputs that still wait for a score, in their order."""
        names = [f"score-{item.id}" for item in self.items]
        return [name for name in names if not self[name].data]

    def lines(self) -> Iterable[tuple[ScoredItem, Any, Any, Any]]:
        """Each item with its fields: score, comment, reason (None where it must be scored)."""
        for item in self.items:
            reason = None if item.required else self[f"reason-{item.id}"]
            yield item, self[f"score-{item.id}"], self[f"comment-{item.id}"], reason

    def draft(self) -> dict[str, Any]:
        """What the server keeps meanwhile: also a reason whose item is not marked “not applicable” yet."""
        texts = self.typed()
        reasons = {item.id: texts.get(f"reason-{item.id}", "") for item in self.items}
        return {**self.entered(), "reasons": {id: text for id, text in reasons.items() if text}}

    def entered(self) -> dict[str, Any]:
        """The facts of `submit` and `correct`."""
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
    texts = handed_in_texts(assessment) if correcting else draft_texts(assessment)
    return made(data={**texts, "seen": marks_of(texts)})  # type: ignore[no-any-return]


def draft_texts(assessment: Assessment) -> dict[str, str]:
    """The draft as its inputs show it, by their names."""
    return {**_texts(assessment.draft or {}), "private_notes": assessment.private_notes}


def handed_in_texts(assessment: Assessment) -> dict[str, str]:
    """The scores that were handed in, as the inputs show them."""
    handed_in = {
        "scores": assessment.scores,
        "comments": assessment.comments,
        "not_applicable": assessment.not_applicable,
    }
    return _texts(handed_in)


def _texts(kept: Mapping[str, Any]) -> dict[str, str]:
    shown = {f"score-{id}": str(score) for id, score in kept.get("scores", {}).items() if score}
    shown |= {f"score-{id}": NOT_APPLICABLE for id in kept.get("not_applicable", {})}
    shown |= {f"comment-{id}": text for id, text in kept.get("comments", {}).items()}
    reasons = {**kept.get("not_applicable", {}), **kept.get("reasons", {})}
    return shown | {f"reason-{id}": text for id, text in reasons.items()}


class ReconcileForm(MergingForm):
    """One agreed score, and why, for each item on which two observers are apart."""

    items: tuple[str, ...]
    texts: Mapping[str, str]

    def inputs(self) -> list[str]:
        """The names of the inputs that a draft keeps."""
        return [f"{part}-{id}" for id in self.items for part in ("agreed", "note")]

    def label_of(self, name: str) -> str:
        """What an input is called: with its item's text."""
        return f"{self[name].label.text}: {gettext(self.texts[name.partition('-')[2]])}"

    def draft(self) -> dict[str, Any]:
        """What was agreed so far."""
        scores = {id: self[f"agreed-{id}"].data for id in self.items}
        return {"agreed": {id: text for id, text in scores.items() if text}, "notes": self._notes()}

    def entered(self) -> dict[str, Any]:
        """The facts of `reconcile`."""
        return {"scores": {id: int(self[f"agreed-{id}"].data) for id in self.items}, "notes": self._notes()}

    def validate_complete(self) -> bool:
        """Every item has its agreed score."""
        if not self.validate():
            return False
        for id in self.items:
            field = self[f"agreed-{id}"]
            if not field.data:
                field.errors = [*field.errors, gettext("Choose the agreed score.")]
        return not self.errors

    def _notes(self) -> dict[str, str]:
        return {id: text for id in self.items if (text := self[f"note-{id}"].data)}


def reconcile_form(assessment: Assessment, items: Iterable[ScoredItem]) -> ReconcileForm:
    """The form for these items, showing what was agreed so far."""
    asked, shown = list(items), agreed_texts(assessment)
    fields: dict[str, Any] = {}
    for item in asked:
        fields[f"agreed-{item.id}"] = Radios(_("Agreed score"), choices=SCORES, required=False)
        fields[f"note-{item.id}"] = Text(_("Why this score"), max_length=1000, required=False)
    texts = {item.id: item.text for item in asked}
    made = type("ReconcileForm", (ReconcileForm,), {"items": tuple(texts), "texts": texts, **fields})
    return made(data={**shown, "seen": marks_of(shown)})  # type: ignore[no-any-return]


def agreed_texts(assessment: Assessment) -> dict[str, str]:
    """What was agreed so far as its inputs show it, by their names."""
    kept = assessment.draft or {}
    shown = {f"agreed-{id}": text for id, text in kept.get("agreed", {}).items()}
    return shown | {f"note-{id}": text for id, text in kept.get("notes", {}).items()}
