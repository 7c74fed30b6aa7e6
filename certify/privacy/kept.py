"""The kinds of personal data, why they are kept, and for how long: what /privacy shows, row by row."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _

from certify.auth.sessions import IDLE, LONGEST
from certify.privacy import sweeps
from certify.privacy.sweeps import Sweep


@dataclass(frozen=True)
class Kept:
    """One kind of data. `how_long` None: with the case, for at least one cycle of the certification.

    With a `sweep` software carries it out (`flask privacy sweep`); without one it stays, or a person decides.
    """

    name: str
    what: Any  # translated when it is shown
    why: Any
    how_long: Any = None
    sweep: Sweep | None = None


_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)

KEPT = (
    Kept(
        "account",
        _("Your account: name, e-mail address, country, language; your sex if you gave it"),
        _("To know who acts and to write to you; totals by sex show whether women and men get on alike"),
        _("While the account is needed for a case or a role"),
    ),
    Kept(
        "application",
        _(
            "Your application: CV, specialisation, sectors, languages, employer, experience; access needs, "
            "which only those read who organise your training"
        ),
        _("To screen it, and to prepare trainings and visits"),
    ),
    Kept(
        "path",
        _(
            "Your path and what keeps your certification up: attendance, tests, workshops, visits, reports, "
            "observations, scores, recommendation, refreshers, signings, and requests for another name"
        ),
        _("To decide on evidence, and to answer an appeal"),
    ),
    Kept(
        "conflicts",
        _("Ties and conflicts of interest that you or others declared"),
        _("To keep those away from a file who must not act in it"),
    ),
    Kept(
        "record",
        _("Decisions with their reasons, examinations, reviews, and the record of every step"),
        _("To show that the process was followed"),
        _("For good: the record is only added to"),
    ),
    Kept(
        "register",
        _("The register: number, name, module, country, issuing body, dates, standing"),
        _("So that old certificates can still be checked"),
        _("For good"),
    ),
    Kept(
        "contacts",
        _("Contacts of enterprises: name and e-mail address; the answers of participants without names"),
        _("To confirm visits; to measure satisfaction"),
    ),
    Kept(
        "messages",
        _("Messages to you, with the address that they went to"),
        _("So that you can read them again, and nobody is told twice"),
    ),
    Kept(
        "mail-wishes",
        _("How you wish to get mail: how often, at which hours, what you do without"),
        _("To write to you as you wish"),
        _("While the account is needed for a case or a role"),
    ),
    Kept(
        "absences",
        _("Days on which you are away, who stands in, and your note to them"),
        _("So that what waits for you does not wait for your return"),
        _("%(days)s days after the last of them", days=sweeps.TRACES // _DAY),
        sweeps.AWAY,
    ),
    Kept(
        "calendars",
        _("Calendar addresses: since when, until when; of the address itself a fingerprint"),
        _("So that your calendar program reads your days, and nobody else does"),
        _("%(days)s days after they were ended", days=sweeps.TRACES // _DAY),
        sweeps.CALENDARS,
    ),
    Kept(
        "refusals",
        _("Addresses that a mail server refused, with its words"),
        _("So that nobody is written to in vain, and somebody puts the address right"),
        _("%(days)s days after the last refusal", days=sweeps.LINKS // _DAY),
        sweeps.REFUSALS,
    ),
    Kept(
        "reminders",
        _("The days on which you will be reminded, of what, and in which case"),
        _("So that nobody misses a day, and nothing is said twice"),
    ),
    Kept(
        "drafts",
        _("What you typed into a form and kept without sending it; nobody else reads it"),
        _("So that you can go on"),
        _("%(days)s days after you last kept it", days=sweeps.DRAFTS // _DAY),
        sweeps.UNSENT,
    ),
    Kept(
        "removed-files",
        _("Files that you took away again, or that a newer one took the place of"),
        _("So that a slip can be undone"),
        _("%(days)s days", days=sweeps.REMOVED // _DAY),
        sweeps.TAKEN_AWAY,
    ),
    Kept(
        "sign-ins",
        _("Sign-ins: time, browser and network address"),
        _("So that you can see and end them, and misuse can be found"),
        _(
            "A sign-in ends after %(idle)s minutes without a request and %(longest)s hours at most; its line "
            "goes %(days)s days after the last request",
            idle=IDLE // timedelta(minutes=1),
            longest=LONGEST // _HOUR,
            days=sweeps.TRACES // _DAY,
        ),
        sweeps.SIGN_INS,
    ),
    Kept(
        "tokens",
        _("Tokens for programs: name, scope, days, when last used; of the token itself a fingerprint"),
        _("So that you can see and end them, and misuse can be found"),
        _("%(days)s days after they end", days=sweeps.TRACES // _DAY),
        sweeps.TOKENS,
    ),
    Kept(
        "answers",
        _("What programs were answered when they sent a key with their request"),
        _("So that a request that is sent twice is made once"),
        _("%(days)s days", days=sweeps.ANSWERS // _DAY),
        sweeps.GIVEN_ANSWERS,
    ),
    Kept(
        "links",
        _("Links that were mailed: to which address, for what; of the link itself a fingerprint"),
        _("So that each works once"),
        _("%(days)s days after they ran out", days=sweeps.LINKS // _DAY),
        sweeps.MAILED_LINKS,
    ),
    Kept(
        "counters",
        _(
            "Counters of failed sign-ins and of unknown numbers, by a fingerprint of the network address or "
            "account"
        ),
        _("To stop guessing"),
        _("%(hours)s hours", hours=sweeps.COUNTERS // _HOUR),
        sweeps.COUNTED_TRIES,
    ),
)
