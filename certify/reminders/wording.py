"""The words of each kind of message; templates in `str.format` style, so that they can be translated."""

from certify.reminders.wording_account import ACCOUNT
from certify.reminders.wording_application import APPLICATION
from certify.reminders.wording_credential import CREDENTIAL
from certify.reminders.wording_decision import DECISION
from certify.reminders.wording_licence import LICENCE
from certify.reminders.wording_mailbox import MAILBOX
from certify.reminders.wording_maintenance import MAINTENANCE
from certify.reminders.wording_nudges import NUDGES
from certify.reminders.wording_parts import Wording
from certify.reminders.wording_practice import PRACTICE
from certify.reminders.wording_reminders import REMINDERS
from certify.reminders.wording_renewal import RENEWAL

GENERAL = Wording("News from Certify", ("Something that concerns you has changed.",))

TEXTS = {
    **ACCOUNT, **APPLICATION, **PRACTICE, **DECISION, **CREDENTIAL,
    **LICENCE, **MAILBOX, **MAINTENANCE, **NUDGES, **REMINDERS, **RENEWAL,
}  # fmt: skip
