"""The generated page of workflows: diagrams and who/when tables, read from the move tables themselves."""

from collections.abc import Iterable, Iterator

from certify.policy import PREDICATES
from certify.workflows import NAMES
from certify.workflows.engine import NEW, Move, Workflow, workflows

_HEAD = """# Workflows

Generated from the move tables in `certify/workflows/` by `flask docs build`; do not edit by hand.
A move that changes no state is listed in the table only. *Who* are the predicates of `docs/permissions.md`.
"""


def workflows_page() -> str:
    """The whole page as Markdown."""
    declared = {workflow.name: workflow for workflow in workflows()}
    return _HEAD + "".join(_section(declared[name]) for name in NAMES)


def _section(workflow: Workflow) -> str:
    lines = [f"\n## {workflow.name.capitalize()}\n", "```mermaid", "stateDiagram-v2"]
    lines += _diagram(workflow.moves.values())
    lines += ["```", "", "| move | from → to | who | facts | when |", "|---|---|---|---|---|"]
    lines += [_row(workflow, move) for move in workflow.moves.values()]
    return "\n".join(lines) + "\n"


def _diagram(moves: Iterable[Move]) -> Iterator[str]:
    for move in moves:
        for target in move.targets:
            for source in move.sources:
                if move.targets == move.sources and source != target:
                    continue
                start = "[*]" if str(source) == NEW else source
                yield f"    {start} --> {target}: {move.name}"


def _row(workflow: Workflow, move: Move) -> str:
    cells = (
        f"`{move.name}`",
        f"{_sources(workflow, move)} → {_targets(move)}" if move.targets else _sources(workflow, move),
        "; ".join(PREDICATES[name].text for name in move.who) or "follows from another move",
        ", ".join(f"`{fact.name}`" + ("" if fact.required else "?") for fact in move.facts) or "–",
        move.note or "–",
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _sources(workflow: Workflow, move: Move) -> str:
    return ", ".join("–" if str(source) == NEW else str(source) for source in move.sources)


def _targets(move: Move) -> str:
    return " or ".join(str(target) for target in move.targets)
