"""Sentences that reach the screen: English here, with the template kept so that views can translate."""

from collections.abc import Mapping


class Sentence(str):
    """A finished English sentence that remembers its template and values.

    `say("{n} of {all} visits", n=1, all=3)` reads as "1 of 3 visits"; a view translates `template`
    and fills in `values` again.
    """

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, object]


def say(template: str, **values: object) -> Sentence:
    """Make a sentence from a template in `str.format` style."""
    sentence = Sentence(template.format(**values))
    sentence.template = template
    sentence.values = values
    return sentence
