"""Forms around an account: signing in, asking for one, a new password, the profile, a declared tie."""

from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, PasswordField

from certify.forms.base import Form
from certify.forms.choices import offered_countries
from certify.forms.fields import Day, Filled, LongText, Name, Pick, Radios
from certify.forms.people import EmailText
from certify.scheme.words import TieKind

TIES = (
    (TieKind.FAMILY, _("Family")),
    (TieKind.COMMERCIAL_INTEREST, _("A commercial interest")),
    (TieKind.EMPLOYMENT, _("Employment: one works or worked for the other")),
)


class Confirmation(Form):
    """A button: nothing is filled in, but it must come from our own page, and say what that showed."""

    version = HiddenField()


class EverywhereForm(Form):
    """Signing out everywhere, and by default of every program, too."""

    end_tokens = BooleanField(_("End all tokens for programs, too"), default=True)


class SignInForm(Form):
    """Address and password."""

    email = EmailText(_("E-mail address"), render_kw={"autocomplete": "username"})
    password = PasswordField(
        _("Password"), [Filled(required=True)], render_kw={"autocomplete": "current-password"}
    )
    next = HiddenField()


class ForgotForm(Form):
    """The address to which a link is sent."""

    email = EmailText(_("E-mail address"), render_kw={"autocomplete": "username"})


class NewPasswordForm(Form):
    """A password, once: the page lets people check it with their own password store."""

    password = PasswordField(
        _("New password"),
        [Filled(required=True)],
        description=_("15 to 128 characters. A few words in a row are easy to keep; no signs are demanded."),
        render_kw={"autocomplete": "new-password"},
    )


class TakeUpForm(NewPasswordForm):
    """An account that was opened for somebody: the name as they write it themselves, and a password."""

    name = Name(_("Your name, as it shall stand on certificates"), render_kw={"autocomplete": "name"})


class ChangePasswordForm(NewPasswordForm):
    """The present password and a new one."""

    present = PasswordField(
        _("Present password"), [Filled(required=True)], render_kw={"autocomplete": "current-password"}
    )


class RegisterForm(Form):
    """An account for somebody who wants to apply."""

    name = Name(_("Your name, as it shall stand on certificates"), render_kw={"autocomplete": "name"})
    email = EmailText(_("E-mail address"), render_kw={"autocomplete": "email"})
    country = Pick(_("Country where you work"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = offered_countries()


class ProfileForm(Form):
    """What people say of themselves."""

    version = HiddenField()
    name = Name(_("Name"), render_kw={"autocomplete": "name"})
    language = Pick(_("Language of pages and mail"))
    zone = Pick(_("Time zone"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.offer(_languages(str(self.language.object_data or "")))
        self.zone.offer((zone, zone.replace("_", " ")) for zone in sorted(available_timezones()))


class TieForm(Form):
    """A tie to somebody else that could make an act in their case partial."""

    other_email = EmailText(_("E-mail address of the other person"))
    kind = Radios(_("What ties you"), choices=TIES)
    from_on = Day(_("Since"), required=False)
    until_on = Day(_("Until"), required=False, description=_("Leave empty while it lasts."))
    note = LongText(_("What should be known about it"), required=False, max_length=500)


def _languages(wished: str) -> list[tuple[str, str]]:
    """Those that pages and mails are translated into; a wish for another stays, and says what it means."""
    spoken = [(code, _own_name(code)) for code in current_app.extensions["certify.languages"]]
    if not wished or wished in dict(spoken):
        return spoken
    later = gettext("%(language)s (not translated yet: English)", language=_own_name(wished))
    return [*spoken, (wished, later)]


def _own_name(code: str) -> str:
    """A language's name as its speakers write it."""
    return Locale.parse(code).get_display_name() or code
