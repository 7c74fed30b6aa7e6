"""The story: who stands where on the path today, each played from the first day on."""

from certify.demo import application, assessing, delivery, keeping, licensing, renewing, training
from certify.demo.application import ETHIOPIA, VIET_NAM
from certify.demo.group import BEGUN, VISITS, Group
from certify.demo.places import FACTORIES
from certify.demo.stage import Stage
from certify.workflows.certification import recognise

VN_FACTORIES = [one.key for one in FACTORIES if one.country == "VN"]
FIRST, SECOND, THIRD = (VN_FACTORIES[n : n + 4] for n in (0, 4, 8))
ET_FACTORIES = [one.key for one in FACTORIES if one.country == "ET"]


def play(stage: Stage) -> None:
    """Everything, the oldest first."""
    certified_years_ago(stage)
    certified_last_year(stage)
    recognised(stage)
    waiting_for_a_decision(stage)
    in_assessment(stage)
    ethiopia(stage)
    on_supervised_visits(stage)
    in_classroom_delivery(stage)
    in_training(stage)
    applying(stage)


def _group(stage: Stage, *keys: str, start: int, supervisor: str, observer: str) -> Group:
    return Group(stage, VIET_NAM, keys, start, ("khin", "long"), supervisor, observer)


def certified_years_ago(stage: Stage) -> None:
    """Three certificates near their end: expired, in grace, and soon to be renewed."""
    group = _group(stage, "toan", "loan", "sang", start=1330, supervisor="dung", observer="ha")
    group.whole("Đà Nẵng, first cohort", SECOND)
    group.recommend()
    for key, ago in (("toan", 1195), ("loan", 1150), ("sang", 1040)):
        assessing.grant(stage, group.cases[key], "mai", ago)
    keeping.through_the_years(stage, group.cases)
    renewing.on_their_way(stage, group.cases)


def certified_last_year(stage: Stage) -> None:
    """A valid certificate, a suspended and a withdrawn one."""
    group = _group(stage, "uyen", "an", "my", start=330, supervisor="ha", observer="dung")
    group.whole("Huế, wood and lacquer", THIRD)
    group.recommend()
    for key in group.keys:
        assessing.grant(stage, group.cases[key], "mai", 215)
    stage.move(
        group.cases["an"], "suspend", "mai", 40,
        grounds="Two enterprises report visits that did not take place; the findings are awaited.",
    )  # fmt: skip
    stage.move(
        group.cases["my"], "withdraw", "son", 90,
        grounds="Certificates of attendance were sold to people who had not taken part.",
    )  # fmt: skip
    licensing.on_the_way(stage, group.cases["uyen"], "uyen")
    keeping.well(stage, group.cases["uyen"], "uyen")
    licensing.resting_on_another(stage)


def recognised(stage: Stage) -> None:
    """Certificates of the global project, taken over by the national partners."""
    lines = (
        ("giang", "VN", "mai", 300, 500), ("cuong", "VN", "mai", 290, 400),
        ("wang", "CN", "francois", 250, 300),
        ("fatma", "EG", "francois", 240, 150), ("maria", "PE", "francois", 230, 420),
        ("seyma", "TR", "francois", 220, -30), ("aicha", "TN", "francois", 200, 365),
    )  # fmt: skip
    cases = {}
    for n, (key, country, master, ago, days_left) in enumerate(lines):
        cases[key] = recognise(
            stage.session,
            stage.actor(master),
            stage.at(ago),
            person=stage.people[key],
            module="WPC",
            country=country,
            source="SCORE Global Project, Geneva",
            number=f"SCORE-{country}-{2140 + 37 * n}",
            valid_from=stage.day(ago + 500),
            valid_until=stage.day(-days_left),
            grounds="Certified by the global project; the certificate and the register agree.",
        )
    stage.move(cases["cuong"], "retire", "cuong", 25)
    keeping.with_a_finding(stage, cases["giang"], "giang")
    quality = application.draft(stage, "giang", 30, module="QUA")
    application.submit(stage, quality, "giang", 28)
    application.screen(stage, quality, "lananh", VIET_NAM.panel, 20)


def waiting_for_a_decision(stage: Stage) -> None:
    """Two files wait for a Master Trainer, of whom one works with a candidate; a third was refused."""
    group = _group(stage, "duc", "oanh", "tien", start=125, supervisor="dung", observer="ha")
    group.whole("Bình Dương, furniture", SECOND)
    group.recommend()
    assessing.refuse(stage, group.cases["tien"], "son", 12)


def in_assessment(stage: Stage) -> None:
    """Two files are with the assessor, one with scores to reconcile; another was asked for more practice."""
    group = _group(stage, "hieu", "thao", "ngan", start=110, supervisor="ha", observer="dung")
    group.whole("Đồng Nai, textiles", THIRD)
    assessing.observe_too(stage, group.cases["hieu"], "lananh", "ha", 12, beside="dung", scores=(4, 2, 5))
    stage.move(
        group.cases["thao"], "ask_more_practice", "ha", 8,
        what="Lead the factory walk yourself, and let the workers name the first problem.",
        by_on=stage.day(-45), back_to="supervised_visits", exclude=[],
    )  # fmt: skip


