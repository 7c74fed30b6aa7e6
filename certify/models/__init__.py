"""The tables. Import from here, so that every mapper is known before the first query."""

from certify.models.accounts import SignIn, SingleUseLink, ThrottleCount
from certify.models.activity import (
    Activity,
    ActivityPerson,
    Cohort,
    CohortEnterprise,
    CohortTrainer,
    RosterEntry,
)
from certify.models.api import ApiToken, IdempotencyKey
from certify.models.assessment import Assessment, AssessmentSheet
from certify.models.base import Base, db, new_id
from certify.models.certification import Certification, Decision, Exclusion, Waiver
from certify.models.clockwork import SchedulerRound
from certify.models.credential import Credential, CredentialDocument, StatusList
from certify.models.drafts import MoveDraft
from certify.models.due import DuePoint
from certify.models.files import StoredFile
from certify.models.issuer_keys import IssuerKey
from certify.models.licence import ExpertLicence
from certify.models.mailbox import Absence, CalendarFeed, Preference, RefusedAddress
from certify.models.name_change import NameChange
from certify.models.organisations import (
    Delegation,
    Enterprise,
    EnterpriseContact,
    IssuingBody,
    Organisation,
)
from certify.models.people import Affiliation, ConflictDeclaration, Person, Relationship, RoleGrant
from certify.models.record import CaseFile, Event, EventSecret, Involvement, LogLeaf, Message
from certify.models.renewal import Renewal
from certify.models.review import Review
from certify.models.scheme import SchemeVersion
from certify.models.search import CohortKey, EnterpriseKey, OrganisationKey, PersonKey

__all__ = [
    "Absence",
    "Activity",
    "ActivityPerson",
    "Affiliation",
    "ApiToken",
    "Assessment",
    "AssessmentSheet",
    "Base",
    "CalendarFeed",
    "CaseFile",
    "Certification",
    "Cohort",
    "CohortEnterprise",
    "CohortKey",
    "CohortTrainer",
    "ConflictDeclaration",
    "Credential",
    "CredentialDocument",
    "Decision",
    "Delegation",
    "DuePoint",
    "Enterprise",
    "EnterpriseContact",
    "EnterpriseKey",
    "Event",
    "EventSecret",
    "Exclusion",
    "ExpertLicence",
    "IdempotencyKey",
    "Involvement",
    "IssuerKey",
    "IssuingBody",
    "LogLeaf",
    "Message",
    "MoveDraft",
    "NameChange",
    "Organisation",
    "OrganisationKey",
    "Person",
    "PersonKey",
    "Preference",
    "RefusedAddress",
    "Relationship",
    "Renewal",
    "Review",
    "RoleGrant",
    "RosterEntry",
    "SchedulerRound",
    "SchemeVersion",
    "SignIn",
    "SingleUseLink",
    "StatusList",
    "StoredFile",
    "ThrottleCount",
    "Waiver",
    "db",
    "new_id",
]
