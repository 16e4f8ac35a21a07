"""Whatever a server says, an adapter answers with models or with an error of the package, and nothing else."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lists import answers, by_id, gathered, parsed

from platelayer.errors import CatalogError
from platelayer.providers import load_kinds, models_dev
from platelayer.schema.catalog import ParsedList

LISTED = [name for name, kind in load_kinds().items() if kind.listing]
# JSON has no NaN that signals.
DECIMALS = st.decimals().filter(lambda number: not number.is_snan())
NUMBERS = st.integers() | DECIMALS | st.just(Decimal("1e999999999")) | st.just(Decimal("1e-999999999"))
TEXTS = st.text(max_size=8) | st.sampled_from(
    ["-1", "openai/*", "NaN", "1e999999999", "0.000001", "USD", "{{ x }}", "\ud800"]
)
VALUES = st.none() | st.booleans() | NUMBERS | TEXTS
ANY = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=12
)
QUICK = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _leaves(payload: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The place of every value in a payload, containers included."""
    inner = payload.items() if isinstance(payload, dict) else enumerate(payload) if isinstance(payload, list) else ()
    return [path, *(place for key, value in inner for place in _leaves(value, (*path, key)))]


def _with(payload: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The same payload with another value in one place."""
    if not path:
        return value
    copy = dict(payload) if isinstance(payload, dict) else list(payload)
    copy[path[0]] = _with(payload[path[0]], path[1:], value)
    return copy


def _read(kind: str, payload: Any) -> ParsedList | None:
    try:
        return models_dev.parse(payload, "openrouter") if kind == "models_dev" else parsed(kind, payload)
    except CatalogError:
        return None


@pytest.mark.parametrize("kind", [*LISTED, "models_dev"])
@QUICK
@given(payload=ANY)
def test_any_json_is_models_or_an_error_of_the_package(kind: str, payload: Any) -> None:
    _read(kind, payload)


@pytest.mark.parametrize("kind", [*LISTED, "models_dev"])
@QUICK
@given(data=st.data())
def test_one_value_that_is_anything_costs_one_entry_at_most(kind: str, data: st.DataObject) -> None:
    """Any value anywhere in a real list: every other model is read as before, and ids are unique."""
    whole = answers("models_dev")["GET /api.json"] if kind == "models_dev" else gathered(kind, answers(kind))
    path = data.draw(st.sampled_from(_leaves(whole)))
    found = _read(kind, _with(whole, path, data.draw(ANY)))
    if found is None:
        return
    before = _read(kind, whole)
    assert before is not None
    assert len(by_id(found)) == len(found.models)
    in_an_entry = any(isinstance(part, int) for part in path) and not _is_shared(path)
    if in_an_entry:
        same = [name for name, model in by_id(before).items() if by_id(found).get(name) == model]
        assert len(same) >= len(before.models) - 1
    for model in found.models:
        assert "*" not in model.id
        starts = [tier.start for tier in model.tiers]
        assert starts == sorted(set(starts))
        assert all(start > 0 for start in starts)
        prices = [*model.prices.values(), *(price for tier in model.tiers for price in tier.prices.values())]
        assert all(price.usd.is_finite() and price.usd >= 0 and price.source for price in prices)
        assert all(limit is None or limit > 0 for limit in (model.max_input_tokens, model.max_output_tokens))


def _is_shared(path: tuple[Any, ...]) -> bool:
    """A page holds many entries; what is put in its place costs them all."""
    return path[0] in ("chat", "embedding") and len(path) < 4
