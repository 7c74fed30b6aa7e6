"""What holders and deciders are told where no font here can draw what a certificate says."""

from collections.abc import Sequence

from flask import Flask
from flask_babel import gettext as _

from certify.credentials.drawable import undrawn
from certify.extensions import settings
from certify.models import Certification
from certify.presentation.filters import give_filters
from certify.scheme.words import CertificationState as S

_WITHOUT_PAPER = (S.DECLINED, S.REFUSED, S.LEFT, S.WITHDRAWN, S.RETIRED)


def init_app(app: Flask) -> None:
    """Let pages ask of a name, before a certificate is issued in it, too."""
    give_filters(app, paper_notice, undrawn_name)


def paper_notice(case: Certification) -> str:
    """The same of a case that has a certificate, or may come to one."""
    return "" if case.state in _WITHOUT_PAPER else undrawn_name(case.holder.name)


def undrawn_name(name: str) -> str:
    """Why no PDF can be drawn in a name yet, and what is done about it; empty where it can be drawn."""
    missing = undrawn(name, settings().font_dir)
    return without_font(missing) if missing else ""


def without_font(characters: Sequence[str]) -> str:
    """The same of the characters that are missing."""
    told: str = _(
        "No font here can draw %(characters)s. Until there is one, a certificate in this writing has no PDF. "
        "It holds all the same: its number, link and QR code, the register's answer and the signed JSON file "
        "need no font. “flask doctor” tells whoever runs this site which font to install.",
        characters=" ".join(characters),
    )
    return told
