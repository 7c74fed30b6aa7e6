"""Loads an edition of the scheme from its file, and freezes it as canonical JSON that can be read back."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from certify.scheme import building
from certify.scheme.checks import check
from certify.scheme.reading import SchemeMistake, Table
from certify.scheme.types import Edition, Parameter, Requirement
from certify.scheme.vocabulary import RENEWAL_REQUIREMENTS

EDITIONS = Path(__file__).parent / "editions"


def load_edition(path: Path) -> Edition:
    """The edition in a TOML file. Raises SchemeMistake, which names file, key and rule."""
    file = path.name
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SchemeMistake(file, "", f"The file cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SchemeMistake(file, "", "The file is not text in UTF-8.") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SchemeMistake(file, "", f"The file is not TOML: {error}.") from error
    return _edition(document, file)


def shipped(name: str) -> Edition:
    """An edition that comes with the software, such as score-2026. Raises SchemeMistake."""
    return load_edition(EDITIONS / f"{name}.toml")


def canonical(edition: Edition) -> str:
    """The edition as JSON with one spelling only: sorted keys, no spaces, characters as themselves."""
    return json.dumps(
        _document(edition), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def from_canonical(text: str) -> Edition:
    """The edition that `canonical` wrote. Raises SchemeMistake."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise SchemeMistake("canonical JSON", "", f"This is not JSON: {error}.") from error
    if not isinstance(document, dict):
        raise SchemeMistake("canonical JSON", "", "This must be an object.")
    return _edition(document, "canonical JSON")


def sha256(text: str) -> str:
    """The SHA-256 of a canonical text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _edition(document: Mapping[str, Any], file: str) -> Edition:
    top = Table(file, "", document)
    edition = building.edition(top)
    check(edition, top)
    return edition


def _document(edition: Edition) -> dict[str, Any]:
    """The edition in the shape of its file, so that one reader reads both."""
    document: dict[str, Any] = {
        "name": edition.name,
        "title": edition.title,
        "effective_on": edition.effective_on.isoformat(),
        "modules": [
            {
                "code": module.code,
                "name": module.name,
                "aliases": list(module.aliases),
                "prerequisites": list(module.prerequisites),
                "parameters": _overrides(module.parameters),
            }
            for module in edition.modules.values()
        ],
        "parameters": {name: vars(each) for name, each in edition.parameters.items()},
        "requirements": [_requirement(each) for each in edition.requirements.values()],
        "renewal_requirements": [
            _requirement(edition.renewal_requirements[each]) for each in RENEWAL_REQUIREMENTS
        ],
        "licence_requirements": [_requirement(each) for each in edition.licence_requirements.values()],
        "checklist": [{**vars(each), "applies": list(each.applies)} for each in edition.checklist],
        "screening": [vars(each) for each in edition.screening],
        "relations": _relations(edition),
        "variants": [
            {
                "id": each.id,
                "text": each.text,
                "modules": list(each.modules),
                "parameters": _overrides(each.parameters),
            }
            for each in edition.variants.values()
        ],
        "reminders": [{**vars(each), "offset_days": list(each.offset_days)} for each in edition.reminders],
        "wording": dict(edition.wording),
        "overlays": [
            {
                "country": each.country,
                "module_numbers": dict(each.module_numbers),
                "parameters": _overrides(each.parameters),
            }
            for each in edition.overlays.values()
        ],
    }
    if edition.transition_end_on is not None:
        document["transition_end_on"] = edition.transition_end_on.isoformat()
    return document


def _requirement(requirement: Requirement) -> dict[str, Any]:
    lists = {name: list(getattr(requirement, name)) for name in ("who", "waived_by", "parameters")}
    return {**vars(requirement), **lists}


def _overrides(parameters: Mapping[str, Parameter]) -> dict[str, dict[str, Any]]:
    return {
        name: {"value": each.value, "evidence": each.evidence, "source": each.source}
        for name, each in parameters.items()
    }


def _relations(edition: Edition) -> dict[str, dict[str, str]]:
    rows: dict[str, dict[str, str]] = {}
    for (relation, act), impartiality in edition.relations.items():
        rows.setdefault(relation.value, {})[act.value] = impartiality.value
    return rows


__all__ = ["SchemeMistake", "canonical", "from_canonical", "load_edition", "sha256", "shipped"]
