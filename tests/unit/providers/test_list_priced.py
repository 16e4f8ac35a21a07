"""Requesty, Novita and Nano-GPT: the same prices in four units."""

import pytest
from lists import HOST, Canned, answers, gathered, listed, parsed, tier, told, words

from platelayer.errors import CatalogError
from platelayer.schema.catalog import CatalogModel

REQUESTY = [
    CatalogModel(
        id="coding/gemini-2.5-flash",
        prices=told(
            input=("0.0000003", "input_price"),
            output=("0.0000025", "output_price"),
            cache_read=("0.000000075", "cached_price"),
            cache_write=("0.00000055", "caching_price"),
        ),
        max_input_tokens=1048576,
        max_output_tokens=65535,
        input_modalities=("text", "image"),
        abilities=("vision", "reasoning", "caching"),
    ),
    # A zero for the cache is no price of its own.
    CatalogModel(
        id="openai/gpt-5-mini",
        prices=told(
            input=("0.00000025", "input_price"),
            output=("0.000002", "output_price"),
            cache_read=("0.000000025", "cached_price"),
        ),
        max_input_tokens=400000,
        max_output_tokens=128000,
        abilities=("caching",),
    ),
]
BRACKETS = "tiered_billing_configs.pricing"
NOVITA = [
    CatalogModel(
        id="meta-llama/llama-3.3-70b-instruct",
        prices=told(input=("0.00000039", "input_token_price_per_m"), output=("0.00000039", "output_token_price_per_m")),
        max_input_tokens=131072,
    ),
    CatalogModel(
        id="zai-org/glm-5.3-flash",
        prices=told(
            input=("0.00000015", "pricing.prompt.price_per_m_decimal"),
            output=("0.0000005", "pricing.completion.price_per_m_decimal"),
            cache_read=("0.00000003", "pricing.input_cache_read.price_per_m"),
        ),
        max_input_tokens=1000000,
        max_output_tokens=65536,
        input_modalities=("text", "image"),
        output_modalities=("text",),
        abilities=("tools", "structured_output", "reasoning", "vision"),
    ),
    CatalogModel(
        id="baai/bge-m3",
        mode="embedding",
        max_input_tokens=8192,
    ),
    # Zero outside of the brackets is no price; 524288 tokens are still in the first of them.
    CatalogModel(
        id="minimax/minimax-m3",
        prices=told(
            input=("0.0000003", f"{BRACKETS}.prompt.price_per_m_decimal"),
            output=("0.0000012", f"{BRACKETS}.completion.price_per_m_decimal"),
            cache_read=("0.00000006", f"{BRACKETS}.input_cache_read.price_per_m_decimal"),
        ),
        tiers=(
            tier(
                524289,
                input=("0.0000006", f"{BRACKETS}.prompt.price_per_m_decimal"),
                output=("0.0000024", f"{BRACKETS}.completion.price_per_m_decimal"),
                cache_read=("0.00000012", f"{BRACKETS}.input_cache_read.price_per_m_decimal"),
            ),
        ),
        max_input_tokens=1000000,
    ),
    CatalogModel(
        id="qwen/qwen3-max",
        prices=told(
            input=("0.000000845", f"{BRACKETS}.prompt.price_per_m"),
            output=("0.00000338", f"{BRACKETS}.completion.price_per_m"),
        ),
        tiers=(
            tier(
                32769,
                input=("0.0000014", f"{BRACKETS}.prompt.price_per_m"),
                output=("0.00000564", f"{BRACKETS}.completion.price_per_m"),
            ),
        ),
    ),
    CatalogModel(
        id="dev/unpriced",
        prices=told(
            input=("0.00000015", "pricing.prompt.price_per_m_decimal"),
            output=("0.0000005", "pricing.completion.price_per_m_decimal"),
        ),
    ),
]
NANO_GPT = [
    CatalogModel(
        id="moonshotai/kimi-k2.5",
        prices=told(input=("0.0000015", "pricing.prompt"), output=("0.0000045", "pricing.completion")),
        max_input_tokens=262144,
        max_output_tokens=8192,
        input_modalities=("text", "image"),
        abilities=("vision", "reasoning", "tools"),
    ),
    CatalogModel(
        id="zai-org/glm-4.7:thinking",
        prices=told(input=("0.0000006", "pricing.prompt"), output=("0.0000022", "pricing.completion")),
    ),
    CatalogModel(
        id="TEE/small",
        prices=told(input=("0.0000001", "pricing.prompt"), output=("0.0000002", "pricing.completion")),
    ),
    CatalogModel(id="unpriced", max_input_tokens=32768),
    CatalogModel(
        id="text-embedding-3-small",
        mode="embedding",
        prices=told(input=("0.00000002", "pricing.per_million_tokens")),
        max_input_tokens=8191,
    ),
]


@pytest.mark.parametrize(
    ("kind", "expected", "notes"),
    [
        ("requesty", REQUESTY, []),
        (
            "novita",
            NOVITA,
            [
                "baai/bge-m3: tiered_billing_configs is not a list of objects; its prices are left out",
                "dev/unpriced: pricing.input_cache_write.price_per_m is -1, which is read as no price",
            ],
        ),
        ("nano_gpt", NANO_GPT, []),
    ],
)
def test_every_field_is_read(kind: str, expected: list[CatalogModel], notes: list[str]) -> None:
    found = listed(kind, kind)
    assert list(found.models) == expected
    assert found.refused == ()
    assert words(found.notes) == notes


