"""The product's own checker, asked by tests."""

from certify.audit import verify
from certify.config import Settings
from certify.models import db
from certify.models.store import seal_of


def findings(settings: Settings) -> list[str]:
    """What `flask audit verify` would say of the record."""
    seal = seal_of(db.session())
    db.session.rollback()
    with verify.snapshot(db.engine) as connection:
        parts = verify.checks(connection, seal, settings.instance / "files")
        return [str(one) for part in parts.values() for one in part()]
