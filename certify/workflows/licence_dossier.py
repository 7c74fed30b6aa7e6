"""Everything that the guards of a licence ask about, read only when asked for."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from certify.models import Activity, ActivityPerson, Credential, ExpertLicence
from certify.scheme.dates import day_in
from certify.scheme.evidence import RequirementResult
from certify.scheme.rules.licensing import (
    Candidature,
    Examination,
    licence_period,
    licence_requirements,
    licence_terms,
)
from certify.scheme.rules.renewing import RenewalTerms, decision_day
from certify.scheme.standing import Period, standing
from certify.scheme.types import Edition
from certify.scheme.words import ActivityKind, ActivityState, LicenceState, Standing
from certify.workflows.case_terms import certified_record
from certify.workflows.dossier import Dossier
from certify.workflows.editions import edition_named
from certify.workflows.maintenance import maintenance_of

UNDECIDED = (LicenceState.NOMINATED, LicenceState.CONFIRMED, LicenceState.EXAMINED)


class LicenceDossier(Dossier):
    """The holder's own certification, with what a licence for its module asks beside it."""

    def __init__(self, session: Session, licence: ExpertLicence, at: datetime) -> None:
        super().__init__(session, licence.certification, at)
        self.licence = licence

    @cached_property
    def edition(self) -> Edition:
        """The edition under which the licence was nominated."""
        return edition_named(self._session, self.licence.scheme_version)

    @cached_property
    def candidature(self) -> Candidature:
        """What was done for the licence."""
        licence = self.licence
        return Candidature(
            module=licence.module,
            country=licence.country,
            standing=self.standing,
            cycles=maintenance_of(self._session, self._certification, self._at).cycles,
            tots=co_facilitated(self._session, self._certification.holder_id, licence.module),
            examination=_examination(licence),
        )

    @cached_property
    def standing(self) -> Standing:
        """What the holder's own certification is worth."""
        return standing(certified_record(self._session, self._certification), self._at)

    @cached_property
    def asked(self) -> Mapping[str, RequirementResult]:
        """Each requirement of the licence as it stands, by id."""
        return {one.id: one for one in licence_requirements(self.edition, self.candidature)}

    @cached_property
    def others(self) -> tuple[ExpertLicence, ...]:
        """The other licences on the same certification, the earliest first."""
        rows = self._session.scalars(
            select(ExpertLicence)
            .where(ExpertLicence.certification_id == self._certification.id)
            .order_by(ExpertLicence.nominated_at, ExpertLicence.id)
        )
        return tuple(one for one in rows if one is not self.licence)

    @cached_property
    def granted(self) -> tuple[ExpertLicence, ...]:
        """Those of them that were granted and not withdrawn, by their days."""
        found = [one for one in self.others if one.state is LicenceState.GRANTED and one.valid_from]
        return tuple(sorted(found, key=lambda one: one.valid_from or date.min))

    @cached_property
    def terms(self) -> RenewalTerms:
        """Window and months of a licence."""
        return licence_terms(self.edition, self.licence.module, self.licence.country)

    @property
    def before(self) -> tuple[Period, ...]:
        """The days of those licences, each in the zone of its own credential."""
        papers = filter(None, (one.credential for one in self.granted))
        return tuple(Period(one.valid_from, one.valid_until, one.zone) for one in papers)

    def period(self, zone: str) -> Period:
        """The days that the licence would have if a body in a zone granted it now, by that body's clock."""
        before = self.before
        on = decision_day(self._at, zone, before[-1]) if before else day_in(self._at, zone)
        return replace(licence_period(before, on, self.terms), zone=zone)

    @property
    def predecessor(self) -> Credential | None:
        """The licence that this one would take the place of."""
        return self.granted[-1].credential if self.granted else None


def co_facilitated(session: Session, person_id: str, module: str) -> tuple[str, ...]:
    """The confirmed ToT events in a module that a person facilitated beside somebody else."""
    beside = aliased(ActivityPerson)
    rows = session.scalars(
        select(Activity.id)
        .join(ActivityPerson, ActivityPerson.activity_id == Activity.id)
        .where(
            ActivityPerson.person_id == person_id,
            Activity.kind == ActivityKind.TOT_EVENT,
            Activity.module == module,
            Activity.state == ActivityState.CONFIRMED,
            select(beside.person_id)
            .where(beside.activity_id == Activity.id, beside.person_id != person_id)
            .exists(),
        )
        .order_by(Activity.held_on, Activity.id)
    )
    return tuple(rows)


def _examination(licence: ExpertLicence) -> Examination | None:
    if licence.examined_on is None or licence.examination_percent is None or licence.examiner_id is None:
        return None
    return Examination(licence.examined_on, licence.examination_percent, licence.examiner_id)
