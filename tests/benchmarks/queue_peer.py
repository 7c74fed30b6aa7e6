"""The peer's desk: the same queues as a Django project would read them, with select_related and Paginator.

Its models stand on our tables. Imported when Django is set up.
"""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

PAGE = 25


class Person(models.Model):
    id = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(max_length=200)

    class Meta:
        app_label = "auth"
        db_table = "person"
        managed = False


class Certification(models.Model):
    id = models.CharField(max_length=20, primary_key=True)
    holder = models.ForeignKey(Person, models.PROTECT, related_name="+")
    supervisor = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True)
    recommended_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True)
    module = models.CharField(max_length=10)
    country = models.CharField(max_length=2)
    state = models.CharField(max_length=40)
    state_since = models.DateTimeField()

    class Meta:
        app_label = "auth"
        db_table = "certification"
        managed = False


class Assessment(models.Model):
    id = models.CharField(max_length=20, primary_key=True)
    certification = models.ForeignKey(Certification, models.PROTECT, related_name="assessments")
    assessor = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=40)
    state_since = models.DateTimeField()

    class Meta:
        app_label = "auth"
        db_table = "assessment"
        managed = False


def queues_of(role: str, person: str) -> Callable[[], int]:
    """The first page of each queue of a role, counted as Paginator counts."""
    cases: Any = Certification.objects.select_related("holder", "supervisor", "recommended_by")
    observed = Assessment.objects.filter(certification=OuterRef("pk"), kind="observation").exclude(
        state="void"
    )
    here = cases.filter(country="VN")
    asked: dict[str, tuple[QuerySet[Any], ...]] = {
        "candidate": (cases.filter(holder_id=person),),
        "Expert Trainer": (
            cases.filter(supervisor_id=person, state="assessment", country="VN"),
            Assessment.objects.select_related("certification__holder").filter(
                assessor_id=person, state__in=("assigned", "declared")
            ),
        ),
        "Master Trainer": (here.filter(state="recommended").exclude(holder_id=person),),
        "coordinator": (
            here.filter(state="submitted").prefetch_related("assessments"),
            here.filter(Q(state="admitted") | Q(state="training", supervisor=None)),
            here.filter(~Exists(observed), state__in=("classroom_delivery", "supervised_visits")),
        ),
    }

    def read() -> int:
        pages = [Paginator(each.order_by("state_since", "id"), PAGE) for each in asked[role]]
        return sum(len([(one.id, page.count) for one in page.page(1)]) for page in pages)

    return read
