"""What the guards of a renewal ask about: terms, route, requirements, and who observed last."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Assessment, Credential, Renewal
from certify.scheme.dates import day_in
from certify.scheme.evidence import RequirementResult
from certify.scheme.maintenance import Maintenance
from certify.scheme.rules.late_renewal import late_requirements
from certify.scheme.rules.maintenance import renewal_requirements
from certify.scheme.rules.practice import missed_for_good
from certify.scheme.rules.renewing import (
    RenewalTerms,
    Route,
    decision_day,
    first_anchor,
    next_period,
    route,
    terms_of,
)
from certify.scheme.standing import Period
from certify.scheme.types import Edition
from certify.scheme.words import Act, AssessmentKind, AssessmentState, RoleName
from certify.workflows.dossier import Dossier
from certify.workflows.editions import edition_in_force, edition_named
from certify.workflows.maintenance import maintenance_of

_WATCHED = (AssessmentKind.OBSERVATION, AssessmentKind.QA)
_IN = (AssessmentState.SUBMITTED, AssessmentState.RECONCILED)
# What each role is asked for that a renewal waits for.
ASKED_TO: Mapping[str, Act] = {RoleName.QA_REVIEWER: Act.QA, RoleName.MASTER_TRAINER: Act.DECIDE}


class RenewalDossier(Dossier):
    """The live dossier of a certification under renewal: judged by the edition that the renewal is under."""

    def __init__(self, session: Session, renewal: Renewal, at: datetime) -> None:
        super().__init__(session, renewal.certification, at)
        self._renewal = renewal

    @cached_property
    def edition(self) -> Edition:
        """The edition that was in force when the renewal was filed; before that, the one in force."""
        if self._renewal.scheme_version is not None:
            return edition_named(self._session, self._renewal.scheme_version)
        return edition_in_force(self._session, self.on)

    @cached_property
    def terms(self) -> RenewalTerms:
        """How long window, grace, lateness and validity are."""
        return terms_of(self.edition, self._renewal.module, self._renewal.country)

    @property
    def ends_on(self) -> date:
        """The last day of the certificate that is renewed."""
        return self._renewal.credential.valid_until

    @cached_property
    def route(self) -> Route:
        """By the day of the filing; before that, by today.

        The day is that of the certificate's zone, as for what it is worth: who files on its last day of
        grace is in grace wherever they live.
        """
        if self._renewal.route is not None:
            return Route(self._renewal.route)
        return route(self.ends_on, day_in(self._at, self._renewal.credential.zone), self.terms)

    @cached_property
    def results(self) -> Mapping[str, RequirementResult]:
        """Every requirement of this renewal as it stands, by id; after grace an observed cycle besides."""
        found = renewal_requirements(self.edition, self._kept, self.on, validity=self._old)
        if self.route is Route.LATE:
            found = (*found, *late_requirements(self.edition, self.evidence, self.ends_on, self.on))
        return {one.id: one for one in found}

    @cached_property
    def missed(self) -> tuple[Period, ...]:
        """The practice periods for whose cycles it can never be granted, as the record stands."""
        return missed_for_good(self.edition, self._kept, self._old, self.on)

    @property
    def _kept(self) -> Maintenance:
        return maintenance_of(self._session, self._renewal.certification, self._at)

    def results_for(self, asked: Collection[str]) -> Mapping[str, RequirementResult]:
        """Those asked."""
        return {id: self.results[id] for id in asked}

    @cached_property
    def others(self) -> tuple[Renewal, ...]:
        """The other renewals of the certification, first opened first."""
        asked = select(Renewal).where(
            Renewal.certification_id == self._renewal.certification_id, Renewal.id != (self._renewal.id or "")
        )
        return tuple(self._session.scalars(asked.order_by(Renewal.opened_at, Renewal.id)))

    @cached_property
    def anchor_day(self) -> int:
        """The day of the month that the chain of certificates keeps to."""
        made_by = [one for one in self.others if one.successor_id == self._renewal.credential.id]
        if made_by and made_by[-1].anchor_day is not None:
            return made_by[-1].anchor_day
        return first_anchor(self._old)

    @property
    def _old(self) -> Period:
        old = self._renewal.credential
        return Period(old.valid_from, old.valid_until, old.zone)

    def decided_on(self, zone: str) -> date:
        """The day of a grant now, by the clock of a body in a zone."""
        return decision_day(self._at, zone, self._old)

    def next_period(self, zone: str) -> tuple[date, date]:
        """First and last day of the certificate that a grant today would issue, in its body's zone."""
        return next_period(self.ends_on, self.decided_on(zone), self.terms, anchor_day=self.anchor_day)

    def is_free(self, person_id: str, act: Act) -> bool:
        """Whether nothing keeps somebody from reviewing or deciding: no relation, nor a last observation."""
        watched_last = act is Act.DECIDE and person_id == self.last_observer_id
        return not watched_last and not self.findings(person_id, act).blocks

    @cached_property
    def last_observer_id(self) -> str | None:
        """Who watched the trainer last, for an assessment or for quality, and handed the scores in."""
        done = [
            one
            for one in self._renewal.certification.assessments
            if one.kind in _WATCHED and one.state in _IN
        ]
        last = max(done, key=_watched_on, default=None)
        return last.assessor_id if last else None


def _watched_on(one: Assessment) -> tuple[date, datetime]:
    handed_in = one.submitted_at or one.created_at
    return one.activity.held_on if one.activity else handed_in.date(), handed_in


def certificate_to_renew(credentials: Collection[Credential]) -> Credential | None:
    """The one that ends last."""
    return max(credentials, key=lambda one: (one.valid_until, one.issued_at), default=None)
