"""An absence that is noted already, past its form."""

from datetime import date

from certify.models import Absence
from certify.models.store import own_tx
from tests.conftest import NOW


def away(person: str, deputy: str, first: date = date(2026, 6, 1), last: date = date(2026, 6, 10)) -> None:
    """The one is away and the other stands in; both by their key in the cast."""
    days = {"from_on": first, "until_on": last, "told_at": NOW}
    with own_tx() as session:
        session.add(Absence(person_id=f"{person:0<20}", deputy_id=f"{deputy:0<20}", **days))
