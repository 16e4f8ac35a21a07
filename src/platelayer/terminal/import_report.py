"""The report of an import as people read it."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from platelayer.inventory.new_environment import CreatedEnvironment
from platelayer.migrate.conversion import ConfigImport
from platelayer.migrate.import_findings import CATEGORIES, FindingCategory, ImportFinding
from platelayer.migrate.imported_providers import ImportedProvider
from platelayer.providers import load_kinds

TITLES: dict[FindingCategory, tuple[str, str]] = {
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


def draw_report(result: ConfigImport) -> RenderableType:
    """Return the report: counts, providers, what waits in the vault, and every finding with its first places."""
    return Group(*_draw_parts(result, PLACES))


def as_text(result: ConfigImport) -> str:
    """Return the report for a file or a pipe: with every place, and without colours and blanks where columns end."""
    stream, report = StringIO(), Group(*_draw_parts(result, None))
    Console(file=stream, highlight=False, width=WIDTH, color_system=None).print(report)
    return "".join(f"{line.rstrip()}\n" for line in stream.getvalue().splitlines())


def as_dict(result: ConfigImport) -> dict[str, Any]:
    """Return the whole report for --json. No secret is in it."""
    providers = {
        provider.name: {
            "kind": provider.address.kind,
            "api_base": _show_address(provider) or None,
            "key": provider.vault_key.variable if provider.vault_key else None,
            "deployments": provider.used,
        }
        for provider in result.models.providers.values()
    }
    findings: dict[str, Any] = {
        category: [
            {"places": list(finding.places), "what": finding.what} for finding in _list_findings(result, category)
        ]
        for category in CATEGORIES
    }
    vault = [entry.as_dict() for entry in result.vault_entries]
    return {"counts": _count(result), "providers": providers, "vault": vault, **findings}


def list_next_steps(result: ConfigImport, written: CreatedEnvironment, env: str, root: Path) -> Iterator[str]:
    """Return what remains to be done, as lines."""
    vault = f"--vault-password-file {written.password}"
    here = "" if root == Path() else f" --root {root}"
    yield f"{written.folder}: written. Next:"
    waits = "write what waits in its vault" if written.is_new_vault else "its vault was there; add what waits"
    steps = [[f"{waits}:", f"ansible-vault edit {written.vault} {vault}"]]
    if _has_catalogs(result):
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


def _draw_parts(result: ConfigImport, most_places: int | None) -> Iterator[RenderableType]:
    """most_places: so many are named of each finding; None names all."""
    counts = _count(result)
    virtual_models = counts["virtual_models"]
    virtual = f" ({_format_count(virtual_models, 'virtual model')} among them)" if virtual_models else ""
    yield Text.assemble(
        (result.file, "bold"),
        f"  {counts['deployments']} of {_format_count(counts['entries'], 'deployment')} carried over: "
        f"{_format_count(counts['names'], 'name')}{virtual}, {_format_count(counts['providers'], 'provider')}",
    )
    yield _draw_section("providers", len(result.models.providers), "green", _draw_providers(result))
    if result.vault_entries:
        yield _draw_section(
            "to be written into the vault", len(result.vault_entries), "yellow", _draw_vault_entries(result)
        )
    widths = (len(_format_places(finding, most_places)) for finding in result.findings)
    width = min(WIDEST_PLACE, max(widths, default=0))
    for category in CATEGORIES:
        title, style = TITLES[category]
        if findings := _list_findings(result, category):
            yield _draw_section(title, len(findings), style, _draw_findings(findings, width, most_places))


def _format_count(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _draw_section(title: str, count: int, style: str, table: Table) -> RenderableType:
    inner = Padding(table, (0, 0, 0, 2), expand=False)
    return Padding(Group(Text(f"{title} ({count})", style=style), inner), (1, 0, 0, 2), expand=False)


def _make_table(columns: int) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    for _ in range(columns):
        table.add_column(overflow="fold")
    return table


def _draw_providers(result: ConfigImport) -> Table:
    table = _make_table(3)
    # Short ones, and an empty last column would make them fold.
    for column in table.columns:
        column.no_wrap = True
    if any(_show_address(named) for named in result.models.providers.values()):
        table.add_column(overflow="fold")
    for named in result.models.providers.values():
        used = _format_count(named.used, "deployment")
        cells = [Text(named.name, "bold"), Text(named.address.kind), Text(used), Text(_show_address(named))]
        table.add_row(*cells[: len(table.columns)])
    return table


def _draw_vault_entries(result: ConfigImport) -> Table:
    table = _make_table(3)
    # It is copied into the vault, so it stays in one line.
    table.columns[0].no_wrap = True
    for entry in result.vault_entries:
        table.add_row(Text(entry.variable, "bold"), Text(entry.purpose), Text(f"from {entry.origin}"))
    return table


def _draw_findings(findings: list[ImportFinding], width: int, most_places: int | None) -> Table:
    table = _make_table(2)
    table.columns[0].width = width
    for finding in findings:
        table.add_row(Text(_format_places(finding, most_places)), Text(finding.what))
    return table


def _format_places(finding: ImportFinding, most: int | None) -> str:
    shown = finding.places[:most]
    more = len(finding.places) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _count(result: ConfigImport) -> dict[str, int]:
    """Return how much came over: deployments of how many entries, the names clients ask for, providers."""
    return {
        "entries": result.models.entries,
        "deployments": sum(provider.used for provider in result.models.providers.values()),
        "names": len(result.models.names),
        "virtual_models": len(result.models.virtual_models),
        "providers": len(result.models.providers),
    }


def _list_findings(result: ConfigImport, category: FindingCategory) -> list[ImportFinding]:
    return [finding for finding in result.findings if finding.category == category]


def _has_catalogs(result: ConfigImport) -> bool:
    """Return whether `platelayer catalog refresh` has anybody to ask."""
    return any(load_kinds()[address.kind].listing for address in result.models.providers)


def _show_address(provider: ImportedProvider) -> str:
    """Return the address as the inventory has it; empty where the kind or the vault knows it."""
    return "" if "api_base" in provider.vault_entries else provider.address.api_base or ""
