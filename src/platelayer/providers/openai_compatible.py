"""Any server with OpenAI's API, such as llama.cpp and vLLM; the key is optional.

Prices are not read: `GET /models` has none in OpenAI's API, and the unit of those that a server may add is unknown.
Nor does it tell what a model does, so that its id decides.
"""

from typing import Any

from platelayer.providers.kind import NO_KEY, ChatServerKind
from platelayer.providers.list_entries import ListEntry, parse_entries, read_objects
from platelayer.providers.listing import ModelListing, fetch_openai_list
from platelayer.providers.model_modes import guess_mode
from platelayer.schema.catalog import CatalogModel, ParsedList

# vLLM, llama.cpp (what it is started with before what the model was trained for), and names of other servers.
CONTEXT = ("max_model_len", "meta.n_ctx", "context_length", "context_window", "max_context_length", "meta.n_ctx_train")


def parse(payload: Any) -> ParsedList:
    """Return the models of `GET /models`."""
    return parse_entries(read_objects(payload, "data", what="a list of models"), _parse_model)


def _parse_model(entry: ListEntry) -> CatalogModel:
    model_id = str(entry.get("id"))
    inputs = entry.get_texts("architecture.input_modalities")
    return CatalogModel(
        id=model_id,
        mode=guess_mode(model_id),
        max_input_tokens=entry.parse_limit(*CONTEXT),
        max_output_tokens=entry.parse_limit("max_output_tokens", "max_completion_tokens"),
        input_modalities=inputs,
        abilities=("vision",) if "image" in inputs else (),
    )


LISTING = ModelListing(fetch_openai_list, parse)
KIND = ChatServerKind(name="openai_compatible", needs_api_base=True, keyless=NO_KEY, listing=LISTING)
