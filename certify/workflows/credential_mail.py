"""A holder mails the link of a certificate to somebody: one message, owed with everything that it says."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from certify.models import Certification, Credential, Message
from certify.models.base import new_id
from certify.models.commitments import ERASED
from certify.scheme.sentences import say
from certify.workflows.editions import edition_named
from certify.workflows.engine import Refusal, Refused
from certify.workflows.notices import owe

KIND = "credential_sent"
NOT_WORTH = Refusal(None, say("Only a certificate that is good, or will be, is sent on."))


def mail_credential(
    session: Session, credential: Credential, at: datetime, *, email: str, note: str, worth: bool
) -> None:
    """Owe the mail; `worth`: whether the register's answer vouches for it. Raises Refused.

    The link alone is sent, for the answer behind it is that of the day on which it is read.
    """
    if not worth:
        raise Refused([NOT_WORTH])
    known = edition_named(session, credential.scheme_version).modules.get(credential.module)
    owe(
        session,
        key=f"{KIND}:{new_id()}",
        kind=KIND,
        at=at,
        email=email,
        language=credential.certification.holder.language,
        case_id=credential.case_id,
        params={
            "holder": credential.holder_name,
            "module": known.name if known else credential.module,
            "issuer": credential.issuer.legal_name,
            "number": credential.number,
            "note": note,
        },
    )


def mails_sent_by(person_id: str) -> Select[Any]:
    """The mails that a holder sent on, the oldest first: each is about a case of their own."""
    own = select(Certification.case_id).where(Certification.holder_id == person_id)
    asked = select(Message).where(Message.kind == KIND, Message.case_id.in_(own))
    return asked.order_by(Message.created_at, Message.id)


def held_mails(person_id: str) -> Select[Any]:
    """Those of them that still say to whom they went."""
    return mails_sent_by(person_id).where(Message.email != ERASED)


def erase_mail(mail: Message) -> None:
    """Take addressee, names and note out of it; one that still waits is never sent, by nobody's wish."""
    mail.name, mail.email = "", str(ERASED)
    mail.params, mail.last_error = (
        {"number": mail.params["number"]},
        None,
    )  # a server's words name the address
    if mail.sent_at is None:
        mail.state = "erased"
