"""Identifiers of issuing bodies on the web: did:web with a path."""

from urllib.parse import quote, urlsplit


class NoDidWeb(ValueError):
    """An address that no did:web can stand for."""


def did_web(base_url: str, code: str) -> str:
    """The identifier of an issuing body: did:web:<host>[%3A<port>]:…:issuers:<code>. Raises NoDidWeb.

    Only https has one; whoever reads plain http could be told another document.
    """
    parts = urlsplit(base_url)
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise NoDidWeb(f"{base_url} is no https address")
    if ":" in parts.hostname:
        raise NoDidWeb(f"{base_url} is the address of a machine; did:web takes a name")
    host = parts.hostname if parts.port is None else f"{parts.hostname}%3A{parts.port}"
    path = [quote(each, safe="") for each in parts.path.split("/") if each]
    return ":".join(["did:web", host, *path, "issuers", code])
