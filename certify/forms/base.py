"""The base of every form: its own CSRF check, its answer's status, and the rules' refusals beside it."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import abort, request
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.csrf import _FlaskFormCSRF
from wtforms import Field, FieldList, FormField, MultipleFileField, SelectMultipleField
from wtforms.validators import ValidationError

from certify.workflows.engine import Refusal

STALE_PAGE = _("This page was open too long or opened elsewhere; please send it again.")
UNSTORABLE = _("The text holds characters that cannot be stored.")


class KeptCSRF(_FlaskFormCSRF):  # type: ignore[misc]
    """CSRF whose refusal is an ordinary error of the form, so that what was filled in is not lost."""

    def validate_csrf_token(self, form: FlaskForm, field: Field) -> None:
        """Say in plain words what to do about a missing or foreign token."""
        try:
            super().validate_csrf_token(form, field)
        except ValidationError as error:
            raise ValidationError(str(STALE_PAGE)) from error


class Form(FlaskForm):  # type: ignore[misc]
    """A form that answers 200 when fresh, 422 when filled in wrongly, 409 when a rule refused."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """CSRF is on whatever the configuration says; its token lives as long as the sign-in."""

        csrf = True
        csrf_class = KeptCSRF
        csrf_time_limit = None

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """What a page sent. Flask-WTF would read JSON too, whose arrays and depth no field expects."""
            return None if formdata is not None and request.is_json else super().wrap_formdata(form, formdata)

    form_errors: list[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refusals: tuple[Refusal, ...] = ()
        for field in _leaves(self):
            _refuse_doubled(field)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check every field, and that no value holds what a database cannot store."""
        valid = super().validate(extra_validators=extra_validators)
        for field in _leaves(self):
            if any(isinstance(raw, str) and not storable(raw) for raw in field.raw_data or ()):
                field.errors = [*field.errors, UNSTORABLE]
                valid = False
        return bool(valid)

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows this form."""
        if self.refusals:
            return 409
        return 422 if self.errors else 200

    def refuse(self, refusals: Iterable[Refusal]) -> None:
        """Keep the reasons of a rule that said no; the page shows them above the filled form."""
        self.refusals = tuple(refusals)

    def add_errors(self, errors: Mapping[str, Iterable[str]]) -> None:
        """Put sentences beside the fields that they are about; those about no field stand on top."""
        for name, sentences in errors.items():
            field = self._fields.get(name)
            if field is None or not hasattr(field, "errors"):
                self.form_errors = [*self.form_errors, *sentences]
            else:
                field.errors = [*field.errors, *sentences]

    def problems(self) -> list[tuple[str, str]]:
        """Every error as (id of its field or "", sentence), in the order of the page."""
        found = [("", sentence) for sentence in (*self.form_errors, *self.csrf_token.errors)]
        for field in _leaves(self):
            if field is self.csrf_token:
                continue
            parts = getattr(field, "problems", None)
            label = str(field.label.text).rstrip(".")  # a sentence that is ticked
            own = [(str(field.id), each if label in each else f"{label}: {each}") for each in field.errors]
            found += parts() if parts else own
        return found


def storable(text: str) -> bool:
    """Whether both databases keep the text as it is: no NUL, no lone surrogate."""
    return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text)


def _leaves(fields: Iterable[Field]) -> Iterable[Field]:
    for field in fields:
        if isinstance(field, FieldList | FormField):
            yield from _leaves(field)
        else:
            yield field


def _refuse_doubled(field: Field) -> None:
    # `outcome=grant&outcome=refuse` has no honest sender, and whichever we took could be the wrong one.
    takes_many = getattr(field, "takes_many", isinstance(field, SelectMultipleField | MultipleFileField))
    if not takes_many and len(field.raw_data or ()) > 1:
        abort(400)
