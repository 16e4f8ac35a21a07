"""OpenRouter's two lists, their pages, and what is wrong in them."""

import asyncio
from typing import Any

import pytest
from lists import BASES, HOST, Canned, answers, by_id, listed, tier, told, words

from platelayer.errors import CatalogError
from platelayer.providers.openrouter import PAGES, fetch_list, parse
from platelayer.schema.catalog import CatalogModel

BASE = HOST + BASES["openrouter"]
EXPECTED = [
    CatalogModel(
        id="anthropic/claude-sonnet-4.5",
        prices=told(
            input=("0.000003", "pricing.prompt"),
            output=("0.000015", "pricing.completion"),
            cache_read=("0.0000003", "pricing.input_cache_read"),
            cache_write=("0.00000375", "pricing.input_cache_write"),
        ),
        tiers=(
            tier(
                200000,
                input=("0.000006", "pricing.overrides.prompt"),
                output=("0.0000225", "pricing.overrides.completion"),
                cache_read=("0.0000006", "pricing.overrides.input_cache_read"),
            ),
        ),
        max_input_tokens=1000000,
        max_output_tokens=64000,
        input_modalities=("text", "image", "file"),
        output_modalities=("text",),
        abilities=("tools", "reasoning", "structured_output", "vision", "pdf"),
    ),
    CatalogModel(
        id="meta-llama/llama-3.3-70b-instruct:free",
        prices=told(input=("0", "pricing.prompt"), output=("0", "pricing.completion")),
        max_input_tokens=65536,
        input_modalities=("text",),
        output_modalities=("text",),
        abilities=("tools",),
    ),
    CatalogModel(
        id="openrouter/auto",
        variable=True,
        max_input_tokens=2000000,
        input_modalities=("text",),
        output_modalities=("text",),
    ),
    CatalogModel(
        id="google/gemini-2.5-flash-image",
        mode="image_generation",
        prices=told(
            input=("0.0000003", "pricing.prompt"),
            output=("0.0000025", "pricing.completion"),
            request=("0.002", "pricing.request"),
            image_input=("0.001238", "pricing.image"),
        ),
        max_input_tokens=32768,
        max_output_tokens=8192,
        input_modalities=("image", "text"),
        output_modalities=("image",),
        abilities=("vision",),
        deprecation_date="2026-12-31",
    ),
    CatalogModel(
        id="deepseek/deepseek-v3.2",
        prices=told(
            input=("0.00000026", "pricing.prompt"),
            output=("0.00000038", "pricing.completion"),
            reasoning=("0.0000005", "pricing.internal_reasoning"),
        ),
        max_input_tokens=163840,
        max_output_tokens=65536,
        input_modalities=("text", "audio"),
        output_modalities=("text",),
        abilities=("reasoning", "audio"),
    ),
    CatalogModel(
        id="openai/gpt-5-mini:batch",
        variant="batch",
        prices=told(input=("0.000000125", "pricing.prompt"), output=("0.000001", "pricing.completion")),
        max_input_tokens=400000,
    ),
    CatalogModel(
        id="~anthropic/claude-sonnet-latest",
        variant="alias",
        prices=told(input=("0.000003", "pricing.prompt"), output=("0.000015", "pricing.completion")),
        max_input_tokens=1000000,
    ),
    CatalogModel(
        id="openai/text-embedding-3-small",
        mode="embedding",
        prices=told(input=("0.00000002", "pricing.prompt"), output=("0", "pricing.completion")),
        max_input_tokens=8192,
        input_modalities=("text",),
        output_modalities=("embeddings",),
    ),
]


def test_every_field_of_both_lists_and_all_pages_is_read() -> None:
    found = listed("openrouter", "openrouter")
    assert list(found.models) == EXPECTED
    assert found.refused == ()
    assert words(found.notes) == [
        f"deepseek/deepseek-v3.2: pricing.overrides[{index}] depends on more than the length of the prompt; "
        "the price without it is used"
        for index in (0, 1)
    ] + ["pricing.web_search: is a price that nothing here reads; 1 of the models have it"]


def test_free_means_that_every_price_is_zero() -> None:
    models = by_id(listed("openrouter", "openrouter"))
    free = [name for name, model in models.items() if model.free]
    assert free == ["meta-llama/llama-3.3-70b-instruct:free"]


