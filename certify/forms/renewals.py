"""Forms of a renewal's moves, made from the facts that each move declares."""

from collections.abc import Sequence

from certify.forms.moves import MoveForm, Options, form_for
from certify.presentation import say
from certify.scheme.rules.renewing import Route
from certify.workflows.engine import Move
from certify.workflows.renewal_dossier import RenewalDossier

_LATE = ("observed-classroom", "observed-visit")


def renewal_form(
    move: Move, dossier: RenewalDossier, choices: dict[str, Options], places: Sequence[tuple[str, str]]
) -> MoveForm:
    """The form of a move; reasons cite what a renewal takes, and not the whole path.

    `places`: in whose place the move may be made, as (id, name).
    """
    issuers = list(choices.get("issuer", ()))
    return form_for(
        move,
        choices={**choices, "reasons": cited(dossier)},
        places=places,
        unasked=() if len(issuers) > 1 else ("issuer",),
    )


def cited(dossier: RenewalDossier) -> list[tuple[str, str]]:
    """The requirements that a decision can cite, in words."""
    edition, late = dossier.edition, dossier.route is Route.LATE
    observed = [edition.requirements[id] for id in _LATE] if late else []
    asked = [*edition.renewal_requirements.values(), *observed]
    return [(one.id, say(one.text)) for one in asked]
