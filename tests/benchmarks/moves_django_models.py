"""The peer's tables and its move, as a Django project would have them; import it when Django is set up."""

import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime, timedelta

from django.db import models, transaction
from django_fsm import FSMField, can_proceed
from django_fsm import transition as a_move

REMEMBERED = timedelta(days=7)


class Person(models.Model):
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, unique=True)
    language = models.CharField(max_length=10, default="en")
    disabled_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "auth"
        db_table = "peer_person"


class Case(models.Model):
    holder = models.ForeignKey(Person, models.PROTECT, related_name="+")
    supervisor = models.ForeignKey(Person, models.PROTECT, related_name="+")
    state = FSMField(default="supervised_visits")
    state_since = models.DateTimeField()
    held_from = models.CharField(max_length=40, default="")
    pauses = models.JSONField(default=list)
    last_seq = models.IntegerField(default=0)
    last_hash = models.BinaryField(default=bytes(32))
    version = models.IntegerField(default=1)

    class Meta:
        app_label = "auth"
        db_table = "peer_case"

    @a_move(field=state, source="supervised_visits", target="on_hold", conditions=[lambda case: True])
    def hold(self) -> None:
        self.held_from = "supervised_visits"

    @a_move(field=state, source="on_hold", target="supervised_visits", conditions=[lambda case: True])
    def resume(self) -> None:
        self.held_from = ""


class Log(models.Model):
    case = models.ForeignKey(Case, models.PROTECT)
    seq = models.IntegerField()
    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(Person, models.PROTECT)
    move = models.CharField(max_length=40)
    from_state = models.CharField(max_length=40)
    to_state = models.CharField(max_length=40)
    facts = models.TextField()
    hash = models.BinaryField(null=True)
    mac = models.BinaryField(null=True)

    class Meta:
        app_label = "auth"
        db_table = "peer_log"
        constraints = (models.UniqueConstraint(fields=["case", "seq"], name="peer_log_seq"),)


class Secret(models.Model):
    log = models.ForeignKey(Log, models.PROTECT)
    path = models.CharField(max_length=200)
    salt = models.BinaryField()
    value = models.TextField()

    class Meta:
        app_label = "auth"
        db_table = "peer_secret"


class Outbox(models.Model):
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    recipient = models.ForeignKey(Person, models.PROTECT)
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254)
    language = models.CharField(max_length=10)
    case = models.ForeignKey(Case, models.PROTECT)
    params = models.JSONField()
    state = models.CharField(max_length=20, default="owed")
    due_at = models.DateTimeField()

    class Meta:
        app_label = "auth"
        db_table = "peer_outbox"
        indexes = (models.Index(fields=["state", "due_at"], name="peer_outbox_due"),)


class Key(models.Model):
    person = models.ForeignKey(Person, models.PROTECT)
    key = models.CharField(max_length=255)
    body_sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_index=True)
    status = models.IntegerField(null=True)
    body = models.TextField(default="")

    class Meta:
        app_label = "auth"
        db_table = "peer_key"
        constraints = (models.UniqueConstraint(fields=["person", "key"], name="peer_key_once"),)


ALL = (Person, Case, Log, Secret, Outbox, Key)


def _turn(case: Case) -> str:
    """Held when it is not, resumed when it is; asked first, as a page would."""
    name = "hold" if case.state == "supervised_visits" else "resume"
    move = getattr(case, name)
    if not can_proceed(move):
        raise AssertionError(name)
    move()
    return name


def move(id: int, actor: Person) -> None:
    """State, log and outbox in one transaction."""
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=id)
        now, before = datetime.now(UTC), case.state
        name = _turn(case)
        case.state_since = now
        case.version += 1
        case.last_seq += 1
        case.save()
        Log.objects.create(
            case=case, seq=case.last_seq, at=now, actor=actor, move=name, from_state=before,
            to_state=case.state, facts=json.dumps({"reason": "Parental leave."}),
        )  # fmt: skip
        Outbox.objects.create(
            key=f"{name}:{id}:{case.last_seq}", kind=name, recipient_id=case.holder_id, case=case,
            params={"move": name}, due_at=now,
        )  # fmt: skip


def whole_move(id: int, actor: Person, key: bytes) -> None:
    """The same, with key and answer, lock and version, chain and MAC, commitments, and two messages."""
    now = datetime.now(UTC)
    with transaction.atomic():
        old = Key.objects.filter(created_at__lte=now - REMEMBERED).order_by("created_at")[:20]
        Key.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
        asked = Key.objects.create(
            person=actor, key=secrets.token_hex(10), body_sha256="a" * 64, created_at=now
        )
        case = Case.objects.select_for_update(of=("self",)).select_related("holder", "supervisor").get(pk=id)
        before, seen = case.state, case.version
        name = _turn(case)
        salt, reason = secrets.token_bytes(16), json.dumps("Parental leave.")
        facts = json.dumps({"reason": {"commitment": hashlib.sha256(salt + reason.encode()).hexdigest()}})
        case.last_seq += 1
        line = json.dumps([case.last_seq, now.isoformat(), actor.pk, name, before, case.state, facts])
        case.last_hash = hashlib.sha256(b"\0" + bytes(case.last_hash) + line.encode()).digest()
        if not Case.objects.filter(pk=id, version=seen).update(
            state=case.state, state_since=now, held_from=case.held_from, last_seq=case.last_seq,
            last_hash=case.last_hash, version=seen + 1,
        ):  # fmt: skip
            raise AssertionError("stale")
        log = Log.objects.create(
            case=case, seq=case.last_seq, at=now, actor=actor, move=name, from_state=before,
            to_state=case.state, facts=facts, hash=case.last_hash,
            mac=hmac.digest(key, case.last_hash, "sha256"),
        )  # fmt: skip
        Secret.objects.create(log=log, path="/reason", salt=salt, value=reason)
        Outbox.objects.bulk_create(
            [
                Outbox(
                    key=f"{name}:{id}:{case.last_seq}:{one.pk}", kind=name, recipient=one, name=one.name,
                    email=one.email, language=one.language, case=case, due_at=now,
                    params={"move": name, "holder": case.holder.name},
                )
                for one in (case.holder, case.supervisor)
                if one.disabled_at is None
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        Key.objects.filter(pk=asked.pk).update(status=200, body=json.dumps({"id": id, "state": case.state}))
