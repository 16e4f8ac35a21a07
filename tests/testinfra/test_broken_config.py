"""Configurations that cannot serve are refused with a reason; not one request is lost meanwhile."""

import threading
from collections import Counter

import httpx
import pytest
from gateways import Gateway, PlaybookRun, ansible_playbook

CHAT = {"name": "chat", "provider": "relay", "id": "chat-1"}
# So many answers, at least, are counted while a config is refused.
ASKED = 21


@pytest.fixture(scope="module")
def gateway(gateways) -> Gateway:
    """The gateway that gets these configs."""
    return gateways["gateway13"]


class Loop:
    """Asks for completions, one after another, until it is told to stop; counts what came back."""

    def __init__(self, gateway: Gateway) -> None:
        self.outcomes: Counter[int] = Counter()
        self._gateway = gateway
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._enough.wait(0.25) or self.outcomes.total() < ASKED:
            self.outcomes[self._gateway.chat("chat").status] += 1

    def __enter__(self) -> "Loop":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        self._thread.join()


def deploy(gateway: Gateway, **variables: object) -> PlaybookRun:
    """Run site.yml as an operator would, with other variables."""
    return ansible_playbook("site", "--diff", "--limit", gateway.name, variables=variables)


def state(gateway: Gateway) -> tuple[str, str]:
    """What serves: the release and the process."""
    return gateway.release(), gateway.show("MainPID")


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
            {"gateway_models": [CHAT, {**CHAT, "name": "bad", "extra": {"model": "no_such_provider/x"}}]},
            "the candidate does not serve bad",
            "no_such_provider",
            id="model-that-litellm-drops",
        ),
        pytest.param(
            {"gateway_models": [CHAT, {**CHAT, "name": "new"}], "litellm_start_timeout": 1},
            "the candidate did not become ready within 1 s",
            "",
            id="start-that-takes-too-long",
        ),
    ],
)
def test_it_is_refused_and_the_old_one_serves(gateway, variables, reason, log) -> None:
    before = state(gateway)
    with Loop(gateway) as loop:
        run = deploy(gateway, **variables)
    assert run.code != 0
    assert f"{reason}; what served before still serves" in run.words
    assert log in run.output
    assert set(loop.outcomes) == {200}, loop.outcomes
    assert loop.outcomes[200] > 20
    assert state(gateway) == before


def test_a_refused_one_leaves_no_process_and_no_listener(gateway) -> None:
    assert gateway.host.run("pgrep -fc '[p]latelayer_launcher.py --config'").stdout.strip() == "1"


def test_a_good_one_serves_afterwards(gateway) -> None:
    before = state(gateway)
    run = deploy(gateway, gateway_models=[CHAT, {**CHAT, "name": "new"}])
    assert run.code == 0, run.output
    assert "+- model_name: new" in run.output
    assert gateway.models() == {"chat", "new", "auto-chat"}
    assert state(gateway) != before
    assert gateway.host.run("ls -A /etc/litellm/releases").stdout.split() == sorted((before[0], gateway.release()))


def test_an_address_that_the_host_does_not_have_is_refused(gateway) -> None:
    before = state(gateway)
    run = deploy(gateway, litellm_address="192.0.2.190")
    assert run.code != 0
    sentence = "litellm_address: 192.0.2.190 is not an address of this host; write one that `ip address` shows there"
    assert sentence in run.words
    assert state(gateway) == before
    assert gateway.ask("GET", "/health/readiness").status == 200


def test_instances_are_added_and_taken_away(gateway) -> None:
    second = f"http://{gateway.address}:4002/health/readiness"
    assert deploy(gateway, litellm_instances=2).code == 0
    assert httpx.get(second).status_code == 200
    assert deploy(gateway).code == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(second)
    assert gateway.host.run("systemctl is-enabled litellm@2.service").stdout.strip() == "disabled"
    assert gateway.ask("GET", "/health/readiness").status == 200
