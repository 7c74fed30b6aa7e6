"""The tone of each state: the colour that goes with its word, never alone; what is missing is calm."""

from collections.abc import Mapping
from enum import StrEnum

from certify.scheme.words import (
    ActivityState,
    AssessmentState,
    CertificationState,
    CredentialState,
    Impartiality,
    LicenceState,
    RenewalState,
    RequirementStatus,
    ReviewState,
    Standing,
    Verdict,
)

TONES: Mapping[type[StrEnum], Mapping[str, str]] = {
    CertificationState: {
        CertificationState.DECLINED: "bad",
        CertificationState.ASSESSMENT: "warn",
        CertificationState.MORE_PRACTICE: "warn",
        CertificationState.RECOMMENDED: "warn",
        CertificationState.CERTIFIED: "good",
        CertificationState.REFUSED: "bad",
        CertificationState.SUSPENDED: "bad",
        CertificationState.WITHDRAWN: "bad",
        CertificationState.ON_HOLD: "warn",
    },
    Standing: {
        Standing.VALID: "good",
        Standing.IN_GRACE: "warn",
        Standing.EXPIRED: "bad",
        Standing.SUSPENDED: "bad",
        Standing.WITHDRAWN: "bad",
    },
    RequirementStatus: {
        RequirementStatus.MET: "good",
        RequirementStatus.NOT_MET: "bad",
        RequirementStatus.WAIVED: "warn",
    },
    ActivityState: {
        ActivityState.SUBMITTED: "warn",
        ActivityState.RETURNED: "bad",
        ActivityState.CONFIRMED: "good",
    },
    AssessmentState: {
        AssessmentState.ASSIGNED: "warn",
        AssessmentState.DECLARED: "warn",
        AssessmentState.SUBMITTED: "good",
        AssessmentState.RECONCILED: "good",
    },
    CredentialState: {CredentialState.ISSUED: "good", CredentialState.REVOKED: "bad"},
    Verdict: {
        Verdict.VALID: "good",
        Verdict.NOT_CURRENTLY_VALID: "bad",
        Verdict.CANNOT_CHECK: "warn",
        Verdict.UNKNOWN: "warn",
        Verdict.TAMPERED: "bad",
    },
    Impartiality: {
        Impartiality.FREE: "good",
        Impartiality.MITIGATE: "warn",
        Impartiality.BLOCK: "bad",
    },
    LicenceState: {
        LicenceState.NOMINATED: "warn",
        LicenceState.CONFIRMED: "warn",
        LicenceState.EXAMINED: "warn",
        LicenceState.GRANTED: "good",
        LicenceState.REFUSED: "bad",
        LicenceState.WITHDRAWN: "bad",
    },
    RenewalState: {
        RenewalState.OPEN: "warn",
        RenewalState.FILED: "warn",
        RenewalState.REVIEWED: "warn",
        RenewalState.GRANTED: "good",
        RenewalState.REFUSED: "bad",
    },
    ReviewState: {ReviewState.OPEN: "warn", ReviewState.ESCALATED: "bad"},
}
