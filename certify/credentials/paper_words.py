"""The words on a certificate as they are printed: days, places, capitals, and nothing that hides."""

import json
import unicodedata
from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

from babel import Locale
from babel.dates import format_date

from certify.credentials.certificate import Certificate
from certify.credentials.qr import QUIET, qr_of
from certify.scheme.wording import filled

# Which English an unmarked "en" is: that of the programme, "22 November 2026".
ENGLISH = "en_GB"
# As the United Nations call them in English, where the tables of Unicode do not.
COUNTRIES = {"MM": "Myanmar", "VN": "Viet Nam"}
# Two letters i: their capitals keep the dot or the lack of it.
DOTTED = frozenset({"TR", "AZ"})
_DOTS = str.maketrans({"i": "İ", "ı": "I"})
_JOINERS = frozenset("\u200c\u200d")  # they shape letters; all other invisible marks could only deceive
_RECOGNISED = "Recognised, evidence not held: certificate {number} of {source}."
_RECOGNISED_UNNUMBERED = "Recognised, evidence not held: a certificate of {source}."


def sheet_of(certificate: Certificate, families: Sequence[str]) -> str:
    """The words as JSON for the template; `families` are the fonts in the order in which they are asked."""
    first, *rest = _sentences(_filled(certificate))
    words = {
        "number": certificate.number,
        "type": certificate.type.value,
        "title": visible(certificate.title),
        "holder": visible(certificate.holder),
        "statement": first,
        "notices": [*rest, *_recognised(certificate)],
        "issuer": visible(certificate.issuer),
        "issuer_shown": capitals(visible(certificate.issuer), certificate.country),
        "issuer_spacing": _spacing(certificate.issuer),
        "description": f"{visible(certificate.holder)} {first}",
        "keywords": [certificate.number, certificate.type.value, certificate.scheme_version],
        "first_day": _day(certificate.valid_from, certificate.language),
        "last_day": _day(certificate.valid_until, certificate.language),
        "decided": [certificate.decided_on.year, certificate.decided_on.month, certificate.decided_on.day],
        "country": country(certificate.country, certificate.language),
        "address": certificate.address,
        "shown_address": _short(certificate.address),
        "code": _code(certificate.address),
        "language": certificate.language,
        "families": list(families),
    }
    return json.dumps(words, ensure_ascii=False, sort_keys=True)


def visible(text: str) -> str:
    """The text without controls, line breaks and marks that turn the order of what follows."""
    kept = (
        character if character in _JOINERS or not unicodedata.category(character).startswith("C") else " "
        for character in unicodedata.normalize("NFC", text)
    )
    return " ".join("".join(kept).split())


def capitals(text: str, country: str) -> str:
    """In capitals as the country writes them: i becomes İ in Türkiye and Azerbaijan."""
    return (text.translate(_DOTS) if country in DOTTED else text).upper()


def _spacing(text: str) -> float:
    """Capitals are set apart, in em; the letters of a script without capitals may be joined and are not."""
    return 0.075 if text.upper() != text.lower() else 0


def country(code: str, language: str) -> str:
    """The name of a country in a language; an unknown code stays as it is."""
    if language == "en" and code in COUNTRIES:
        return COUNTRIES[code]
    return str(Locale.parse(language).territories.get(code, code))


def _filled(certificate: Certificate) -> str:
    scheme = certificate.scheme_version
    return visible(filled(certificate.statement, module=certificate.module, scheme=scheme))


def _sentences(text: str) -> list[str]:
    """The first sentence, and what the statement adds to it: that is set apart."""
    first, dot, rest = text.partition(". ")
    return [first + dot.strip(), rest] if rest else [text]


def _recognised(certificate: Certificate) -> list[str]:
    if certificate.recognised is None:
        return []
    source, number = certificate.recognised
    sentence = _RECOGNISED if number else _RECOGNISED_UNNUMBERED
    return [visible(sentence.format(source=source, number=number))]


def _day(day: date, language: str) -> str:
    return str(format_date(day, "long", locale=ENGLISH if language == "en" else language))


def _short(address: str) -> str:
    """Where to type the number: the address without scheme and number."""
    parts = urlsplit(address)
    return parts.netloc + parts.path.rpartition("/")[0]


def _code(address: str) -> str:
    """The QR code as a picture without its quiet zone: the empty paper around it is that."""
    code = qr_of(address)
    size = code.size - 2 * QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{QUIET} {QUIET} {size} {size}">'
        f'<path fill="#0f2f36" d="{code.path}"/></svg>'
    )
