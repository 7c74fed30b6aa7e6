"""What opens an account: the present password is asked for first, too many tries wait, an end is told."""

from flask import flash
from flask_babel import gettext, ngettext

from certify.auth.guard import current_person
from certify.auth.passwords import verify_password
from certify.auth.throttle import TooMany, count_try
from certify.forms.base import Form

PRESENT = "password"  # the throttle's name: its tries count together, whatever page asks for it


def check_present(form: Form) -> None:
    """Put an error beside `form.present` unless it is the password of whoever asks. Raises TooMany."""
    person = current_person()
    assert person is not None  # the marks of the routes that ask for it let nobody else in
    count_try(PRESENT, person.id)
    if not verify_password(person.password_hash, form.present.data):
        form.add_errors({"present": [gettext("This is not your present password.")]})


def told_to_wait(form: Form, error: TooMany) -> tuple[int, dict[str, str]]:
    """The sentence on top of the form; status and headers of the page that shows it."""
    minutes = -(-error.retry_after // 60)
    form.form_errors = [gettext("Too many tries. Wait %(n)s minutes, then try again.", n=minutes)]
    return 429, {"Retry-After": str(error.retry_after)}


def tell_ended(tokens: int) -> None:
    """Say on the next page how many programs need a new token now."""
    if tokens:
        sentence = ngettext("One token for programs ended.", "%(num)s tokens for programs ended.", tokens)
        flash(sentence, "good")
