"""Each field takes exactly what it says; anything else is a sentence beside it, never an exception."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import ImmutableMultiDict

from certify.forms.base import Form
from certify.forms.fields import (
    Checkboxes,
    Day,
    Lines,
    LongText,
    Name,
    Pick,
    Radios,
    StrictDecimal,
    StrictInteger,
    Text,
)
from tests.front import front

CHOICES = [("f", "Female"), ("m", "Male")]


class Everything(Form):
    """One of each."""

    text = Text("Name", max_length=10, required=False)
    long = LongText("Report", required=False)
    lines = Lines("Sectors", required=False)
    whole = StrictInteger("People", most=500, required=False)
    number = StrictDecimal("Hours", most="24", required=False)
    day = Day("Held on", required=False)
    pick = Pick("Person", choices=CHOICES, required=False)
    radios = Radios("Sex", choices=CHOICES, required=False)
    boxes = Checkboxes("Among", choices=CHOICES, required=False)


class Needed(Form):
    """The same, all asked for."""

    text = Text("Name")
    whole = StrictInteger("People")
    day = Day("Held on")
    pick = Pick("Person", choices=CHOICES)
    radios = Radios("Sex", choices=CHOICES)
    boxes = Checkboxes("Among", choices=CHOICES)


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return front(tmp_path_factory.mktemp("front"))


def read(web: Flask, form: type[Form] = Everything, **typed: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the fields hold, and their errors, after `typed` was sent."""
    with web.test_request_context("/", method="POST", data=typed):
        sent = form()
        sent.validate()
        errors = {name: found for name, found in sent.errors.items() if name != "csrf_token"}
        return {name: sent[name].data for name in typed}, errors


@pytest.mark.parametrize(
    ("field", "typed", "held"),
    [
        ("text", "  Ana  ", "Ana"),
        ("text", "e\u0301", "é"),
        ("text", "", ""),
        ("long", "one\r\ntwo", "one\ntwo"),
        ("lines", "food\r\n\r\n textiles ", ["food", "textiles"]),
        ("whole", "0", 0),
        ("whole", " 500 ", 500),
        ("whole", "", None),
        ("number", "7.25", Decimal("7.25")),
        ("day", "2028-02-29", date(2028, 2, 29)),
        ("pick", "f", "f"),
        ("radios", "m", "m"),
        ("boxes", ["f", "m"], ["f", "m"]),
    ],
)
def test_a_field_reads_what_it_asks_for(web: Flask, field: str, typed: Any, held: Any) -> None:
    assert read(web, **{field: typed}) == ({field: held}, {})


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("text", "x" * 11, "At most 10 characters."),
        ("text", "a\nb", "The text holds characters that cannot be stored."),
        ("whole", "501", "Give a whole number from 0 to 500."),
        ("whole", "-1", "Give a whole number from 0 to 500."),
        ("whole", "1e2", "Give a whole number from 0 to 500."),
        ("whole", "٣", "Give a whole number from 0 to 500."),
        ("whole", "9" * 5000, "Give a whole number from 0 to 500."),
        ("number", "sNaN", "Give a number from 0 to 24, such as 7.5."),
        ("number", "Infinity", "Give a number from 0 to 24, such as 7.5."),
        ("number", "1e1", "Give a number from 0 to 24, such as 7.5."),
        ("number", "24.5", "Give a number from 0 to 24, such as 7.5."),
        ("day", "2027-02-29", "Give a date like 2026-11-22."),
        ("day", "0001-01-01", "Give a date like 2026-11-22."),
        ("day", "22.11.2026", "Give a date like 2026-11-22."),
        ("day", "20261122", "Give a date like 2026-11-22."),
        ("pick", "x", "Choose one of the entries."),
        ("radios", "x", "Choose one of the options."),
        ("boxes", ["f", "x"], "Choose among the entries shown."),
    ],
)
def test_a_field_refuses_what_it_cannot_read(web: Flask, field: str, typed: Any, sentence: str) -> None:
    assert read(web, **{field: typed})[1] == {field: [sentence]}


@pytest.mark.parametrize("field", ["text", "long", "lines"])
@pytest.mark.parametrize("evil", ["a\0b", "a\ud800b", "a\x1bb", "a\U000e0080b"])
def test_no_text_holds_what_a_database_or_page_cannot(web: Flask, field: str, evil: str) -> None:
    with web.test_request_context("/", method="POST"):
        sent = Everything(formdata=_multi({field: evil}))
        assert sent.validate() is False
        assert sent.errors[field][0] == "The text holds characters that cannot be stored."
        str(sent[field]()).encode("utf-8")


def test_an_empty_field_that_is_asked_for_names_itself(web: Flask) -> None:
    _, errors = read(web, Needed, text=" ")
    assert errors == {
        "text": ["Fill in: Name."],
        "whole": ["Fill in: People."],
        "day": ["Fill in: Held on."],
        "pick": ["Fill in: Person."],
        "radios": ["Fill in: Sex."],
        "boxes": ["Fill in: Among."],
    }


def test_what_cannot_be_read_stays_on_the_page_as_typed(web: Flask) -> None:
    with web.test_request_context("/", method="POST", data={"number": "about 7", "day": "soon"}):
        sent = Everything()
        sent.validate()
        assert 'value="about 7"' in sent.number()
        assert 'value="soon"' in sent.day()


@settings(max_examples=300, deadline=None)
@given(typed=st.text(max_size=40))
def test_no_typed_text_makes_a_field_raise(web: Flask, typed: str) -> None:
    for field in ("text", "long", "lines", "whole", "number", "day", "pick", "radios", "boxes"):
        with web.test_request_context("/", method="POST"):
            sent = Everything(formdata=_multi({field: typed}))
            sent.validate()
            str(sent[field]() if field not in ("radios", "boxes") else list(sent[field]))


def _multi(typed: dict[str, str]) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict(typed)


@pytest.mark.parametrize(
    "typed", ["Ana\u202enA", "\u2066Ana", "A\u00adna", "An\u2028a", "An\ufeffa", "Ana\tB", "Ana\x1b"]
)
def test_a_name_holds_nothing_unseen(web: Flask, typed: str) -> None:
    class Named(Form):
        name = Name("Name")

    with web.test_request_context():
        form = Named(ImmutableMultiDict({"name": typed}))
        form.validate()
        assert form.name.errors == ["This holds characters that cannot be seen. Type it anew."]
        spelt = Named(ImmutableMultiDict({"name": "علی\u200cرضا"}))
        spelt.validate()
        assert spelt.name.errors in ([], ())
