"""The peer to be ahead of: Django's ORM, django-fsm-2, a log and an outbox, in one transaction.

Twice: as small as a move can be written, and with all that a move of ours is owed: an idempotency key with
its answer, a hash chain with a MAC, personal texts as salted commitments, and two messages.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

OTHERS = 10_000


def set_up() -> None:
    """Django with as little of it as a move needs; imported here, for only benchmarks install it."""
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(
            INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
            USE_TZ=True,
        )
        django.setup()


def connect(database: dict[str, Any]) -> None:
    """Lead Django to a database, whichever it was on before."""
    set_up()
    from django.db import connections

    connections.close_all()
    connections.settings = connections.configure_settings({"default": database})
    if hasattr(connections._connections, "default"):
        del connections["default"]


def jobs(database: dict[str, Any], key: bytes) -> dict[str, Callable[[], None]]:
    """Both ways of holding and resuming a case in turn, on tables of their own."""
    connect(database)
    from django.db import connection

    from tests.benchmarks import moves_django_models as tables

    with connection.schema_editor() as editor:
        for model in tables.ALL:
            editor.create_model(model)
    now = datetime.now(UTC)
    people = [tables.Person.objects.create(name=n, email=f"{n}@example.org") for n in ("ana", "bo", "olu")]
    holder, supervisor, coordinator = people
    tables.Case.objects.bulk_create(
        tables.Case(holder=holder, supervisor=supervisor, state_since=now) for _ in range(OTHERS)
    )
    small, whole = (
        tables.Case.objects.create(holder=holder, supervisor=supervisor, state_since=now) for _ in range(2)
    )
    return {
        "Django ORM + django-fsm-2 + log + outbox": lambda: tables.move(small.pk, coordinator),
        "Django, with all that ours does": lambda: tables.whole_move(whole.pk, coordinator, key),
    }


def close() -> None:
    """Let the database go."""
    from django.db import connections

    connections.close_all()
