"""The main path over HTTP: from asking for an account to a certificate that anybody can check."""

from tests.cast import Member, World
from tests.journeys.path import SURE, Journey
from tests.player import APPLIED_ON, DECIDED_ON

PASSWORD = "nine lanterns drift past the old bridge"
LETTERS = [
    "You are admitted",
    "You are enrolled in a training of trainers",
    "You have a supervising Expert Trainer",
    "You passed the training of trainers",
    "You are recommended for certification",
    "Certified: module WPC",
]


def _waits(journey: Journey, member: Member) -> str:
    """What waits for somebody, on their first page."""
    return journey.walk(member).open("/desk").text


def test_somebody_new_asks_for_an_account_and_applies(journey: Journey, world: World) -> None:
    journey.turn(APPLIED_ON)
    noa = journey.visitor
    form = noa.open("/register").form("Send me the link")
    form.fill("Your name, as it shall stand on certificates", "Noa Lý").fill(
        "E-mail address", "noa@example.org"
    )
    noa.send(form.fill("Country where you work", "Vietnam"))
    link = journey.mail("noa@example.org")[-1].link("/invitation")
    form = noa.open(link).form("Take up the account")
    page = noa.send(form.fill("New password", PASSWORD))
    form = page.form("Sign in").fill("E-mail address", "noa@example.org").fill("Password", PASSWORD)
    page = noa.send(form)
    assert page.heading == "What waits for me"
    page = noa.open(page.link("Apply for certification"))
    form = page.form("Open the application").fill("Module", "Workplace Cooperation (WPC)")
    assert noa.send(form).heading == "Your application"
    assert noa.look(link).status == 410


def test_the_way_from_application_to_certificate(journey: Journey, world: World) -> None:
    ana = journey.apply().walk(world.ana)
    page = ana.open(journey.path)
    assert page.state == "Submitted"
    cv = ana.client.get(page.link("cv.pdf"))
    assert cv.headers["Content-Disposition"] == "attachment; filename=cv.pdf"
    assert cv.data.startswith(b"%PDF")
    assert "Ana Trần" in _waits(journey, world.olu)
    assert ana.open(journey.admit().path).state == "Admitted"
    assert ana.open(journey.train().path).state == "Classroom delivery"
    assert ana.open(journey.deliver().path).state == "Supervised visits"
    journey.visit()
    assert ana.open(journey.report().path).state == "Assessment"
    assert "Ana Trần" in _waits(journey, world.bo)
    assert ana.open(journey.observe().recommend().path).state == "Recommended"
    assert "Ana Trần" in _waits(journey, world.maya)
    page = ana.open(journey.grant().path)
    assert (page.state, page.number) == ("Valid", journey.number)
    assert "24 of 24 met or waived" in page.text
    assert [letter.subject for letter in journey.mail(world.ana.email)] == LETTERS
    _is_public(journey)


def _is_public(journey: Journey) -> None:
    """Anybody finds the certificate by its number, on the page and as a program."""
    visitor = journey.visitor
    home = visitor.open("/").form("Verify").fill("Number on the certificate", journey.number.lower())
    page = visitor.send(home)
    assert (page.heading, page.state) == ("Ana Trần", "Valid")
    assert "4 May 2029" in page.card("What the register says")
    told = visitor.json(f"/api/v1/verify/{journey.number}")
    assert {name: told.pop(name) for name in ("scheme_version", "issuer", "as_of")} == {
        "scheme_version": "score-2026",
        "issuer": "SCORE Việt Nam",
        "as_of": "2026-05-04T03:00:00Z",
    }
    assert told == {
        "number": journey.number,
        "verdict": "valid",
        "reason": None,
        "since": None,
        "holder": "Ana Trần",
        "module": "WPC",
        "country": "VN",
        "credential_type": "trainer_certification",
        "valid_from": "2026-05-04",
        "valid_until": "2029-05-04",
        "supersedes": None,
        "superseded_by": None,
        "renewal_filed": False,
        "recognised": None,
        "on": None,
    }
    before = visitor.json(f"/api/v1/verify/{journey.number}?on=2026-05-03")
    assert (before["verdict"], before["reason"]) == ("not_currently_valid", "not_yet_valid")


def test_the_history_tells_every_step_in_plain_sentences(certified: Journey, world: World) -> None:
    page = certified.walk(world.asa).open(f"{certified.path}/history")
    for sentence in (
        "Ana Trần opened the application.",
        "Ana Trần submitted the application.",
        "Olu Adeyemi admitted the candidate.",
        "Bea Okafor completed the candidate's training.",
        "Ana Trần began the supervised visits.",
        "Ana Trần submitted the cycle for assessment.",
        "Bo Nguyễn recommended the candidate.",
        "Maya Đặng granted the certificate.",
    ):
        assert sentence in page.text


def test_a_certificate_may_begin_later_than_its_decision(recommended: Journey, world: World) -> None:
    recommended.turn(DECIDED_ON)
    maya = recommended.walk(world.maya)
    form = maya.open(f"{recommended.path}/approval").form("Record decision")
    form.fill("Outcome", "Grant: certify for this module").fill("Valid from", "2026-05-03")
    form.fill("Requirement", "mean-score", within="Reason 1").fill("Reason", "Good.", within="Reason 1")
    form.fill(SURE, True)
    page = maya.send_refused(form, 422)
    number = maya.send(page.form("Record decision").fill("Valid from", "2026-06-01")).number
    told = recommended.visitor.json(f"/api/v1/verify/{number}")
    assert (told["verdict"], told["reason"]) == ("not_currently_valid", "not_yet_valid")
    assert (told["valid_from"], told["valid_until"]) == ("2026-06-01", "2029-06-01")
