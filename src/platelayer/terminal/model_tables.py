"""Tables of models with their prices and limits, and the diffs of an edited inventory."""

from collections.abc import Collection, Iterator, Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from platelayer.inventory.editable_inventory import InventoryEdit
from platelayer.inventory.matching.choices import ProviderChoice
from platelayer.inventory.matching.model_ids import MatchConfidence
from platelayer.inventory.model_additions import AddedModel
from platelayer.inventory.model_mapping import ModelMapping
from platelayer.inventory.model_search import FoundModel
from platelayer.inventory.provider_removal import ProviderRemoval
from platelayer.schema import CatalogModel
from platelayer.schema.catalog import LIMITS, VARIABLE, PriceName
from platelayer.schema.money import format_decimal, format_per_million, format_tokens
from platelayer.terminal.change_tables import NOTHING
from platelayer.terminal.console import TableColumn, fit_table

FREE = "free"
PRICE_UNIT = "Prices are USD per million tokens"
_PRICE_COLUMNS: tuple[PriceName, ...] = ("input", "output", "cache_read")
# It may leave a narrow window, as the id names the model too.
_MODEL = TableColumn("Model", spare=1)
_PROVIDER = TableColumn("Provider")
_ID = TableColumn("Id", folds="/")
_CATALOG_COLUMNS = (
    TableColumn("Input", right=True),
    TableColumn("Output", right=True),
    TableColumn("Cache read", right=True, extra=2),
    TableColumn("Context", right=True, spare=2),
    TableColumn("Max output", right=True, extra=3),
    TableColumn("Abilities", extra=1),
    TableColumn("Price since", extra=4),
)
# Only in tables with a model that its provider no longer lists.
_MISSING_SINCE = TableColumn("Missing since")
# The first cells of a row, and the model whose prices and limits fill the others.
_ModelRow = tuple[Sequence[str | Text], CatalogModel | None]
_DIFF_STYLES = {"+": "green", "-": "red", "@": "cyan"}
_STATES = {
    "there": ("in the group", "dim"),
    "sure": ("new", "green"),
    "accepted": ("new, accepted", "green"),
    "unsure": ("unsure", "yellow"),
    "none": ("not found", "dim"),
}
_CONFIDENCES = {
    MatchConfidence.EXACT: "same id",
    MatchConfidence.PREFIX: "same without vendor",
    MatchConfidence.NORMALISED: "same in other spelling",
    MatchConfidence.JOINED: "same without dashes",
    MatchConfidence.SUFFIX: "same without suffix",
    MatchConfidence.VENDOR: "vendors differ",
}


def draw_edit(edit: InventoryEdit, *, written: bool) -> Group:
    """Return the diffs of the files, and a line that tells if they were written."""
    lines = [Text(line, _DIFF_STYLES.get(line[:1], "")) for file in edit.files for line in file.diff().splitlines()]
    if not edit.files:
        summary = "Nothing to do."
    elif written:
        summary = f"Written: {', '.join(str(file.path) for file in edit.files)}"
    else:
        summary = "Nothing was written."
    return Group(*lines, Text(summary, "bold"))


def draw_added_models(models: Sequence[AddedModel], width: int) -> Group:
    """Return the prices and limits of added models, and hints at their free twins."""
    rows: list[_ModelRow] = [([added.entry["name"], added.model.mode], added.model) for added in models]
    hints = [
        Text(f"'{added.free_twin}' is the same model for free, with its own limits; set free_twins, or add it too.")
        for added in models
        if added.free_twin
    ]
    unit = Text(f"{PRICE_UNIT}. Prices and limits always come from the catalog.")
    return Group(_draw_table(width, [TableColumn("Name"), TableColumn("Mode")], rows), unit, *hints)


def draw_found_models(models: Sequence[FoundModel], most_rows: int | None, width: int) -> Group:
    """Return a row for each offer, with a blank line around models of several rows. most_rows: None for all."""
    offers = [(model, number, offer) for model in models for number, offer in enumerate(model.offers)]
    shown = offers[:most_rows]
    rows: list[_ModelRow] = [
        ([Text("" if number else model.name, "bold"), offer.provider, offer.model.id], offer.model)
        for model, number, offer in shown
    ]
    below_blank = {
        row
        for row, (model, number, _) in enumerate(shown)
        if row and not number and (len(model.offers) > 1 or len(shown[row - 1][0].offers) > 1)
    }
    hidden = len(offers) - len(shown)
    more = f" {hidden} more rows; --all shows them." if hidden else ""
    return Group(_draw_table(width, [_MODEL, _PROVIDER, _ID], rows, below_blank), Text(f"{PRICE_UNIT}.{more}"))


