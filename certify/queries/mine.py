"""A person's own path: every case with what is next and who holds it up, and what the modules open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from certify.models import Activity, Certification, Cohort, Credential, StoredFile
from certify.policy import Actor, may
from certify.queries.certifications import CLOSED
from certify.queries.forecast import foretold_path, holding_up
from certify.queries.holds import Hold
from certify.queries.journey import Next, Step, next_of
from certify.queries.my_activities import part_in
from certify.queries.paging import Page, read_page
from certify.queries.sorting import Sorting, by
from certify.scheme.evidence import RequirementResult
from certify.scheme.rules.case import number
from certify.scheme.standing import standing
from certify.scheme.types import Edition
from certify.scheme.words import CredentialState, Standing
from certify.workflows.case_terms import validity_at
from certify.workflows.certification import requirements_of
from certify.workflows.dossier import certified_record, day_of
from certify.workflows.editions import edition_in_force
from certify.workflows.result_sight import ReadersDossier, for_reader

FILES = Sorting(
    StoredFile.id,
    {
        "size": by(StoredFile.size, latest_first=True),
        "uploaded": by(StoredFile.uploaded_at, latest_first=True),
    },
    "-uploaded",
)


@dataclass(frozen=True)
class Validity:
    """What a certificate is worth today, until when, and from when it can be renewed."""

    credential: Credential | None
    standing: Standing
    until_on: date
    days_left: int
    renewal_from_on: date


@dataclass(frozen=True)
class OwnCase:
    """One case as its holder looks at it."""

    case: Certification
    edition: Edition
    path: tuple[Step, ...]
    next: Next | None
    holds: tuple[Hold, ...]
    requirements: tuple[RequirementResult, ...]
    validity: Validity | None

    @property
    def cleared(self) -> int:
        """How many requirements are met or waived."""
        return sum(one.cleared for one in self.requirements)

    @property
    def foretold_on(self) -> date | None:
        """The earliest day on which it could be certified; None when nobody can know."""
        return self.path[-1].earliest_on if self.path else None


@dataclass(frozen=True)
class ModuleLine:
    """One module of the scheme, and where the person stands in it."""

    code: str
    name: str
    case: Certification | None
    standing: Standing
    needs: tuple[str, ...]  # any one of these, valid, opens it
    opens: tuple[str, ...]  # what it opens, once certified
    is_open: bool

    @property
    def can_be_applied_for(self) -> bool:
        """Nothing of the person's is open there; admission asks for what it needs."""
        return self.case is None or self.case.state in CLOSED

    @property
    def opens_now(self) -> bool:
        """Whether its certificate opens the modules that need it today."""
        return self.standing is Standing.VALID


def own_case(session: Session, case: Certification, actor: Actor, at: datetime) -> OwnCase:
    """A case with its forecast, what is next and who holds it up; no score that is not told yet."""
    dossier = ReadersDossier(session, case, at, actor)
    following = next_of(dossier, case, at)
    listed = for_reader(requirements_of(session, case, at), case, actor, dossier.on)
    return OwnCase(
        case=case,
        edition=dossier.edition,
        path=foretold_path(session, case, dossier),
        next=following,
        holds=holding_up(session, case, following, at),
        requirements=listed,
        validity=validity_of(session, case, dossier.edition, at),
    )


def validity_of(session: Session, case: Certification, edition: Edition, at: datetime) -> Validity | None:
    """The dates of a certificate that was granted; None without one, and for one that was ended early."""
    stands = standing(certified_record(session, case), at)
    period = validity_at(case, at)
    if case.valid_until is None or period is None or stands in (Standing.WITHDRAWN, Standing.RETIRED):
        return None
    window = int(number(edition, "renewal_window_days", module=case.module, country=case.country))
    issued = [one for one in case.certificates if one.state is CredentialState.ISSUED]
    return Validity(
        next((one for one in issued if one.valid_from == period.valid_from), issued[-1] if issued else None),
        stands,
        period.valid_until,
        (period.valid_until - day_of(case, at)).days,
        case.valid_until - timedelta(days=window),
    )


def parted(cases: Iterable[Certification]) -> tuple[list[Certification], list[Certification]]:
    """Cases that go on or are held, and those that are closed."""
    listed = list(cases)
    closed = [case for case in listed if case.state in CLOSED]
    return [case for case in listed if case.state not in CLOSED], closed


def module_lines(session: Session, cases: Iterable[Certification], at: datetime) -> tuple[ModuleLine, ...]:
    """Every module of the edition in force beside the person's cases, with what opens it."""
    edition = edition_in_force(session, at.date())
    latest: dict[str, Certification] = {}
    for case in cases:  # the latest moved comes first
        latest.setdefault(case.module, case)
    standings = {
        code: standing(certified_record(session, case), at) if case.valid_from else Standing.NONE
        for code, case in latest.items()
    }
    valid = {code for code, found in standings.items() if found is Standing.VALID}
    return tuple(
        ModuleLine(
            code=module.code,
            name=module.name,
            case=latest.get(module.code),
            standing=standings.get(module.code, Standing.NONE),
            needs=tuple(module.prerequisites),
            opens=tuple(one.code for one in edition.modules.values() if module.code in one.prerequisites),
            is_open=not module.prerequisites or bool(valid.intersection(module.prerequisites)),
        )
        for module in edition.modules.values()
    )


def file_page(
    session: Session, actor: Actor, on: date, *, sort: str = "", cursor: str | None = None
) -> Page[StoredFile]:
    """The files of one's own cases, and those that one uploaded or that belong to one's activities."""
    cases = select(Certification.id).where(Certification.holder_id == actor.id)
    activities = select(Activity.id).where(part_in(actor.id))
    asked = select(StoredFile).where(
        StoredFile.removed_at.is_(None),
        StoredFile.certification_id.in_(cases)
        | StoredFile.activity_id.in_(activities)
        | (StoredFile.uploaded_by_id == actor.id),
    )
    asked, order = FILES.applied(asked, sort)
    return read_page(
        session,
        asked.options(
            selectinload(StoredFile.certification),
            selectinload(StoredFile.activity).selectinload(Activity.cohort).selectinload(Cohort.trainers),
        ),
        order=order,
        cursor=cursor,
        allowed=lambda one: may(actor, "file.see", one, on),
    )
