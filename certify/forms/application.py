"""The forms of an application's steps: each asks for a few fields, which may wait in a draft."""

import hashlib
import json
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import Field
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from certify.forms.attempt import differences
from certify.forms.certification import CONSENTS, NEEDED_CONSENT, ApplyForm, NominateForm
from certify.forms.choices import country_choices
from certify.forms.moves import MoveForm, form_for
from certify.forms.nominations import NominateSeveralForm
from certify.forms.stale import CHANGED
from certify.models import Certification
from certify.models.store import lock_case
from certify.queries.application import Step, declared_in
from certify.queries.mine import ModuleLine
from certify.scheme.sentences import say
from certify.scheme.words import CertificationState
from certify.workflows.application import FIELDS
from certify.workflows.certification_moves import MOVES
from certify.workflows.engine import Move, Refusal, Refused

_BY_NAME = {fact.name: fact for fact in FIELDS}
_SUBMIT = {fact.name: fact for fact in MOVES["submit"].facts}


class StepForm(MoveForm):
    """The answers of one step; what is left empty can be filled in later."""

    def answers(self, sent: Container[str]) -> dict[str, Any]:
        """The answers by their names, an emptied one as None; a field that was not sent is left out."""
        facts = self.facts()
        return {fact.name: facts.get(fact.name) for fact in self.move.facts if fact.name in sent}


class DeclarationsForm(MoveForm):
    """Conflicts and consents, one consent of which is needed."""

    def validate_consents(self, field: Field) -> None:
        """Nobody is assessed without having allowed it."""
        if NEEDED_CONSENT not in (field.data or ()):
            raise ValidationError(gettext("Tick the first consent: without it nobody may assess you."))


def step_form(certification: Certification, step: Step) -> StepForm:
    """One step as it stands; only the access needs are called optional, though a draft may lack anything."""
    move = Move(step.name, "Save", (CertificationState.DRAFT,), None, ("holder",), sentence="",
                facts=tuple(_BY_NAME[name] for name in step.fields))  # fmt: skip
    stored = {name: getattr(certification, name) for name in step.fields}
    form = cast(StepForm, form_for(move, data=stored, base=StepForm))
    for name in step.needed:
        form[name].flags.optional = None
    if "employer" in step.fields:
        form["employer"].render_kw = {"list": "employers"}
    return form


def declarations_form(declared: Mapping[str, Any]) -> DeclarationsForm:
    """Conflicts and consents as stated so far."""
    facts = (_SUBMIT["conflicts"], _SUBMIT["consents"])
    offered = [(value, str(label)) for value, label in CONSENTS]
    move = replace(MOVES["submit"], facts=facts)
    form = form_for(move, data=dict(declared), choices={"consents": offered}, base=DeclarationsForm)
    return cast(DeclarationsForm, form)


def consents_shown(declared: Mapping[str, Any]) -> list[str]:
    """The sentences of the consents that were given."""
    return [str(label) for value, label in CONSENTS if value in declared.get("consents", ())]


def declare_form() -> MoveForm:
    """The last tick before an application is submitted; the rest was answered step by step."""
    return form_for(replace(MOVES["submit"], facts=(_SUBMIT["declaration"],)))


def group_countries(
    form: ApplyForm | NominateForm | NominateSeveralForm,
    served: frozenset[str] | None,
    within: frozenset[str] | None = None,
) -> None:
    """Say in the list of countries which of them a national coordinator serves; these stand first."""
    if served is None:
        return
    with_one, without = gettext("With a national coordinator"), gettext("No national coordinator yet")
    choices = [
        SelectChoice(value=code, label=name, optgroup=with_one if code in served else without)
        for code, name in country_choices(within)
    ]
    choices.sort(key=lambda choice: choice.optgroup != with_one)
    form.country.choices = [SelectChoice(value="", label=gettext("Choose…")), *choices]


def group_modules(form: ApplyForm, lines: Iterable[ModuleLine]) -> None:
    """Say in the list of modules which are open to the applicant, and what opens the others.

    A draft may be opened for both, as only admission asks for what opens them; not where a case is open.
    """
    choices = [SelectChoice(value="", label=gettext("Choose…"))]
    grouped = sorted(lines, key=lambda line: (not line.can_be_applied_for, not line.is_open))
    for line in grouped:
        shut = not line.can_be_applied_for and line.code != form.module.data
        disabled = {"disabled": True} if shut else {}
        label = f"{line.name} ({line.code})"
        choices.append(
            SelectChoice(value=line.code, label=label, optgroup=_group_of(line), render_kw=disabled)
        )
    form.module.choices = choices


def _group_of(line: ModuleLine) -> str:
    if not line.can_be_applied_for:
        return str(gettext("You have a case for it already"))
    if line.is_open:
        return str(gettext("Open to you"))
    return str(gettext("Opens after %(modules)s", modules=gettext(" or ").join(line.needs)))


def shown_digest(values: Mapping[str, Any]) -> str:
    """A short mark of what a page showed, to find out later whether it has changed meanwhile."""
    plain = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def digest_of(certification: Certification, step: Step) -> str:
    """The mark of a step's own answers: another step in another tab disturbs nobody."""
    return shown_digest({name: getattr(certification, name) for name in step.fields})


def step_unchanged(session: Session, certification: Certification, step: Step, form: StepForm) -> None:
    """Lock the case and go on only if the step still reads as its page showed it. Raises Refused (409)."""
    lock_case(session, certification.case_id)
    session.refresh(certification)
    if _differs(digest_of(certification, step)):
        raise Refused([Refusal(None, say(CHANGED)), *differences(form, certification)])


def declared_unchanged(session: Session, certification: Certification) -> None:
    """The same for what was declared, which waits in a draft; told as it reads now. Raises Refused (409)."""
    lock_case(session, certification.case_id)
    declared = declared_in(session, certification)
    if _differs(shown_digest(declared)):
        raise Refused([Refusal(None, say(CHANGED)), *_as_declared(declared)])


def _as_declared(declared: Mapping[str, Any]) -> Iterator[Refusal]:
    for name, said in (("conflicts", declared.get("conflicts")), ("consents", consents_shown(declared))):
        held = "; ".join(said or ()) or gettext("nothing")
        yield Refusal(
            None, say("“{label}” now reads “{held}”.", label=gettext(_SUBMIT[name].label), held=held)
        )


def _differs(digest: str) -> bool:
    seen = request.form.get("shown")
    return seen is not None and seen != digest
