"""Every address of the application with who may do what there: the lines of the matrix."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.policy import rights
from tests.policy.program_lines import delivery_lines
from tests.policy.rights import Line, Thing, form, get, moves_of, post, who

API = "/api/v1"


@dataclass(frozen=True)
class Ids:
    """The rows that the matrix asks for; what is Ana's is recommended, what is Lan's is submitted."""

    case: str
    lans_case: str
    cohort: str
    workshop: str
    visit: str
    tot_event: str
    renewal: str  # of Ana's, open
    licence: str  # of Ana's, nominated
    review: str  # of Ana's, open
    observation: str  # of the workshop, by Tuấn
    screening: str  # by Bea
    cv: str
    enterprise: str  # Eka answers for it, and it takes part in the cohort
    other_enterprise: str
    ana: str
    lan: str
    lans_work: str
    bos_role: str
    provider: str
    issuer: str
    delegation: str
    message: str
    token: str
    browser: str


def lines(ids: Ids) -> Iterator[Line]:
    """All of it."""
    yield from _without_thing()
    yield from _cases(ids)
    yield from _activities(ids)
    yield from _assessments(ids)
    yield from _delivery(ids)
    yield from _people(ids)
    yield from _own(ids)
    yield from _programs(ids)
    yield from delivery_lines(ids)
    yield from _programs_of_delivery(ids)


def _without_thing() -> Iterator[Line]:
    for rule in rights.PUBLIC:
        yield Line(rule, get("public"))
    for rule in rights.PUBLIC_FORMS:
        yield Line(rule, form("public"))
    yield Line("/sign-out", post("public"))
    yield Line(f"{API}/verify", post("public"))
    for rule, path in rights.PUBLIC_PARTS:
        yield Line(rule, get("public"), path=path)
    for rule, may in rights.ROLES.items():
        yield Line(rule, get(may))
    for rule, may in rights.ROLES_FORMS.items():
        yield Line(rule, form(may))
    for rule in rights.SIGNED_IN:
        yield Line(rule, get("anybody"))
    for rule in rights.SIGNED_IN_FORMS:
        yield Line(rule, form("anybody"))
    for rule in rights.SIGNED_IN_POSTS:
        yield Line(rule, post("anybody"))


def _cases(ids: Ids) -> Iterator[Line]:
    ana = Thing({"id": ids.case}, who("ana bo bea tuan quy maya olu asa"))
    lan = Thing({"id": ids.lans_case}, who("lan sami quy maya olu asa"))
    yield from _case(ana, "ana", "bo", "bea")
    yield from _case(lan, "lan")
    yield from _renewal(ids, ana.seen_by)
    yield from _licence(ids, ana.seen_by)
    files = "/certifications/<id>/application/files/<file_id>/remove"
    yield Line(files, post(who("ana")), ana, {"file_id": ids.cv})
    cv = Thing({"id": ids.cv}, ana.seen_by)
    yield Line("/files/<id>", get("anybody"), cv)
    yield Line("/files/<id>/original", get(who("asa")), cv)


def _case(case: Thing, holder: str, supervisor: str = "", facilitator: str = "") -> Iterator[Line]:
    here = "/certifications/<id>"
    for page in ("", "/history", "/messages", "/standing"):
        yield Line(here + page, get("anybody"), case)
    yield Line(f"{here}/renewal", {**get("anybody"), **post(who(holder))}, case)
    yield Line(f"{here}/licences/new", form(who("olu maya")), case)
    yield Line(f"{here}/approval", {**get(who("maya asa")), **post(who("maya"))}, case)
    judge = {**get(who(f"{supervisor} asa")), **post(who(supervisor))}
    yield Line(f"{here}/recommendation", judge, case)
    yield Line(f"{here}/application", get(who(holder)), case)
    yield Line(f"{here}/application/take-over", post(who(holder)), case)
    for page in ("application/declarations", "application/files", "application/submit", "self-assessment"):
        yield Line(f"{here}/{page}", form(who(holder)), case)
    yield Line(f"{here}/application/<step>", form(who(holder)), case, {"step": "experience"})
    for page in ("maintenance", "deliveries", "deliveries.csv"):
        yield Line(f"{here}/{page}", get("anybody"), case)
    yield Line(f"{here}/code-of-conduct", {**get("anybody"), **post(who(holder))}, case)
    yield Line(f"{here}/name-change", form(who(holder)), case)
    log = f"{here}/activities/new/<kind>"
    for kind in ("refresher", "code_of_conduct"):
        yield Line(log, form(who(holder)), case, {"kind": kind})
    for move, may in moves_of(holder, supervisor, facilitator):
        yield Line(f"{here}/moves/<move>", form(may), case, {"move": move})


def _licence(ids: Ids, seen_by: frozenset[str]) -> Iterator[Line]:
    licence = Thing({"id": ids.licence}, seen_by)
    yield Line("/licences/<id>", get("anybody"), licence)
    for move, may in rights.LICENCE_MOVES.items():
        by = who("ana" if may == "holder" else may)
        yield Line("/licences/<id>/moves/<move>", form(by), licence, {"move": move})
    review = Thing({"id": ids.review}, seen_by)
    yield Line("/reviews/<id>", {**get("anybody"), **post(who("maya"))}, review)


def _renewal(ids: Ids, seen_by: frozenset[str]) -> Iterator[Line]:
    renewal, moves = Thing({"id": ids.renewal}, seen_by), rights.RENEWAL_MOVES.items()
    yield Line("/renewals/<id>", get("anybody"), renewal)
    yield Line(f"{API}/renewals/<id>", get("anybody"), renewal)
    for move, may in moves:
        yield Line("/renewals/<id>/moves/<move>", form(who(may)), renewal, {"move": move})
        yield Line(f"{API}/renewals/<id>/moves/<move>", post(who(may)), renewal, {"move": move})


def _activities(ids: Ids) -> Iterator[Line]:
    workshop = Thing({"id": ids.workshop}, who("ana bo tuan olu maya quy asa"))
    visit = Thing({"id": ids.visit}, who("ana bo tuan olu maya quy asa eka"))
    event = Thing({"id": ids.tot_event}, who("ana bea olu maya quy asa"))
    for thing, editors, uploaders in (
        (workshop, "ana bo", "ana bo"),
        (visit, "ana bo", "ana bo"),
        (event, "olu bea", "bea"),
    ):
        yield Line("/activities/<id>", get("anybody"), thing)
        yield Line("/activities/<id>/edit", form(who(editors)), thing)
        yield Line("/activities/<id>/files", post(who(uploaders)), thing)
    yield Line("/activities/<id>/roster", post(who("olu bea")), event)
    for thing, moves in (
        (workshop, {"submit": "ana bo", "confirm": "bo", "return": "bo", "void": "bo olu"}),
        (visit, {"submit": "ana bo", "confirm": "bo eka", "return": "bo eka", "void": "bo eka olu"}),
        (event, {"submit": "olu bea", "confirm": "bea", "return": "bea", "void": "bea olu"}),
    ):
        for move, may in moves.items():
            yield Line("/activities/<id>/moves/<move>", form(who(may)), thing, {"move": move})


def _assessments(ids: Ids) -> Iterator[Line]:
    everybody = "ana bo olu maya quy asa"  # the holder, the supervisor, who oversees
    for id, assessor in ((ids.observation, "tuan"), (ids.screening, "bea")):
        sheet = Thing({"id": id}, who(f"{assessor} {everybody}"))
        yield Line("/assessments/<id>", {**get("anybody"), **post(who(assessor))}, sheet)
        yield Line("/assessments/<id>/print", get("anybody"), sheet)
        yield Line("/assessments/<id>/draft", form(who(assessor)), sheet)
        yield Line("/assessments/<id>/correct", form(who(assessor)), sheet)
        yield Line("/assessments/<id>/reconcile", form(who("bo")), sheet)
        for move, may in (("declare", assessor), ("void", "olu")):
            yield Line("/assessments/<id>/moves/<move>", form(who(may)), sheet, {"move": move})


def _delivery(ids: Ids) -> Iterator[Line]:
    cohort = Thing({"id": ids.cohort}, who("ana bo olu maya quy asa"))
    yield Line("/cohorts/<id>", get("anybody"), cohort)
    yield Line("/cohorts/<id>/edit", form(who("ana bo olu")), cohort)
    yield Line("/cohorts/<id>/baselines", form(who("ana bo")), cohort)
    for kind in ("baseline", "workshop", "visit", "improvement_project", "cycle_report"):
        yield Line("/cohorts/<id>/activities/new/<kind>", form(who("ana bo")), cohort, {"kind": kind})
    for id, more in ((ids.enterprise, "ana bo eka"), (ids.other_enterprise, "")):
        enterprise = Thing({"id": id}, who(f"olu maya quy asa {more}"))
        yield Line("/enterprises/<id>", get("anybody"), enterprise)
        yield Line("/enterprises/<id>/edit", form(who("olu")), enterprise)
        yield Line("/enterprises/<id>/contacts", post(who("olu")), enterprise)


def _people(ids: Ids) -> Iterator[Line]:
    for id, own in ((ids.ana, "ana"), (ids.lan, "lan")):
        person = Thing({"id": id, "person_id": id}, who(f"{own} {rights.REGISTRARS}"))
        yield Line("/people/<id>", get("anybody"), person)
        for page in ("edit", "disable", "affiliations/new"):
            yield Line(f"/people/<id>/{page}", form(who("ada")), person)
        for page in ("enable", "invite-again", "sign-ins/end"):
            yield Line(f"/people/<id>/{page}", post(who("ada")), person)
        yield Line("/people/<id>/sign-ins", get(who("ada")), person)
        browser = {"sign_in_id": ids.browser}
        yield Line("/people/<id>/sign-ins/<sign_in_id>/end", post(who("ada")), person, browser)
        yield Line("/roles/new/<person_id>", form(who("ada sol maya")), person)
    lan = Thing({"id": ids.lan}, who(f"lan {rights.REGISTRARS}"))
    work = {"affiliation_id": ids.lans_work}
    yield Line("/people/<id>/affiliations/<affiliation_id>/end", form(who("ada")), lan, work)
    role = Thing({"id": ids.bos_role}, who("ada sol maya asa"))
    yield Line("/roles/<id>", get("anybody"), role)
    yield Line("/roles/<id>/confirm", post(who("ada sol maya")), role)
    yield Line("/roles/<id>/end", form(who("ada sol")), role)
    organisation = Thing({"id": ids.provider}, who(f"{rights.REGISTRARS} sami other_provider"))
    yield Line("/organisations/<id>", get("anybody"), organisation)
    yield Line("/organisations/<id>/edit", form(who("ada olu")), organisation)
    issuer = Thing({"id": ids.issuer}, frozenset(rights.PEOPLE))
    yield Line("/issuing-bodies/<id>", get("anybody"), issuer)
    yield Line("/issuing-bodies/<id>/edit", form(who("sol")), issuer)
    yield Line("/issuing-bodies/<id>/successor", form(who("sol")), issuer)
    yield Line("/issuing-bodies/<id>/delegations/new", form(who("sol")), issuer)
    delegation = {"delegation_id": ids.delegation}
    yield Line("/issuing-bodies/<id>/delegations/<delegation_id>/end", form(who("sol")), issuer, delegation)


def _own(ids: Ids) -> Iterator[Line]:
    message = Thing({"id": ids.message}, who("ana"))
    yield Line("/my-path/messages/<id>", get("anybody"), message)
    yield Line("/mail/<id>/send-again", post(who("ada")), path={"id": ids.message})
    nobodys = Thing({"id": "0" * 20}, frozenset())  # views/test_my_credentials.py has the rest
    yield Line("/my-credentials/<id>/send", form(who("")), nobodys)
    yield Line("/name-changes/<id>", form(who("")), nobodys)  # views/test_maintenance.py
    correction = "/certifications/<id>/certificates/<credential_id>/correct"
    yield Line(correction, form(who("")), nobodys, {"credential_id": "0" * 20})  # views/test_corrections.py
    token = Thing({"id": ids.token}, who("ana"))
    yield Line("/account/tokens/<id>/revoke", form("anybody"), token)
    absence = Thing({"id": "0" * 20}, frozenset())  # views/test_absences.py has the rest
    yield Line("/account/absences/<id>/end", post("anybody"), absence)
    browser = {"sign_in_id": ids.browser}
    yield Line("/account/browsers/<sign_in_id>/end", post("anybody"), path=browser)


def _programs(ids: Ids) -> Iterator[Line]:
    yield Line(f"{API}/me", get("anybody"))
    yield Line(f"{API}/certifications", {**get("anybody"), **post("anybody")})
    yield Line(f"{API}/certifications/recognise", post(who("maya master_abroad")))
    ana = Thing({"id": ids.case}, who("ana bo bea tuan quy maya olu asa"))
    lan = Thing({"id": ids.lans_case}, who("lan sami quy maya olu asa"))
    here = f"{API}/certifications/<id>"
    for case, holder in ((ana, "ana"), (lan, "lan")):
        yield Line(here, {**get("anybody"), "PATCH": who(holder)}, case)
        for page in ("events", "evidence"):
            yield Line(f"{here}/{page}", get("anybody"), case)
        yield Line(f"{here}/files", post(who(holder)), case)
        yield Line(f"{here}/renewals", {**get("anybody"), **post(who(holder))}, case)
    for move, may in moves_of("ana", "bo", "bea"):
        yield Line(f"{here}/moves/<move>", post(may), ana, {"move": move})


def _programs_of_delivery(ids: Ids) -> Iterator[Line]:
    for rule, may in (
        ("activities", "anybody"),
        ("cohorts", rights.DELIVERS),
        ("enterprises", rights.DELIVERS),
    ):
        yield Line(f"{API}/{rule}", {**get("anybody"), **post(may)})
    yield Line(f"{API}/assessments", get("anybody"))
    known = rights.ROLES["/organisations"]
    yield Line(f"{API}/organisations", {**get(known), **post(rights.ROLES_FORMS["/organisations/new"])})
    yield Line(f"{API}/people", {**get(known), **post(rights.ROLES_FORMS["/people/invite"])})
    visit = Thing({"id": ids.visit}, who("ana bo tuan olu maya quy asa eka"))
    here = f"{API}/activities/<id>"
    yield Line(here, {**get("anybody"), "PATCH": who("ana bo")}, visit)
    yield Line(f"{here}/files", post(who("ana bo")), visit)
    for move, may in (
        ("submit", "ana bo"),
        ("confirm", "bo eka"),
        ("return", "bo eka"),
        ("void", "bo eka olu"),
    ):
        yield Line(f"{here}/moves/<move>", post(who(may)), visit, {"move": move})
    sheet = Thing({"id": ids.observation}, who("tuan ana bo olu maya quy asa"))
    yield Line(f"{API}/assessments/<id>", get("anybody"), sheet)
    for move, may in (("declare", "tuan"), ("submit", "tuan"), ("reconcile", "bo"), ("void", "olu")):
        yield Line(f"{API}/assessments/<id>/moves/<move>", post(who(may)), sheet, {"move": move})
    for rule, thing in (
        ("cohorts", Thing({"id": ids.cohort}, who("ana bo olu maya quy asa"))),
        ("enterprises", Thing({"id": ids.enterprise}, who("olu maya quy asa ana bo eka"))),
        ("organisations", Thing({"id": ids.provider}, who(f"{rights.REGISTRARS} sami other_provider"))),
        ("people", Thing({"id": ids.lan}, who(f"lan sami {rights.REGISTRARS}"))),
    ):
        yield Line(f"{API}/{rule}/<id>", get("anybody"), thing)
