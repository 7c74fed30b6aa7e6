"""The verdict on a file that somebody hands in: a JSON credential, or a PDF that carries one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from cryptography.x509 import Certificate
from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.credentials.signing import chain_of, keys_of
from certify.credentials.verdict import VerdictDocument, unknown
from certify.credentials.verifying import Genuine, Unreadable
from certify.models import Credential
from certify.queries.handed_in import judged
from certify.scheme.sentences import say
from certify.scheme.words import KeyKind, Verdict

LARGEST = 2 * 1024 * 1024  # bytes


@dataclass(frozen=True)
class FileChecked:
    """The answer, and what it rests on; None: it was not, or could not be, looked at.

    `inside` is the answer about the credential alone; `answer` that about the file, which says no more
    than its seal allows. `seal` is a word of SealFinding.
    """

    answer: VerdictDocument
    inside: VerdictDocument
    words: bool | None  # each word as it was issued
    signatures: Genuine | None
    is_pdf: bool = False
    seal: str | None = None


def check_file(session: Session, content: bytes, at: datetime, on: date | None = None) -> FileChecked:
    """What a file is worth, asked at `at` about now or the end of a day. Raises Unreadable if it is none.

    Nothing is fetched. A genuine credential does not make the paper around it genuine, for anybody can put
    the one into the other: with a seal that is not whole the file is tampered with.
    """
    if not content:
        raise Unreadable(say("The file is empty."))
    if len(content) > LARGEST:
        raise Unreadable(say("The file is larger than 2 MB: no certificate of ours is."))
    if b"%PDF-" in content[:1024]:
        return check_pdf(session, content, at, on)
    if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", b"["):
        raise Unreadable(say("This is neither a PDF nor a JSON credential. Choose the file as issued."))
    return _json(session, content, at, on)


def _json(session: Session, content: bytes, at: datetime, on: date | None) -> FileChecked:
    told, signatures = judged(session, content, at, on)
    words = None if told.verdict is Verdict.UNKNOWN else signatures is not None
    return FileChecked(told, told, words, signatures)


def check_pdf(session: Session, pdf: bytes, at: datetime, on: date | None = None) -> FileChecked:
    """The same of what is said to be a PDF. Raises Unreadable."""
    # Here, for it loads all that PDF takes.
    from certify.credentials.embedded import NoCredential, embedded_credential

    try:
        checked = _json(session, embedded_credential(pdf), at, on)
    except NoCredential as error:
        raise Unreadable(str(error)) from error
    checked = replace(checked, is_pdf=True)
    if checked.inside.verdict in (Verdict.UNKNOWN, Verdict.TAMPERED):
        return checked  # nothing that a seal could mend
    return _sealed(session, checked, pdf, at)


def _sealed(session: Session, checked: FileChecked, pdf: bytes, at: datetime) -> FileChecked:
    from certify.credentials.paper_check import SealFinding, check_seal

    seals = _seals(session, checked.inside.number)
    found = check_seal(pdf, [seal for seal, is_believed in seals if is_believed], at).finding
    lost = [seal for seal, is_believed in seals if not is_believed]
    if found is SealFinding.FOREIGN and lost and check_seal(pdf, lost, at).finding is SealFinding.WHOLE:
        found = SealFinding.COMPROMISED
    checked = replace(checked, seal=found.value)
    if found is SealFinding.WHOLE:
        return checked
    is_open = found in (SealFinding.UNREADABLE, SealFinding.COMPROMISED)
    verdict = Verdict.CANNOT_CHECK if is_open else Verdict.TAMPERED
    inside = checked.inside
    return replace(checked, answer=replace(unknown(inside.number, at, inside.on), verdict=verdict))


def _seals(session: Session, number: str) -> Sequence[tuple[Certificate, bool]]:
    """The certificates of the seals of the body that issued it, and whether each is believed."""
    issuer = session.scalar(select(Credential.issuer_id).where(Credential.number == number)) or ""
    return [
        (chain[0], key.compromised_at is None)
        for key in keys_of(session, issuer, KeyKind.P256)
        if (chain := chain_of(key))
    ]
