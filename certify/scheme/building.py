"""Makes an edition out of the tables of its file, each value checked by itself."""

from certify.scheme.numbers import Parameters, overrides, parameters
from certify.scheme.reading import KEBAB, Table
from certify.scheme.types import (
    ChecklistItem,
    Edition,
    Module,
    Overlay,
    Reminder,
    Requirement,
    ScreeningItem,
    Variant,
)
from certify.scheme.vocabulary import (
    ALSO_FOR_RENEWAL,
    ANCHORS,
    LICENCE_REQUIREMENTS,
    PARAMETERS,
    PARTIES,
    PLACES,
    RENEWAL_REQUIREMENTS,
    REQUIREMENTS,
    ROLES,
    STEPS,
    STOPS,
    WAIVABLE,
    WORDING,
)
from certify.scheme.words import Act, Impartiality, Relation

TOP = (
    "name", "title", "effective_on", "modules", "parameters", "requirements",
    "renewal_requirements", "licence_requirements", "checklist", "screening", "relations",
    "variants", "reminders", "wording", "overlays",
)  # fmt: skip


def edition(top: Table) -> Edition:
    """The whole edition; references between its parts are checked afterwards. Raises SchemeMistake."""
    top.only(TOP, optional=("transition_end_on",))
    base = parameters(top.table("parameters"))
    requirements = _requirements(top, "requirements", REQUIREMENTS)
    renewal = _requirements(top, "renewal_requirements", RENEWAL_REQUIREMENTS)
    return Edition(
        name=top.text("name", pattern=KEBAB.pattern),
        title=top.text("title"),
        effective_on=top.day("effective_on"),
        transition_end_on=top.day("transition_end_on") if "transition_end_on" in top.entries else None,
        modules={module.code: module for module in _modules(top, base)},
        requirements=requirements,
        renewal_requirements=renewal | {name: requirements[name] for name in ALSO_FOR_RENEWAL},
        licence_requirements=_requirements(top, "licence_requirements", LICENCE_REQUIREMENTS),
        checklist=tuple(_checklist_item(each) for each in top.tables("checklist", "id")),
        screening=tuple(_screening_item(each) for each in top.tables("screening", "id")),
        relations=_relations(top.table("relations")),
        relation_window_months=base["relation_window_months"],
        parameters=base,
        variants={variant.id: variant for variant in _variants(top, base)},
        reminders=tuple(_reminder(each) for each in top.tables("reminders", "id")),
        wording=_wording(top.table("wording")),
        overlays={overlay.country: overlay for overlay in _overlays(top, base)},
    )


def _modules(top: Table, base: Parameters) -> list[Module]:
    tables = top.tables("modules", "code")
    return [_module(each, base, _codes(top)) for each in tables]


def _codes(top: Table) -> list[str]:
    return [str(each.entries.get("code", "")) for each in top.tables("modules", "code")]


def _module(table: Table, base: Parameters, codes: list[str]) -> Module:
    table.only(("code", "name", "aliases", "prerequisites"), optional=("parameters",))
    return Module(
        code=table.text("code", pattern="[A-Z]{3}"),
        name=table.text("name"),
        aliases=table.texts("aliases"),
        prerequisites=table.texts("prerequisites", among=codes),
        parameters=overrides(table.table("parameters"), base),
    )


def _requirements(top: Table, key: str, ids: tuple[str, ...]) -> dict[str, Requirement]:
    tables = top.tables(key, "id")
    found = {each.text("id", among=ids): _requirement(each) for each in tables}
    if tuple(found) != ids:
        missing = ", ".join(each for each in ids if each not in found)
        rule = f"These are missing: {missing}." if missing else f"The order must be: {', '.join(ids)}."
        top.wrong(key, rule)
    return found


def _requirement(table: Table) -> Requirement:
    table.only(("id", "text", "step", "who", "waivable", "parameters"), optional=("waived_by",))
    found = Requirement(
        id=table.text("id"),
        text=table.text("text"),
        step=table.text("step", among=STEPS),
        who=table.texts("who", among=PARTIES),
        waivable=table.flag("waivable"),
        parameters=table.texts("parameters", among=PARAMETERS),
        waived_by=table.texts("waived_by", among=ROLES) if "waived_by" in table.entries else (),
    )
    if not found.who:
        table.wrong("who", "Somebody must be able to clear a requirement.")
    if found.waivable and found.id not in WAIVABLE:
        table.wrong("waivable", f"{found.id!r} can never be waived.")
    if found.waivable != bool(found.waived_by):
        table.wrong("waived_by", "A waivable requirement names who may waive it, any other nobody.")
    return found


def _checklist_item(table: Table) -> ChecklistItem:
    table.only(("id", "text", "critical", "applies"))
    return ChecklistItem(
        id=table.text("id", pattern=KEBAB.pattern),
        text=table.text("text"),
        critical=table.flag("critical"),
        applies=table.texts("applies", among=PLACES),
    )


def _screening_item(table: Table) -> ScreeningItem:
    table.only(("id", "text", "mandatory"))
    return ScreeningItem(
        id=table.text("id", pattern=KEBAB.pattern),
        text=table.text("text"),
        mandatory=table.flag("mandatory"),
    )


def _relations(table: Table) -> dict[tuple[Relation, Act], Impartiality]:
    table.only(tuple(Relation))
    cells = {}
    for relation in Relation:
        row = table.table(relation)
        row.only(tuple(Act))
        for act in Act:
            cells[relation, act] = Impartiality(row.text(act, among=tuple(Impartiality)))
    return cells


def _variants(top: Table, base: Parameters) -> list[Variant]:
    codes = _codes(top)
    found = []
    for table in top.tables("variants", "id"):
        table.only(("id", "text", "modules"), optional=("parameters",))
        found.append(
            Variant(
                id=table.text("id", pattern=KEBAB.pattern),
                text=table.text("text"),
                modules=table.texts("modules", among=codes),
                parameters=overrides(table.table("parameters"), base),
            )
        )
    return found


def _reminder(table: Table) -> Reminder:
    table.only(("id", "text", "recipient", "anchor", "offset_days", "stops_when", "escalates_to"))
    return Reminder(
        id=table.text("id", pattern=KEBAB.pattern),
        text=table.text("text"),
        recipient=table.text("recipient", among=PARTIES),
        anchor=table.text("anchor", among=ANCHORS),
        offset_days=table.whole_numbers("offset_days"),
        stops_when=table.text("stops_when", among=STOPS),
        escalates_to=table.text("escalates_to", among=PARTIES | {""}),
    )


def _wording(table: Table) -> dict[str, str]:
    table.only(WORDING)
    return {
        name: table.text(name, pattern="[A-Z]{2}" if name.endswith("_prefix") else "")
        for name in table.entries
    }


def _overlays(top: Table, base: Parameters) -> list[Overlay]:
    codes = _codes(top)
    found = []
    for table in top.tables("overlays", "country"):
        table.only(("country",), optional=("module_numbers", "parameters"))
        numbers = table.table("module_numbers")
        found.append(
            Overlay(
                country=table.text("country", pattern="[A-Z]{2}"),
                parameters=overrides(table.table("parameters"), base),
                module_numbers={number: numbers.text(number, among=codes) for number in numbers.entries},
            )
        )
    return found
