"""The report of a config as a household grows one: what it says, how it folds, where it is kept."""

import json
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import household
import pytest
import yaml
from rich.console import Console
from shapes import entry, findings, import_entries
from typer.testing import CliRunner

from platelayer.cli.main import app
from platelayer.gateway.build import build
from platelayer.gateway.litellm_config import make_config
from platelayer.migrate.conversion import ConfigImport, convert_config
from platelayer.schema import CatalogModel
from platelayer.schema.catalog import Price
from platelayer.terminal.import_report import as_text, draw_report

ROOT = Path(__file__).parents[3]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "inventories/example", tmp_path / "inventories/example")
    shutil.copy(ROOT / "ansible.cfg", tmp_path)
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(household.config(), sort_keys=False))
    return tmp_path


def brought(checkout: Path, *words: str, config: str = "config.yaml") -> Any:
    command = ["import", str(checkout / config), "--env", "home", "--root", str(checkout), *words]
    return CliRunner().invoke(app, command)


def at(width: int) -> list[str]:
    return draw_all(convert_config(household.config(), "config.yaml"), width).splitlines()


def draw_all(result: ConfigImport, width: int) -> str:
    console = Console(width=width, highlight=False, color_system=None)
    with console.capture() as text:
        console.print(draw_report(result))
    return text.get()


def test_what_means_something_else_says_what_was_and_what_is_and_what_to_do() -> None:
    result = convert_config(household.config(), "config.yaml")
    told = dict(findings(result, "differs"))
    shares = "to share them as before, write each under gateway_models with a weight and without an order"
    assert told == {
        "chat": (
            "requests went to openrouter/z-ai/glm-5 (3/4) or openai/zai/glm-5 (1/4) or openai/glm-5 (in reserve); now "
            "they go first to openrouter/z-ai/glm-5 (3/4) or hosted_vllm/zai/glm-5 (1/4), when that fails to "
            "hosted_vllm/glm-5; "
            f"{shares}"
        ),
        "auto": (
            "requests went to openai/gpt-5 (1/3) or openai/claude (1/3) or openrouter/openai/gpt-5 (1/3); now they go "
            "first to hosted_vllm/claude, when that fails to openrouter/openai/gpt-5, when that fails to "
            "hosted_vllm/gpt-5; "
            f"{shares}"
        ),
        "spare": (
            "openai/qwen: mode was video_generation, is chat now; if that is wrong, mend it in its entry in gateway.yml"
        ),
        "fallbacks.chat": "was code, claude-at-aws, is code now; if that is wrong, mend it in gateway.yml",
    }


@pytest.mark.parametrize("width", [80, 100, 120, 160])
def test_a_long_sentence_folds_in_its_own_column(width: int) -> None:
    lines = at(width)
    start = next(number for number, line in enumerate(lines) if line.startswith("  never worked"))
    column = next(line.index("LiteLLM ignores") for line in lines if "router_settings.fallback_order" in line)
    assert max(map(len, lines)) <= width
    told = [line for line in lines[start:] if line.startswith("    ")]
    assert {line[column - 2 : column] for line in told} == {"  "}
    assert not [line for line in lines if "…" in line]


def test_the_report_is_kept_beside_the_environment(checkout: Path) -> None:
    output = brought(checkout).output
    kept = (checkout / "inventories/home/import.txt").read_text()
    assert output.startswith(kept)
    assert output.endswith(f"\nthis report: {checkout}/inventories/home/import.txt\n")
    assert "planted" not in kept
    assert kept == "".join(f"{line.rstrip()}\n" for line in kept.splitlines())


def test_the_kept_report_names_every_place_and_the_window_the_first_three(checkout: Path) -> None:
    names = [f"model-with-a-name-{number}" for number in range(9)]
    result = import_entries(entry(), *(entry(name, "openai/x", beside=1, api_base="http://gpu:1/v1") for name in names))
    kept = "".join(as_text(result).split())
    shown = "".join(draw_all(result, 200).split())
    assert all(name in kept for name in names)
    assert "more" not in kept
    assert f"{names[2]}and6more" in shown
    assert names[3] not in shown


def test_the_report_is_kept_with_json_too_and_not_in_a_dry_run(checkout: Path) -> None:
    brought(checkout, "--dry-run")
    assert not (checkout / "inventories/home").exists()
    assert json.loads(brought(checkout, "--json").output)["written"] is True
    assert (checkout / "inventories/home/import.txt").read_text().startswith("config.yaml  58 of 60 deployments")


def test_ansible_reads_no_report(checkout: Path) -> None:
    brought(checkout)
    command = [str(Path(sys.executable).with_name("ansible-inventory")), "-i", "inventories/home", "--list"]
    environment = {**os.environ, "ANSIBLE_CONFIG": str(checkout / "ansible.cfg")}
    run = subprocess.run(
        [*command, "--vault-password-file", ".vault/home"],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert list(json.loads(run.stdout)["_meta"]["hostvars"]) == ["gateway-1"]


@pytest.mark.parametrize(("model", "advised"), [("openrouter/x", True), ("groq/x", False)])
def test_a_refresh_is_advised_where_a_provider_has_a_list(checkout: Path, model: str, advised: bool) -> None:
    config = {"model_list": [entry("a", model, api_key="os.environ/K")]}
    (checkout / "small.yaml").write_text(yaml.safe_dump(config))
    assert ("platelayer catalog refresh --env home" in brought(checkout, config="small.yaml").output) is advised


def test_a_refreshed_catalog_prices_what_names_no_price_and_leaves_the_others() -> None:
    result = import_entries(entry("bare", "openrouter/x"), entry("priced", "openrouter/y", input_cost_per_token=2e-6))
    prices = {"input": Price(Decimal("0.000005"), "openrouter")}
    listed = {name: CatalogModel(id=name, prices=prices) for name in ("x", "y")}
    rendered = make_config(build(result.gateway, {"openrouter": listed}))
    costs = {model["model_name"]: model["litellm_params"]["input_cost_per_token"] for model in rendered["model_list"]}
    assert costs == {"bare": 5e-6, "priced": 2e-6}
