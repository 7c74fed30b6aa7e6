"""Forms whose draft may be open in two windows: each keeps what it typed, and a clash is shown with both."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from wtforms import HiddenField

from certify.forms.base import Form
from certify.forms.fields import Radios
from certify.forms.merging import Clash, Merged, marks_of, merge
from certify.forms.rows import NOT_APPLICABLE
from certify.scheme.sentences import say
from certify.workflows.engine import Refusal


def shown_text(text: str) -> str:
    """One input as a sentence can name it."""
    if text == NOT_APPLICABLE:
        return str(gettext("Not applicable"))
    return text or str(gettext("nothing"))


class MergingForm(Form):
    """A form whose inputs a draft keeps."""

    seen = HiddenField()  # marks of what the page showed: other windows' changes are told apart from ours

    def inputs(self) -> list[str]:
        """The names of the inputs that a draft keeps."""
        raise NotImplementedError

    def typed(self) -> dict[str, str]:
        """What stands in each input, by its name."""
        return {name: str(self[name].data or "") for name in self.inputs()}

    def meet(self, kept: Mapping[str, str]) -> Merged:
        """Take over what other windows kept since this page was made; a clash waits for `insist`."""
        merged = merge(str(self.seen.data or ""), stored=kept, typed=self.typed())
        self.write({name: merged.texts.get(name, "") for name in self.inputs()})
        return merged

    def kept(self, texts: Mapping[str, str]) -> None:
        """From now on the page knows of these."""
        self.seen.data = marks_of(texts)

    def insist(self, clashes: Iterable[Clash]) -> None:
        """Show again what was typed here and say what the other window holds; sent once more, it is meant."""
        told = list(clashes)
        self.write({clash.name: clash.here for clash in told})
        self.refuse(Refusal(None, self._told(clash)) for clash in told)

    def label_of(self, name: str) -> str:
        """What an input is called."""
        return str(self[name].label.text)

    def write(self, texts: Mapping[str, str]) -> None:
        """Put texts into inputs as if they had been typed there."""
        for name, text in texts.items():
            field: Any = self[name]
            field.data = (text or None) if isinstance(field, Radios) else text
            if not isinstance(field, Radios):
                field.raw_data = [text]

    def _told(self, clash: Clash) -> str:
        return say(
            "Another window saved “{there}” for “{item}”; here it is “{here}”. Send it again to keep yours.",
            there=shown_text(clash.there),
            here=shown_text(clash.here),
            item=self.label_of(clash.name),
        )
