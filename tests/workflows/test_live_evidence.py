"""Evidence is read as the rules ask for it: the same as a whole, and no more than they ask."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from certify.models import Certification, db
from certify.scheme.evidence import Evidence
from certify.workflows.dossier import Dossier
from tests.player import REPORT_ON, Player, at


@contextmanager
def _tables_read() -> Iterator[list[str]]:
    """The first table of each statement that is run meanwhile."""
    read: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        words = statement.split()
        read.append(words[words.index("FROM") + 1])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield read
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_a_rule_reads_what_it_judges_and_nothing_else(visited: Player) -> None:
    case = db.session.get_one(Certification, visited.certification)
    dossier = Dossier(db.session(), case, at(REPORT_ON))
    assert dossier.edition.name == case.scheme_version
    with _tables_read() as read:
        results = dossier.results_for(("classroom-days", "participants"))
    assert set(results) == {"classroom-days", "participants"}
    assert sorted(read) == ["activity", "cohort", "exclusion", "roster_entry", "waiver"]


def test_evidence_as_a_whole_is_a_value_of_the_same_parts(visited: Player) -> None:
    case = db.session.get_one(Certification, visited.certification)
    dossier = Dossier(db.session(), case, at(REPORT_ON))
    assert type(dossier.evidence) is Evidence
    assert dossier.live.whole() == dossier.evidence
    assert dossier.results_for(("participants",)) == {"participants": dossier.results["participants"]}
