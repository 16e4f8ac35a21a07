"""Configurations that cannot serve are refused with a reason; not one request is lost meanwhile."""

import json
import os
import subprocess
import threading
from collections import Counter
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
CHAT = {"name": "chat", "provider": "relay", "id": "chat-1"}


@pytest.fixture(scope="module")
def client(address):
    key = "sk-" + Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"], "secrets", "master").read_text().strip()
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=f"http://{address('gateway')}:4001", headers=headers, timeout=300) as made:
        yield made


class Loop:
    """Asks for completions, one after another, until it is told to stop; counts what came back."""

    def __init__(self, client: httpx.Client) -> None:
        self.outcomes: Counter[str] = Counter()
        self._client = client
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._enough.wait(0.05):
            try:
                body = {"model": "chat", "messages": [{"role": "user", "content": "hello"}]}
                self.outcomes[str(self._client.post("/v1/chat/completions", json=body).status_code)] += 1
            except httpx.HTTPError as error:
                self.outcomes[type(error).__name__] += 1

    def __enter__(self) -> "Loop":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        self._thread.join()


def deploy(tmp_path: Path, **variables: object) -> subprocess.CompletedProcess[str]:
    """Run site.yml as an operator would, with other variables."""
    extra = tmp_path / "extra.json"
    extra.write_text(json.dumps(variables))
    command = ["ansible-playbook", "playbooks/site.yml", "--diff", "--limit", "gateway", "-e", f"@{extra}"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def state(host) -> tuple[str, str]:
    """What serves: the release and the process."""
    pid = host.run("systemctl show -p MainPID --value litellm@1.service").stdout.strip()
    return host.file("/etc/litellm/current").linked_to, pid


@pytest.mark.parametrize(
    ("variables", "reason", "log"),
    [
        pytest.param(
            {"litellm_config_extra": {"general_settings": {"allowed_ips": ["192.0.2.1"]}}},
            "the candidate stopped with exit code 3",
            "allowed_ips",
            id="setting-that-aborts-the-start",
        ),
        pytest.param(
            {"litellm_config_extra": {"litellm_settings": {"callbacks": ["no_such_module.hook"]}}},
            "the candidate stopped with exit code 3",
            "no_such_module",
            id="hook-that-is-not-there",
        ),
        pytest.param(
            {"tested_models": [CHAT, {**CHAT, "name": "bad", "extra": {"model": "no_such_provider/x"}}]},
            "the candidate does not serve bad",
            "no_such_provider",
            id="model-that-litellm-drops",
        ),
        pytest.param(
            {"tested_models": [CHAT, {**CHAT, "name": "new"}], "litellm_start_timeout": 1},
            "the candidate did not become ready within 1 s",
            "",
            id="start-that-takes-too-long",
        ),
    ],
)
def test_it_is_refused_and_the_old_one_serves(hosts, client, tmp_path, variables, reason, log) -> None:
    before = state(hosts["gateway"])
    with Loop(client) as loop:
        result = deploy(tmp_path, **variables)
    assert result.returncode != 0
    assert f"{reason}; what served before still serves" in " ".join(result.stdout.split())
    assert log in result.stdout
    assert set(loop.outcomes) == {"200"}, loop.outcomes
    assert loop.outcomes["200"] > 20
    assert state(hosts["gateway"]) == before


def test_a_refused_one_leaves_no_process_and_no_listener(hosts) -> None:
    gateway = hosts["gateway"]
    assert gateway.run("pgrep -fc 'bin/[l]itellm --config'").stdout.strip() == "1"


def test_a_good_one_serves_afterwards(hosts, client, tmp_path) -> None:
    before = state(hosts["gateway"])
    result = deploy(tmp_path, tested_models=[CHAT, {**CHAT, "name": "new"}])
    assert result.returncode == 0, result.stdout
    assert "+- model_name: new" in result.stdout
    assert {entry["id"] for entry in client.get("/v1/models").json()["data"]} == {"chat", "new"}
    assert state(hosts["gateway"]) != before
    assert hosts["gateway"].run("ls -A /etc/litellm/releases").stdout.split() == sorted(
        Path(release).name for release in (before[0], state(hosts["gateway"])[0])
    )


def test_an_address_that_the_host_does_not_have_is_refused(hosts, client, tmp_path) -> None:
    before = state(hosts["gateway"])
    result = deploy(tmp_path, litellm_address="192.0.2.190")
    assert result.returncode != 0
    sentence = "litellm_address: 192.0.2.190 is not an address of this host; write one that `ip address` shows there"
    assert sentence in " ".join(result.stdout.split())
    assert state(hosts["gateway"]) == before
    assert client.get("/health/readiness").status_code == 200


def test_instances_are_added_and_taken_away(hosts, address, client, tmp_path) -> None:
    second = f"http://{address('gateway')}:4002/health/readiness"
    assert deploy(tmp_path, litellm_instances=2).returncode == 0
    assert httpx.get(second).status_code == 200
    assert deploy(tmp_path).returncode == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(second)
    assert hosts["gateway"].run("systemctl is-enabled litellm@2.service").stdout.strip() == "disabled"
    assert client.get("/health/readiness").status_code == 200
