"""The peer's desk: the same queues as a Django project would read them, with select_related and Paginator.

Its models stand on our tables. Imported when Django is set up.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet

PAGE = 25
DELIVERS = ("classroom_delivery", "supervised_visits")
UNDECIDED = (
    "draft",
    "submitted",
    "admitted",
    "training",
    *DELIVERS,
    "more_practice",
    "assessment",
    "on_hold",
)
ALONE = ("baseline", "workshop", "improvement_project", "cycle_report")  # confirmed by the supervisor


def _table(name: str) -> type:
    """Where a model stands: on a table that is there."""
    return type("Meta", (), {"app_label": "auth", "db_table": name, "managed": False})


def _to(model: Any, **more: Any) -> Any:
    return models.ForeignKey(model, models.PROTECT, related_name="+", **more)


class Person(models.Model):
    id = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(max_length=200)
    disabled_at = models.DateTimeField(null=True)
    Meta = _table("person")


class RoleGrant(models.Model):
    id = models.CharField(max_length=20, primary_key=True)
    person = _to(Person)
    proposed_by = _to(Person)
    role = models.CharField(max_length=40)
    module = models.CharField(max_length=10, null=True)
    country = models.CharField(max_length=2, null=True)
    proposed_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    Meta = _table("role_grant")


class Certification(models.Model):
    id = models.CharField(max_length=20, primary_key=True)
    holder = _to(Person)
    supervisor = _to(Person, null=True)
    recommended_by = _to(Person, null=True)
    module = models.CharField(max_length=10)
    country = models.CharField(max_length=2)
    state = models.CharField(max_length=40)
    state_since = models.DateTimeField()
    tot_event_id = models.CharField(max_length=20, null=True)
    Meta = _table("certification")


class Cohort(models.Model):
    id = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(max_length=120)
    supervisor = _to(Person, null=True)
    Meta = _table("cohort")


class Activity(models.Model):
    id = models.CharField(max_length=20, primary_key=True)
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=40)
    state_since = models.DateTimeField()
    country = models.CharField(max_length=2)
    held_on = models.DateField()
    cohort = _to(Cohort, null=True)
    submitted_by = _to(Person, null=True)
    Meta = _table("activity")


class ActivityPerson(models.Model):
    activity = models.OneToOneField(Activity, models.PROTECT, primary_key=True, related_name="led")
    person = _to(Person)
    position = models.IntegerField()
    Meta = _table("activity_person")


class Assessment(models.Model):
    id = models.CharField(max_length=20, primary_key=True)
    certification = models.ForeignKey(Certification, models.PROTECT, related_name="assessments")
    activity = _to(Activity, null=True)
    assessor = _to(Person)
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=40)
    state_since = models.DateTimeField()
    Meta = _table("assessment")


Queues = Sequence[QuerySet[Any]]


def _of_everybody(person: str) -> Iterator[QuerySet[Any]]:
    """What anybody may have: an own case, sheets to fill in, pairs to reconcile, what came back."""
    fellow = Assessment.objects.filter(
        certification=OuterRef("certification"), activity=OuterRef("activity"), state="submitted"
    ).exclude(pk=OuterRef("pk"))
    sheets = Assessment.objects.select_related(
        "certification__holder", "certification__supervisor", "activity__cohort"
    )
    yield _cases().filter(holder_id=person, state__in=("draft", *DELIVERS, "more_practice"))
    yield sheets.filter(assessor_id=person, state__in=("assigned", "declared"))
    yield sheets.filter(
        Exists(fellow), certification__supervisor_id=person, certification__state__in=UNDECIDED,
        kind="observation", state="submitted",
    )  # fmt: skip
    yield _activities().filter(state="returned", submitted_by_id=person)


def _cases() -> Any:
    return Certification.objects.select_related("holder", "supervisor", "recommended_by")


def _activities() -> Any:
    return Activity.objects.select_related("cohort")


def _main(role: str, person: str) -> Queues:
    """Those that the role is there for."""
    here = _cases().filter(country="VN")
    observed = Assessment.objects.filter(certification=OuterRef("pk"), kind="observation").exclude(
        state="void"
    )
    asked: dict[str, Queues] = {
        "candidate": (_cases().filter(holder_id=person),),
        "Expert Trainer": (
            here.filter(supervisor_id=person, state="assessment"),
            Assessment.objects.select_related("certification__holder").filter(
                assessor_id=person, state__in=("assigned", "declared")
            ),
        ),
        "Master Trainer": (here.filter(state="recommended").exclude(holder_id=person),),
        "coordinator": (
            here.filter(state="submitted").prefetch_related("assessments"),
            here.filter(Q(state="admitted") | Q(state="training", supervisor=None)),
            here.filter(~Exists(observed), state__in=DELIVERS),
        ),
    }
    return asked[role]


def _others(role: str, person: str) -> Iterator[QuerySet[Any]]:
    """What else ours asks for the role."""
    submitted = _activities().filter(state="submitted", country="VN")
    if role == "Expert Trainer":
        mine = Q(kind__in=ALONE, cohort__supervisor_id=person)
        led = Q(kind="tot_event", led__person_id=person, led__position=0)
        yield submitted.filter(mine | led)
        facilitated = ActivityPerson.objects.filter(person_id=person, activity__state="confirmed")
        ids = facilitated.values("activity_id")
        yield _cases().filter(state="training", country="VN", tot_event_id__in=ids)
    if role == "coordinator":
        yield submitted.filter(kind__in=ALONE, cohort__isnull=False, cohort__supervisor=None)
    if role == "Master Trainer":
        open_ = RoleGrant.objects.select_related("person", "proposed_by").filter(
            confirmed_at=None, ended_at=None
        )
        yield (
            open_.exclude(proposed_by_id=person)
            .exclude(person_id=person)
            .annotate(state_since=F("proposed_at"))
        )


def _first_pages(queues: Queues) -> int:
    pages = [Paginator(each.order_by("state_since", "id"), PAGE) for each in queues]
    return sum(len([(one.id, page.count) for one in page.page(1)]) for page in pages)


def main_queues_of(role: str, person: str) -> Callable[[], int]:
    """The first page of each main queue of a role, counted as Paginator counts; nothing about who asks."""
    asked = _main(role, person)
    return lambda: _first_pages([each.all() for each in asked])


def all_queues_of(role: str, person: str) -> Callable[[], int]:
    """The same of all the queues that ours asks, after the person and their roles."""

    def read() -> int:
        Person.objects.get(pk=person)
        list(RoleGrant.objects.filter(person_id=person, ended_at=None).exclude(confirmed_at=None))
        main = [] if role == "candidate" else _main(role, person)
        return _first_pages([*_of_everybody(person), *main, *_others(role, person)])

    return read
