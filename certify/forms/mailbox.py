"""Forms around the mailbox: how mail comes, an absence with its deputy, doing without a category."""

import re
from collections.abc import Iterable
from datetime import time
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, widgets

from certify.forms.base import Form
from certify.forms.fields import Checkboxes, Day, LongText, Pick, Radios, StrictField
from certify.models import Person
from certify.presentation import say
from certify.reminders.categories import OPTIONAL

_HOUR = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
SINGLE, DAILY = "single", "daily"


class HourOfDay(StrictField):
    """An hour and minute on the wall; browsers show their own picker and send HH:MM."""

    widget = widgets.TimeInput()

    def _value(self) -> str:
        return self.data.strftime("%H:%M") if isinstance(self.data, time) else super()._value()

    def read(self, typed: str) -> time:
        """The time of day."""
        if not _HOUR.fullmatch(typed):
            raise ValueError(gettext("Give an hour like 21:00."))
        return time.fromisoformat(typed)


class MailForm(Form):
    """How often mail comes, when it does not, and what is left out."""

    version = HiddenField()
    often = Radios(
        _("How often"),
        choices=(
            (SINGLE, _("Each message when it is due; more than three at once come as one")),
            (DAILY, _("Once a day, all in one")),
        ),
    )
    digest_hour = Pick(
        _("Hour of the daily mail"), choices=[(str(hour), f"{hour:02}:00") for hour in range(24)]
    )
    quiet_from = HourOfDay(_("No reminders from"), required=False)
    quiet_until = HourOfDay(
        _("Until"),
        required=False,
        description=_("Leave both empty for none. Decisions and what you ask for yourself come at any hour."),
    )
    wanted = Checkboxes(_("Also send by mail"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted.offer((category.value, say(sentence)) for category, sentence in OPTIONAL.items())


class AbsenceForm(Form):
    """The days away, and who stands in."""

    from_on = Day(_("First day away"))
    until_on = Day(_("Last day away"))
    deputy = Pick(
        _("Who stands in"),
        description=_("People who have a role of yours, for the same module and country."),
    )
    note = LongText(_("What they should know"), required=False, max_length=500)

    def offer(self, people: Iterable[Person]) -> None:
        """Who may be chosen."""
        self.deputy.offer((one.id, one.name) for one in people)
