"""Writes the page docs/scheme.md: an edition in plain words, with each number's evidence."""

from collections.abc import Iterable, Mapping, Sequence

from certify.scheme.catalogue import canonical, sha256
from certify.scheme.types import Edition, Module, Parameter, Requirement
from certify.scheme.words import Act, Relation

EVIDENCE = {
    "C": "said of SCORE by a public source",
    "S": "a rule of a sister scheme (SIYB, ITCILO, GWO)",
    "P": "no source was found: a sensible default",
}
STEPS = {
    "admission": "Application and admission",
    "tot": "Training of trainers (ToT)",
    "toe": "Training of enterprises (ToE cycle)",
    "assessment": "Assessment and recommendation",
    "decision": "Decision",
    "renewal": "Renewal",
    "licence": "Expert Trainer's licence",
}


def scheme_page(edition: Edition) -> str:
    """The whole edition as a Markdown page."""
    parts = (
        _head(edition),
        _modules(edition),
        _requirements(edition),
        _checklist(edition),
        _screening(edition),
        _relations(edition),
        _parameters(edition),
        _variants(edition),
        _overlays(edition),
        _reminders(edition),
        _wording(edition),
    )
    return "\n\n".join(parts) + "\n"


def in_figures(parameter: Parameter) -> str:
    """A value with its unit: "36 months", "1 day", "60 %"."""
    value = parameter.value
    unit = parameter.unit.removesuffix("s") if value == 1 else parameter.unit
    shown = ", ".join(map(str, value)) if isinstance(value, tuple) else _words(str(value))
    return f"{shown} {unit}".strip()


def _head(edition: Edition) -> str:
    end = edition.transition_end_on
    until = f" Files pinned to an earlier edition go on under it until {end}." if end else ""
    labels = "\n".join(f"- **{label}**: {meaning}" for label, meaning in EVIDENCE.items())
    return f"""# {edition.title}

Generated from the edition `{edition.name}` by `flask scheme docs`; do not edit. In force from \
{edition.effective_on}.{until}
SHA-256 of its canonical form: `{sha256(canonical(edition))}`.

Every number has its evidence:

{labels}"""


def _modules(edition: Edition) -> str:
    rows = [
        (f"`{each.code}`", each.name, "; ".join(each.aliases), _opening(each), _changes(each.parameters))
        for each in edition.modules.values()
    ]
    return "## Modules\n\n" + _table(("code", "name", "also known as", "opened by", "differs in"), rows)


def _opening(module: Module) -> str:
    return " or ".join(f"`{code}`" for code in module.prerequisites) or "entry module"


def _requirements(edition: Edition) -> str:
    found = list(edition.requirements.values())
    found += [each for each in edition.renewal_requirements.values() if each.step == "renewal"]
    found += edition.licence_requirements.values()
    also = [f"`{each.id}`" for each in edition.renewal_requirements.values() if each.step != "renewal"]
    parts = ["## What it takes"]
    for step, title in STEPS.items():
        rows = [_requirement(edition, each) for each in found if each.step == step]
        if rows:
            parts.append(
                f"### {title}\n\n" + _table(("id", "requirement", "numbers", "cleared by", "waived by"), rows)
            )
    parts.append(f"A renewal also asks for {' and '.join(also)}.")
    return "\n\n".join(parts)


def _requirement(edition: Edition, requirement: Requirement) -> tuple[str, ...]:
    numbers = (edition.parameters[name] for name in requirement.parameters)
    return (
        f"`{requirement.id}`",
        requirement.text,
        "; ".join(f"{each.text}: {in_figures(each)} ({each.evidence})" for each in numbers),
        _names(requirement.who),
        _names(requirement.waived_by) or "nobody",
    )


def _checklist(edition: Edition) -> str:
    rows = [
        (str(n), f"`{each.id}`", each.text, " and ".join(each.applies), "critical" if each.critical else "")
        for n, each in enumerate(edition.checklist, start=1)
    ]
    table = _table(("", "id", "item", "applies to", ""), rows)
    return f"## Observation checklist\n\nEach item is scored on the scale under Numbers.\n\n{table}"


def _screening(edition: Edition) -> str:
    rows = [(f"`{each.id}`", each.text, "mandatory" if each.mandatory else "") for each in edition.screening]
    return "## Screening sheet\n\n" + _table(("id", "item", ""), rows)


def _relations(edition: Edition) -> str:
    rows = [
        (_words(relation), *(edition.relations[relation, act].value for act in Act)) for relation in Relation
    ]
    table = _table(("relation to the candidate", *(act.value for act in Act)), rows)
    return f"""## Relations

Read from the whole history of both people. `block`: may not; `mitigate`: only with a recorded mitigation, \
a second observer who is not related; `free`: may. To renew and to suspend is to decide.

{table}"""


def _parameters(edition: Edition) -> str:
    rows = [
        (f"`{name}`", each.text, in_figures(each), each.evidence, each.source)
        for name, each in sorted(edition.parameters.items())
    ]
    return "## Numbers\n\n" + _table(("name", "meaning", "value", "evidence", "source"), rows)


def _variants(edition: Edition) -> str:
    rows = [
        (
            f"`{each.id}`",
            each.text,
            ", ".join(f"`{code}`" for code in each.modules) or "all",
            _changes(each.parameters),
        )
        for each in edition.variants.values()
    ]
    return "## Variants of delivery\n\n" + _table(("id", "rule", "modules", "differs in"), rows)


def _overlays(edition: Edition) -> str:
    rows = [
        (
            each.country,
            ", ".join(f"{number} = `{code}`" for number, code in sorted(each.module_numbers.items())),
            _changes(each.parameters),
        )
        for each in edition.overlays.values()
    ]
    return "## Countries\n\n" + _table(("country", "module numbers in use", "differs in"), rows)


def _reminders(edition: Edition) -> str:
    rows = [
        (
            each.text,
            _words(each.recipient),
            ", ".join(f"{days:+d}" if days else "0" for days in each.offset_days),
            _words(each.anchor),
            _words(each.stops_when),
            _words(each.escalates_to),
        )
        for each in edition.reminders
    ]
    head = ("reminder", "told", "days", "counted from", "stops when", "then told")
    return "## Reminders\n\n" + _table(head, rows)


def _wording(edition: Edition) -> str:
    rows = [(f"`{name}`", text) for name, text in sorted(edition.wording.items())]
    return "## Wording of credentials\n\n" + _table(("name", "words"), rows)


def _changes(parameters: Mapping[str, Parameter]) -> str:
    return "; ".join(
        f"{each.text}: {in_figures(each)} ({each.evidence}: {each.source})"
        for _, each in sorted(parameters.items())
    )


def _names(words: Iterable[str]) -> str:
    return ", ".join(_words(each) for each in words)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