def draw_mapping(mapping: ModelMapping, width: int) -> Group | None:
    """Return the ids of each provider and how certain they are; None if no provider has one."""
    rows: list[_ModelRow] = [
        (["" if number else choice.provider, Text(*_describe_state(choice, number, model)), model_id, match], model)
        for choice in mapping.choices
        if choice.state != "none"
        for number, (model_id, match, model) in enumerate(_list_ids(choice))
    ]
    if not rows:
        return None
    notes = [Text(f"{PRICE_UNIT}.")]
    if without := [choice.provider for choice in mapping.choices if choice.state == "none"]:
        notes.append(Text(f"Not found at: {', '.join(without)}"))
    if unsure := next((choice for choice in mapping.choices if choice.state == "unsure"), None):
        example = f"--accept {unsure.provider}={unsure.matches[0].model.id}"
        notes.append(Text(f"Unsure ids are not written; {example} writes this one.", "yellow"))
    if mapping.removed_names:
        notes.append(Text(f"No longer served: {', '.join(mapping.removed_names)}", "yellow"))
    if mapping.added_names:
        notes.append(Text(f"Also served as: {', '.join(mapping.added_names)}", "yellow"))
    columns = [_PROVIDER, TableColumn("State", folds=" "), _ID, TableColumn("Match", folds=" ")]
    return Group(_draw_table(width, columns, rows), *notes)


def draw_removal(removal: ProviderRemoval, *, purge_catalog: bool, written: bool) -> Group:
    """Return what is removed with a provider, and what is left to do."""
    verb = "Removed" if written else "Would remove"
    lines = []
    if removal.models:
        lines.append(f"{verb} models: {', '.join(removal.models)}")
    if removal.groups:
        lines.append(f"{verb} its ids from groups: {', '.join(removal.groups)}")
    if removal.included_count:
        lines.append(f"{verb} models of its catalog: {removal.included_count}")
    if removal.unused_secrets:
        lines.append(f"No longer used in the vault: {', '.join(removal.unused_secrets)}")
    if removal.catalog and purge_catalog:
        lines.append(f"{verb} {removal.catalog}")
    elif removal.catalog:
        lines.append(f"{removal.catalog}: kept; --purge-catalog removes it")
    return Group(*map(Text, lines))


def _list_ids(choice: ProviderChoice) -> Iterator[tuple[str, str, CatalogModel | None]]:
    """Yield each id to show, how it matches, and its model if the catalog has it."""
    if choice.matches:
        yield from ((match.model.id, _CONFIDENCES[match.confidence], match.model) for match in choice.matches)
    else:
        yield choice.id or NOTHING, NOTHING, choice.model


def _describe_state(choice: ProviderChoice, number: int, model: CatalogModel | None) -> tuple[str, str]:
    """Return the state of one of a provider's ids, and its style."""
    if choice.state == "there" and model is None:
        return "in the group, not listed", "yellow"
    if choice.state == "elsewhere":
        return f"in group '{choice.other_group}'", "yellow"
    if choice.matches and model is not None and model.missing_since:
        return "missing", "dim"
    if number:
        return ("also there", "dim") if choice.state == "sure" else ("", "")
    return _STATES[choice.state]


def _draw_table(
    width: int, columns: Sequence[TableColumn], rows: Sequence[_ModelRow], below_blank: Collection[int] = ()
) -> Table:
    """Return a table: the given columns, then those of the catalog. below_blank: rows below a blank line."""
    is_any_missing = any(model and model.missing_since for _, model in rows)
    missing_columns = [_MISSING_SINCE] if is_any_missing else []
    cells = [
        [*first_cells, *_format_model(model), *[_format_missing(model) for _ in missing_columns]]
        for first_cells, model in rows
    ]
    texts = [[cell if isinstance(cell, Text) else Text(cell) for cell in row] for row in cells]
    return fit_table([*columns, *_CATALOG_COLUMNS, *missing_columns], texts, width, below_blank)


def _format_model(model: CatalogModel | None) -> list[str]:
    """Return the cells of the catalog's columns."""
    if model is None:
        return [NOTHING] * len(_CATALOG_COLUMNS)
    limits = [format_tokens(limit) if (limit := getattr(model, name)) else NOTHING for name in LIMITS]
    # The day on which a price last changed.
    since = max((price.since for price in model.prices.values()), default="")[:10]
    return [*_format_prices(model), *limits, ", ".join(model.abilities) or NOTHING, since or NOTHING]


def _format_missing(model: CatalogModel | None) -> str:
    return (model.missing_since or "")[:10] if model else ""


def _format_prices(model: CatalogModel) -> list[str]:
    if model.variable:
        return [VARIABLE, VARIABLE, NOTHING]
    if "request" in model.prices and "input" not in model.prices:
        return [f"{format_decimal(model.prices['request'].usd)} per request", NOTHING, NOTHING]
    format_price = (lambda _: FREE) if model.free else format_per_million
    return [format_price(price.usd) if (price := model.prices.get(name)) else NOTHING for name in _PRICE_COLUMNS]
