"""`flask certificates`: papers drawn ahead of the first question, and names that no font here can write."""

from collections.abc import Iterator

import click
from rich.console import Console
from rich.progress import Progress

from certify.cli.group import Commands
from certify.credentials.key_files import KeyUnusable
from certify.credentials.place import NoPlace
from certify.extensions import clock, settings
from certify.models import db
from certify.queries.certificates import Printable, numbers_to_print, printable

group = Commands("certificates", help="The certificates as PDF.")


@group.command("draw")
def draw() -> None:
    """Draw and seal every certificate that is not kept yet, on all cores; exit 1 where one cannot be drawn.

    Each is drawn when it is first asked for, too: this says beforehand which characters lack a font.
    """
    from certify.credentials.paper_bulk import Job, draw_all  # here, for it loads all that PDF takes

    at, console = clock().now(), Console(stderr=True)
    unsealed: list[str] = []
    jobs = (Job(each.certificate, each.key_pem, each.chain_pem, at) for each in _all(unsealed))
    done, problems = 0, 0
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Drawing", total=None)
        for drawn in draw_all(jobs, settings().instance / "files", settings().font_dir):
            progress.advance(task)
            done += not drawn.problem
            problems += bool(drawn.problem)
            if drawn.problem:
                progress.console.print(drawn.problem, markup=False, highlight=False, soft_wrap=True)
    for problem in unsealed:
        click.echo(problem, err=True)
    problems += len(unsealed)
    click.echo(f"Drawn: {done}. Cannot be drawn: {problems}.")
    if problems:
        raise SystemExit(1)


def _all(unsealed: list[str]) -> Iterator[Printable]:
    """Every certificate that can be printed, a page at a time; no transaction stays open meanwhile.

    Those of a body without a key to seal with join `unsealed`, as sentences.
    """
    after = ""
    while numbers := numbers_to_print(db.session(), after):
        found = [_printable(number, unsealed) for number in numbers]
        db.session.remove()
        after = numbers[-1]
        yield from filter(None, found)


def _printable(number: str, unsealed: list[str]) -> Printable | None:
    try:
        return printable(db.session(), number, settings().base_url)
    except NoPlace as error:
        raise click.ClickException(f"Certificates cannot be sealed: {error}.") from error
    except KeyUnusable as error:
        unsealed.append(f"The certificate {number} cannot be sealed: {error}.")
        return None
