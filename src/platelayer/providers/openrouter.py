"""OpenRouter: prices are texts in USD per token; chat models and embeddings are two lists."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

from platelayer.errors import CatalogError
from platelayer.providers.kind import Kind
from platelayer.providers.listing import Ask, Listing
from platelayer.providers.reading import Entry, is_untold, objects, read
from platelayer.providers.tiers import Prices, Tiers, by_length, rows, tiers
from platelayer.schema.catalog import TOKEN_PRICES, CatalogModel, ParsedList, PriceName
from platelayer.schema.money import shown

PAGES = 50
PRICES: dict[PriceName, str] = {
    "input": "pricing.prompt",
    "output": "pricing.completion",
    "cache_read": "pricing.input_cache_read",
    "cache_write": "pricing.input_cache_write",
    "reasoning": "pricing.internal_reasoning",
    "request": "pricing.request",
    "image": "pricing.image",
}
TIER_PRICES: dict[PriceName, str] = {name: PRICES[name].removeprefix("pricing.") for name in TOKEN_PRICES}
ABILITIES = {
    "tools": "tools",
    "reasoning": "reasoning",
    "structured_outputs": "structured_output",
}
MODALITIES = {"image": "vision", "audio": "audio", "file": "pdf"}


async def collect(ask: Ask, api_base: str) -> Any:
    """Both lists with all their pages: {chat: [page…], embedding: [page…]}."""
    base = api_base.rstrip("/")
    return {
        "chat": await _pages(ask, f"{base}/models"),
        "embedding": await _pages(ask, f"{base}/embeddings/models"),
    }


async def _pages(ask: Ask, url: str) -> list[Any]:
    pages: list[Any] = []
    seen: set[str] = set()
    following: str | None = url
    while following is not None:
        if following in seen or len(pages) == PAGES:
            raise CatalogError(f"{url} has pages without end")
        seen.add(following)
        page = await ask.get(following)
        pages.append(page)
        links = page.get("links") if isinstance(page, dict) else None
        link = links.get("next") if isinstance(links, dict) else None
        following = _beside(url, link) if isinstance(link, str) and link else None
    return pages


def _beside(url: str, link: str) -> str:
    """An address on the same server, for nobody else shall get the key."""
    try:
        following = urljoin(url, link)
        if urljoin(following, "/") == urljoin(url, "/"):
            return following
    except ValueError:
        pass
    raise CatalogError(f"{url} leads to another server: {shown(link)}")


def parse(payload: Any) -> ParsedList:
    """Catalog models of both lists."""
    entries = [
        {**item, "_mode": mode} if isinstance(item, dict) else item
        for mode in ("chat", "embedding")
        for page in objects(payload, mode, what="lists of pages")
        for item in objects(page, "data", what="a list of models")
    ]
    return read(entries, _model)


def _model(entry: Entry) -> CatalogModel:
    # A router of OpenRouter's own has no price of its own.
    variable = any(is_untold(entry.at(PRICES[name])) for name in ("input", "output"))
    prices, longer = ({}, ()) if variable else by_length(entry, _prices)
    identity = str(entry.at("id"))
    parameters = entry.words("supported_parameters")
    inputs = entry.words("architecture.input_modalities")
    abilities = [ours for theirs, ours in ABILITIES.items() if theirs in parameters]
    abilities += [ours for theirs, ours in MODALITIES.items() if theirs in inputs]
    return CatalogModel(
        id=identity,
        mode=_mode(entry),
        prices=prices,
        tiers=longer,
        variable=variable,
        max_input_tokens=entry.tokens("top_provider.context_length", "context_length"),
        max_output_tokens=entry.tokens("top_provider.max_completion_tokens"),
        input_modalities=inputs,
        output_modalities=entry.words("architecture.output_modalities"),
        abilities=tuple(abilities),
        deprecation_date=entry.date("expiration_date"),
        variant="batch" if identity.endswith(":batch") else "alias" if _is_alias(entry, identity) else None,
    )


def _mode(entry: Entry) -> str:
    outputs = entry.words("architecture.output_modalities")
    if entry.at("_mode") == "embedding" or "embeddings" in outputs:
        return "embedding"
    return "image_generation" if outputs and "text" not in outputs and "image" in outputs else "chat"


def _is_alias(entry: Entry, identity: str) -> bool:
    """`~vendor/model-latest` stands for another entry."""
    return identity.startswith("~") or entry.text("aliasTarget") is not None


def _prices(entry: Entry) -> tuple[Prices, Tiers]:
    prices = _read(entry, PRICES)
    if entry.at("pricing.overrides") is None:
        return prices, ()
    return prices, tiers(_overrides(entry))


def _overrides(entry: Entry) -> Iterator[tuple[int, Prices]]:
    """Prices by prompt length. Other conditions (hours of the day) are noted, LiteLLM could not follow them all."""
    for index, override in enumerate(rows(entry, "pricing.overrides")):
        start = override.tokens("min_prompt_tokens")
        if start is None or any(key.startswith("utc_") for key in override.raw):
            place = f"pricing.overrides[{index}]"
            entry.note(f"{place} depends on more than the length of the prompt; the price without it is used")
        else:
            yield start, _read(override, TIER_PRICES)


def _read(entry: Entry, fields: Mapping[PriceName, str]) -> Prices:
    """Zero says that reasoning costs what other output costs, not that it is a present."""
    found = entry.prices(fields)
    return {name: price for name, price in found.items() if price.usd or name not in ("reasoning", "request", "image")}


KIND = Kind(
    name="openrouter",
    prefix="openrouter",
    needs_key=True,
    list_base="https://openrouter.ai/api/v1",
    listing=Listing(collect, parse, public=True, models_dev="openrouter"),
)
