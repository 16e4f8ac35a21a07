"""A provider's catalog as a file: one model per line, sorted, so that a diff reads like the change it is."""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from platelayer.errors import CatalogError
from platelayer.schema.catalog import LIMITS, PRICES, CatalogModel, Price, PriceName, PriceTier
from platelayer.schema.money import amount, plainly

FORMAT = 1
_MODELS, _NEXT, _END = '\n "models": [\n', ",\n", "\n]}\n"
_ANEW = "remove it and refresh that provider anew"
_CONFLICT = re.compile(r"^<{7} ", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """The last good list of one provider.

    fetched_at: when the last change was seen (ISO 8601, UTC); sha256: of the models' lines; etags: url → ETag of
    the answers it came from; with_key: whether it was asked with a key, which may narrow it; api_base: where LiteLLM
    asks its models, None for LiteLLM's own knowledge.
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

    def present(self) -> dict[str, CatalogModel]:
        """Models that the last list had."""
        return {name: model for name, model in self.models.items() if model.missing_since is None}


def path_of(folder: Path, provider: str) -> Path:
    """`catalogs/ENV/PROVIDER.json`."""
    return folder / f"{provider}.json"


def read(path: Path) -> Snapshot | None:
    """A snapshot, or None where there is none. What is damaged is refused: it is the last good list."""
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CatalogError(f"{path}: cannot be read, {error.strerror}") from None
    try:
        text = found.decode()
        if _CONFLICT.search(text):
            raise CatalogError(
                f"{path}: holds both sides of a merge conflict; take either, with `git checkout --ours {path}`, and "
                "refresh"
            )
        raw = json.loads(text)
        if raw["format"] != FORMAT:
            raise CatalogError(f"{path}: format {raw['format']} is of another version of Platelayer; {_ANEW}")
        if raw["sha256"] != _digest(text.partition(_MODELS)[2].removesuffix(_END).split(_NEXT)):
            raise CatalogError(f"{path}: its models are not those that were written; restore it, or {_ANEW}")
        return _snapshot(raw)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CatalogError(f"{path}: is damaged; restore it, or {_ANEW}") from None


def text_of(snapshot: Snapshot) -> str:
    """The file's text: a header, then one line per model."""
    lines = [_line(snapshot.models[name]) for name in sorted(snapshot.models)]
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


def write(path: Path, snapshot: Snapshot) -> None:
    """Replace the file whole: a reader, a full disk or a power cut meets the old one or the new one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, text_of(snapshot))
    except OSError as error:
        raise CatalogError(f"{path}: cannot be written, {error.strerror}") from None


def _replace(path: Path, text: str) -> None:
    # What a run left that was killed while it wrote.
    for rest in path.parent.glob(f".{path.name}.*"):
        rest.unlink(missing_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            os.fchmod(stream.fileno(), 0o644)
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _line(model: CatalogModel) -> str:
    return json.dumps(dict(_fields(model)), ensure_ascii=False, separators=(", ", ": "))


def _fields(model: CatalogModel) -> Iterator[tuple[str, Any]]:
    """What is known of a model; what is not known takes no room."""
    yield "id", model.id
    yield "model", model.model
    yield "mode", model.mode
    if model.missing_since:
        yield "missing_since", model.missing_since
    if model.variable:
        yield "variable", True
    if model.prices:
        yield "prices", _listed(model.prices)
    if model.free:
        yield "free", True
    if model.tiers:
        yield "tiers", [{"start": tier.start, **_listed(tier.prices)} for tier in model.tiers]
    for key in (*LIMITS, "input_modalities", "output_modalities", "abilities", "deprecation_date", "variant"):
        if value := getattr(model, key):
            yield key, value
    if model.sources:
        yield "sources", dict(model.sources)


def _listed(prices: Mapping[PriceName, Price]) -> dict[str, list[str]]:
    """Name → USD, source and since when, in an order that stays."""
    return {
        name: [plainly(price.usd), price.source, price.since]
        for name in PRICES
        if (price := prices.get(name)) is not None
    }


def _snapshot(raw: dict[str, Any]) -> Snapshot:
    models = (_model(item, raw["api_base"]) for item in raw["models"])
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


def _model(raw: dict[str, Any], api_base: str | None) -> CatalogModel:
    known = {key: value for key, value in raw.items() if key not in ("prices", "tiers", "free")}
    for key in ("input_modalities", "output_modalities", "abilities"):
        known[key] = tuple(known.get(key, ()))
    return CatalogModel(
        **known,
        api_base=api_base,
        prices=_prices(raw.get("prices", {})),
        tiers=tuple(
            PriceTier(tier["start"], _prices({name: price for name, price in tier.items() if name != "start"}))
            for tier in raw.get("tiers", ())
        ),
    )


def _prices(raw: Mapping[PriceName, list[str]]) -> dict[PriceName, Price]:
    return {name: Price(amount(usd), source, since) for name, (usd, source, since) in raw.items()}


def same(one: Snapshot, other: Snapshot) -> bool:
    """Whether two say the same, but for when they were asked."""
    now, version = other.fetched_at, other.written_by
    return replace(one, fetched_at=now, etags=other.etags, written_by=version) == other
