"""A holder mails the link of a certificate to somebody: one message, owed with everything that it says."""

from datetime import datetime

from sqlalchemy.orm import Session

from certify.models import Credential
from certify.models.base import new_id
from certify.scheme.sentences import say
from certify.workflows.editions import edition_named
from certify.workflows.engine import Refusal, Refused
from certify.workflows.notices import owe


def mail_credential(
    session: Session, credential: Credential, at: datetime, *, email: str, note: str, worth: bool
) -> None:
    """Owe the mail; `worth`: whether the register's answer vouches for it. Raises Refused.

    The link alone is sent, for the answer behind it is that of the day on which it is read.
    """
    if not worth:
        sentence = say("Only a certificate that is good, or will be, is sent on.")
        raise Refused([Refusal(None, sentence, ("holder",))])
    known = edition_named(session, credential.scheme_version).modules.get(credential.module)
    owe(
        session,
        key=f"credential_sent:{new_id()}",
        kind="credential_sent",
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