def ethiopia(stage: Stage) -> None:
    """A whole path in another country: one certified, one waiting."""
    group = Group(stage, ETHIOPIA, ("selam", "yonas"), 118, ("hirut",), "tesfaye", "tesfaye")
    group.whole("ሀዋሳ የመጀመሪያ ዙር", ET_FACTORIES)
    group.recommend()
    assessing.grant(stage, group.cases["selam"], "almaz", 5)
    case = application.draft(stage, "meron", 15, country="ET")
    application.submit(stage, case, "meron", 14)


def on_supervised_visits(stage: Stage) -> None:
    """Two candidates between the visits, one to be observed, one on hold; an enterprise's word is awaited."""
    group = _group(stage, "hang", "ngoc", "kiet", start=75, supervisor="dung", observer="ha")
    group.train()
    group.complete()
    cycle = group.open_cohort("Hà Nội, spring cohort", FIRST)
    early = delivery.visit(stage, cycle, "tanphu", group.ago(40), nth=0)  # before the classroom: not counted
    delivery.confirm_visit(stage, "tanphu", early, group.ago(41))
    group.teach(cycle)
    visits = delivery.visits(stage, cycle, group.ago(VISITS[0]), nth=1)
    stage.move(
        group.cases["ngoc"], "assign_observer", "lananh", 13,
        person=stage.people["ha"], activity=visits[-1].id,
    )  # fmt: skip
    stage.move(group.cases["kiet"], "hold", "lananh", 10, reason="Parental leave until the new year.")
    stage.move(
        group.cases["ngoc"], "waive", "lananh", 9,
        requirement="visits-span", reason="Two of the factories close for the stocktaking in between.",
    )  # fmt: skip
    delivery.visit(stage, cycle, "binhminh", 3, nth=2)
    delivery.visit(stage, cycle, "dailoi", 2, nth=2)


def in_classroom_delivery(stage: Stage) -> None:
    """Trained, with a workshop to come; one candidate left the programme."""
    group = _group(stage, "dat", "quyen", "linh", start=38, supervisor="ha", observer="long")
    group.train(weak=["linh"])
    group.complete(but=["linh"])
    stage.move(
        group.cases["linh"], "fail_training", "khin", 28,
        to_repeat="The knowledge test; the classroom days need not be taken again.",
    )  # fmt: skip
    stage.move(group.cases["linh"], "leave", "linh", 20, reason="A new employer in another field.")
    group.keys = ("dat", "quyen")
    cycle = group.open_cohort("Nha Trang, food", THIRD)
    delivery.plan_workshop(stage, cycle, -9, planned=4)


def in_training(stage: Stage) -> None:
    """A ToT that has begun and one that is still to come, each with its roster; two more are admitted."""
    _in_the_middle_of_the_tot(stage)
    cases = {
        key: application.admitted(stage, key, ago, crew=VIET_NAM)
        for key, ago in (("trang", 16), ("vinh", 15), ("khoa", 11), ("nhung", 9))
    }
    event = training.plan(stage, VIET_NAM, ("ha", "khin"), 14, first=-12)
    training.enrol(stage, VIET_NAM, event, (cases["trang"], cases["vinh"]), 7)


def _in_the_middle_of_the_tot(stage: Stage) -> None:
    """The fourth of five days: hours and some tests are entered, micro-teaching is not."""
    cases = [application.admitted(stage, key, 25, crew=VIET_NAM) for key in ("minh", "tra", "phuoc")]
    event = training.plan(stage, VIET_NAM, ("ha", "khin"), 20, first=3)
    training.enrol(stage, VIET_NAM, event, cases, 12)
    training.begin(stage, event, "ha", 1, days=3)


def applying(stage: Stage) -> None:
    """Applications in every state: in draft, nominated, submitted, screened, returned, declined."""
    chi = application.draft(stage, "chi", 25)
    application.submit(stage, chi, "chi", 24)
    application.screen(stage, chi, "lananh", VIET_NAM.panel, 10)
    phuc = application.draft(stage, "phuc", 6)
    application.submit(stage, phuc, "phuc", 5)
    tam = application.draft(stage, "tam", 22)
    application.submit(stage, tam, "tam", 21)
    stage.move(tam, "return_application", "lananh", 18, to_complete="The CV ends in 2019; add what followed.")
    hoa = application.draft(stage, "hoa", 60)
    application.submit(stage, hoa, "hoa", 58)
    application.screen(stage, hoa, "lananh", VIET_NAM.panel, 50, score=2)
    reasons = [{"requirement": "screening", "reason": "Less than three years with small enterprises."}]
    stage.move(hoa, "decline_application", "lananh", 45, reasons=reasons)
    application.nominate(stage, "minhthu", "thinh", 4)
    for key, country, ago in (
        ("thiri", "MM", 12), ("zaw", "MM", 8), ("ouyang", "CN", 14), ("omar", "EG", 9), ("jose", "PE", 11),
        ("cagri", "TR", 7),
    ):  # fmt: skip
        case = application.draft(stage, key, ago, country=country)
        if key not in ("zaw", "omar"):
            application.submit(stage, case, key, ago - 1)


__all__ = ["BEGUN", "play"]
