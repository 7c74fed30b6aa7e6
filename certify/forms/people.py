"""Forms about people: invitations, corrections, where they work, and roles."""

import re
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField
from wtforms.validators import ValidationError

from certify.forms.base import Form
from certify.forms.choices import Choices, offered_countries
from certify.forms.fields import Day, Name, Pick, Radios, Text
from certify.scheme.words import RoleName

_EMAIL = re.compile(r"[^@\s<>\"(),:;\\\[\]]+@[^@\s<>\"(),:;\\\[\]]+\.[^@\s<>\"(),:;\\\[\].]{2,}")
ANY = (("", _("All")),)
SEXES = (("f", _("Female")), ("m", _("Male")), ("x", _("Another")))


class EmailText(Text):
    """An e-mail address, kept as typed but for its case."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        kwargs["render_kw"] = {"type": "email", "spellcheck": "false", **kwargs.get("render_kw", {})}
        super().__init__(label, max_length=254, **kwargs)

    def read(self, typed: str) -> str:
        """The address."""
        address = super().read(typed).lower()
        if not _EMAIL.fullmatch(address):
            raise ValueError(gettext("Give an e-mail address like name@example.org."))
        return address


class InviteForm(Form):
    """Somebody new; a service provider says for which of its organisations the person works."""

    name = Name(_("Name"))
    email = EmailText(_("E-mail address"))
    country = Pick(_("Country"))
    organisation = Pick(_("Works for"), required=False)

    def __init__(self, *args: Any, organisations: Choices, must_work: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = offered_countries()
        self.organisation.offer(organisations)
        self.must_work = must_work

    def validate_organisation(self, field: Pick) -> None:
        """A provider invites its own staff, nobody else's."""
        if self.must_work and not field.data:
            raise ValidationError(gettext("Choose the organisation for which the person works."))


class PersonForm(Form):
    """A person as corrected by an administrator."""

    version = HiddenField()
    name = Name(_("Name"))
    country = Pick(_("Country"))
    sex = Radios(_("Sex"), choices=SEXES, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = offered_countries()


class AffiliationForm(Form):
    """Where a person works, from when to when."""

    organisation = Pick(_("Organisation"))
    position = Text(_("Position"), required=False, max_length=100)
    from_on = Day(_("First day"))
    until_on = Day(_("Last day"), required=False, description=_("Leave empty while it lasts."))

    def __init__(self, *args: Any, organisations: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation.offer(organisations)


class LastDayForm(Form):
    """The last day of something that is dated."""

    version = HiddenField()
    until_on = Day(_("Last day"))


class EndDelegationForm(LastDayForm):
    """The last day of a delegation, which is never made longer again."""

    sure = BooleanField(_("I mean this day. A longer delegation needs a new instrument."))

    def validate_sure(self, field: BooleanField) -> None:
        """What cannot be taken back is ticked first."""
        if not field.data:
            raise ValidationError(gettext("Tick this: the last day of a delegation cannot be moved back."))


class RoleForm(Form):
    """A role proposed for a person."""

    role = Radios(_("Role"))
    module = Pick(_("Module"), required=False, description=_("Expert and Master Trainers: one a proposal."))
    country = Pick(_("Country"), required=False)
    from_on = Day(_("First day"))
    until_on = Day(_("Last day"), required=False, description=_("Leave empty if it is open-ended."))
    issuer = Pick(_("Issuing body"), required=False, description=_("For a Master Trainer."))
    organisation = Pick(
        _("Organisation"), required=False, description=_("For a service provider's coordinator.")
    )

    def __init__(
        self,
        *args: Any,
        roles: Choices,
        modules: Choices,
        issuers: Choices,
        organisations: Choices,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.role.offer(roles)
        self.module.offer([("", gettext("All modules")), *modules])
        self.country.choices = offered_countries(gettext("All countries"))
        self.issuer.offer(issuers)
        self.organisation.offer(organisations)

    @property
    def chosen_role(self) -> RoleName:
        """The role, once the form is valid."""
        return RoleName(str(self.role.data))
