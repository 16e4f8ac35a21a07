"""Any catalog that can be: what a list may say, what the second source adds, what is kept of it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from platelayer.catalog.snapshot import Snapshot
from platelayer.schema.catalog import ABILITIES, PRICES, TOKEN_PRICES, CatalogModel, Price, PriceName, PriceTier
from platelayer.schema.money import parse_token_price

WHEN = "2026-11-01T00:00:00Z"
THOROUGH = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])

ids = st.sampled_from(["a", "b/c:free", "~é", "模型-😀", "{{ x }}", "\\", '"'])
usd = st.just(Decimal(0)) | st.integers(100, 10**15).map(
    lambda number: parse_token_price(Decimal(number), tokens=10**17)
)
own = st.sampled_from(["pricing.prompt", "input_price"])
others = st.sampled_from(["models.dev cost.input", "policy"])
limits = st.sampled_from([None, 4096, 10**12 - 1])
# Prices of the inventory, in USD per million tokens.
policies = st.dictionaries(
    ids | st.just("*"),
    st.dictionaries(st.sampled_from(TOKEN_PRICES), st.sampled_from([0, 1, 100]), max_size=2),
    max_size=2,
)


def priced(names: Sequence[PriceName], source: st.SearchStrategy[str], least: int) -> st.SearchStrategy[Any]:
    """Some prices, each with its source and since when."""
    return st.dictionaries(
        st.sampled_from(names), st.builds(Price, usd, source, st.just(WHEN)), min_size=least, max_size=3
    )


@st.composite
def models(draw: st.DrawFn, identity: str, *, is_own: bool) -> CatalogModel:
    """One model, as its provider tells it or as a catalog keeps it; its tiers begin at different lengths, in order."""
    source = own if is_own else own | others
    prices = draw(priced(PRICES, source, 0))
    starts = st.dictionaries(st.integers(1, 10**9), priced(TOKEN_PRICES, source, 1), max_size=2)
    longer = draw(starts) if prices else {}
    return CatalogModel(
        id=identity,
        mode=draw(st.sampled_from(["chat", "embedding"])),
        prices=prices,
        tiers=tuple(PriceTier(start, longer[start]) for start in sorted(longer)),
        max_input_tokens=draw(limits),
        max_output_tokens=draw(limits),
        input_modalities=draw(st.sampled_from([(), ("text", "image")])),
        abilities=draw(st.sampled_from([(), ABILITIES])),
        variable=draw(st.booleans()),
        variant=draw(st.sampled_from([None, "batch", "alias"])),
        deprecation_date=draw(st.sampled_from([None, "2026-12-31"])),
        sources={} if is_own else draw(st.sampled_from([{}, {"max_input_tokens": "models.dev"}])),
        missing_since=None if is_own else draw(st.sampled_from([None, WHEN])),
    )


@st.composite
def catalogs(draw: st.DrawFn, *, is_own: bool = False) -> dict[str, CatalogModel]:
    """Models by their ids."""
    return {identity: draw(models(identity, is_own=is_own)) for identity in draw(st.sets(ids, max_size=3))}


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """A whole file."""
    return Snapshot(
        provider="lab",
        kind="openai_compatible",
        url="http://127.0.0.1:8080/v1",
        fetched_at=WHEN,
        with_key=draw(st.booleans()),
        written_by="0.1.0",
        etags=draw(st.dictionaries(st.just("http://127.0.0.1:8080/v1/models"), st.just('W/"1"'))),
        models=draw(catalogs()),
    )
