"""Ollama's native API; `ollama_chat` is the prefix that sends chats to /api/chat instead of /api/generate.

What it serves costs nothing by itself. Its answers hold tensors, licences and whole model files; none of it is kept.
"""

import asyncio
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from platelayer.errors import CatalogError
from platelayer.providers.kind import Kind
from platelayer.providers.listing import Ask, Listing
from platelayer.providers.reading import Entry, Refused, objects, part, read
from platelayer.schema.catalog import CatalogModel, ParsedList, Price
from platelayer.schema.money import shown

AT_ONCE = 8
OWN = Price(Decimal(0), "a server of one's own")
KEPT = ("model_info", "parameters", "capabilities")
ABILITIES = {"tools": "tools", "vision": "vision", "thinking": "reasoning", "audio": "audio"}
NUM_CTX = re.compile(r"^[ \t]*num_ctx[ \t]+(\S+)[ \t]*$", re.MULTILINE)


async def collect(ask: Ask, api_base: str) -> Any:
    """{tags: the list, show: name → what it says of that model, stripped}."""
    base = api_base.rstrip("/").removesuffix("/v1")
    tags = await ask.get(f"{base}/api/tags")
    names = [item["name"] for item in _listed(tags) if isinstance(item, Mapping) and isinstance(item.get("name"), str)]
    slots = asyncio.Semaphore(AT_ONCE)

    async def show(name: str) -> tuple[str, Any]:
        async with slots:
            try:
                return name, _stripped(await ask.post(f"{base}/api/show", {"model": name}))
            except CatalogError as error:
                return name, {"error": str(error)}

    return {"tags": tags, "show": dict(await asyncio.gather(*map(show, dict.fromkeys(names))))}


def _stripped(said: Any) -> Any:
    """Without what is large: a vocabulary, tensors, a licence."""
    if not isinstance(said, Mapping) or said.get("error"):
        return {"error": f"answered {shown(said['error'] if isinstance(said, Mapping) else said)}"}
    kept = {key: said[key] for key in KEPT if key in said}
    if isinstance(kept.get("model_info"), Mapping):
        kept["model_info"] = {
            key: value for key, value in kept["model_info"].items() if not isinstance(value, (list, dict))
        }
    return kept


def _listed(tags: Any) -> list[Any]:
    # Some servers give the bare list.
    return tags if isinstance(tags, list) else objects(tags, "models", what="a list of models")


def parse(payload: Any) -> ParsedList:
    """Catalog models of `/api/tags` and one `/api/show` each."""
    show = part(payload, "show")
    entries = [
        {**item, "_show": part(show, str(item.get("name")))} if isinstance(item, Mapping) else item
        for item in _listed(part(payload, "tags"))
    ]
    return read(entries, _model, id_field="name")


def _model(entry: Entry) -> CatalogModel:
    # Without it nobody knows what the model does; what was known of it stays.
    if (error := entry.at("_show.error")) is not None:
        raise Refused("/api/show", str(error))
    capabilities = entry.words("_show.capabilities")
    embeds = "embedding" in capabilities and "completion" not in capabilities
    return CatalogModel(
        id=str(entry.at("name")),
        mode="embedding" if embeds else "chat",
        prices={"input": OWN} if embeds else {"input": OWN, "output": OWN},
        max_input_tokens=_context(entry),
        input_modalities=("text", "image") if "vision" in capabilities else (),
        abilities=tuple(ours for theirs, ours in ABILITIES.items() if theirs in capabilities),
    )


def _context(entry: Entry) -> int | None:
    """`num_ctx` is what it serves; `ARCHITECTURE.context_length` what the model was trained for."""
    trained = None
    info = entry.at("_show.model_info")
    if isinstance(info, Mapping):
        architecture = info.get("general.architecture")
        keys = [f"{architecture}.context_length"] if isinstance(architecture, str) else []
        keys += sorted(key for key in info if isinstance(key, str) and key.endswith(".context_length"))
        trained = next((found for key in keys if (found := entry.count(key, info.get(key)))), None)
    parameters = entry.at("_show.parameters")
    served = NUM_CTX.search(parameters) if isinstance(parameters, str) else None
    window = entry.count("num_ctx", served.group(1)) if served else None
    return min(window, trained) if window and trained else window or trained


KIND = Kind(
    name="ollama",
    prefix="ollama_chat",
    needs_api_base=True,
    prefix_by_mode={"embedding": "ollama", "completion": "ollama"},
    listing=Listing(collect, parse, public=True),
)
