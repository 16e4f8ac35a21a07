"""Since when a price holds, for prompts of any length: a refresh without news of it changes no date."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fake_providers import FakeProvider, status

from platelayer.catalog.refresh import CatalogSource, RefreshRequest, RefreshResult, refresh
from platelayer.catalog.snapshot import locate_snapshot, read_snapshot
from platelayer.providers import load_kinds

START = datetime(2026, 11, 1, tzinfo=UTC)


class Ark:
    """Volces Ark, whose prices come from models.dev, asked on several days."""

    def __init__(self, folder: Path, fake: FakeProvider, second: FakeProvider) -> None:
        fake.answers["GET /models"] = {"data": [{"id": "doubao"}]}
        self.second = second
        self.path = locate_snapshot(folder, "ark")
        self.source = CatalogSource(
            name="ark", kind=load_kinds()["volces_ark"], base=fake.url, key="k", models_dev="volcengine"
        )
        self.request = {"folder": folder, "models_dev_url": f"{second.url}/api.json"}

    def costs(self, output: float, *tiers: dict[str, Any]) -> None:
        cost = {"input": 1, "output": output, "tiers": list(tiers)}
        self.second.answers["GET /api.json"] = {"volcengine": {"models": {"doubao": {"cost": cost}}}}

    def on(self, day: int) -> RefreshResult:
        now = START + timedelta(days=day)
        request = RefreshRequest(**self.request, now=lambda: now)  # type: ignore[arg-type]
        (result,) = asyncio.run(refresh([self.source], request))
        assert (result.error, result.refusals) == (None, ())
        return result

    def since(self) -> dict[str, str]:
        """Price → the day since when it holds."""
        kept = read_snapshot(self.path)
        assert kept is not None
        model = kept.models["doubao"]
        longer = {f"{name} from {tier.start}": price for tier in model.tiers for name, price in tier.prices.items()}
        return {name: price.since[8:10] for name, price in {**model.prices, **longer}.items()}


def tier(size: int, **prices: float) -> dict[str, Any]:
    return {"tier": {"type": "context", "size": size}, **prices}


@pytest.fixture
def ark(tmp_path: Path, fake: FakeProvider, second: FakeProvider) -> Ark:
    ark = Ark(tmp_path, fake, second)
    ark.costs(2, tier(32000, input=2, output=3), tier(128000, input=4))
    ark.on(0)
    return ark


FIRST = {"input": "01", "output": "01", "input from 32001": "01", "output from 32001": "01", "input from 128001": "01"}


def test_every_price_has_a_date_and_keeps_it(ark: Ark) -> None:
    assert ark.since() == FIRST
    assert not ark.on(1).is_changed
    assert ark.since() == FIRST


def test_a_new_amount_has_a_new_date_and_the_others_keep_theirs(ark: Ark) -> None:
    ark.costs(2, tier(32000, input=2, output=3.5), tier(128000, input=4))
    ark.on(1)
    assert ark.since() == FIRST | {"output from 32001": "02"}
    ark.costs(2.5, tier(32000, input=2, output=3.5), tier(128000, input=4))
    ark.on(2)
    assert ark.since() == FIRST | {"output": "03", "output from 32001": "02"}


def test_another_length_is_another_price(ark: Ark) -> None:
    ark.costs(2, tier(32000, input=2, output=3), tier(200000, input=4))
    ark.on(1)
    kept = {name: day for name, day in FIRST.items() if "128001" not in name}
    assert ark.since() == kept | {"input from 200001": "02"}


def test_while_the_second_source_is_silent_its_dates_stay(ark: Ark) -> None:
    ark.second.answers["GET /api.json"] = status(503)
    assert not ark.on(1).is_changed
    assert ark.since() == FIRST
