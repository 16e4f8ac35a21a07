"""Models with their prices and limits, and edits of an inventory, as people and programs read them."""

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import typer
from rich.console import Group
from rich.table import Table
from rich.text import Text

from platelayer.inventory.add_models import Added
from platelayer.inventory.candidates import Row
from platelayer.inventory.edit import Edit
from platelayer.inventory.find_models import Found
from platelayer.inventory.map_model import Mapped
from platelayer.inventory.match import MatchConfidence
from platelayer.inventory.remove_provider import Removed
from platelayer.schema import CatalogModel
from platelayer.schema.catalog import LIMITS, PRICES, VARIABLE, PriceName
from platelayer.schema.money import per_million, plainly, tokens
from platelayer.terminal.change_tables import NOTHING
from platelayer.terminal.console import Column, fitted

FREE = "free"
UNIT = "Prices are USD per million tokens"
_SHOWN: tuple[PriceName, ...] = ("input", "output", "cache_read")
# The id names the model, too.
_MODEL, _PROVIDER = Column("Model", spare=1), Column("Provider")
_ID = Column("Id", folds="/")
_COLUMNS = (
    Column("Input", right=True),
    Column("Output", right=True),
    Column("Cache read", right=True, extra=2),
    Column("Context", right=True, spare=2),
    Column("Max output", right=True, extra=3),
    Column("Abilities", extra=1),
    Column("Price since", extra=4),
)
# Where a model is listed no more.
_MISSING = Column("Missing since")
# Values of columns of its own, and the model of which the others tell.
_Line = tuple[Sequence[str | Text], CatalogModel | None]
_DIFF = {"+": "green", "-": "red", "@": "cyan"}
_STATES = {
    "there": ("in the group", "dim"),
    "sure": ("new", "green"),
    "accepted": ("new, accepted", "green"),
    "unsure": ("unsure", "yellow"),
    "none": ("not found", "dim"),
}
_TIERS = {
    MatchConfidence.EXACT: "same id",
    MatchConfidence.PREFIX: "same without vendor",
    MatchConfidence.NORMALISED: "same in other writing",
    MatchConfidence.JOINED: "same without dashes",
    MatchConfidence.SUFFIX: "same without suffix",
    MatchConfidence.VENDOR: "vendors differ",
}


def say_json(env: str, edit: Edit, *, written: bool, **facts: Any) -> None:
    """An edit as JSON."""
    files = [file.as_dict() for file in edit.files]
    typer.echo(json.dumps({"environment": env, "written": written and bool(files), **facts, "files": files}, indent=2))


def differences(edit: Edit, *, written: bool) -> Group:
    """The difference of each file, and whether it is made."""
    lines = [Text(line, _DIFF.get(line[:1], "")) for file in edit.files for line in file.diff().splitlines()]
    if not edit.files:
        words = "Nothing to do."
    elif written:
        words = f"Written: {', '.join(str(file.path) for file in edit.files)}"
    else:
        words = "Nothing was written."
    return Group(*lines, Text(words, "bold"))


def added(models: Sequence[Added], width: int) -> Group:
    """What the catalog says of models that are added."""
    rows: list[_Line] = [([each.entry["name"], each.model.mode], each.model) for each in models]
    hints = [
        Text(f"'{each.twin}' is the same model for free, with limits of its own; see free_twins, or add it as well.")
        for each in models
        if each.twin
    ]
    unit = Text(f"{UNIT}; they and the limits are taken from the catalog, whenever it changes.")
    return Group(_table(width, [Column("Name"), Column("Mode")], rows), unit, *hints)


def found(models: Sequence[Found], most: int | None, width: int) -> Group:
    """Models and who offers them, in so many rows at most; a model of several rows stands apart."""
    offers = [(each, number, offer) for each in models for number, offer in enumerate(each.offers)]
    shown = offers[:most]
    rows: list[_Line] = [
        ([Text("" if number else each.name, "bold"), offer.provider, offer.model.id], offer.model)
        for each, number, offer in shown
    ]
    apart = {
        row
        for row, (each, number, _) in enumerate(shown)
        if row and not number and (len(each.offers) > 1 or len(shown[row - 1][0].offers) > 1)
    }
    left = len(offers) - len(shown)
    more = f" {left} more rows; --all shows them." if left else ""
    return Group(_table(width, [_MODEL, _PROVIDER, _ID], rows, apart), Text(f"{UNIT}.{more}"))


