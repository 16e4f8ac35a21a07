"""A newcomer's way: `make up` and its siblings in a fresh checkout, as an ordinary user."""

import re
import shlex
import time

import pytest

CHECKOUT = "/home/dev/my platelayer"


class Laptop:
    """The host of the scenario, and commands in its checkout."""

    def __init__(self, host) -> None:
        self.host = host

    def run(self, command: str):
        """Run a command in the checkout, with what `make up` installed."""
        return self.host.run(f"cd {shlex.quote(CHECKOUT)} && . .venv/bin/activate && {command}")

    def make(self, words: str, prefix: str = ""):
        """Run make in the checkout; the result has rc, stdout, stderr and the seconds it took."""
        started = time.monotonic()
        result = self.host.run(f"cd {shlex.quote(CHECKOUT)} && {prefix} make {words}")
        result.seconds = time.monotonic() - started
        print(f"make {words}: {result.seconds:.1f} s")
        return result


@pytest.fixture(scope="module")
def laptop(hosts) -> Laptop:
    return Laptop(hosts["laptop"])


@pytest.fixture(scope="module")
def first(laptop):
    """The first `make up`, which every later test builds on."""
    return laptop.make("up")


def changed(result) -> int:
    return int(re.search(r"changed=(\d+)", result.stdout)[1])


def test_nobody_is_root(laptop) -> None:
    assert laptop.host.user().name == "dev"
    assert laptop.host.run("sudo -n true").rc != 0


@pytest.mark.parametrize(
    ("prefix", "sentence"),
    [
        (
            "PYTHONPATH=/tmp/broken",
            "platelayer: Python's venv module is not complete; "
            "install it (sudo apt-get install python3-venv) and run this again",
        ),
        (
            "HTTPS_PROXY=http://127.0.0.1:9 PIP_RETRIES=0",
            "platelayer: the Python package index cannot be reached; check the network, a proxy (HTTPS_PROXY) or a "
            "company's certificates (SSL_CERT_FILE). python printed: ",
        ),
    ],
)
def test_obstacles_are_sentences(laptop, prefix: str, sentence: str) -> None:
    laptop.host.run("mkdir -p /tmp/broken && echo 'raise ImportError' > /tmp/broken/ensurepip.py")
    result = laptop.make("up", prefix)
    assert result.rc != 0
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr + result.stdout


def test_a_long_path_is_refused(laptop) -> None:
    folder = "/home/dev/" + "long/" * 12 + "platelayer"
    laptop.host.run(
        f"mkdir -p {folder} && cd {shlex.quote(CHECKOUT)} && cp -r src Makefile requirements*.txt {folder}/"
    )
    result = laptop.host.run(f"cd {folder} && make up")
    assert result.rc != 0
    assert (
        f"platelayer: the path of this checkout has {len(folder)} characters, and supervisor's socket allows 64; "
        "move the checkout to a shorter path"
    ) in result.stderr


def test_a_clone_becomes_an_answered_completion(first) -> None:
    assert first.rc == 0, first.stdout + first.stderr
    assert "http://127.0.0.1:4001" in first.stdout
    assert f"key in {CHECKOUT}/.platelayer/secrets/litellm-master-key" in first.stdout
    assert re.search(r"^echo +chat +echo/echo .* passed$", first.stdout, re.MULTILINE)
    assert "2 of 2 models answered" in first.stdout


def test_a_second_run_changes_nothing(laptop, first) -> None:
    result = laptop.make("up")
    assert result.rc == 0
    assert changed(result) == 0
    # 120 s and 15 s are promised on 2 free cores.
    assert result.seconds < first.seconds / 2


def test_the_key_and_the_files_belong_to_the_user_alone(laptop, first) -> None:
    key = laptop.host.file(f"{CHECKOUT}/.platelayer/secrets/litellm-master-key")
    assert (key.mode, key.user) == (0o600, "dev")
    assert re.fullmatch(r"sk-[0-9a-f]{64}\n", key.content_string)
    assert laptop.host.file(f"{CHECKOUT}/.platelayer/etc/litellm/current/env").mode == 0o600


def test_the_key_is_shown_nowhere(laptop, first) -> None:
    key = laptop.host.file(f"{CHECKOUT}/.platelayer/secrets/litellm-master-key").content_string.strip()
    assert key not in first.stdout + first.stderr
    processes = laptop.host.run("cat /proc/[0-9]*/cmdline | tr '\\0' ' '").stdout
    assert "litellm" in processes
    assert key not in processes
    logs = laptop.host.run(f"cd {shlex.quote(CHECKOUT)}/.platelayer && cat var/litellm/*.log run/*.log").stdout
    assert "Proxy initialized" in logs
    assert key not in logs


