"""Ollama's native API. The prefix `ollama_chat` makes LiteLLM call `/api/chat` instead of `/api/generate`.

Models come from `GET /api/tags` and one `POST /api/show` each. There are no prices: on a server of one's own every
token costs 0 USD.
"""

import asyncio
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from platelayer.errors import CatalogError
from platelayer.providers.kind import ProviderKind
from platelayer.providers.list_entries import ListEntry, UnusableEntry, get_part, parse_entries, read_objects
from platelayer.providers.listing import ListTransport, ModelListing
from platelayer.schema.catalog import CatalogModel, ParsedList, Price
from platelayer.schema.money import quote_value

AT_ONCE = 8
OWN = Price(Decimal(0), "a server of one's own")
KEPT = ("model_info", "parameters", "capabilities")
ABILITIES = {"tools": "tools", "vision": "vision", "thinking": "reasoning", "audio": "audio"}
NUM_CTX = re.compile(r"^[ \t]*num_ctx[ \t]+(\S+)[ \t]*$", re.MULTILINE)


async def fetch_list(transport: ListTransport, api_base: str) -> Any:
    """Return {tags: the list, show: name → the details that are needed, or {error: why there are none}}."""
    base = api_base.rstrip("/").removesuffix("/v1")
    tags = await transport.get(f"{base}/api/tags")
    names = [
        item["name"] for item in _read_tags(tags) if isinstance(item, Mapping) and isinstance(item.get("name"), str)
    ]
    slots = asyncio.Semaphore(AT_ONCE)

    async def show(name: str) -> tuple[str, Any]:
        async with slots:
            try:
                return name, _strip(await transport.post(f"{base}/api/show", {"model": name}))
            except CatalogError as error:
                return name, {"error": str(error)}

    return {"tags": tags, "show": dict(await asyncio.gather(*map(show, dict.fromkeys(names))))}


def _strip(details: Any) -> Any:
    """Return the details without what is large: tensors, a vocabulary, a licence."""
    if not isinstance(details, Mapping) or details.get("error"):
        return {"error": f"answered {quote_value(details['error'] if isinstance(details, Mapping) else details)}"}
    kept = {key: details[key] for key in KEPT if key in details}
    if isinstance(kept.get("model_info"), Mapping):
        kept["model_info"] = {
            key: value for key, value in kept["model_info"].items() if not isinstance(value, (list, dict))
        }
    return kept


def _read_tags(tags: Any) -> list[Any]:
    # Some servers answer the list itself.
    return tags if isinstance(tags, list) else read_objects(tags, "models", what="a list of models")


def parse(payload: Any) -> ParsedList:
    """Return the models of `/api/tags`, with the details of `/api/show`."""
    show = get_part(payload, "show")
    entries = [
        {**item, "_show": get_part(show, str(item.get("name")))} if isinstance(item, Mapping) else item
        for item in _read_tags(get_part(payload, "tags"))
    ]
    return parse_entries(entries, _parse_model, id_field="name")


def _parse_model(entry: ListEntry) -> CatalogModel:
    # Without details the model's mode is unknown; the last catalog's entry stays.
    if (error := entry.get("_show.error")) is not None:
        raise UnusableEntry("/api/show", str(error))
    capabilities = entry.get_texts("_show.capabilities")
    embeds = "embedding" in capabilities and "completion" not in capabilities
    return CatalogModel(
        id=str(entry.get("name")),
        mode="embedding" if embeds else "chat",
        prices={"input": OWN} if embeds else {"input": OWN, "output": OWN},
        max_input_tokens=_parse_context(entry),
        input_modalities=("text", "image") if "vision" in capabilities else (),
        abilities=tuple(ours for theirs, ours in ABILITIES.items() if theirs in capabilities),
    )


def _parse_context(entry: ListEntry) -> int | None:
    """Return the context in tokens: `num_ctx`, if it is set, up to `ARCHITECTURE.context_length`."""
    trained = None
    info = entry.get("_show.model_info")
    if isinstance(info, Mapping):
        architecture = info.get("general.architecture")
        keys = [f"{architecture}.context_length"] if isinstance(architecture, str) else []
        keys += sorted(key for key in info if isinstance(key, str) and key.endswith(".context_length"))
        trained = next((count for key in keys if (count := entry.parse_tokens(key, info.get(key)))), None)
    parameters = entry.get("_show.parameters")
    served = NUM_CTX.search(parameters) if isinstance(parameters, str) else None
    window = entry.parse_tokens("num_ctx", served.group(1)) if served else None
    return min(window, trained) if window and trained else window or trained


KIND = ProviderKind(
    name="ollama",
    prefix="ollama_chat",
    needs_api_base=True,
    prefix_by_mode={"embedding": "ollama", "completion": "ollama"},
    listing=ModelListing(fetch_list, parse, is_public=True),
    litellm_base="http://localhost:11434",
)
