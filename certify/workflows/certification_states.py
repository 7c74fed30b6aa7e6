"""States of a certification that the rules of several moves speak of together."""

from certify.scheme.words import CertificationState as S

UNDER_SUPERVISION = (
    S.ADMITTED,
    S.TRAINING,
    S.CLASSROOM_DELIVERY,
    S.SUPERVISED_VISITS,
    S.ASSESSMENT,
    S.MORE_PRACTICE,
)
IN_PROCESS = (*UNDER_SUPERVISION, S.RECOMMENDED)
HELD = (*IN_PROCESS, S.ON_HOLD)
