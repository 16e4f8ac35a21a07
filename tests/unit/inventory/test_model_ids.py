"""Whether two ids name the same model."""

import pytest
from homes import listed
from hypothesis import given, settings
from hypothesis import strategies as st

from platelayer.inventory.matching.model_ids import (
    MatchConfidence,
    compare_ids,
    find_matches,
    normalise_id,
    pick_certain_match,
)
from platelayer.inventory.matching.vendors import find_most_frequent_vendor

# A busy machine may take any time.
PATIENT = settings(deadline=None)
EXACT, PREFIX, NORMALISED, JOINED, SUFFIX, VENDOR = MatchConfidence


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("z-ai/glm-5", "z-ai/glm-5", EXACT),
        ("glm-5", "z-ai/glm-5", PREFIX),
        ("glm-5", "accounts/fireworks/models/glm-5", PREFIX),
        ("glm-4.7:thinking", "zai-org/glm-4.7:thinking", PREFIX),
        ("qwen3-32b", "Qwen/Qwen3-32B", NORMALISED),
        ("Qwen/Qwen3-32B", "qwen/qwen3-32b", NORMALISED),
        ("claude-sonnet-4.5", "anthropic/claude-sonnet-4-5", NORMALISED),
        ("llama_3.3_70b", "meta/llama-3.3-70b", NORMALISED),
        ("claude-sonnet-4.5", "claude-sonnet-4-5-20250929", NORMALISED),
        ("gpt-4o", "openai/gpt-4o-2024-08-06", NORMALISED),
        ("gpt-4o-20240806", "openai/gpt-4o-2024-08-06", NORMALISED),
        ("mistral-large", "mistralai/mistral-large-latest", SUFFIX),
        ("llama3", "llama3:latest", SUFFIX),
        ("glm-5", "zai-org/GLM-5-FP8", SUFFIX),
        ("glm-5-fp8", "glm-5-awq", SUFFIX),
        ("glm-4.7", "glm-4-7-251222", SUFFIX),
        ("GLM5", "z-ai/glm-5", JOINED),
        ("phi4", "phi-4", JOINED),
        ("gpt5mini", "openai/gpt-5-mini", JOINED),
        ("glm4.5air", "z-ai/glm-4.5-air", JOINED),
        ("qwen3.5-35b", "qwen-3.5-35b:latest", SUFFIX),
        ("glm5", "zai-org/GLM-5-FP8", SUFFIX),
        ("seed2-260215", "doubao/seed-2", SUFFIX),
        ("z-ai/glm-5", "zai-org/glm-5", PREFIX),
        ("Z.AI/glm-5", "zai/glm-5", PREFIX),
        ("meta/llama-3", "deepinfra/meta-llama/llama-3", PREFIX),
        ("thudm/glm-5", "zai-org/glm-5", VENDOR),
        ("ai/glm-5", "ai21/glm-5", VENDOR),
        ("meta-llama/llama-3", "nousresearch/llama-3", VENDOR),
    ],
)
def test_ids_of_one_model_match_in_tiers(first: str, second: str, expected: MatchConfidence) -> None:
    assert (compare_ids(first, second), compare_ids(second, first)) == (expected, expected)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # A date tells versions apart, if both have one; four digits are a version's name.
        ("gpt-4o-2024-05-13", "gpt-4o-2024-08-06"),
        ("gpt-4o-2024-05-13", "openai/gpt-4o-20240806"),
        ("doubao-seed-260215", "doubao-seed-251222"),
        ("kimi-k2", "moonshotai/kimi-k2-0905"),
        ("qwen3-235b", "qwen3-235b-2507"),
        # Twins, variants, and models that a provider made of others.
        ("glm-5", "z-ai/glm-5:free"),
        ("glm-4.7", "zai-org/glm-4.7:thinking"),
        ("glm-4.7:thinking", "glm-4.7-thinking"),
        ("glm-5", "glm-5:batch"),
        ("glm-5:9b", "glm-5:latest"),
        ("glm-5", "TEE/glm-5"),
        ("gemini-2.5-flash", "coding/gemini-2.5-flash"),
        ("llama-3.3-70b", "llama-3.3-70b-instruct"),
        ("gemma-3-27b", "gemma-3-27b-it"),
        ("gemini-3-pro", "gemini-3-pro-preview"),
        ("deepseek-v3", "deepseek-v3-turbo"),
        # Separators are not nothing.
        ("glm-45", "glm-4.5"),
        ("gpt-41", "gpt-4.1"),
        ("llama-31-8b", "llama-3-18b"),
        ("glm45", "glm-4.5"),
        # A date alone is no name.
        ("-20250929", "-20250930"),
    ],
)
def test_what_may_be_another_model_does_not_match(first: str, second: str) -> None:
    assert (compare_ids(first, second), compare_ids(second, first)) == (None, None)


