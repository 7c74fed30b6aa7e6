"""The holder is told when a certificate is issued anew: what changed, and what to do with the old files."""

from certify.scheme.words import CredentialState
from certify.workflows.moves import Question
from certify.workflows.notices import owe, recipients


def tell_reissued(question: Question) -> None:
    """In the commit that issues it; of one that was revoked there is nothing to fetch and to show."""
    credential, session = question.thing, question.session
    assert session is not None
    holder_id = credential.certification.holder_id
    holder = recipients(session, [holder_id]).get(holder_id)
    if holder is None or holder.disabled_at is not None or credential.state == CredentialState.REVOKED:
        return
    kind = f"reissued_{question.facts['why']}"
    owe(
        session,
        key=f"{kind}:{credential.case_id}:{question.seq}:{holder.id}",
        kind=kind,
        at=question.at,
        recipient=holder,
        case_id=credential.case_id,
        params={
            "number": credential.number,
            "module": credential.module,
            "revision": credential.document.revision,
            "earlier": credential.document.revision - 1,
            "reason": question.facts.get("reason", ""),
        },
    )
