"""Any server that speaks OpenAI's API: llama.cpp, vLLM... A key only if the server wants one.

Its list has no prices in the standard, and those of single servers have no known unit; they are not read.
"""

from typing import Any

from platelayer.providers.kind import NO_KEY, Kind
from platelayer.providers.listing import Listing, openai_list
from platelayer.providers.reading import Entry, objects, read
from platelayer.schema.catalog import CatalogModel, ParsedList

# vLLM, llama.cpp (what it serves before what the model was trained for), and what others call it.
CONTEXT = ("max_model_len", "meta.n_ctx", "context_length", "context_window", "max_context_length", "meta.n_ctx_train")


def parse(payload: Any) -> ParsedList:
    """Catalog models of `GET /models`."""
    return read(objects(payload, "data", what="a list of models"), _model)


def _model(entry: Entry) -> CatalogModel:
    inputs = entry.words("architecture.input_modalities")
    return CatalogModel(
        id=str(entry.at("id")),
        max_input_tokens=entry.tokens(*CONTEXT),
        max_output_tokens=entry.tokens("max_output_tokens", "max_completion_tokens"),
        input_modalities=inputs,
        abilities=("vision",) if "image" in inputs else (),
    )


LISTING = Listing(openai_list, parse)
KIND = Kind(name="openai_compatible", prefix="openai", needs_api_base=True, keyless=NO_KEY, listing=LISTING)
