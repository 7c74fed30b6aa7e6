"""The credential that a PDF carries: found without trusting the file, which anybody may have made."""

import logging
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader, apply_configuration
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from certify.credentials.within_time import LARGEST_STREAM, TooLong, within_time

LARGEST_PDF = 2 * 1024 * 1024  # bytes
LARGEST_CREDENTIAL = 1024 * 1024
NAME = "credential.json"
MOST_FILES = 100
MOST_NODES = 1_000
DEEPEST = 20
logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it writes thousands of lines about one forged file


class NoCredential(Exception):
    """The bytes hold no credential that can be taken out; the sentence says why."""


def embedded_credential(pdf: bytes) -> bytes:
    """The embedded JSON credential, byte for byte. Raises NoCredential.

    It is not checked here: a credential that was put into another PDF is found as well.
    """
    if len(pdf) > LARGEST_PDF:
        raise NoCredential("The PDF is larger than 2 MB: no certificate of ours is.")
    if b"%PDF-" not in pdf[:1024]:
        raise NoCredential("This is no PDF.")
    try:
        return within_time(lambda: _read(pdf))
    except TooLong as error:
        raise NoCredential("The PDF takes too long to read: no certificate of ours does.") from error
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise NoCredential("The PDF is damaged and cannot be read.") from error
    except (OSError, zlib.error, AssertionError, OverflowError, NotImplementedError, MemoryError) as error:
        raise NoCredential("The PDF is damaged and cannot be read.") from error


def _read(pdf: bytes) -> bytes:
    with apply_configuration(
        zlib_maximum_output_length=LARGEST_STREAM,
        zlib_maximum_recovery_input_length=LARGEST_STREAM,
        lzw_maximum_output_length=LARGEST_STREAM,
        run_length_maximum_output_length=LARGEST_STREAM,
        stream_decoding_work_maximum_length=4 * LARGEST_STREAM,
    ):
        return _found(pdf)


def _found(pdf: bytes) -> bytes:
    reader = PdfReader(BytesIO(pdf), strict=False)
    if reader.is_encrypted:
        raise NoCredential("The PDF is locked with a password.")
    found = [stream for name, stream in _files(reader) if name == NAME]
    if not found:
        raise NoCredential("The PDF carries no credential. Was it printed or saved anew from a certificate?")
    if len(found) > 1:
        raise NoCredential("The PDF carries more than one credential.")
    return _unpacked(found[0])


def _files(reader: PdfReader) -> Iterator[tuple[str, StreamObject]]:
    """The names and streams of the embedded files."""
    names = _get(_get(reader.root_object, "/Names"), "/EmbeddedFiles")
    count = 0
    for pairs in _leaves(names):
        for name, file in zip(pairs[::2], pairs[1::2], strict=False):
            count += 1
            if count > MOST_FILES:
                raise NoCredential("The PDF carries too many files.")
            embedded = _get(file, "/EF")
            stream = _get(embedded, "/UF") or _get(embedded, "/F")
            if isinstance(stream, StreamObject):
                yield str(_solid(_get(file, "/UF") or name)), stream


def _leaves(root: Any) -> Iterator[ArrayObject]:
    """The name arrays of a name tree: each node once, however it is knotted."""
    waiting, seen = [(root, 0)], set()
    while waiting:
        node, depth = waiting.pop()
        if isinstance(node, IndirectObject):
            if (node.idnum, node.generation) in seen:
                continue
            seen.add((node.idnum, node.generation))
        tree = _solid(node)
        if len(seen) > MOST_NODES or len(waiting) > MOST_NODES or depth > DEEPEST:
            raise NoCredential("The list of files in the PDF is knotted.")
        if isinstance(names := _get(tree, "/Names"), ArrayObject):
            yield names
        if isinstance(kids := _get(tree, "/Kids"), ArrayObject):
            waiting.extend((kid, depth + 1) for kid in list(kids)[: MOST_NODES + 1])


def _get(value: Any, key: str) -> Any:
    """What a dictionary says under a key; None of anything else."""
    found = _solid(value)
    return _solid(found.get(key)) if isinstance(found, DictionaryObject) else None


def _solid(value: Any) -> Any:
    """The thing itself, where a reference stands for it; a reference to a reference is none."""
    found = value.get_object() if isinstance(value, IndirectObject) else value
    return None if isinstance(found, IndirectObject) else found


def _unpacked(stream: StreamObject) -> bytes:
    """The bytes of a stream, inflated no further than a credential may be large."""
    packed = stream._data if isinstance(stream._data, bytes) else b""
    filters = _get(stream, "/Filter")
    named = [str(_solid(each)) for each in filters] if isinstance(filters, ArrayObject) else [str(filters)]
    if named in (["None"], []):
        content = packed
    elif named == ["/FlateDecode"] and _get(stream, "/DecodeParms") is None:
        content = zlib.decompressobj().decompress(packed, LARGEST_CREDENTIAL + 1)
    else:
        raise NoCredential("The credential in the PDF is packed in a way that we do not use.")
    if len(content) > LARGEST_CREDENTIAL:
        raise NoCredential("The credential in the PDF is larger than 1 MB.")
    return content
