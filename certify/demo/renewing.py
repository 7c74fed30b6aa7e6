"""Renewals on their way: one waits for its decision, one that came in grace for its review."""

from collections.abc import Mapping

from certify.demo.stage import Stage
from certify.models import Certification, Renewal
from certify.workflows.engine import perform
from certify.workflows.renewal import open_renewal


def on_their_way(stage: Stage, cases: Mapping[str, Certification]) -> None:
    """Sang filed in the window and was reviewed; Loan filed after the end."""
    reviewed = _filed(stage, cases["sang"], "sang", 10)
    perform(
        reviewed, "review", stage.actor("huy"), stage.at(5),
        outcome="The lists of participants and the confirmed visits agree. The refresher is missing.",
    )  # fmt: skip
    _filed(stage, cases["loan"], "loan", 15)


def _filed(stage: Stage, case: Certification, key: str, ago: int) -> Renewal:
    renewal = open_renewal(stage.session, case, stage.actor(key), stage.at(ago + 2))
    perform(renewal, "file", stage.actor(key), stage.at(ago), declaration=True)
    return renewal
