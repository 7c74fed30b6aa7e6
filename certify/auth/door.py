"""Coming in with a password: counted, checked at equal cost, and a new session at each sign-in."""

from certify.auth.passwords import verify_password
from certify.auth.sessions import carry, open_sign_in
from certify.auth.throttle import count_try, forget_tries
from certify.clock import real_now
from certify.models import db
from certify.models.store import write_tx
from certify.workflows.accounts import normal_email, person_at

SIGN_IN = "sign-in"


def enter(email: str, password: str) -> bool:
    """Sign this browser in, if address and password belong together. Raises TooMany."""
    email = normal_email(email)
    count_try(SIGN_IN, email)
    person = person_at(db.session(), email)
    known = person is not None and person.disabled_at is None
    if not verify_password(person.password_hash if person and known else None, password) or person is None:
        return False
    with write_tx() as session:
        forget_tries(session, SIGN_IN, email)
        signed_in = open_sign_in(session, person.id, real_now())
    carry(signed_in)
    return True
