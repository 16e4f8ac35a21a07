"""The report of an import as people read it."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from platelayer.inventory.new_environment import CreatedEnvironment
from platelayer.migrate.convert import Import
from platelayer.migrate.findings import Category, Finding
from platelayer.migrate.report import CATEGORIES, counts, has_catalogs, of

TITLES: dict[Category, tuple[str, str]] = {
    "never_worked": ("never worked in the original", "red"),
    "not_carried": ("not carried over", "red"),
    "differs": ("means something else now", "yellow"),
    "check": ("carried over, look at these", "cyan"),
}
PLACES = 3
# Places are one column through the whole report, and leave most of a line to what is said of them.
WIDEST_PLACE = 40
# In a file or a pipe, where nobody knows how wide the reader's window is.
WIDTH = 120


def report(made: Import) -> RenderableType:
    """Counts, providers, what waits in the vault, and every finding."""
    return Group(*_parts(made))


def as_text(made: Import) -> str:
    """The same for a file or a pipe: no colours, and no blanks where columns end."""
    stream = StringIO()
    Console(file=stream, highlight=False, width=WIDTH, color_system=None).print(report(made))
    return "".join(f"{line.rstrip()}\n" for line in stream.getvalue().splitlines())


def next_steps(made: Import, written: CreatedEnvironment, env: str, root: Path) -> Iterator[str]:
    """What remains to be done, as lines."""
    vault = f"--vault-password-file {written.password}"
    here = "" if root == Path() else f" --root {root}"
    yield f"{written.folder}: written. Next:"
    waits = "write what waits in its vault" if written.is_new_vault else "its vault was there; add what waits"
    steps = [[f"{waits}:", f"ansible-vault edit {written.vault} {vault}"]]
    if has_catalogs(made):
        words = "fetch what the providers list; models that name no price or limit here get them from there:"
        steps.append([words, f"platelayer catalog refresh --env {env}{here}"])
    words = "look at the config that it makes, which needs no host; the last line names the file:"
    steps.append([words, f"ansible-playbook playbooks/render.yml -i {written.folder} {vault}"])
    steps.append([f"name your host in {written.folder / 'hosts.yml'}"])
    steps.append(["look at the plan; then the same without --check:"])
    steps[-1].append(f"ansible-playbook playbooks/site.yml -i {written.folder} {vault} --check --diff")
    for number, (first, *rest) in enumerate(steps, start=1):
        yield f"  {number}. {first}"
        yield from (f"     {line}" for line in rest)


def _parts(made: Import) -> Iterator[RenderableType]:
    found = counts(made)
    virtual = f" ({_some(found['virtual_models'], 'virtual model')} among them)" if found["virtual_models"] else ""
    yield Text.assemble(
        (made.file, "bold"),
        f"  {found['deployments']} of {_some(found['entries'], 'deployment')} carried over: "
        f"{_some(found['names'], 'name')}{virtual}, {_some(found['providers'], 'provider')}",
    )
    yield _titled("providers", len(made.models.providers), "green", _providers(made))
    if made.fills:
        yield _titled("to be written into the vault", len(made.fills), "yellow", _fills(made))
    width = min(WIDEST_PLACE, max((len(_places(finding)) for finding in made.findings), default=0))
    for category in CATEGORIES:
        title, style = TITLES[category]
        if findings := of(category, made.findings):
            yield _titled(title, len(findings), style, _findings(findings, width))


def _some(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _titled(title: str, count: int, style: str, table: Table) -> RenderableType:
    inner = Padding(table, (0, 0, 0, 2), expand=False)
    return Padding(Group(Text(f"{title} ({count})", style=style), inner), (1, 0, 0, 2), expand=False)


def _table(columns: int) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    for _ in range(columns):
        table.add_column(overflow="fold")
    return table


def _providers(made: Import) -> Table:
    table = _table(3)
    # Short ones, and an empty last column would make them fold.
    for column in table.columns:
        column.no_wrap = True
    if any(named.place.api_base for named in made.models.providers.values()):
        table.add_column(overflow="fold")
    for named in made.models.providers.values():
        used = _some(made.models.used[named.name], "deployment")
        cells = [Text(named.name, "bold"), Text(named.place.kind), Text(used), Text(named.place.api_base or "")]
        table.add_row(*cells[: len(table.columns)])
    return table


def _fills(made: Import) -> Table:
    table = _table(3)
    # It is copied into the vault, so it stays in one line.
    table.columns[0].no_wrap = True
    for fill in made.fills:
        table.add_row(Text(fill.variable, "bold"), Text(fill.purpose), Text(f"from {fill.origin}"))
    return table


def _findings(findings: list[Finding], width: int) -> Table:
    table = _table(2)
    table.columns[0].width = width
    for finding in findings:
        table.add_row(Text(_places(finding)), Text(finding.what))
    return table


def _places(finding: Finding) -> str:
    more = len(finding.places) - PLACES
    return ", ".join(finding.places[:PLACES]) + (f" and {more} more" if more > 0 else "")