def test_each_wrong_entry_costs_itself_and_says_why() -> None:
    found = listed("openrouter", "openrouter_hostile")
    assert words(found.refused) == [
        "[0]: the entry is missing",
        "[1]: the entry is the value '7'",
        "[2]: the entry is text",
        "[3]: the entry is a list",
        "[4]: id is missing",
        "[5]: id is missing",
        "[6]: id is missing",
        "[7]: id '12' is not a string",
        "[8]: id ' blank ' has a blank at an end or characters that cannot be printed",
        "[9]: id 'line�break' has a blank at an end or characters that cannot be printed",
        "[10]: id 'escape�[2J' has a blank at an end or characters that cannot be printed",
        "[11]: id 'half�' has a blank at an end or characters that cannot be printed",
        f"[12]: id has 201 characters: '{'x' * 40}…'",
        "[14]: id '&a !!python/object: *x' is a pattern, which would match many models",
        "twice: id appears twice; the first entry is used",
        "negative: pricing.prompt '-0.000001' is negative",
        "nan: pricing.prompt 'NaN' is not a number",
        "infinite: pricing.completion 'Infinity' is not a number",
        "far: pricing.prompt '1e999999' is not a number",
        "near: pricing.prompt '1e-999999' is not a number",
        "per-million: pricing.prompt '3' would be 3000000 USD per million tokens; the unit is wrong",
        "tiny: pricing.prompt '1e-16' is too small for a price",
        "dollars: pricing.prompt '$0.000003' is not a number",
        "truth: pricing.prompt 'True' is not a number",
        "listed: pricing.prompt a list is not a number",
        "nested: pricing.prompt an object is not a number",
        "request: pricing.request '5000' USD is more than any price of one piece; the unit is wrong",
        "odd-tier: pricing.overrides[1].prompt '-2' is negative",
        "[41]: id '*' is a pattern, which would match many models",
        "[42]: id 'openai/*' is a pattern, which would match many models",
    ]
    assert words(found.notes) == [
        "odd-limits: top_provider.context_length 'many' is not a number of tokens",
        "odd-limits: top_provider.max_completion_tokens '-5' is not a number of tokens",
        "odd-limits: expiration_date 'soon' is not a date",
        "endless-limit: context_length '1E+999999' is not a number of tokens",
        "endless-limit: top_provider.max_completion_tokens '4096.5' is not a number of tokens",
        "odd-tiers: pricing.overrides is not a list of objects; its prices are left out",
        "null-tier: pricing.overrides is not a list of objects; its prices are left out",
        "untold: pricing.input_cache_read is -1, which is read as no price",
        "untold: pricing.internal_reasoning is -1, which is read as no price",
        "untold: pricing.image is -1, which is read as no price",
        "untold: pricing.request is -1, which is read as no price",
    ]
    usual = told(input=("0.000001", "pricing.prompt"), output=("0.000002", "pricing.completion"))
    assert list(found.models) == [
        CatalogModel(id="{{ lookup('pipe', 'id') }}", prices=usual),
        CatalogModel(id="模型/ünïcode-😀", prices=usual),
        CatalogModel(id="twice", prices=usual),
        CatalogModel(
            id="number", prices=told(input=("0.000001", "pricing.prompt"), output=("0", "pricing.completion"))
        ),
        CatalogModel(id="no-prices"),
        CatalogModel(id="null-prices"),
        CatalogModel(id="odd-prices"),
        CatalogModel(id="odd-limits", max_input_tokens=131072, output_modalities=("text",)),
        CatalogModel(id="endless-limit"),
        CatalogModel(id="odd-tiers"),
        CatalogModel(id="null-tier"),
        CatalogModel(id="untold", prices=usual),
        CatalogModel(id="depends", variable=True),
    ]


def _page(following: Any) -> dict[str, Any]:
    return {"data": [], "links": {"next": following}}


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example.com/api/v1/models",
        "//evil.example.com/x",
        "http://provider.example.com:81/x",
        "http://user@provider.example.com/x",
        "https://provider.example.com/x",
        "javascript:alert(1)",
        "http://[bad",
    ],
)
def test_a_page_on_another_server_is_refused(link: str) -> None:
    transport = Canned({"GET /api/v1/models": _page(link)})
    with pytest.raises(CatalogError) as caught:
        asyncio.run(fetch_list(transport, BASE))
    assert str(caught.value) == f"{BASE}/models leads to another server: '{link}'"
    assert transport.asked == ["GET /api/v1/models"]


def test_pages_that_lead_back_are_refused() -> None:
    transport = Canned({"GET /api/v1/models": _page("?offset=1"), "GET /api/v1/models?offset=1": _page("models")})
    with pytest.raises(CatalogError) as caught:
        asyncio.run(fetch_list(transport, BASE))
    assert str(caught.value) == f"{BASE}/models has too many pages, or pages that repeat"
    assert len(transport.asked) == 2


def test_pages_without_end_are_refused() -> None:
    said = {f"GET /api/v1/models?offset={number}": _page(f"?offset={number + 1}") for number in range(1, 2 * PAGES)}
    transport = Canned({"GET /api/v1/models": _page("?offset=1"), **said})
    with pytest.raises(CatalogError) as caught:
        asyncio.run(fetch_list(transport, BASE))
    assert str(caught.value) == f"{BASE}/models has too many pages, or pages that repeat"
    assert len(transport.asked) == PAGES


@pytest.mark.parametrize("links", [None, [], "next", {"next": ""}, {"next": 5}, {"next": None}, {}])
def test_anything_else_than_a_link_ends_the_list(links: Any) -> None:
    transport = Canned({**answers("openrouter"), "GET /api/v1/models": {"data": [], "links": links}})
    assert len(asyncio.run(fetch_list(transport, BASE))["chat"]) == 1


def test_one_wrong_page_costs_the_list() -> None:
    # Half a list would look like models that are gone.
    with pytest.raises(CatalogError) as caught:
        parse({"chat": [{"data": []}, {"models": []}], "embedding": []})
    assert str(caught.value) == "the answer is not a list of models: 'data' is missing"
