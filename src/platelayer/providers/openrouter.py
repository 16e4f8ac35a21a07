"""OpenRouter. Chat models and embeddings are two lists, `GET /models` and `GET /embeddings/models`.

Prices come from `pricing` of each entry, texts in USD per token: `prompt`, `completion`, `input_cache_read`,
`input_cache_write`, `input_cache_write_1h`, `internal_reasoning`, and for tokens of sound and pictures `audio`,
`input_audio_cache`, `audio_output`, `image` and `image_output`; `request` is USD per request. Prices by the length of
the prompt are in `pricing.overrides`.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

from platelayer.errors import CatalogError
from platelayer.providers.kind import ProviderKind
from platelayer.providers.list_entries import ListEntry, is_minus_one, join_modes, parse_entries, read_objects
from platelayer.providers.listing import ListTransport, ModelListing, fetch_side_list
from platelayer.providers.tier_parsing import Prices, Tiers, get_rows, make_tiers, parse_by_length
from platelayer.schema.catalog import MEDIA_PRICES, TOKEN_PRICES, CatalogModel, ParsedList, PriceName
from platelayer.schema.money import quote_value

PAGES = 50
PRICES: dict[PriceName, str] = {
    "input": "pricing.prompt",
    "output": "pricing.completion",
    "cache_read": "pricing.input_cache_read",
    "cache_write": "pricing.input_cache_write",
    "cache_write_1h": "pricing.input_cache_write_1h",
    "reasoning": "pricing.internal_reasoning",
    "audio_input": "pricing.audio",
    "audio_cache_read": "pricing.input_audio_cache",
    "audio_output": "pricing.audio_output",
    "image_input": "pricing.image",
    "image_output": "pricing.image_output",
    "request": "pricing.request",
}
TIER_PRICES: dict[PriceName, str] = {name: PRICES[name].removeprefix("pricing.") for name in TOKEN_PRICES}
_ZERO_IS_NONE = {"reasoning", "request", "cache_write_1h", *MEDIA_PRICES}
ABILITIES = {
    "tools": "tools",
    "reasoning": "reasoning",
    "structured_outputs": "structured_output",
}
MODALITIES = {"image": "vision", "audio": "audio", "file": "pdf"}


async def fetch_list(transport: ListTransport, api_base: str) -> Any:
    """Return both lists with all their pages: {chat: [page…], embedding: [page…] or MissingList}."""
    base = api_base.rstrip("/")
    return {
        "chat": await _fetch_pages(transport, f"{base}/models"),
        "embedding": await fetch_side_list(_fetch_pages(transport, f"{base}/embeddings/models")),
    }


async def _fetch_pages(transport: ListTransport, url: str) -> list[Any]:
    pages: list[Any] = []
    seen: set[str] = set()
    following: str | None = url
    while following is not None:
        if following in seen or len(pages) == PAGES:
            raise CatalogError(f"{url} has too many pages, or pages that repeat")
        seen.add(following)
        page = await transport.get(following)
        pages.append(page)
        links = page.get("links") if isinstance(page, dict) else None
        link = links.get("next") if isinstance(links, dict) else None
        following = _resolve_link(url, link) if isinstance(link, str) and link else None
    return pages


def _resolve_link(url: str, link: str) -> str:
    """Return the URL of a link on the same server; another server must not get the key."""
    try:
        following = urljoin(url, link)
        if urljoin(following, "/") == urljoin(url, "/"):
            return following
    except ValueError:
        pass
    raise CatalogError(f"{url} leads to another server: {quote_value(link)}")


def parse(payload: Any) -> ParsedList:
    """Return the models of both lists."""
    entries, notes = join_modes(payload, _read_pages, embeddings="/embeddings/models")
    return parse_entries(entries, _parse_model, notes=notes)


def _read_pages(mode: str, pages: Any) -> Iterator[Any]:
    for page in read_objects({mode: pages}, mode, what="lists of pages"):
        yield from read_objects(page, "data", what="a list of models")


def _parse_model(entry: ListEntry) -> CatalogModel:
    # The price of OpenRouter's own routers depends on the model that they choose; it is listed as -1.
    variable = any(is_minus_one(entry.get(PRICES[name])) for name in ("input", "output"))
    prices, longer = ({}, ()) if variable else parse_by_length(entry, _parse_prices)
    entry.find_unread_prices("pricing", PRICES.values())
    model_id = str(entry.get("id"))
    parameters = entry.get_texts("supported_parameters")
    inputs = entry.get_texts("architecture.input_modalities")
    abilities = [ours for theirs, ours in ABILITIES.items() if theirs in parameters]
    abilities += [ours for theirs, ours in MODALITIES.items() if theirs in inputs]
    return CatalogModel(
        id=model_id,
        mode=_parse_mode(entry),
        prices=prices,
        tiers=longer,
        variable=variable,
        max_input_tokens=entry.parse_limit("top_provider.context_length", "context_length"),
        max_output_tokens=entry.parse_limit("top_provider.max_completion_tokens"),
        input_modalities=inputs,
        output_modalities=entry.get_texts("architecture.output_modalities"),
        abilities=tuple(abilities),
        deprecation_date=entry.get_date("expiration_date"),
        variant="batch" if model_id.endswith(":batch") else "alias" if _is_alias(entry, model_id) else None,
    )


def _parse_mode(entry: ListEntry) -> str:
    outputs = entry.get_texts("architecture.output_modalities")
    if entry.get("_mode") == "embedding" or "embeddings" in outputs:
        return "embedding"
    return "image_generation" if outputs and "text" not in outputs and "image" in outputs else "chat"


def _is_alias(entry: ListEntry, model_id: str) -> bool:
    """Return whether an entry stands for another one, as `~vendor/model-latest` does."""
    return model_id.startswith("~") or entry.get_text("aliasTarget") is not None


def _parse_prices(entry: ListEntry) -> tuple[Prices, Tiers]:
    prices = _drop_zero_prices(entry, PRICES)
    if entry.get("pricing.overrides") is None:
        return prices, ()
    return prices, make_tiers(_parse_overrides(entry))


def _parse_overrides(entry: ListEntry) -> Iterator[tuple[int, Prices]]:
    """Yield (start, prices) of overrides by the length of the prompt.

    Others (by the hour of the day) become notes: LiteLLM cannot bill them.
    """
    for index, override in enumerate(get_rows(entry, "pricing.overrides")):
        start = override.parse_limit("min_prompt_tokens")
        if start is None or any(key.startswith("utc_") for key in override.raw):
            place = f"pricing.overrides[{index}]"
            entry.add_note(f"{place} depends on more than the length of the prompt; the price without it is used")
        else:
            yield start, _drop_zero_prices(override, TIER_PRICES)


def _drop_zero_prices(entry: ListEntry, fields: Mapping[PriceName, str]) -> Prices:
    """Return prices without zeros that mean none: reasoning, sound and pictures at 0 cost what other tokens cost."""
    prices = entry.parse_prices(fields)
    return {name: price for name, price in prices.items() if price.usd or name not in _ZERO_IS_NONE}


KIND = ProviderKind(
    name="openrouter",
    prefix="openrouter",
    needs_key=True,
    is_translated=True,
    list_base="https://openrouter.ai/api/v1",
    listing=ModelListing(fetch_list, parse, is_public=True, models_dev="openrouter"),
    hosts=("openrouter.ai",),
    variable_words=("OPENROUTER",),
)
