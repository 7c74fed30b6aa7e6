"""Requirements that are asked alone: judged as among all others, whichever else there is."""

from dataclasses import replace

import pytest

from certify.scheme.evidence import Evidence
from certify.scheme.rules import requirements
from certify.scheme.rules.requirements import OF_A_COHORT, OF_A_TRAINING, OF_THE_CASE
from tests.scheme.good_evidence import without
from tests.scheme.requirement_cases import EDITION, GOOD, TODAY

TRAINING = GOOD.trainings[0]
FAILED = replace(TRAINING, activity="earlier", test_percent=None)
EVIDENCE = {
    "whole": GOOD,
    "nothing": Evidence(module="WPC", country="ID"),
    "two cohorts": replace(
        GOOD, cycles=(*GOOD.cycles, replace(without(GOOD, "baseline-e1").cycles[0], cohort="ahead"))
    ),
    "two trainings": replace(GOOD, trainings=(FAILED, TRAINING)),
}
ASKED = [
    *((name,) for name in (*OF_THE_CASE, *OF_A_TRAINING, *OF_A_COHORT)),
    ("toe-start", "cohort-size", "participants"),
    ("visits-span", "recommendation", "tot-test"),
]


@pytest.mark.parametrize("evidence", EVIDENCE.values(), ids=EVIDENCE)
def test_what_is_asked_alone_stands_as_it_stands_among_all(evidence: Evidence) -> None:
    for asked in ASKED:
        among_all = requirements(EDITION, evidence, TODAY, asked=asked)
        alone = requirements(EDITION, evidence, TODAY, asked=asked, alone=True)
        assert alone == tuple(one for one in among_all if one.id in asked)
        assert len(alone) == len(asked)
