"""Secrets are in the environment and credential files of gateways and nowhere else; refused settings change nothing."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from gateways import WRONG_KEY, Gateway, PlaybookRun, ansible_playbook, ephemeral_folder, read_secret
from leaks import count_secret_lines, find_secret_files, list_secret_files, place_patterns

PLANTED = ("master", "relay", "paid", "cloud")
NO_KEY = (
    "gateway_providers.nano_gpt: 'api_key' is empty; write the key into the vault, or drop the option if none is needed"
)
SHORT_KEY = (
    "litellm_master_key has 19 characters, which can be guessed; "
    "write 'sk-' and what `openssl rand -hex 32` prints into the vault, as vault_litellm_master_key; "
    "in the environment local, remove .platelayer/secrets and run make up"
)
BAD_VERSION = "litellm_version: 1.82.7 is a compromised release that steals credentials; write 1.84.0 or newer"


@pytest.fixture(scope="module", params=["gateway12", "gateway13"])
def searched(request, gateways) -> Iterator[Gateway]:
    """A gateway that has been asked with a wrong key, which is not to be found either."""
    gateway = gateways[request.param]
    gateway.ask("GET", "/v1/models", key=WRONG_KEY)
    with place_patterns(gateway, [*map(read_secret, PLANTED), WRONG_KEY]) as searched:
        yield searched


def test_no_file_but_the_secret_files_holds_a_secret(searched) -> None:
    assert find_secret_files(searched) == list_secret_files(searched)


@pytest.mark.parametrize(
    "command",
    [
        # With the fields that hold command lines.
        pytest.param("journalctl --no-pager --output export", id="the-journal"),
        pytest.param("cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n'", id="command-lines"),
        pytest.param("systemctl cat --no-pager litellm@1.service", id="the-unit"),
        # What any user may ask for.
        pytest.param("systemctl show --no-pager litellm@1.service", id="the-properties-of-the-unit"),
    ],
)
def test_no_secret_is_told_by(searched, command) -> None:
    assert count_secret_lines(searched, command) == 0


def test_no_secret_is_in_the_log_of_the_run() -> None:
    log = (ephemeral_folder() / "ansible.log").read_text()
    assert "PLAY [Deploy the gateway]" in log
    assert "env (values hidden)" in log
    assert [name for name in PLANTED if read_secret(name) in log] == []


@pytest.fixture
def standalone(hosts):
    """Run site.yml for the environment ``standalone``, with the clean host in the place of its own."""
    reach = {
        name: value for name, value in hosts["client"].ansible.get_variables().items() if name.startswith("ansible_")
    }

    # It has no tailnet.
    own = reach | {"gateway_bind": "127.0.0.1", "vault_redis_password": secrets.token_hex(32)}

    def run(*options: str, **variables: str) -> PlaybookRun:
        return ansible_playbook("site", "--inventory", "inventories/standalone", *options, variables=own | variables)

    return run


def test_a_dry_run_on_a_clean_host_shows_the_config_and_no_secret(standalone, hosts) -> None:
    keys = {
        "vault_litellm_master_key": f"sk-{secrets.token_hex(32)}",
        "vault_nano_gpt_api_key": secrets.token_hex(20),
    }
    run = standalone("--check", "--diff", "-vvv", **keys)
    assert run.changed("home") > 0
    assert "+- model_name: qwen3.5-local" in run.output
    assert "+NANO_GPT_API_KEY=set" in run.output
    assert [name for name, key in keys.items() if key.removeprefix("sk-") in run.output] == []
    assert not hosts["client"].user("litellm").exists
    assert not hosts["client"].file("/etc/litellm").exists


def test_a_changed_key_is_announced_without_the_old_or_the_new(gateways) -> None:
    before = gateways["gateway13"].release()
    key = f"sk-{secrets.token_hex(32)}"
    options = ("--limit", "gateway13", "--check", "--diff", "-vvv")
    run = ansible_playbook("site", *options, variables={"litellm_master_key": key})
    assert run.changed("gateway13") == 1
    assert "-LITELLM_MASTER_KEY=old value" in run.output
    assert "+LITELLM_MASTER_KEY=new value" in run.output
    assert key.removeprefix("sk-") not in run.output
    assert read_secret("master") not in run.output
    assert gateways["gateway13"].release() == before


def test_a_missing_key_is_refused_before_anything_changes(standalone, hosts) -> None:
    key = f"sk-{secrets.token_hex(32)}"
    run = standalone(vault_litellm_master_key=key)
    assert run.code != 0
    assert NO_KEY in run.words
    assert run.count("home", "changed") == 0
    assert key not in run.output
    assert not hosts["client"].user("litellm").exists


def test_a_short_key_and_a_bad_version_are_refused_before_anything_changes(gateways) -> None:
    before = gateways["gateway13"].release()
    key = f"sk-{'fedcba9876543210'}"
    variables = {"litellm_master_key": key, "litellm_version": "1.82.7"}
    run = ansible_playbook("site", "--limit", "gateway13", variables=variables)
    assert run.code != 0
    assert SHORT_KEY in run.words
    assert BAD_VERSION in run.words
    assert run.count("gateway13", "changed") == 0
    assert key not in run.output
    assert gateways["gateway13"].release() == before
