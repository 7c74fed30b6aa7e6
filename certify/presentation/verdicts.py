"""The answer about a certificate in plain words: the same for a number, a document and a file."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from flask import Flask
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from certify.credentials.numbers import normalise
from certify.credentials.verdict import VerdictDocument
from certify.presentation import day, module, tone
from certify.presentation.filters import give_filters
from certify.scheme.types import Edition
from certify.scheme.words import CredentialType, Verdict

# The use of a certificate stops with these; what was printed before is found out by its address.
STOPPED: Mapping[str, tuple[int, LazyString]] = {
    "suspended": (
        409,
        lazy_gettext("The certification is suspended: its certificate is not given out meanwhile."),
    ),
    "withdrawn": (
        410,
        lazy_gettext("It was withdrawn: the certificate is not given out any more."),
    ),
    "retired": (
        410,
        lazy_gettext("The trainer gave the certification up: its certificate is not given out any more."),
    ),
}


def init_app(app: Flask) -> None:
    """Give the templates what they ask of an answer."""
    give_filters(app, not_valid_since)


def verdict_tone(document: VerdictDocument) -> str:
    """The colour that goes with the answer."""
    if document.reason in ("superseded", "retired"):
        return "bad"
    return tone(document.reason or document.verdict)


def meaning(document: VerdictDocument, edition: Edition | None) -> str:
    """The verdict in plain words."""
    if document.verdict in _WITHOUT_HOLDER:
        return _WITHOUT_HOLDER[document.verdict](document)
    is_licence = document.credential_type == CredentialType.EXPERT_TRAINER_LICENCE
    if document.reason is not None:
        reasons = _REASONS_OF_A_LICENCE if is_licence else _REASONS
        return _beneath(document) or reasons[document.reason](document)
    if is_licence:
        return _licensed(document, edition)
    values = {"holder": document.holder, "module": module(document.module, edition)}
    if _is_about(document, later=False):
        sentence = _("On that day, %(holder)s was certified for %(module)s.", **values)
    elif _is_about(document, later=True):
        sentence = _("If nothing changes until then, %(holder)s will be certified for %(module)s.", **values)
    else:
        sentence = _("%(holder)s is certified for %(module)s.", **values)
    return str(sentence)


def _licensed(document: VerdictDocument, edition: Edition | None) -> str:
    """It says that somebody may train and assess trainers, and is not to be taken for a certification."""
    values = {"holder": document.holder, "module": module(document.module, edition)}
    if _is_about(document, later=False):
        told: str = _("On that day, %(holder)s was licensed as Expert Trainer for %(module)s.", **values)
    elif _is_about(document, later=True):
        told = _(
            "If nothing changes until then, %(holder)s will be licensed as Expert Trainer for %(module)s.",
            **values,
        )
    else:
        told = _("%(holder)s is licensed as Expert Trainer for %(module)s.", **values)
    return told


def _beneath(document: VerdictDocument) -> str | None:
    """Of a licence that has days left, while the certification beneath it has none."""
    since, last = document.since, document.valid_until
    if document.reason not in ("expired", "in_grace") or since is None or last is None or since > last:
        return None
    told: str = _(
        "The licence rests on the trainer's own certification, which ended before %(day)s.", day=day(since)
    )
    return told


def _unknown(document: VerdictDocument) -> str:
    if normalise(document.number) is None:
        return str(_("This number is not well formed: check it for a typing slip."))
    told: str = _(
        "No certificate with this number is in the register. Check each character against the paper, the "
        "two letters in front included; if it is the same, the paper was not issued here."
    )
    return told


def _is_about(document: VerdictDocument, *, later: bool) -> bool:
    """Whether it was asked about a day that lies behind, or ahead."""
    today = document.today
    return document.on is not None and (document.on > today if later else document.on < today)


def _superseded(document: VerdictDocument) -> str:
    if document.superseded_by == document.number:
        told: str = _(
            "This certificate was issued anew under the same number on %(day)s: this version of it is out of "
            "date. What the register says of the number today stands on the number's own page.",
            day=day(document.since),
        )
        return told
    if gap := gap_before(document.valid_until, document.since):
        between: str = _(
            "Another certificate took the place of this one on %(day)s. From %(first)s to %(last)s neither "
            "was valid.",
            day=day(document.since),
            first=day(gap[0]),
            last=day(gap[1]),
        )
        return between
    return str(_("Another certificate took the place of this one on %(day)s.", day=day(document.since)))


def not_valid_since(document: VerdictDocument) -> date | None:
    """The first day on which it was worth nothing: before it was ended or replaced it may have run out."""
    if document.since is None or document.valid_until is None:
        return document.since
    return min(document.since, document.valid_until + timedelta(days=1))


def gap_before(ended_on: date | None, begins_on: date | None) -> tuple[date, date] | None:
    """First and last day between the end of a certificate and the beginning of the one after it."""
    if ended_on is None or begins_on is None or begins_on <= ended_on + timedelta(days=1):
        return None
    return ended_on + timedelta(days=1), begins_on - timedelta(days=1)


_WITHOUT_HOLDER: Mapping[str, Callable[[VerdictDocument], str]] = {
    Verdict.UNKNOWN: _unknown,
    Verdict.TAMPERED: lambda d: _("This is not what was issued under the number: do not rely on it."),
    Verdict.CANNOT_CHECK: lambda d: _("Whether this is genuine cannot be told: ask by the number instead."),
}
_REASONS: Mapping[str, Callable[[VerdictDocument], str]] = {
    "expired": lambda d: _("The certificate has expired: its last day was %(day)s.", day=day(d.valid_until)),
    "in_grace": lambda d: _(
        "The certificate has expired: its last day was %(day)s. The trainer can still renew it, "
        "but is not certified meanwhile.",
        day=day(d.valid_until),
    ),
    "suspended": lambda d: _(
        "The certification was suspended on %(day)s: the trainer may not use the certificate "
        "until it is reinstated.",
        day=day(d.since),
    ),
    "withdrawn": lambda d: _(
        "The certification was withdrawn on %(day)s: the certificate is no longer good.", day=day(d.since)
    ),
    "retired": lambda d: _("The trainer gave the certification up on %(day)s.", day=day(d.since)),
    "superseded": _superseded,
    "not_yet_valid": lambda d: _(
        "The certificate begins on %(day)s and is not valid before.", day=day(d.valid_from)
    ),
}
# Of a licence: it can end alone, and what ends the certification beneath it ends it, too.
_REASONS_OF_A_LICENCE: Mapping[str, Callable[[VerdictDocument], str]] = {
    **_REASONS,
    "expired": lambda d: _("The licence has expired: its last day was %(day)s.", day=day(d.valid_until)),
    "in_grace": lambda d: _(
        "The licence has expired: its last day was %(day)s. It can still be renewed, "
        "but gives no right meanwhile.",
        day=day(d.valid_until),
    ),
    "suspended": lambda d: _(
        "The trainer's own certification was suspended on %(day)s: the licence may not be used "
        "until it is reinstated.",
        day=day(d.since),
    ),
    "withdrawn": lambda d: _(
        "The licence was withdrawn on %(day)s, alone or with the trainer's own certification: "
        "it is no longer good.",
        day=day(d.since),
    ),
    "not_yet_valid": lambda d: _(
        "The licence begins on %(day)s and is not valid before.", day=day(d.valid_from)
    ),
}
