"""On the way to an Expert Trainer's licence, and what a suspension and a withdrawal bring with them."""

from certify.demo import application, delivery, training
from certify.demo.application import VIET_NAM
from certify.demo.delivery import Cycle
from certify.demo.places import FACTORIES
from certify.demo.stage import Stage
from certify.models import Activity, Certification
from certify.workflows.certification import recognise
from certify.workflows.cohort import create_cohort
from certify.workflows.engine import perform
from certify.workflows.licence import nominate

FACTORY_KEYS = [one.key for one in FACTORIES if one.country == "VN"][:4]


def on_the_way(stage: Stage, case: Certification, key: str) -> None:
    """Delivered, nominated, beside the lead of a ToT, examined: a Master Trainer decides next."""
    for n, ago in enumerate((190, 130)):
        deliver(stage, key, f"Huế, follow-up {n + 1}", ago)
    licence = nominate(
        stage.session, case, stage.actor("lananh"), stage.at(80),
        reason="New trainers ask for her advice, and enterprises ask for her by name.",
    )  # fmt: skip
    perform(licence, "confirm", stage.actor(key), stage.at(78), declaration=True)
    event = training.plan(stage, VIET_NAM, ("ha", key), 76, first=70)
    for move in ("submit", "confirm"):
        perform(event, move, stage.actor("ha"), stage.at(65))
    perform(
        licence, "record_examination", stage.actor("lananh"), stage.at(30),
        examined_on=stage.day(32), percent=86, examiner=stage.people["huy"],
    )  # fmt: skip


def resting_on_another(stage: Stage) -> None:
    """A case whose first module is suspended, and a certificate whose first module was withdrawn."""
    application.admitted(stage, "an", 60, crew=VIET_NAM, module="QUA")
    recognise(
        stage.session, stage.actor("son"), stage.at(150), person=stage.people["my"], module="QUA",
        country="VN", source="SCORE Global Project, Geneva", number="SCORE-VN-3310",
        valid_from=stage.day(400), valid_until=stage.day(-600),
        grounds="Certified by the global project; the certificate and the register agree.",
    )  # fmt: skip


def deliver(stage: Stage, key: str, name: str, ago: int) -> Activity:
    """A workshop and a visit by a certified trainer, whom nobody supervises; the visit."""
    cohort = create_cohort(
        stage.session, stage.actor("lananh"), stage.at(ago + 6), module="WPC", country="VN", name=name,
        trainers=stage.ids([key]), supervisor=None,
        enterprises=[stage.enterprises[one] for one in FACTORY_KEYS],
    )  # fmt: skip
    cycle = Cycle(cohort, (key,), "lananh", FACTORY_KEYS)
    delivery.hand_in(stage, cycle, delivery.plan_workshop(stage, cycle, ago, planned=ago + 5), ago - 2)
    visited = delivery.visit(stage, cycle, FACTORY_KEYS[0], ago - 20, nth=1)
    delivery.confirm_visit(stage, FACTORY_KEYS[0], visited, ago - 22)
    return visited
