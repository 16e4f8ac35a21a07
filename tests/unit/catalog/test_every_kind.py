"""`platelayer catalog refresh` against a fake of every provider's API: asked, read, written once."""

import json
from pathlib import Path
from typing import Any

import pytest
from fake_providers import FakeProvider
from labs import KEY, Lab

from platelayer.catalog.snapshot import read_snapshot
from platelayer.providers import load_kinds

FIXTURES = Path(__file__).parents[2] / "fixtures" / "providers"
# kind → where its list lies in the fixture, and its first model.
KINDS = {
    "cliproxyapi": ("/v1", "claude-sonnet-4-6"),
    "litellm": ("/v1", "gpt-5-mini"),
    "nano_gpt": ("/api/v1", "moonshotai/kimi-k2.5"),
    "new_api": ("/v1", "gpt-4o"),
    "novita": ("/openai/v1", "meta-llama/llama-3.3-70b-instruct"),
    "ollama": ("", "llama3:latest"),
    "openai_compatible": ("/v1", "Qwen/Qwen3.5-35B-A3B"),
    "openrouter": ("/api/v1", "anthropic/claude-sonnet-4.5"),
    "requesty": ("/v1", "coding/gemini-2.5-flash"),
    "volces_ark": ("/api/v3", "doubao-seed-2-0-pro-260215"),
}


def answers(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text())
    return found


def asked(lab: Lab, fake: FakeProvider, kind: str, name: str) -> None:
    fake.answers = answers(name)
    lab.providers[kind] = {"kind": kind, "api_base": fake.url + KINDS[kind][0], "api_key": KEY}
    # The hostile lists hold more that is wrong than a real one may.
    lab.providers[kind]["guards"] = {"max_gone": 1}


def test_every_kind_with_a_list_is_here() -> None:
    assert set(KINDS) == {name for name, kind in load_kinds().items() if kind.listing}


@pytest.mark.parametrize("kind", KINDS)
def test_a_real_list_becomes_a_catalog_and_stays_what_it_is(lab: Lab, fake: FakeProvider, kind: str) -> None:
    asked(lab, fake, kind, kind)
    outcome = lab.refreshed()
    assert outcome.out.startswith(
        f"{kind}  {len(lab.models(kind))} models, its first catalog; 0 of them served (--verbose lists them)\n"
    )
    assert set(fake.asked) == set(fake.answers)
    assert set(fake.keys) == {f"Bearer {KEY}"}
    written = read_snapshot(lab.path(kind))
    assert written is not None
    assert (written.kind, written.url, written.api_base) == (kind, fake.url + KINDS[kind][0], fake.url + KINDS[kind][0])
    assert KINDS[kind][1] in written.models
    before = lab.files(), lab.path(kind).stat().st_mtime_ns
    assert f"no changes: {kind}\n" in lab.refreshed().out
    assert (lab.files(), lab.path(kind).stat().st_mtime_ns) == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_list_costs_its_wrong_entries_and_nothing_else(lab: Lab, fake: FakeProvider, kind: str) -> None:
    asked(lab, fake, kind, f"{kind}_hostile")
    warnings = lab.json("--dry-run")["providers"][0]["warnings"]
    outcome = lab.refresh("--verbose")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.count("warning: ") == len(warnings) > 0
    assert "\x1b" not in outcome.out
    written = lab.path(kind).read_text()
    assert "\x1b" not in written
    assert len(json.loads(written)["models"]) == json.loads(written)["count"] > 0
    before = lab.files()
    lab.refreshed()
    assert lab.files() == before
