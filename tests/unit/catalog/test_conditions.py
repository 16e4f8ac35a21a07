"""Requests on condition: a list that did not change is not sent again, and is never taken for an empty one."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from fake_providers import FakeProvider, raw, status
from labs import Lab

from platelayer.errors import CatalogError
from platelayer.transport import Limits, Transport, open_client

LIMITS = Limits(read=0.5)
ONE, TWO = {"data": [{"id": "a"}]}, {"data": [{"id": "b"}]}


@pytest.fixture
def pages(fake: FakeProvider) -> FakeProvider:
    fake.answers |= {"GET /one": ONE, "GET /two": TWO}
    return fake


def visit(fake: FakeProvider, known: Mapping[str, str], paths: tuple[str, ...] = ("/one", "/two")) -> tuple[Any, ...]:
    """(whether nothing changed, what the pages say if something did, the ETags learned)."""

    async def run() -> tuple[Any, ...]:
        async with open_client(LIMITS) as connections:
            transport = Transport(connections, LIMITS, known=known)
            if await transport.is_unchanged():
                return True, [], transport.etags
            return False, [await transport.get(fake.url + path) for path in paths], transport.etags

    fake.asked.clear()
    return asyncio.run(run())


def test_a_second_visit_is_answered_with_304(pages: FakeProvider) -> None:
    changed, said, etags = visit(pages, {})
    assert (changed, said) == (False, [ONE, TWO])
    assert set(etags) == {f"{pages.url}/one", f"{pages.url}/two"}
    assert visit(pages, etags) == (True, [], etags)
    assert pages.conditions[2:] == [etags[f"{pages.url}/one"], etags[f"{pages.url}/two"]]


def test_one_changed_page_of_several_is_sent_once(pages: FakeProvider) -> None:
    _, _, etags = visit(pages, {})
    pages.answers["GET /two"] = {"data": []}
    unchanged, said, learned = visit(pages, etags)
    assert (unchanged, said) == (False, [ONE, {"data": []}])
    assert pages.asked == ["GET /one", "GET /two", "GET /one"]
    assert set(learned) == set(etags)
    assert learned != etags


def test_a_page_that_is_gone_does_not_cost_the_others(pages: FakeProvider) -> None:
    _, _, etags = visit(pages, {})
    del pages.answers["GET /two"]
    unchanged, said, _ = visit(pages, etags, ("/one",))
    assert (unchanged, said) == (False, [ONE])


def test_a_page_that_fails_and_is_still_needed_is_asked_once(pages: FakeProvider) -> None:
    _, _, etags = visit(pages, {})
    pages.answers["GET /two"] = status(401)
    with pytest.raises(CatalogError) as caught:
        visit(pages, etags)
    assert str(caught.value) == f"{pages.url}/two: answered 401, the key is not accepted"
    assert pages.asked.count("GET /two") == 1


@pytest.mark.parametrize("etag", ["", "ünïcode", "x" * 300])
def test_an_etag_that_cannot_be_sent_back_is_forgotten(pages: FakeProvider, etag: str) -> None:
    pages.answers["GET /two"] = raw(b"{}", ETag=etag)
    assert set(visit(pages, {})[2]) == {f"{pages.url}/one"}


def models(*ids: str, price: str = "0.000001") -> dict[str, Any]:
    return {"data": [{"id": name, "pricing": {"prompt": price, "completion": "0.000002"}} for name in ids]}


@pytest.fixture
def openrouter(lab: Lab, fake: FakeProvider) -> Lab:
    fake.answers |= {"GET /models": models("a", "b"), "GET /embeddings/models": {"data": []}}
    lab.providers["openrouter"] = {"kind": "openrouter", "api_base": fake.url}
    return lab


def test_a_refresh_without_news_is_answered_with_304_and_rewrites_nothing(openrouter: Lab, fake: FakeProvider) -> None:
    openrouter.refreshed()
    before = openrouter.files(), openrouter.path("openrouter").stat()
    fake.conditions.clear()
    assert "no changes: openrouter\n" in openrouter.refreshed().out
    assert None not in fake.conditions
    assert len(fake.conditions) == 2
    assert (openrouter.files(), openrouter.path("openrouter").stat()) == before


@pytest.mark.parametrize(
    "change",
    [{"api_key": "sk-new"}, {"kind": "requesty"}, {"list_base": "{url}/other"}],
    ids=["key", "kind", "address"],
)
def test_another_question_is_asked_without_condition(
    openrouter: Lab, fake: FakeProvider, change: dict[str, str]
) -> None:
    fake.answers |= {"GET /other/models": models("a", "b"), "GET /other/embeddings/models": {"data": []}}
    openrouter.refreshed()
    fake.conditions.clear()
    openrouter.providers["openrouter"] |= {key: value.format(url=fake.url) for key, value in change.items()}
    openrouter.refresh("--accept", "price")
    assert set(fake.conditions) == {None}


def test_a_catalog_that_is_asked_for_in_another_way_says_so(openrouter: Lab) -> None:
    openrouter.refreshed()
    openrouter.providers["openrouter"]["api_key"] = "sk-new"
    said = "openrouter  2 models: no changes of models; the provider's kind, address or use of a key is new\n"
    assert openrouter.refreshed().out.startswith(said)
    assert openrouter.refreshed().out.startswith("no changes: openrouter\n")


def test_a_price_of_the_inventory_that_is_taken_back_gives_way_to_the_list(openrouter: Lab) -> None:
    openrouter.providers["openrouter"]["prices_per_million_tokens"] = {"a": {"input": 2}}
    openrouter.refreshed()
    assert openrouter.models("openrouter")["a"]["prices"]["input"][:2] == ["0.000002", "policy"]
    del openrouter.providers["openrouter"]["prices_per_million_tokens"]
    openrouter.refreshed()
    assert openrouter.models("openrouter")["a"]["prices"]["input"][:2] == ["0.000001", "pricing.prompt"]


def test_prices_that_could_not_be_had_are_asked_for_again(lab: Lab, fake: FakeProvider) -> None:
    fake.answers["GET /v1/models"] = {"data": [{"id": "gpt-4o"}]}
    lab.providers["gate"] = {"kind": "new_api", "api_base": f"{fake.url}/v1"}
    lab.refreshed()
    assert "prices" not in lab.models("gate")["gpt-4o"]
    fake.answers["GET /api/pricing"] = {"data": [{"model_name": "gpt-4o", "model_ratio": 1.25, "completion_ratio": 4}]}
    lab.refreshed()
    assert lab.models("gate")["gpt-4o"]["prices"]["output"][0] == "0.00001"
