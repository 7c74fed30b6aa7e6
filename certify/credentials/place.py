"""Where this installation issues from: its public address and its folder of keys, bound to the database."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from certify.credentials.did_web import NoDidWeb, did_web
from certify.credentials.multikey import did_key, method_of_did_key
from certify.models import IssuerKey

_OPTION = "certify_place"


class NoPlace(Exception):
    """This installation must not issue as it stands; the sentence says what to change."""


@dataclass(frozen=True)
class Place:
    """The public address, without a slash at its end, and the folder of private keys.

    `makes_keys`: a demonstration, or a test, which makes the keys that are missing.
    """

    base_url: str
    folder: Path
    makes_keys: bool = False

    def did(self, code: str, public: str) -> str:
        """Who an issuing body is: its did:web, and without https, where nothing is at stake, its key.

        Raises NoPlace in production without https.
        """
        try:
            return did_web(self.base_url, code)
        except NoDidWeb as error:
            if not self.makes_keys:
                raise NoPlace(
                    "certificates are issued from an https address alone, and CERTIFY_BASE_URL is "
                    f"{self.base_url}"
                ) from error
        return did_key(public)

    def method(self, did: str, key: IssuerKey) -> str:
        """The name under which a key is found in the document of an identifier."""
        return method_of_did_key(did) if did.startswith("did:key:") else f"{did}#{key.fragment}"

    def credential_url(self, number: str) -> str:
        """Where the signed document of a certificate is published; it is its id, too."""
        return f"{self.base_url}/credentials/{number}.json"

    def status_url(self, list_id: str) -> str:
        """Where a status list is published."""
        return f"{self.base_url}/credentials/status/{list_id}"


def use_place(engine: Engine, place: Place) -> None:
    """Issue from this place what is decided through this engine."""
    engine.update_execution_options(**{_OPTION: place})


def place_of(session: Session) -> Place:
    """The place of the session's database. Raises NoPlace where none was named."""
    found = session.connection().get_execution_options().get(_OPTION)
    if found is None:
        raise NoPlace("this program was not told from which address it issues")
    place: Place = found
    return place
