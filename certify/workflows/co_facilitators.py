"""Who may help to teach a ToT before being an Expert Trainer: the candidates for a licence."""

from sqlalchemy import Select, select

from certify.models import Certification, ExpertLicence, Person
from certify.scheme.words import CertificationState, LicenceState

ON_THE_WAY = (LicenceState.CONFIRMED, LicenceState.EXAMINED)


def co_facilitators(module: str, country: str) -> Select[Person]:
    """The trainers who accepted a nomination that is not decided, by name; never as the lead."""
    return (
        select(Person)
        .join(Certification, Certification.holder_id == Person.id)
        .join(ExpertLicence, ExpertLicence.certification_id == Certification.id)
        .where(
            ExpertLicence.module == module,
            ExpertLicence.country == country,
            ExpertLicence.state.in_(ON_THE_WAY),
            Certification.state == CertificationState.CERTIFIED,
            Person.disabled_at.is_(None),
        )
        .order_by(Person.name, Person.id)
    )
