"""Every form checks its own token and keeps what was filled in; its status is that of the page."""

from collections.abc import Iterator

import pytest
from flask import Flask, g, session
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import BadRequest
from wtforms import FieldList, PasswordField, StringField

from certify.forms.base import Form
from certify.forms.fields import Checkboxes, Text
from certify.workflows.engine import Refusal
from tests.front import front

STALE = "This page was open too long or opened elsewhere; please send it again."


class Named(Form):
    """A small form."""

    name = Text("Name")
    secret = PasswordField("Password")
    kinds = Checkboxes("Kinds", choices=[("a", "A"), ("b", "B")], required=False)
    notes = FieldList(StringField("Note"))


@pytest.fixture
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = front(tmp_path_factory.mktemp("front"))
    with app.test_request_context("/", method="POST"):
        yield app


def sent(*typed: tuple[str, str]) -> Named:
    return Named(formdata=ImmutableMultiDict([*typed, ("csrf_token", generate_csrf())]))


def test_a_form_that_was_not_sent_answers_200(web: Flask) -> None:
    form = Named(formdata=None)
    assert (form.status, form.problems()) == (200, [])


def test_a_good_token_lets_the_form_through(web: Flask) -> None:
    form = sent(("name", "Ana"))
    assert (form.validate(), form.status, form.problems()) == (True, 200, [])


@pytest.mark.parametrize("token", ["", "made-up", "IjEi.aaaa.bbbb"])
def test_a_missing_or_foreign_token_is_an_ordinary_error_of_the_filled_form(web: Flask, token: str) -> None:
    generate_csrf()
    form = Named(formdata=ImmutableMultiDict({"name": "Ana", "csrf_token": token}))
    assert (form.validate(), form.status, form.problems()) == (False, 422, [("", STALE)])
    assert 'value="Ana"' in form.name()


def test_no_configuration_turns_the_token_off(web: Flask) -> None:
    web.config["WTF_CSRF_ENABLED"] = False
    assert Named(formdata=ImmutableMultiDict({"name": "Ana"})).validate() is False


def test_a_token_of_another_browser_is_refused(web: Flask) -> None:
    token = generate_csrf()
    session["csrf_token"] = "another"
    g.pop("csrf_token")
    form = Named(formdata=ImmutableMultiDict({"name": "Ana", "csrf_token": token}))
    assert (form.validate(), form.problems()) == (False, [("", STALE)])


@pytest.mark.parametrize("doubled", ["name", "secret", "csrf_token", "notes-0"])
def test_a_doubled_key_is_a_bad_request(web: Flask, doubled: str) -> None:
    with pytest.raises(BadRequest):
        sent((doubled, "one"), (doubled, "two"))


def test_checkboxes_may_be_sent_many_times(web: Flask) -> None:
    form = sent(("name", "Ana"), ("kinds", "a"), ("kinds", "b"))
    assert (form.validate(), form.kinds.data) == (True, ["a", "b"])


@pytest.mark.parametrize("evil", ["a\0", "a\ud800"])
def test_no_field_of_any_kind_takes_what_a_database_cannot_hold(web: Flask, evil: str) -> None:
    form = sent(("name", "Ana"), ("secret", evil))
    assert form.validate() is False
    assert form.problems() == [("secret", "Password: The text holds characters that cannot be stored.")]


def test_refusals_of_a_rule_make_it_409(web: Flask) -> None:
    form = sent(("name", "Ana"))
    refusal = Refusal("screening", "Two sheets are missing.")
    form.validate()
    form.refuse([refusal])
    assert (form.status, form.refusals) == (409, (refusal,))


def test_errors_of_the_facts_stand_beside_their_fields(web: Flask) -> None:
    form = sent(("name", "Ana"))
    form.validate()
    form.add_errors({"name": ["Too short."], "elsewhere": ["Not for this move."]})
    assert form.status == 422
    assert form.problems() == [("", "Not for this move."), ("name", "Name: Too short.")]
