"""The first steps of a path: application, screening panel, admission."""

from certify.demo.stage import Stage
from certify.files import attach
from certify.models import Assessment, Certification
from certify.workflows.application import edit_application
from certify.workflows.certification import open_certification
from certify.workflows.engine import perform

CONSENTS = ["public_directory", "programme_statistics"]
SECTORS = {"VN": ["C14 Garments", "C31 Furniture"], "ET": ["C13 Textiles", "C15 Leather"]}


def draft(stage: Stage, key: str, ago: int, *, module: str = "WPC", country: str = "VN") -> Certification:
    """A draft with everything filled in."""
    actor, at = stage.actor(key), stage.at(ago)
    case = open_certification(stage.session, actor, at, module=module, country=country)
    _fill(stage, case, key, ago)
    return case


def nominate(stage: Stage, key: str, provider: str, ago: int) -> Certification:
    """A provider's nomination, not confirmed yet."""
    return open_certification(
        stage.session,
        stage.actor(provider),
        stage.at(ago),
        module="WPC",
        country="VN",
        holder_id=stage.people[key],
    )


def _fill(stage: Stage, case: Certification, key: str, ago: int) -> None:
    person = stage.person(key)
    employers = [one.organisation.name for one in person.affiliations]
    attach(stage.session, stage.cv, stage.at(ago), person_id=person.id, certification=case)
    edit_application(
        stage.session,
        case,
        stage.actor(key),
        stage.at(ago),
        {
            "specialisation": "Production management and dialogue at the workplace",
            "sectors": SECTORS.get(case.country, ["C10 Food"]),
            "languages": [person.language, "en"],
            "employer": employers[0] if employers else "Self-employed",
            "professional_years": 6 + len(person.name) % 9,
            "sme_years": 3 + len(person.name) % 4,
        },
    )


def submit(stage: Stage, case: Certification, key: str, ago: int) -> None:
    """The finished application goes in."""
    stage.move(case, "submit", key, ago, declaration=True, consents=CONSENTS, conflicts=[])


def screen(
    stage: Stage, case: Certification, coordinator: str, panel: tuple[str, str], ago: int, *, score: int = 4
) -> None:
    """Two members of a panel are named, declare themselves free and score the sheet."""
    for member in panel:
        stage.move(case, "assign_screener", coordinator, ago, person=stage.people[member])
    for member in panel:
        fill_sheet(stage, sheet_of(case, stage.people[member], "screening"), member, ago - 1, score)


def sheet_of(case: Certification, assessor_id: str, kind: str, activity_id: str | None = None) -> Assessment:
    """The assessment that an assignment made."""
    return next(
        one
        for one in case.assessments
        if (one.assessor_id, one.kind, one.activity_id) == (assessor_id, kind, activity_id)
        and one.state != "void"
    )


def fill_sheet(stage: Stage, sheet: Assessment, who: str, ago: int, score: int) -> None:
    """Declared free of conflicts, scored and submitted."""
    actor, at = stage.actor(who), stage.at(ago)
    scores = {item.id: score for item in stage.edition.screening}
    perform(sheet, "declare", actor, at, conflicts=[])
    perform(sheet, "submit", actor, at, scores=scores, comments={}, not_applicable={})


def admitted(stage: Stage, key: str, ago: int, *, crew: "Crew", module: str = "WPC") -> Certification:
    """Applied, screened and admitted on the day `ago`."""
    case = draft(stage, key, ago + 30, module=module, country=crew.country)
    submit(stage, case, key, ago + 28)
    screen(stage, case, crew.coordinator, crew.panel, ago + 14)
    stage.move(case, "admit", crew.coordinator, ago)
    return case


class Crew:
    """Who runs the programme in a country."""

    def __init__(self, country: str, coordinator: str, panel: tuple[str, str]) -> None:
        self.country = country
        self.coordinator = coordinator
        self.panel = panel


VIET_NAM = Crew("VN", "lananh", ("long", "huy"))
ETHIOPIA = Crew("ET", "dawit", ("hirut", "dawit"))
