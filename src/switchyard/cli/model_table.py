"""Models with their prices and limits, and edits of an inventory, as people and programs read them."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from switchyard.catalog.match import Tier
from switchyard.cli.catalog_table import NOTHING
from switchyard.inventory.add_models import Added
from switchyard.inventory.candidates import Row
from switchyard.inventory.edit import Edit
from switchyard.inventory.find_models import Found
from switchyard.inventory.map_model import Mapped
from switchyard.inventory.remove_provider import Removed
from switchyard.model import CatalogModel
from switchyard.model.catalog import LIMITS, PRICES, VARIABLE, PriceName
from switchyard.model.money import per_million, plainly, tokens

# In a file or a pipe, where nobody knows how wide the reader's window is.
WIDTH = 200
FREE = "free"
UNIT = "Prices are USD per million tokens"
_COLUMNS = ("Input", "Output", "Cache read", "Context", "Max output", "Abilities", "Price since")
_SHOWN: tuple[PriceName, ...] = ("input", "output", "cache_read")
_LEFT = ("Abilities", "Price since")
# Below this many columns a terminal shows less.
_NARROW = 120
_WIDE_ONLY = ("Cache read", "Max output", "Abilities")
_DIFF = {"+": "green", "-": "red", "@": "cyan"}
_STATES = {
    "there": ("in the group", "dim"),
    "sure": ("new", "green"),
    "accepted": ("new, accepted", "green"),
    "unsure": ("unsure", "yellow"),
    "none": ("not found", "dim"),
}
_TIERS = {
    Tier.EXACT: "same id",
    Tier.PREFIX: "same without vendor",
    Tier.NORMALISED: "same in other writing",
    Tier.JOINED: "same without dashes",
    Tier.SUFFIX: "same without suffix",
    Tier.VENDOR: "vendors differ",
}


def console() -> Console:
    """Standard output."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)


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
    table = _table(width, "Name", "Mode")
    for each in models:
        table.add_row(Text(each.entry["name"]), each.model.mode, *_cells(each.model, width))
    hints = [
        Text(f"'{each.twin}' is the same model for free, with limits of its own; see free_twins, or add it as well.")
        for each in models
        if each.twin
    ]
    return Group(table, Text(f"{UNIT}; they and the limits are taken from the catalog, whenever it changes."), *hints)


def found(models: Sequence[Found], most: int | None, width: int) -> Group:
    """Models and who offers them, in so many rows at most."""
    table = _table(width, "Model", "Provider", "Id")
    offers = [(each.name if not number else "", offer) for each in models for number, offer in enumerate(each.offers)]
    for name, offer in offers[:most]:
        if name:
            table.add_section()
        table.add_row(Text(name, "bold"), offer.provider, Text(offer.model.id), *_cells(offer.model, width))
    left = len(offers) - len(offers[:most])
    return Group(table, Text(f"{UNIT}.{f' {left} more rows; --all shows them.' if left else ''}"))


def mapped(result: Mapped, width: int) -> Group:
    """What each provider has of a model, and how sure that is."""
    table = _table(width, "Provider", "State", "Id", "Match")
    for row in result.rows:
        for number, (identity, match, model) in enumerate(_candidates(row)):
            state = Text(*_state(row, number, model))
            table.add_row("" if number else row.provider, state, Text(identity), match, *_cells(model, width))
    notes = [Text(f"{UNIT}.")]
    if unsure := next((row for row in result.rows if row.state == "unsure"), None):
        example = f"--accept {unsure.provider}={unsure.found[0].model.id}"
        notes.append(Text(f"What is unsure is not written; {example} would write that one.", "yellow"))
    if result.lost:
        notes.append(Text(f"These names are served no more: {', '.join(result.lost)}", "yellow"))
    return Group(table, *notes)


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
    if row.found and model is not None and model.missing_since:
        return f"missing since {model.missing_since[:10]}", "dim"
    if number:
        return ("also there", "dim") if row.state == "sure" else ("", "")
    return _STATES[row.state]


def _table(width: int, *columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in columns:
        # An id is there to be copied.
        table.add_column(name, overflow="fold", no_wrap=name == "Id")
    for name in filter(_fits(width), _COLUMNS):
        table.add_column(name, justify="left" if name in _LEFT else "right", overflow="fold", no_wrap=name not in _LEFT)
    return table


def _cells(model: CatalogModel | None, width: int) -> list[str]:
    if model is None:
        return [NOTHING for _ in filter(_fits(width), _COLUMNS)]
    limits = [tokens(limit) if (limit := getattr(model, name)) else NOTHING for name in LIMITS]
    values = [*_prices(model), *limits, ", ".join(model.abilities) or NOTHING, _since(model)]
    return [value for name, value in zip(_COLUMNS, values, strict=True) if _fits(width)(name)]


def _fits(width: int) -> Callable[[str], bool]:
    return lambda name: width >= _NARROW or name not in _WIDE_ONLY


def _prices(model: CatalogModel) -> list[str]:
    if model.variable:
        return [VARIABLE, VARIABLE, NOTHING]
    if "request" in model.prices and "input" not in model.prices:
        return [f"{plainly(model.prices['request'].usd)} per request", NOTHING, NOTHING]
    shown = (lambda _: FREE) if model.free else per_million
    return [shown(price.usd) if (price := model.prices.get(name)) else NOTHING for name in _SHOWN]


def _since(model: CatalogModel) -> str:
    """The day of the last change of a price, and whether the model is listed no more."""
    since = max((price.since for price in model.prices.values()), default="")[:10] or NOTHING
    return f"{since}, missing since {model.missing_since[:10]}" if model.missing_since else since
