"""The generated page of permissions: predicates, the actions they open, and the relations table."""

from certify.policy.actions import ACTIONS
from certify.policy.table import PREDICATES
from certify.scheme.types import Edition
from certify.scheme.words import Act, Relation

_HEAD = """# Permissions

Generated from `certify/policy/` and the relations of the edition by `flask docs build`; do not edit
by hand. Rights are judged per case: cannot see it: 404; sees it without the role: 403; has the role, and
state, guard or independence says no: 409 with every reason.

## Predicates

| predicate | role | who that is |
|---|---|---|
"""


def permissions_page(edition: Edition) -> str:
    """The whole page as Markdown."""
    predicates = [f"| `{p.name}` | {p.role} | {p.text} |" for p in PREDICATES.values()]
    actions = [
        f"| `{action}` | {', '.join(f'`{name}`' for name in names)} |" for action, names in ACTIONS.items()
    ]
    return (
        _HEAD
        + "\n".join(predicates)
        + "\n\n## Actions of pages and interface\n\n| action | any of |\n|---|---|\n"
        + "\n".join(actions)
        + "\n"
        + _relations(edition)
    )


def _relations(edition: Edition) -> str:
    window = edition.relation_window_months.value
    head = (
        "\n## Relations\n\n"
        f"Between an actor and a candidate, from the whole history of both: in this certification ever, "
        f"otherwise within {window} months before the act; self and family ever. No role bypasses them.\n\n"
    )
    columns = "| relation | " + " | ".join(act.value for act in Act) + " |\n|---" + "|---" * len(Act) + "|\n"
    rows = "".join(
        f"| {relation.value} | " + " | ".join(edition.relations[relation, act].value for act in Act) + " |\n"
        for relation in Relation
    )
    return head + columns + rows
