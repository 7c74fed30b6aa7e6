"""Of `flask doctor`: can every name that is or may come to be on a certificate be drawn by the fonts here?"""

from collections.abc import Iterator

from sqlalchemy import Connection, select, union

from certify.audit.rows import read
from certify.audit.said import Said
from certify.config import Settings
from certify.credentials.drawable import is_latin, undrawn
from certify.models import Certification, Credential, Person
from certify.scheme.words import CertificationState, CredentialState

_CLOSED = (CertificationState.DECLINED, CertificationState.REFUSED, CertificationState.LEFT)
_SHOWN = 10  # characters in one line; the rest is counted


def said_of_names(connection: Connection, settings: Settings) -> Iterator[Said]:
    """Each name is read once, and only what our own fonts may lack is asked of the typesetter."""
    names = [name for name in _names(connection) if not is_latin(name)]
    missing = undrawn("".join(sorted(set("".join(names)))), settings.font_dir)
    if not missing:
        yield Said("ok", "every name on a certificate can be drawn")
        return
    from certify.credentials.fonts import called, remedy  # here, for it loads all that PDF takes

    concerned = sum(any(each in name for each in missing) for name in names)
    shown = "; ".join(called(each) for each in missing[:_SHOWN])
    more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
    what = f"names without a PDF of their certificate: {concerned}; no font here has {shown}{more}"
    yield Said("warn", what, remedy(missing, settings.font_dir))


def _names(connection: Connection) -> Iterator[str]:
    on_paper = select(Credential.holder_name).where(Credential.state != CredentialState.REVOKED.value)
    on_the_way = (
        select(Person.name)
        .join(Certification, Certification.holder_id == Person.id)
        .where(Certification.state.not_in([each.value for each in _CLOSED]))
    )
    for (name,) in read(connection, union(on_paper, on_the_way)):
        yield name
