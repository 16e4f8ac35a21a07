"""Secrets in clear text, wherever people write them: none reaches a file, the screen, --json or the kept report."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from shapes import BOX, entry, findings, import_entries, show_providers
from typer.testing import CliRunner

from platelayer.cli.main import app
from platelayer.migrate.conversion import convert_config
from platelayer.migrate.source import read_config
from platelayer.schema.secret_texts import is_secret

ROOT = Path(__file__).parents[3]
C = "CANARY"
OR = {"api_key": "os.environ/OR_KEY"}


def planted() -> dict[str, Any]:
    """A config with a canary in fifty places."""
    relay = f"https://gw.example.com/v1?api-key={C}-1"
    return {
        "model_list": [
            entry("a", "openai/x", api_key=f"sk-{C}-2"),
            entry("a", "openai/x", api_key=f"{C}-3"),
            entry("b", "openai/x", api_base=relay, api_key="none"),
            entry("c", "openai/x", base_url=f"https://me:{C}-4@gw.example.com/v1", api_key="none"),
            entry("d", "openai/x", api_base=f"https://{C}-5@gw.example.com/v1", api_key="none"),
            entry("e", "openai/x", api_base=f"{BOX}?token={C}-6", api_key="none"),
            entry("f", "openai/x", api_base=f"{BOX}?sig={C}-7&sv=1", api_key=f"Bearer {C}-8"),
            entry("g", "openai/x", api_base=f"{BOX}?access_token={C}-9", api_key="${G_KEY:-" + C + "-10}"),
            entry("h", extra_headers={"Cookie": f"s={C}-11", "X-Auth": f"{C}-12", "x-api-key": f"{C}-13"}, **OR),
            entry("i", headers={"cf-access-client-secret": f"{C}-14"}, default_headers={"Token": f"{C}-15"}, **OR),
            entry("j", extra_body={"user_token": f"{C}-16"}, extra_query={"key": f"{C}-17"}, **OR),
            entry("k", client_secret=f"{C}-18", azure_ad_token=f"{C}-19", password=f"{C}-20", **OR),
            entry("l", api_kye=f"sk-{C}-21xxxxxx", apiKey=f"{C}-22", vertex_credentials=f'{{"k":"{C}-23"}}', **OR),
            entry("m", "azure/x", api_base="https://x.openai.azure.com", api_key=f"{C}-24"),
            entry("n", "bedrock/x", aws_access_key_id=f"{C}-25", aws_secret_access_key=f"{C}-26"),
            entry("o", "openai/x", litellm_credential_name="one"),
            entry("p", "bogus/x", api_key=f"{C}-27", api_base=f"https://me:{C}-28@bogus.example.com"),
            entry("q", info={"note": f"{C}-29", "api_key": f"{C}-30"}, weight=f"{C}-31", **OR),
        ],
        "credential_list": [
            {"credential_name": "one", "credential_values": {"api_key": f"{C}-32", "api_base": f"{BOX}?key={C}-33"}},
            {"credential_name": "two", "credential_values": {"api_key": f"{C}-34"}},
        ],
        "router_settings": {"redis_url": f"redis://:{C}-35@192.0.2.9:6379"},
        "litellm_settings": {
            "api_key": f"{C}-36",
            "cache": True,
            "cache_params": {"type": "s3", "s3_aws_secret_access_key": f"{C}-37", "s3_aws_access_key_id": f"{C}-38"},
            "drop_parms": f"sk-{C}-39",
        },
        "general_settings": {
            "master_key": f"{C}-40",
            "database_url": f"postgresql://llm:{C}-41@db/llm",
            "databse_url": f"postgresql://llm:{C}-42@db/llm",
            "alert_to_webhook_url": {"x": f"https://hooks.slack.com/services/{C}-43"},
            "pass_through_endpoints": [
                {"path": "/x", "target": f"https://u:{C}-44@x/y", "headers": {"X-Shop": f"{C}-45"}}
            ],
        },
        "environment_variables": {
            "OR_KEY": f"{C}-46",
            "HTTPS_PROXY": f"http://u:{C}-47@proxy:3128",
            "OTEL_HEADERS": f"team={C}-48",
            "REDIS_PASSWORD": f"{C}-49",
        },
        "mcp_servers": {
            "gh": {"url": f"https://mcp.example.com/?token={C}-50", "auth_type": "bearer", "auth_value": f"{C}-51"},
            "it": {"url": "https://mcp.example.com", "static_headers": {"X-It": f"{C}-52"}, "args": [f"--key={C}-53"]},
        },
        "guardrails": [{"guardrail_name": "g", "litellm_params": {"api_key": f"{C}-54", "modes": [f"sk-{C}-55xx"]}}],
        "routr_settings": {"redis_password": f"{C}-56"},
        "x-anchors": {"api_key": f"{C}-57"},
    }  # fmt: skip


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "inventories/example", tmp_path / "inventories/example")
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(planted(), sort_keys=False))
    return tmp_path


@pytest.mark.parametrize("words", [(), ("--json",), ("--dry-run",), ("--dry-run", "--json")])
def test_no_canary_gets_out(checkout: Path, words: tuple[str, ...]) -> None:
    command = ["import", str(checkout / "config.yaml"), "--env", "home", "--root", str(checkout), *words]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    assert C not in result.output
    written = [path for path in checkout.rglob("*") if path.is_file() and path.name != "config.yaml"]
    assert "import.txt" in [path.name for path in written] or "--dry-run" in words
    assert [path for path in written if C in path.read_text()] == []


def test_no_canary_is_in_what_is_rendered_or_told() -> None:
    result = import_entries(*(config := planted()).pop("model_list"), **config)
    assert C not in json.dumps(result.rendered)
    assert C not in repr([result.findings, result.vault_entries, result.environment, show_providers(result)])
    origins = {entry.origin for entry in result.vault_entries}
    assert "model_list[1].litellm_params.api_key, in clear text" in origins
    assert "environment_variables.OR_KEY, in clear text" in origins


@pytest.mark.parametrize(
    "api_base", ["https://me:planted-EXAMPLE@box.example.com/v1", "https://box.example.com/v1?api-key=planted"]
)
def test_an_address_with_a_secret_comes_from_the_vault(api_base: str) -> None:
    result = import_entries(entry(model="openai/x", api_base=api_base, api_key="none"))
    assert show_providers(result) == {"box": {"kind": "openai_compatible", "api_base": "vault_box_api_base"}}
    assert [entry.as_dict() for entry in result.vault_entries] == [
        {
            "variable": "vault_box_api_base",
            "purpose": "the address of box",
            "origin": "model_list[0].litellm_params.api_base, in clear text",
        }
    ]
    assert ("a", "its api_base holds a secret, so the whole address comes from the vault now") in findings(
        result, "check"
    )
    assert findings(result, "differs") == []


def test_two_addresses_that_differ_in_their_secret_are_two_providers() -> None:
    result = import_entries(
        *(entry("a", "openai/x", api_base=f"{BOX}?key={key}", api_key="none") for key in ("k1", "k2"))
    )
    assert [named["api_base"] for named in show_providers(result).values()] == [
        "vault_server_192_0_2_20_api_base",
        "vault_server_192_0_2_20_8080_api_base",
    ]
    assert findings(result, "differs") == []


def test_harmless_headers_stay_readable() -> None:
    headers = {"HTTP-Referer": "https://home.example.com", "X-Title": "home", "User-Agent": "me", "X-Shop": "planted"}
    result = import_entries(entry(extra_headers=headers))
    assert result.models.models[0]["extra"]["extra_headers"] == headers | {"X-Shop": "os.environ/X_SHOP"}


def test_a_secret_of_digits_or_bytes_is_one_too(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(
        "model_list: [{model_name: a, litellm_params: {model: openrouter/x, api_key: 12345678, password: 87654321, "
        "client_secret: !!binary cGxhbnRlZA==, azure_ad_token: os.environ/sk-planted-by-mistake, max_tokens: 200000}}]"
    )
    result = convert_config(read_config(path), "config.yaml")
    assert result.models.models[0]["extra"] == {
        "password": "os.environ/PASSWORD",
        "client_secret": "os.environ/CLIENT_SECRET",
        "azure_ad_token": "os.environ/AZURE_AD_TOKEN",
        "max_tokens": 200000,
    }
    assert findings(result, "differs") == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("custom_auth", "custom_auth.user_api_key_auth"),
        ("auth_type", "bearer_token"),
        ("model", "skylark-pro-32k"),
        ("api_base", "https://api.example.com/v1?api-version=2024-02-01"),
        ("max_tokens", "4096"),
        ("input_cost_per_token", "3e-07"),
        ("api_key", "os.environ/X"),
        ("api_key", ""),
    ],
)
def test_what_is_no_secret_is_shown(name: str, value: str) -> None:
    assert not is_secret(name, value)


def test_fallbacks_written_as_json_keep_no_secret() -> None:
    text = json.dumps([{"a": [{"model": "b", "api_key": f"{C}-1"}]}])
    result = import_entries(entry("a"), entry("b"), router_settings={"fallbacks": text})
    assert result.extra == {
        "router_settings": {"fallbacks": [{"a": [{"model": "b", "api_key": "os.environ/API_KEY"}]}]}
    }
    assert C not in repr([result.findings, result.rendered])