IDS = st.from_regex(
    r"([a-zA-Z]{1,3}/){0,2}[a-zA-Z0-9._-]{1,8}(-20250[1-9]0[1-9])?(-latest|-fp8)?(:free|:latest)?", fullmatch=True
)


@PATIENT
@given(IDS, IDS)
def test_the_order_does_not_matter(first: str, second: str) -> None:
    assert compare_ids(first, second) == compare_ids(second, first)


@PATIENT
@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_is_an_id_and_only_the_same_is_exact(first: str, second: str) -> None:
    assert compare_ids(first, first) is EXACT
    assert (compare_ids(first, second) is EXACT) == (first == second)


@PATIENT
@given(
    st.from_regex(r"[a-z]{1,5}([.-][a-z0-9]{1,4}){0,3}", fullmatch=True), st.sampled_from([":free", ":thinking", "-it"])
)
def test_a_twin_is_never_the_same(name: str, twin: str) -> None:
    assert compare_ids(name, name + twin) is None
    assert compare_ids(f"vendor/{name}", name + twin) is None


@PATIENT
@given(IDS, IDS)
def test_what_is_surely_one_model_has_one_spelling(first: str, second: str) -> None:
    confidence = compare_ids(first, second)
    if confidence is not None and confidence.is_certain:
        assert normalise_id(first) == normalise_id(second)


def test_the_surest_comes_first_and_what_is_left_out_never_comes() -> None:
    models = [
        listed("zai-org/glm-5-fp8"),
        listed("glm-5", variant="alias"),
        listed("GLM-5"),
        listed("z-ai/glm-5"),
        listed("other"),
    ]
    matches = find_matches(["glm-5"], models)

    assert [(match.confidence, match.model.id) for match in matches] == [
        (PREFIX, "z-ai/glm-5"),
        (NORMALISED, "GLM-5"),
        (SUFFIX, "zai-org/glm-5-fp8"),
    ]
    assert pick_certain_match(matches) == matches[0]


def test_what_is_listed_no_more_is_found_and_never_sure() -> None:
    gone = listed("glm-5", missing_since="2026-09-01T00:00:00Z")
    matches = find_matches(["glm-5"], [gone, listed("GLM-5")])

    assert [match.model.id for match in matches] == ["glm-5", "GLM-5"]
    assert pick_certain_match(matches) == matches[1]
    assert pick_certain_match(find_matches(["glm-5"], [gone])) is None


@pytest.mark.parametrize(
    ("vendors", "most"),
    [
        (["z-ai", "zai-org", "thudm"], ["z-ai", "zai-org"]),
        (["meta", "meta-llama", "metax"], ["meta"]),
        (["a", "b"], []),
        (["zai", "zai", "thudm", "thudm"], []),
        ([], []),
    ],
)
def test_most_of_the_vendors_agree_or_nobody_does(vendors: list[str], most: list[str]) -> None:
    assert sorted(set(find_most_frequent_vendor(vendors))) == most


@pytest.mark.parametrize("ids", [(), ("glm-5-fp8",), ("azure/glm-5", "openai/glm-5"), ("openai/glm-5", "z-ai/glm-5")])
def test_what_is_unsure_or_twice_there_is_not_sure(ids: tuple[str, ...]) -> None:
    assert pick_certain_match(find_matches(["glm-5"], [listed(identity) for identity in ids])) is None
