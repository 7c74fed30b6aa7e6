"""What everybody may ask of every address, written by hand from DESIGN.md: the matrix compares with it.

Nothing here is read from the policy. A name is a key of the cast, or of those who hold a role elsewhere
(`abroad`): theirs is Kenya, and whatever is seen here lies in Viet Nam.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

VISITOR = "visitor"
ABROAD = {
    "expert_abroad": "expert_trainer",
    "master_abroad": "master_trainer",
    "coordinator_abroad": "coordinator",
    "reviewer_abroad": "qa_reviewer",
}
OTHER_PROVIDER = "other_provider"  # acts for another service provider of the same country
HERE = ("ana", "lan", "bo", "bea", "tuan", "maya", "olu", "sami", "quy", "sol", "asa", "ada", "eka", "kim")
PEOPLE = (*HERE, *ABROAD, OTHER_PROVIDER)

Who = frozenset[str] | Literal["anybody", "public"]


@dataclass(frozen=True)
class Thing:
    """Something with an address: its parts of the path, and who may know of it."""

    path: Mapping[str, str]
    seen_by: frozenset[str]


@dataclass(frozen=True)
class Line:
    """One address: who does what there with each method. Methods that are left out are answered 405.

    `may`: by method, who may do it; `anybody` that is signed in, or the public. Of a thing, whoever does
    not see it is told 404 and whoever sees it but may not 403.
    """

    rule: str
    may: Mapping[str, Who]
    thing: Thing | None = None
    path: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """The path of the request."""
        address = self.rule
        for name, value in {**(self.thing.path if self.thing else {}), **self.path}.items():
            for written in (f"<{name}>", f"<path:{name}>", f"<int:{name}>"):
                address = address.replace(written, value)
        assert "<" not in address, address
        return address

    def expected(self, method: str, who: str) -> str:
        """The answer in a word: allowed, not_found, forbidden, sign_in."""
        may = self.may[method]
        if may == "public":
            return "allowed"
        if who == VISITOR:
            return "sign_in"
        if self.thing is not None and who not in self.thing.seen_by:
            return "not_found"
        return "allowed" if may == "anybody" or who in may else "forbidden"


def who(names: str) -> frozenset[str]:
    """A set of people from their names, each of which must be known."""
    named = frozenset(names.split())
    assert named <= set(PEOPLE), named - set(PEOPLE)
    return named


def get(may: Who) -> dict[str, Who]:
    """A page that is read."""
    return {"GET": may, "HEAD": may}


def form(may: Who) -> dict[str, Who]:
    """A page with a form that is sent to where it came from."""
    return {**get(may), "POST": may}


def post(may: Who) -> dict[str, Who]:
    """An address that forms alone are sent to."""
    return {"POST": may}


REGISTRARS = "ada olu sol asa maya"
EXPERTS = "bo bea tuan expert_abroad"
DELIVERS = who(f"ana olu coordinator_abroad sami other_provider {EXPERTS}")  # Ana is on the path, Lan not yet
STAFF = who(f"olu {EXPERTS} maya quy asa coordinator_abroad master_abroad reviewer_abroad")
ROLES = {  # pages of a role, whatever it is held for
    "/board": who("olu asa coordinator_abroad"),
    "/board/calendar": who("olu asa coordinator_abroad"),
    "/board/departures": who("olu asa coordinator_abroad"),
    "/board/screening-panels": who("olu asa coordinator_abroad"),
    "/board/waivers": who("olu asa coordinator_abroad"),
    "/board/trainers": who("olu asa coordinator_abroad"),
    "/board/trainers.csv": who("olu asa coordinator_abroad"),
    "/stalls": who("olu asa coordinator_abroad"),
    "/stalls/people": who("olu asa coordinator_abroad"),
    "/quality": who("quy reviewer_abroad olu coordinator_abroad"),
    "/name-changes": who("olu coordinator_abroad"),
    "/audit": who("asa"),
    "/mail": who("ada"),
    "/licences": who("olu maya quy asa coordinator_abroad master_abroad reviewer_abroad"),
    "/reviews": who("olu maya asa coordinator_abroad master_abroad"),
    "/decisions": who("maya master_abroad"),
    "/decisions/made": who("maya master_abroad"),
    "/supervision": who(EXPERTS),
    "/trainers": who("sami other_provider"),
    "/tot-events": STAFF,
    "/people": who(f"{REGISTRARS} coordinator_abroad master_abroad"),
    "/roles": who("ada sol maya asa master_abroad"),
    "/organisations": who(f"{REGISTRARS} coordinator_abroad master_abroad sami other_provider"),
}
ROLES_FORMS = {
    "/tot-events/new": who(f"olu coordinator_abroad {EXPERTS}"),
    "/recognise": who("maya master_abroad"),
    "/nominate": who("sami other_provider"),
    "/nominate/several": who("sami other_provider"),
    "/cohorts/new": DELIVERS,
    "/stalls/nudge": who("olu coordinator_abroad"),
    "/enterprises/new": DELIVERS,
    "/people/invite": who("ada olu coordinator_abroad sami other_provider"),
    "/organisations/new": who("ada olu coordinator_abroad"),
    "/issuing-bodies/new": who("sol"),
}
SIGNED_IN = (
    "/account/absences",
    "/account/calendar",
    "/account/tokens",
    "/assessments",
    "/certifications",
    "/check-certificates",
    "/check-certificates.csv",
    "/cohorts",
    "/desk",
    "/enterprises",
    "/issuing-bodies",
    "/my-credentials",
    "/my-path",
    "/my-path/activities",
    "/my-path/data",
    "/my-path/deliveries",
    "/my-path/data.json",
    "/my-path/files",
    "/my-path/messages",
    "/my-path/messages/to-come",
    "/search",
)
SIGNED_IN_FORMS = (
    "/account",
    "/account/absences/new",
    "/account/mail",
    "/account/password",
    "/account/ties/new",
    "/account/tokens/new",
    "/apply",
    "/to-confirm",
)
SIGNED_IN_POSTS = (
    "/account/browsers/end", "/account/calendar/end", "/account/calendar/new", "/undo",
)  # fmt: skip
PUBLIC = (
    "/",
    "/accessibility",
    "/become-a-trainer",
    "/checking-certificates",
    "/decisions-and-appeals",
    "/favicon.ico",
    "/healthz",
    "/mail-sent",
    "/privacy",
    "/readyz",
    "/scheme",
    "/scheme/modules",
    "/styleguide",
    "/api/v1/openapi.json",
)
PUBLIC_FORMS = ("/forgot", "/register", "/sign-in", "/verify")
PUBLIC_PARTS = (
    ("/scheme/editions/<name>", {"name": "score-2026"}),
    ("/scheme/modules/<code>", {"code": "WPC"}),
    ("/styleguide/<part>", {"part": "frame"}),
    ("/styleguide/errors/<int:status>", {"status": "422"}),
    ("/verify/<path:number>", {"number": "VN-1"}),
    ("/api/v1/verify/<path:number>", {"number": "VN-1"}),
    ("/confirm-visit/thanks/<answer>", {"answer": "confirmed"}),
    ("/opt-out/done/<category>", {"category": "news"}),
    ("/issuers/<code>/did.json", {"code": "vn-score"}),
    ("/issuers/<code>/profile.json", {"code": "vn-score"}),
    (
        "/achievements/<edition>/<kind>/<module>.json",
        {"edition": "score-2026", "kind": "trainer-certification", "module": "WPC"},
    ),
)
# Who makes a move, once the case is seen; Ana's is recommended, Lan's submitted.
CASE_MOVES = {
    "confirm_nomination submit submit_for_assessment retire leave": "holder",
    "begin_visits resume_practice": "holder supervisor",
    "return_application decline_application admit enrol hold resume rejoin waive": "olu",
    "assign_screener assign_supervisor assign_observer reassign": "olu",
    "assign_qa": "olu quy",
    "report_employer report_conflict": "holder",
    "complete_training fail_training": "facilitator",
    "recommend": "supervisor",
    "ask_more_practice return_assessment grant refuse suspend reinstate withdraw": "maya",
}

RENEWAL_MOVES = {
    "file": "ana", "review": "quy", "grant": "maya", "refuse": "maya", "assign_observer": "olu",
}  # fmt: skip
LICENCE_MOVES = {
    "confirm": "holder", "decline": "holder", "record_examination": "olu maya",
    "grant": "maya", "refuse": "maya", "withdraw": "maya",
}  # fmt: skip


def moves_of(
    holder: str, supervisor: str = "", facilitator: str = ""
) -> Iterator[tuple[str, frozenset[str]]]:
    """Each move of a case with who may make it."""
    part = {"holder": holder, "supervisor": supervisor, "facilitator": facilitator}
    for names, roles in CASE_MOVES.items():
        may = who(" ".join(part.get(role, role) for role in roles.split()))
        yield from ((name, may) for name in names.split())