def test_a_catalog_is_fetched_shown_and_served(laptop, first) -> None:
    """In an environment of its own: the echo provider once more, as a server whose list is believed."""
    box = '  box: {kind: openai_compatible, api_base: "http://127.0.0.1:4010/v1", include: ["*"], prefix: box/}'
    file = "inventories/lab/group_vars/all/gateway.yml"
    laptop.run(f"cp -r inventories/local inventories/lab && sed -i '/^gateway_providers:/a \\{box}' {file}")
    play = "ansible-playbook playbooks/{} -i inventories/lab"
    dry = laptop.run(f"{play.format('catalog_refresh.yml')} --check")
    assert dry.rc == 0, dry.stdout + dry.stderr
    assert "nothing was written" in dry.stdout
    assert "litellm :" not in dry.stdout
    assert laptop.run("ls catalogs").rc != 0
    nobody = laptop.run(f"{play.format('catalog_refresh.yml')} -e '{{catalog_providers: [nobody]}}'")
    assert nobody.rc != 0
    # As Ansible shows it: YAML, which doubles quotes.
    assert "gateway_providers: ''nobody'' is not there" in nobody.stdout
    refreshed = laptop.run(play.format("catalog_refresh.yml"))
    assert refreshed.rc == 0, refreshed.stdout + refreshed.stderr
    # The plan of the provider, and that of the config.
    assert re.search(r"box +2 models, its first catalog", refreshed.stdout)
    assert re.search(r"^\+- model_name: box/echo-embedding$", refreshed.stdout, re.MULTILINE)
    ask = 'curl -s -H "Authorization: Bearer $(cat .platelayer/secrets/litellm-master-key)" http://127.0.0.1:4001/v1/models'
    assert "box/echo" not in laptop.run(ask).stdout
    assert laptop.run(play.format("site.yml")).rc == 0
    assert '"box/echo"' in laptop.run(ask).stdout
    again = laptop.run(play.format("catalog_refresh.yml"))
    assert "nothing changed" in again.stdout
    assert changed(again) == 0


def test_a_killed_instance_comes_back(laptop, first) -> None:
    laptop.host.run("pkill -9 -f '[p]latelayer_launcher.py'")
    ask = "curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:4001/health/readiness"
    deadline = time.monotonic() + 300
    while laptop.host.run(ask).stdout != "200":
        assert time.monotonic() < deadline, "the instance did not come back"
        time.sleep(1)


def test_status_down_and_up_again(laptop, first) -> None:
    status = laptop.make("status")
    assert re.search(r"^litellm-1 +RUNNING", status.stdout, re.MULTILINE)
    assert (
        "The gateway's address is http://127.0.0.1:4001, "
        f"its key is in {CHECKOUT}/.platelayer/secrets/litellm-master-key"
    ) in status.stdout.splitlines()
    assert laptop.make("down").rc == 0
    assert "Nothing runs; start it with: make up" in laptop.make("status").stdout
    verify = laptop.make("verify")
    assert verify.rc != 0
    assert "The gateway is stopped; start it with: make up" in verify.stdout.splitlines()
    assert laptop.host.run("curl -s http://127.0.0.1:4001/health/readiness").rc != 0


def test_a_port_in_use_is_refused_with_its_owner(laptop, first) -> None:
    laptop.make("down")
    laptop.host.run("setsid python3 -m http.server --bind 127.0.0.1 4001 >/dev/null 2>&1 &")
    laptop.host.run("timeout 300 sh -c 'until curl -s -o /dev/null http://127.0.0.1:4001/; do sleep 0.2; done'")
    try:
        result = laptop.make("up")
        assert result.rc != 0
        assert re.search(
            r"port 4001 is in use by python3 \(pid \d+\); stop it, or choose other ports with litellm_base_port",
            result.stdout,
        )
        assert changed(result) == 0
    finally:
        laptop.host.run("pkill -f '[h]ttp.server --bind 127.0.0.1 4001'")


def test_other_ports_can_be_chosen(laptop, first) -> None:
    result = laptop.make("up BASE_PORT=5000")
    assert result.rc == 0, result.stdout
    assert "http://127.0.0.1:5001" in result.stdout


def test_clean_leaves_what_was_cloned(laptop, first) -> None:
    assert laptop.make("clean").rc == 0
    for name in (".platelayer", ".venv", ".cache"):
        assert not laptop.host.file(f"{CHECKOUT}/{name}").exists
    assert laptop.host.run("pgrep -u dev -f '[l]itellm|[s]upervisord'").rc != 0