def mapped(result: Mapped, width: int) -> Group | None:
    """What each provider has of a model, and how sure that is; None where none has it."""
    rows: list[_Line] = [
        (["" if number else row.provider, Text(*_state(row, number, model)), identity, match], model)
        for row in result.rows
        if row.state != "none"
        for number, (identity, match, model) in enumerate(_candidates(row))
    ]
    if not rows:
        return None
    notes = [Text(f"{UNIT}.")]
    if without := [row.provider for row in result.rows if row.state == "none"]:
        notes.append(Text(f"Not found at: {', '.join(without)}"))
    if unsure := next((row for row in result.rows if row.state == "unsure"), None):
        example = f"--accept {unsure.provider}={unsure.found[0].model.id}"
        notes.append(Text(f"What is unsure is not written; {example} would write that one.", "yellow"))
    if result.lost:
        notes.append(Text(f"These names are served no more: {', '.join(result.lost)}", "yellow"))
    if result.new:
        notes.append(Text(f"Served newly as: {', '.join(result.new)}", "yellow"))
    columns = [_PROVIDER, Column("State", folds=" "), _ID, Column("Match", folds=" ")]
    return Group(_table(width, columns, rows), *notes)


def removed(result: Removed, *, purge_catalog: bool, written: bool) -> Group:
    """What goes with a provider, and what is left to do."""
    lines = []
    if result.models:
        lines.append(f"Models that go: {', '.join(result.models)}")
    if result.groups:
        lines.append(f"Groups that lose it: {', '.join(result.groups)}")
    if result.listed:
        lines.append(f"Models that its catalog brought, and that go: {result.listed}")
    if result.secrets:
        lines.append(f"Nothing uses these variables of the vault any more: {', '.join(result.secrets)}")
    if result.catalog and purge_catalog:
        lines.append(f"{result.catalog}: {'removed' if written else 'would be removed'}")
    elif result.catalog:
        lines.append(f"{result.catalog}: stays; --purge-catalog removes it")
    return Group(*map(Text, lines))


def facts(model: CatalogModel) -> dict[str, Any]:
    """A model as plain data; prices are text, in USD per token or per piece."""
    return {
        "id": model.id,
        "mode": model.mode,
        "free": model.free,
        "variable": model.variable,
        "prices": {
            name: {"usd": plainly(price.usd), "source": price.source, "since": price.since}
            for name in PRICES
            if (price := model.prices.get(name)) is not None
        },
        **{limit: getattr(model, limit) for limit in LIMITS},
        "abilities": list(model.abilities),
        "missing_since": model.missing_since,
    }


def _candidates(row: Row) -> Iterator[tuple[str, str, CatalogModel | None]]:
    """The ids that a provider's row shows, how they match, and their models."""
    if row.found:
        yield from ((each.model.id, _TIERS[each.tier], each.model) for each in row.found)
    else:
        yield row.id or NOTHING, NOTHING, row.model


def _state(row: Row, number: int, model: CatalogModel | None) -> tuple[str, str]:
    """What becomes of a row's candidate, and how it looks."""
    if row.state == "there" and model is None:
        return "in the group, not listed", "yellow"
    if row.state == "elsewhere":
        return f"in group '{row.group}'", "yellow"
    if row.found and model is not None and model.missing_since:
        return "missing", "dim"
    if number:
        return ("also there", "dim") if row.state == "sure" else ("", "")
    return _STATES[row.state]


def _table(
    width: int,
    columns: Sequence[Column],
    rows: Sequence[_Line],
    apart: Collection[int] = (),
) -> Table:
    """Values of their own columns, then what is known of a model."""
    missing = any(model and model.missing_since for _, model in rows)
    cells = [
        [cell if isinstance(cell, Text) else Text(cell) for cell in (*own, *_cells(model), *[_gone(model)] * missing)]
        for own, model in rows
    ]
    return fitted([*columns, *_COLUMNS, *[_MISSING] * missing], cells, width, apart)


def _cells(model: CatalogModel | None) -> list[str]:
    if model is None:
        return [NOTHING] * len(_COLUMNS)
    limits = [tokens(limit) if (limit := getattr(model, name)) else NOTHING for name in LIMITS]
    # The day of the last change of a price.
    since = max((price.since for price in model.prices.values()), default="")[:10]
    return [*_prices(model), *limits, ", ".join(model.abilities) or NOTHING, since or NOTHING]


def _gone(model: CatalogModel | None) -> str:
    return (model.missing_since or "")[:10] if model else ""


def _prices(model: CatalogModel) -> list[str]:
    if model.variable:
        return [VARIABLE, VARIABLE, NOTHING]
    if "request" in model.prices and "input" not in model.prices:
        return [f"{plainly(model.prices['request'].usd)} per request", NOTHING, NOTHING]
    shown = (lambda _: FREE) if model.free else per_million
    return [shown(price.usd) if (price := model.prices.get(name)) else NOTHING for name in _SHOWN]
