"""The report of an import as people read it."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from switchyard.inventory.importing.convert import Import
from switchyard.inventory.importing.findings import Category, Finding
from switchyard.inventory.importing.report import CATEGORIES, counts, of

TITLES: dict[Category, tuple[str, str]] = {
    "never_worked": ("never worked in the original", "red"),
    "not_carried": ("not carried over", "red"),
    "differs": ("means something else now", "yellow"),
    "check": ("carried over, look at these", "cyan"),
}
PLACES = 3


def report(made: Import) -> RenderableType:
    """Counts, providers, what waits in the vault, and every finding."""
    return Group(*_parts(made))


def _parts(made: Import) -> Iterator[RenderableType]:
    found = counts(made)
    yield Text.assemble(
        (made.file, "bold"),
        f"  {found['deployments']} of {found['entries']} deployments carried over: {found['names']} names, "
        f"{found['virtual_models']} of them virtual models, {found['providers']} providers",
    )
    yield _titled("providers", len(made.models.providers), "green", _providers(made))
    if made.fills:
        yield _titled("to be written into the vault", len(made.fills), "yellow", _fills(made))
    for category in CATEGORIES:
        title, style = TITLES[category]
        if findings := of(category, made.findings):
            yield _titled(title, len(findings), style, _findings(findings))


def _titled(title: str, count: int, style: str, table: Table) -> RenderableType:
    inner = Padding(table, (0, 0, 0, 2), expand=False)
    return Padding(Group(Text(f"{title} ({count})", style=style), inner), (1, 0, 0, 2), expand=False)


def _table() -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(overflow="fold")
    return table


def _providers(made: Import) -> Table:
    table = _table()
    for named in made.models.providers.values():
        used = made.models.used[named.name]
        table.add_row(
            Text(named.name, "bold"),
            Text(named.place.kind),
            Text(f"{used} deployment{'s' if used > 1 else ''}"),
            Text(named.place.api_base or ""),
        )
    return table


def _fills(made: Import) -> Table:
    table = _table()
    for fill in made.fills:
        table.add_row(Text(fill.variable, "bold"), Text(fill.purpose), Text(f"from {fill.origin}"))
    return table


def _findings(findings: list[Finding]) -> Table:
    table = _table()
    for finding in findings:
        more = len(finding.places) - PLACES
        places = ", ".join(finding.places[:PLACES]) + (f" and {more} more" if more > 0 else "")
        table.add_row(Text(places), Text(finding.what))
    return table
