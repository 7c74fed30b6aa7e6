"""What became of the mail of a message, in a word, and in a sentence under it."""

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _

from certify.models import Message
from certify.presentation import instant

_STATES: dict[str, tuple[LazyString, str]] = {
    "sent": (_("Mailed"), "good"),
    "bundled": (_("In one mail with others"), "good"),
    "muted": (_("Not mailed, as you chose"), "calm"),
    "superseded": (_("Not mailed, it was overtaken"), "calm"),
    "failed": (_("Could not be delivered"), "bad"),
    "bounced": (_("Refused by the mail server"), "bad"),
    "erased": (_("Not mailed"), "calm"),
}
_ON_ITS_WAY = (_("On its way"), "calm")
_WAITS = (_("Waits for its hour"), "calm")


def _is_waiting(message: Message) -> bool:
    """Kept back until quiet hours are over, or until the daily mail."""
    return message.released_at is None and message.due_at > message.created_at


def post_state(message: Message) -> str:
    """The word."""
    return str(_shown(message)[0])


def post_tone(message: Message) -> str:
    """Its colour."""
    return _shown(message)[1]


def _shown(message: Message) -> tuple[LazyString, str]:
    return _STATES.get(message.state) or (_WAITS if _is_waiting(message) else _ON_ITS_WAY)


def mailed(message: Message) -> str:
    """Whether the mail of a message went out, when it will, or why it does not."""
    if message.state in _SENTENCES:
        return str(_SENTENCES[message.state] % {"email": message.email})
    if _is_waiting(message):
        return str(gettext("It will be mailed on %(when)s.", when=instant(message.due_at)))
    return str(gettext("The mail to %(email)s is on its way.", email=message.email))


_SENTENCES: dict[str, LazyString] = {
    "sent": _("Mailed to %(email)s."),
    "bundled": _("It came in one mail with others."),
    "muted": _("It was not mailed: you chose to do without such mail."),
    "superseded": _("It was not mailed: what it asked for was done, or its time was over."),
    "failed": _("The mail to %(email)s could not be delivered."),
    "bounced": _("The mail server refused the mail to %(email)s. An administrator can try it again."),
    "erased": _("It was not mailed."),
}
