"""Forms of cohorts and enterprises."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField

from certify.forms.base import Form
from certify.forms.choices import offered_countries
from certify.forms.fields import Checkboxes, Choices, Pick, Radios, StrictInteger, Text
from certify.models import Cohort, Enterprise
from certify.scheme.words import ConsentLevel


class CohortForm(Form):
    """Who takes part in a ToE cycle; module and country were chosen before."""

    name = Text(_("Name"), max_length=120, description=_("Such as “Garment, Hanoi, spring 2026”."))
    variant = Pick(_("Variant of the module"), required=False)
    trainers = Checkboxes(_("Trainers"), description=_("Candidates and certified trainers who deliver it."))
    supervisor = Pick(
        _("Supervising Expert Trainer"),
        required=False,
        description=_("The assigned one of every candidate; none where all trainers are certified."),
    )
    enterprises = Checkboxes(_("Enterprises"), required=False)
    version = HiddenField()

    def __init__(
        self,
        *,
        trainers: Choices,
        supervisors: Choices,
        enterprises: Choices,
        variants: Choices,
        size: tuple[int, int],
        cohort: Cohort | None,
    ) -> None:
        super().__init__(data=_shown(cohort) if cohort else None)
        able = dict(supervisors)
        if cohort is not None and cohort.supervisor is not None:
            able.setdefault(cohort.supervisor.id, cohort.supervisor.name)
        self.trainers.offer(trainers)
        self.supervisor.offer(able.items())
        self.enterprises.offer(enterprises)
        self.variant.offer(variants)
        self.enterprises.description = gettext(
            "%(least)s to %(most)s a workshop, unless the variant says otherwise.",
            least=size[0],
            most=size[1],
        )

    def entered(self) -> dict[str, Any]:
        """The facts as `create_cohort` and `edit_cohort` take them."""
        return {
            "name": self.name.data,
            "variant": self.variant.data or None,
            "trainers": self.trainers.data,
            "supervisor": self.supervisor.data or None,
            "enterprises": self.enterprises.data or [],
        }


def _shown(cohort: Cohort) -> dict[str, Any]:
    return {
        "name": cohort.name,
        "variant": cohort.variant,
        "trainers": [person.id for person in cohort.trainers],
        "supervisor": cohort.supervisor_id,
        "enterprises": [enterprise.id for enterprise in cohort.enterprises],
        "version": cohort.version,
    }


class EnterpriseForm(Form):
    """An enterprise with the contact who confirms visits."""

    name = Text(_("Name"), max_length=200)
    country = Pick(_("Country"))
    sector = Text(
        _("Sector"), max_length=100, description=_("In words or as an ISIC code, such as C14 Garments.")
    )
    size = StrictInteger(_("People employed"), least=1)
    consent = Radios(
        _("Use of its data"),
        choices=(
            (ConsentLevel.NONE, _("No use of its data")),
            (ConsentLevel.AGGREGATE, _("Only in totals")),
            (ConsentLevel.NAMED, _("By name")),
        ),
        description=_("What the enterprise agreed to in writing."),
    )
    version = HiddenField()

    def __init__(self, *, enterprise: Enterprise | None, home: str = "") -> None:
        super().__init__(data=_enterprise(enterprise) if enterprise else {"country": home})
        self.country.choices = offered_countries()

    def entered(self) -> dict[str, Any]:
        """What the enterprise is, as its workflow takes it."""
        return {name: self[name].data for name in ("name", "country", "sector", "size", "consent")}


def _enterprise(enterprise: Enterprise) -> dict[str, Any]:
    names = ("name", "country", "sector", "size", "consent", "version")
    return {name: getattr(enterprise, name) for name in names}


class ContactForm(Form):
    """Somebody at an enterprise who confirms visits by a mailed link."""

    contact_name = Text(_("Contact's name"), max_length=200)
    contact_email = Text(
        _("Contact's e-mail"),
        max_length=254,
        description=_("Visits are confirmed by a link mailed here; no account is needed."),
    )

    def contact_entered(self) -> dict[str, Any]:
        """Name and address of the contact."""
        return {name: self[name].data for name in ("contact_name", "contact_email")}


class NewEnterpriseForm(EnterpriseForm, ContactForm):
    """A new enterprise together with its first contact."""
