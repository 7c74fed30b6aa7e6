"""States of a certification that the rules of several moves speak of together."""

from certify.scheme.words import CertificationState as S

IN_PROCESS = (
    S.ADMITTED,
    S.TRAINING,
    S.CLASSROOM_DELIVERY,
    S.SUPERVISED_VISITS,
    S.ASSESSMENT,
    S.MORE_PRACTICE,
    S.RECOMMENDED,
)
HELD = (*IN_PROCESS, S.ON_HOLD)
