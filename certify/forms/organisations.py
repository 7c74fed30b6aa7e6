"""Forms of organisations, issuing bodies and delegations."""

import re
from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField
from wtforms.validators import ValidationError

from certify.forms.base import Form
from certify.forms.choices import Choices, offered_countries
from certify.forms.fields import Checkboxes, Day, Name, Pick, Text

_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class OrganisationForm(Form):
    """An organisation of the programme."""

    version = HiddenField()
    name = Text(_("Name"))
    kind = Pick(_("Kind"))
    country = Pick(_("Country"))
    agreement_from_on = Day(_("Agreement from"), required=False)
    agreement_until_on = Day(_("Agreement until"), required=False)

    def __init__(self, *args: Any, kinds: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.offer(kinds)
        self.country.choices = offered_countries()


class BodyForm(Form):
    """An issuing body's name and place."""

    version = HiddenField()
    legal_name = Name(_("Legal name"))
    country = Pick(_("Country"))
    zone = Pick(_("Time zone"), description=_("The days of its certificates begin and end in this zone."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = offered_countries()
        self.zone.offer((zone, zone) for zone in sorted(available_timezones()))


class NewBodyForm(BodyForm):
    """A new issuing body."""

    code = Text(
        _("Code"),
        max_length=40,
        description=_("Small letters, digits and hyphens, such as vn-score. It never changes."),
    )

    def validate_code(self, field: Text) -> None:
        """Fit for a web address."""
        if not _CODE.fullmatch(field.data or ""):
            raise ValidationError(gettext("Use small letters, digits and single hyphens, such as vn-score."))


class SuccessorForm(Form):
    """Who takes the place of an issuing body."""

    version = HiddenField()
    successor = Pick(
        _("Successor"),
        required=False,
        description=_("Whoever checks its certificates is told. Leave it empty if nobody took its place."),
    )
    from_on = Day(_("First day"), required=False, description=_("From then on the successor answers for it."))

    def __init__(self, *args: Any, others: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.successor.offer([("", gettext("Nobody")), *others])


class DelegationForm(Form):
    """What is delegated to an issuing body."""

    country = Pick(_("Country"))
    modules = Checkboxes(_("Modules"))
    from_on = Day(_("First day"))
    until_on = Day(_("Last day"), required=False, description=_("Leave empty if it is open-ended."))
    instrument = Text(_("Instrument"), max_length=300, description=_("The agreement, with its date."))
    may_recognise = BooleanField(_("May recognise certifications that others issued"))

    def __init__(self, *args: Any, modules: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = offered_countries()
        self.modules.offer(modules)
