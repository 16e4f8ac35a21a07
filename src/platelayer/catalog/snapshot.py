"""A provider's catalog as a file: one model per line, sorted, so that a diff shows what changed."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from platelayer.atomic_file import write_file
from platelayer.errors import CatalogError
from platelayer.schema.catalog import LIMITS, PRICES, CatalogModel, Price, PriceName, PriceTier
from platelayer.schema.money import format_decimal, parse_amount

FORMAT = 1
_MODELS, _NEXT, _END = '\n "models": [\n', ",\n", "\n]}\n"
_REFRESH_AGAIN = "remove it and refresh that provider again"
_CONFLICT = re.compile(r"^<{7} ", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """The last good list of one provider.

    url: where the list was asked for. fetched_at: when it last changed (ISO 8601, UTC). api_base: where LiteLLM asks
    its models; None leaves that to LiteLLM's own knowledge. with_key: it was asked with a key, which may narrow it.
    written_by: the version of Platelayer. etags: url → ETag of the answers that it came from. models: id → model.
    """

    provider: str
    kind: str
    url: str
    fetched_at: str
    api_base: str | None = None
    with_key: bool = False
    written_by: str = ""
    etags: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[str, CatalogModel] = field(default_factory=dict)

    def list_present(self) -> dict[str, CatalogModel]:
        """Return the models that the last list had, without those that are missing and kept for a while."""
        return {name: model for name, model in self.models.items() if model.missing_since is None}


def locate_snapshot(folder: Path, provider: str) -> Path:
    """Return the path of a provider's file: `catalogs/ENV/PROVIDER.json`."""
    return folder / f"{provider}.json"


def read_snapshot(path: Path) -> Snapshot | None:
    """Return the snapshot in a file, or None if there is no file. Raises CatalogError if it is damaged."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CatalogError(f"{path}: cannot be read, {error.strerror}") from None
    try:
        text = content.decode()
        if _CONFLICT.search(text):
            raise CatalogError(
                f"{path}: has conflict markers of a git merge; keep one side with `git checkout --ours {path}`, then "
                "refresh"
            )
        raw = json.loads(text)
        if raw["format"] != FORMAT:
            raise CatalogError(f"{path}: format {raw['format']} is of another version of Platelayer; {_REFRESH_AGAIN}")
        if raw["sha256"] != _digest(text.partition(_MODELS)[2].removesuffix(_END).split(_NEXT)):
            raise CatalogError(
                f"{path}: its checksum is wrong, so it was edited or damaged; restore it, or {_REFRESH_AGAIN}"
            )
        return _parse_snapshot(raw)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CatalogError(f"{path}: is damaged; restore it, or {_REFRESH_AGAIN}") from None


def format_snapshot(snapshot: Snapshot) -> str:
    """Return the text of a file: a header, then one line per model."""
    lines = [_format_line(snapshot.models[name]) for name in sorted(snapshot.models)]
    header = {
        "format": FORMAT,
        "provider": snapshot.provider,
        "kind": snapshot.kind,
        "url": snapshot.url,
        "api_base": snapshot.api_base,
        "fetched_at": snapshot.fetched_at,
        "with_key": snapshot.with_key,
        "written_by": snapshot.written_by,
        "etags": dict(sorted(snapshot.etags.items())),
        "count": len(lines),
        "sha256": _digest(lines),
    }
    head = json.dumps(header, ensure_ascii=False, indent=1)[:-2]
    return f"{head},{_MODELS}{_NEXT.join(lines)}{_END}"


def write_snapshot(path: Path, snapshot: Snapshot) -> None:
    """Replace the file at once: after a full disk or a power cut it is the old one or the new one, never a part."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, format_snapshot(snapshot).encode(), mode=0o644)
    except OSError as error:
        raise CatalogError(f"{path}: cannot be written, {error.strerror}") from None


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _format_line(model: CatalogModel) -> str:
    return json.dumps(dict(_list_fields(model)), ensure_ascii=False, separators=(", ", ": "))


def _list_fields(model: CatalogModel) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a model that are known, in a fixed order."""
    yield "id", model.id
    yield "mode", model.mode
    if model.missing_since:
        yield "missing_since", model.missing_since
    if model.variable:
        yield "variable", True
    if model.prices:
        yield "prices", _dump_prices(model.prices)
    if model.free:
        yield "free", True
    if model.tiers:
        yield "tiers", [{"start": tier.start, **_dump_prices(tier.prices)} for tier in model.tiers]
    for key in (*LIMITS, "input_modalities", "output_modalities", "abilities", "deprecation_date", "variant"):
        if value := getattr(model, key):
            yield key, value
    if model.sources:
        yield "sources", dict(model.sources)


def _dump_prices(prices: Mapping[PriceName, Price]) -> dict[str, list[str]]:
    """Return name → [USD, source, since], in a fixed order."""
    return {
        name: [format_decimal(price.usd), price.source, price.since]
        for name in PRICES
        if (price := prices.get(name)) is not None
    }


def _parse_snapshot(raw: dict[str, Any]) -> Snapshot:
    models = map(_parse_model, raw["models"])
    return Snapshot(
        provider=raw["provider"],
        kind=raw["kind"],
        url=raw["url"],
        api_base=raw["api_base"],
        fetched_at=raw["fetched_at"],
        with_key=raw["with_key"],
        written_by=raw["written_by"],
        etags=raw["etags"],
        models={model.id: model for model in models},
    )


def _parse_model(raw: dict[str, Any]) -> CatalogModel:
    # LiteLLM's model string was in older catalogs; the gateway's build knows it.
    known = {key: value for key, value in raw.items() if key not in ("model", "prices", "tiers", "free")}
    for key in ("input_modalities", "output_modalities", "abilities"):
        known[key] = tuple(known.get(key, ()))
    return CatalogModel(
        **known,
        prices=_parse_prices(raw.get("prices", {})),
        tiers=tuple(
            PriceTier(tier["start"], _parse_prices({name: price for name, price in tier.items() if name != "start"}))
            for tier in raw.get("tiers", ())
        ),
    )


def _parse_prices(raw: Mapping[PriceName, list[str]]) -> dict[PriceName, Price]:
    return {name: Price(parse_amount(usd), source, since) for name, (usd, source, since) in raw.items()}


def is_same_catalog(last: Snapshot, new: Snapshot) -> bool:
    """Return whether two snapshots say the same, apart from when and by which version they were fetched."""
    return replace(last, fetched_at=new.fetched_at, etags=new.etags, written_by=new.written_by) == new
