"""The closed vocabularies of the field: every word that is stored or shown is written once, here."""

from enum import StrEnum


class RoleName(StrEnum):
    """Roles that are granted to people (DOMAIN.md §3); a candidate is one by having a case."""

    EXPERT_TRAINER = "expert_trainer"
    MASTER_TRAINER = "master_trainer"
    COORDINATOR = "coordinator"
    PROVIDER = "provider"
    QA_REVIEWER = "qa_reviewer"
    SCHEME_OWNER = "scheme_owner"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class CertificationState(StrEnum):
    """Where a certification (person × module) stands on its path; `new` exists only before `create`."""

    NEW = "new"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    DECLINED = "declined"
    ADMITTED = "admitted"
    TRAINING = "training"
    CLASSROOM_DELIVERY = "classroom_delivery"
    SUPERVISED_VISITS = "supervised_visits"
    ASSESSMENT = "assessment"
    MORE_PRACTICE = "more_practice"
    RECOMMENDED = "recommended"
    CERTIFIED = "certified"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    RETIRED = "retired"
    ON_HOLD = "on_hold"
    LEFT = "left"


class ActivityKind(StrEnum):
    """What can happen on the path (DESIGN.md, Activity)."""

    TOT_EVENT = "tot_event"
    BASELINE = "baseline"
    WORKSHOP = "workshop"
    VISIT = "visit"
    IMPROVEMENT_PROJECT = "improvement_project"
    CYCLE_REPORT = "cycle_report"
    REFRESHER = "refresher"
    CODE_OF_CONDUCT = "code_of_conduct"


class ActivityState(StrEnum):
    """The life of a recorded activity."""

    NEW = "new"
    OPEN = "open"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    CONFIRMED = "confirmed"
    VOID = "void"


class VisitPurpose(StrEnum):
    """Why an enterprise was visited; only consultation visits count towards the ToE cycle."""

    CONSULTATION = "consultation"
    ENDLINE = "endline"
    QA = "qa"


class AssessmentKind(StrEnum):
    """An observation with its checklist, a screening sheet, or a QA observation."""

    SCREENING = "screening"
    OBSERVATION = "observation"
    QA = "qa"


class AssessmentState(StrEnum):
    """The life of an assessment."""

    NEW = "new"
    ASSIGNED = "assigned"
    DECLARED = "declared"
    SUBMITTED = "submitted"
    RECONCILED = "reconciled"
    VOID = "void"


class CredentialState(StrEnum):
    """The life of a credential; suspension is the certification's, not the credential's."""

    NEW = "new"
    ISSUED = "issued"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


class RenewalState(StrEnum):
    """The life of a renewal; the certification stays certified meanwhile."""

    NEW = "new"
    OPEN = "open"
    FILED = "filed"
    REVIEWED = "reviewed"
    GRANTED = "granted"
    REFUSED = "refused"
    ENDED = "ended"  # with its certification, undecided


class NameChangeState(StrEnum):
    """The life of a request to be known by another name."""

    NEW = "new"
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class CredentialType(StrEnum):
    """Six kinds of paper that must never be mixed up (DOMAIN.md §1)."""

    TRAINER_CERTIFICATION = "trainer_certification"
    TOT_ATTENDANCE = "tot_attendance"
    PARTICIPANT_ATTENDANCE = "participant_attendance"
    ENTERPRISE_COMPLETION = "enterprise_completion"
    EXPERT_TRAINER_LICENCE = "expert_trainer_licence"
    PROVIDER_LICENCE = "provider_licence"


class ReviewGround(StrEnum):
    """Why somebody has to look at a certification again (DOMAIN.md §2, row 11); the clock opens the task."""

    PREREQUISITE_FELL = "prerequisite_fell"
    SUSPENSION_LIMIT = "suspension_limit"


class ReviewState(StrEnum):
    """The life of a review task."""

    NEW = "new"
    OPEN = "open"
    ESCALATED = "escalated"
    CLOSED = "closed"


class LicenceState(StrEnum):
    """The life of an Expert Trainer's licence, from the nomination to the decision and beyond."""

    NEW = "new"
    NOMINATED = "nominated"
    DECLINED = "declined"
    CONFIRMED = "confirmed"
    EXAMINED = "examined"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class KeyKind(StrEnum):
    """The two keys of an issuing body: one signs credentials, the other seals the paper (CREDENTIALS.md)."""

    ED25519 = "ed25519"
    P256 = "p256"


class StatusPurpose(StrEnum):
    """What a bit of a status list says of a credential."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"


class Standing(StrEnum):
    """What a certification is worth at an instant; computed, never stored (DESIGN.md, Standing)."""

    NONE = "none"
    NOT_YET_VALID = "not_yet_valid"
    VALID = "valid"
    IN_GRACE = "in_grace"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    RETIRED = "retired"


class Verdict(StrEnum):
    """The one-word answer to "is this certificate good?" (CREDENTIALS.md)."""

    VALID = "valid"
    NOT_CURRENTLY_VALID = "not_currently_valid"
    CANNOT_CHECK = "cannot_check"
    UNKNOWN = "unknown"
    TAMPERED = "tampered"


class Act(StrEnum):
    """What a person may do in somebody's certification; the columns of the relations table."""

    SCREEN = "screen"
    SUPERVISE = "supervise"
    OBSERVE = "observe"
    RECOMMEND = "recommend"
    DECIDE = "decide"
    QA = "qa"
    APPEAL = "appeal"


class Relation(StrEnum):
    """How an actor is tied to a candidate; the rows of the relations table, split into their parts."""

    SELF = "self"
    FAMILY = "family"
    COMMERCIAL_INTEREST = "commercial_interest"
    EMPLOYMENT = "employment"
    FACILITATED = "facilitated"
    SCREENED = "screened"
    SUPERVISED = "supervised"
    OBSERVED = "observed"
    RECOMMENDED = "recommended"
    WAIVED = "waived"
    DECIDED = "decided"


class Impartiality(StrEnum):
    """What the relations table says of an act."""

    FREE = "free"
    MITIGATE = "mitigate"
    BLOCK = "block"


class RequirementStatus(StrEnum):
    """How a requirement stands in one certification."""

    MET = "met"
    NOT_MET = "not_met"
    WAIVED = "waived"


class OrganisationKind(StrEnum):
    """Kinds of service provider, and the other organisations of the programme (DOMAIN.md §5)."""

    CONSULTING_COMPANY = "consulting_company"
    INDUSTRY_ASSOCIATION = "industry_association"
    EMPLOYERS_ORGANISATION = "employers_organisation"
    GOVERNMENT_AGENCY = "government_agency"
    TRAINING_ORGANISATION = "training_organisation"
    UNIVERSITY = "university"
    INDIVIDUAL = "individual"
    LEAD_BUYER = "lead_buyer"
    DONOR = "donor"
    OTHER = "other"


class ConsentLevel(StrEnum):
    """How far an enterprise agrees that its data are used."""

    NONE = "none"
    AGGREGATE = "aggregate"
    NAMED = "named"


class TieKind(StrEnum):
    """A declared relationship between two people."""

    FAMILY = "family"
    COMMERCIAL_INTEREST = "commercial_interest"
    EMPLOYMENT = "employment"