def test_what_is_wrong_at_requesty() -> None:
    found = listed("requesty", "requesty_hostile")
    assert words(found.refused) == [
        "[0]: the entry is missing",
        "[1]: id is missing",
        "[2]: id '%{jndi}�' has a blank at an end or characters that cannot be printed",
        "negative: input_price '-1' is negative",
        "too-dear: input_price '0.3' would be 300000 USD per million tokens; the unit is wrong",
        "far: input_price '1E+400' is not a number",
        "flag: output_price 'True' is not a number",
    ]
    assert words(found.notes) == ["flags: context_window a list is not a number of tokens"]
    assert list(found.models) == [
        CatalogModel(
            id="text",
            prices=told(input=("0.0000003", "input_price"), output=("0.000002", "output_price")),
            max_input_tokens=1048576,
        ),
        CatalogModel(id="null"),
        CatalogModel(id="flags"),
    ]


def test_what_is_wrong_at_novita() -> None:
    found = listed("novita", "novita_hostile")
    assert words(found.refused) == [
        "[0]: the entry is a list",
        "negative: input_token_price_per_m '-1' is negative",
        "not-a-number: pricing.prompt.price_per_m_decimal 'NaN' is not a number",
        "too-dear: input_token_price_per_m '390000000' would be 39000 USD per million tokens; the unit is wrong",
        "nested: pricing.prompt.price_per_m_decimal an object is not a number",
        "tiers-negative: tiered_billing_configs[0].pricing.prompt.price_per_m_decimal '-2' is negative",
    ]
    no_list = "tiered_billing_configs is not a list of objects; its prices are left out"
    no_bracket = (
        "tiered_billing_configs has a bracket without a length of its own or without a price; its prices are left out"
    )
    assert words(found.notes) == [
        f"tiers-none: {no_list}",
        f"tiers-object: {no_list}",
        f"tiers-null: {no_list}",
        f"tiers-bare: {no_bracket}",
        "tiers-odd: tiered_billing_configs[0].min_tokens 'few' is not a number of tokens",
        f"tiers-odd: {no_bracket}",
        "tiers-long: tiered_billing_configs does not say what short prompts cost; its prices are left out",
        f"tiers-twice: {no_bracket}",
        "odd: context_size an object is not a number of tokens",
    ]
    assert list(found.models) == [
        CatalogModel(
            id="text",
            prices=told(
                input=("0.00000039", "input_token_price_per_m"), output=("0.00000039", "output_token_price_per_m")
            ),
        ),
        *(CatalogModel(id=f"tiers-{name}") for name in ("none", "object", "null", "bare", "odd", "long", "twice")),
        CatalogModel(id="odd"),
    ]


def test_what_is_wrong_at_nano_gpt() -> None:
    found = listed("nano_gpt", "nano_gpt_hostile")
    assert words(found.refused) == [
        "[0]: the entry is text",
        "yuan: pricing.currency 'CNY' is not USD",
        "coins: pricing.currency a list is not USD",
        "words: pricing.unit 'per_word' is unknown",
        "units: pricing.unit a list is unknown",
        "per-token: pricing.prompt '1.5' would be 1500000 USD per million tokens; the unit is wrong",
        "negative: pricing.prompt '-1' is negative",
        "yen: pricing.currency 'JPY' is not USD",
        "plain: id appears twice; the first entry is used",
    ]
    assert found.notes == ()
    assert list(found.models) == [
        CatalogModel(
            id="plain",
            prices=told(input=("0.0000015", "pricing.prompt"), output=("0.0000045", "pricing.completion")),
        ),
    ]


@pytest.mark.parametrize(
    ("kind", "address"), [("openrouter", "/api/v1/embeddings/models"), ("nano_gpt", "/api/v1/embedding-models")]
)
def test_a_server_without_a_list_of_embeddings_still_has_its_models(kind: str, address: str) -> None:
    said = answers(kind)
    del said[f"GET {address}"]
    found = parsed(kind, gathered(kind, said))
    chats = [model for model in listed(kind, kind).models if model.mode != "embedding"]
    assert [model for model in found.models if model.mode != "embedding"] == chats
    assert words(found.notes)[0] == (
        f"{address.removeprefix('/api/v1')}: {HOST}{address}: answered 404, there is no such address"
    )


def test_nano_gpt_is_asked_for_details_without_which_it_tells_no_prices() -> None:
    with pytest.raises(CatalogError) as caught:
        gathered("nano_gpt", {})
    assert str(caught.value) == (f"{HOST}/api/v1/models?detailed=true: answered 404, there is no such address")


@pytest.mark.parametrize("kind", ["requesty", "novita", "nano_gpt", "openai_compatible", "litellm", "ollama"])
@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (None, "the answer is not a list of models: it is missing"),
        ("<html>", "the answer is not a list of models: it is text"),
        (5, "the answer is not a list of models: it is the value '5'"),
        ({"error": {"message": "quota \x1b[2J used up", "code": 429}}, "the answer is an error: 'quota �[2J used up'"),
        ({"error": "no"}, "the answer is an error: 'no'"),
        ({"success": False, "message": "Unauthorized"}, "the answer is an error: 'Unauthorized'"),
        ({"success": False, "data": [], "models": []}, "the answer is an error: 'without a message'"),
        ({"error": ["no"]}, "the answer is an error: a list"),
    ],
)
def test_what_is_no_list_is_said_in_words(kind: str, answer: object, sentence: str) -> None:
    payload = {"ollama": {"tags": answer, "show": {}}, "nano_gpt": {"chat": answer}}.get(kind, answer)
    with pytest.raises(CatalogError) as caught:
        parsed(kind, payload)
    assert str(caught.value) == sentence


def test_an_address_of_openai_s_kind_is_asked_once() -> None:
    transport = Canned({"GET /v1/models": {"data": []}})
    assert gathered("requesty", transport.answers) == {"data": []}
