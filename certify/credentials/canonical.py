"""The two canonical forms that are signed: RDF canonicalisation in safe mode, and RFC 8785.

PyLD drops what its contexts do not define, so that a term added to a signed document would go unseen.
Here whatever would not reach the signature is refused: undefined terms, relative addresses, types that
are no addresses, blank nodes with names of their own.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import rfc8785
from cachetools import LRUCache
from pyld import jsonld
from pyld.context_resolver import ContextResolver

from certify.credentials.loader import UnknownContext, load

Loader = Callable[..., dict[str, Any]]
MOST_NODES = 64  # without an address; with more, canonicalisation may take for ever
_KEYWORDS = frozenset({"@id", "@type", "@value", "@language", "@list", "@set", "@graph"})


class Desk:
    """PyLD's memory of contexts, which is not made for threads: each desk has its own, and its own lock."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._resolvers: dict[Loader, ContextResolver] = {}

    def resolver(self, loader: Loader) -> ContextResolver:
        """One for each loader: what another one loaded is never taken from a shared memory."""
        if loader not in self._resolvers:
            self._resolvers[loader] = ContextResolver(LRUCache(maxsize=100), loader)
        return self._resolvers[loader]


SIGNING, CHECKING = Desk(), Desk()  # apart, so that no stranger's document holds up a decision


class NotCanonical(ValueError):
    """The document has no canonical form that covers all of it; the sentence says why."""


def jcs(document: Any) -> bytes:
    """JSON as RFC 8785 writes it. Raises NotCanonical for numbers and texts that it cannot write."""
    try:
        return rfc8785.dumps(document)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise NotCanonical(f"it has no canonical JSON: {error}") from error


def rdfc(document: Mapping[str, Any], loader: Loader = load, desk: Desk = CHECKING) -> str:
    """The canonical N-Quads of all that a JSON-LD document says. Raises NotCanonical."""
    try:
        with desk.lock:
            return _canonical(document, loader, desk)
    except UnknownContext as error:
        raise NotCanonical(f"it names a context that is not known here: {error}") from error
    except (jsonld.JsonLdError, RecursionError, TypeError, ValueError, AttributeError, KeyError) as error:
        unknown = _cause(error, UnknownContext)
        if unknown is not None:
            raise NotCanonical(f"it names a context that is not known here: {unknown}") from error
        refused = _cause(error, NotCanonical)
        raise NotCanonical(str(refused or "it is not JSON-LD")) from error


def _canonical(document: Mapping[str, Any], loader: Loader, desk: Desk) -> str:
    options = {"base": None, "documentLoader": loader, "contextResolver": desk.resolver(loader)}
    processor = jsonld.JsonLdProcessor(on_property_dropped=_refuse_dropped)
    expanded = processor.expand(dict(document), dict(options))
    if sum(map(_check, _nodes(expanded))) > MOST_NODES:
        raise NotCanonical("it has too many parts without an address")
    wanted = {**options, "algorithm": "URDNA2015", "format": "application/n-quads"}
    quads: str = processor.normalize(expanded, wanted)
    quads.encode()  # half of a surrogate pair is no text, and is found here
    return quads


def _refuse_dropped(term: object) -> None:
    raise NotCanonical("it uses a term that its contexts do not define")


def _nodes(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        for each in value:
            yield from _nodes(each)
    elif isinstance(value, Mapping):
        yield value
        for name, each in value.items():
            if name != "@value":
                yield from _nodes(each)


def _check(node: Mapping[str, Any]) -> bool:
    """Whether it is a node without an address. Raises NotCanonical when part of it would be dropped."""
    for name in node:
        if name.startswith("_:") or (name.startswith("@") and name not in _KEYWORDS):
            raise NotCanonical(f"it uses {name}, which no signature covers")
    types = node.get("@type", ())
    for each in [types] if isinstance(types, str) else types:
        if (":" not in each or each.startswith("_:")) and each != "@json":
            raise NotCanonical(f"{each!r} is a type that its contexts do not define")
    address = node.get("@id")
    if address is not None and (":" not in address or address.startswith("_:")):
        raise NotCanonical(f"{address!r} is no absolute address")
    return address is None and "@value" not in node


def _cause(error: BaseException, wanted: type[Exception]) -> BaseException | None:
    """The first exception of a kind among the causes: PyLD wraps what its callbacks raise."""
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, wanted):
        seen = getattr(seen, "cause", None) or seen.__cause__ or seen.__context__
    return seen
