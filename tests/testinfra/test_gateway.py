"""What clients get from a gateway, and what strangers do not get."""

from __future__ import annotations

import re
import subprocess
from collections import Counter

import pytest
import yaml
from gateways import CONFIG, UNIT, WRONG_KEY, Gateway, ansible_playbook

NAMES = {"chat", "chat-latest", "local", "local-too", "embed", "shared", "auto-chat"}
# Model, the deployments that may answer it with the provider of each, and the provider's own name of the model.
CHATS = [
    pytest.param("chat", {"chat/relay": "relay"}, "chat-1", id="named"),
    pytest.param("chat-latest", {"chat/relay": "relay"}, "chat-1", id="alias"),
    pytest.param("chat-old", {"chat/relay": "relay"}, "chat-1", id="hidden-alias"),
    pytest.param("local", {"local/box": "box"}, "local-1", id="without-key"),
    pytest.param("shared", {"shared/relay": "relay", "shared/paid": "paid"}, "shared-1", id="shared"),
    pytest.param("auto-chat", {"auto-chat/1-relay": "relay"}, "auto-1", id="virtual"),
    pytest.param("any/whatever", {"any/*/box": "box"}, "whatever", id="wildcard"),
]
HEADER = "# Managed by Platelayer: changes made here are lost. Edit the inventory and run playbooks/site.yml."


@pytest.fixture(params=["gateway12", "gateway13"])
def gateway(request, gateways) -> Gateway:
    """Each gateway in turn."""
    return gateways[request.param]


def test_it_lists_what_its_config_names_and_nothing_hidden(gateway) -> None:
    config = yaml.safe_load(gateway.config())
    named = {entry["model_name"] for entry in config["model_list"]}
    aliases = config["router_settings"]["model_group_alias"]
    visible = {name for name, target in aliases.items() if isinstance(target, str)}
    listed = {name for name in gateway.models() if not name.startswith("any/")}
    assert listed == (named - {"any/*"}) | visible == NAMES


@pytest.mark.parametrize(("model", "served_by", "upstream_id"), CHATS)
def test_a_chat_is_answered_by_the_right_provider(gateway, upstreams, model, served_by, upstream_id) -> None:
    answer = gateway.chat(model, f"ask {model}")
    assert (answer.status, answer.text) == (200, f"echo: ask {model}")
    assert answer.deployment in served_by
    provider = served_by[answer.deployment]
    assert upstreams.asked() == {provider: 1}
    assert upstreams.last_model(provider) == upstream_id


@pytest.mark.parametrize(("model", "served_by", "upstream_id"), CHATS)
def test_a_chat_is_streamed_by_the_right_provider(gateway, upstreams, model, served_by, upstream_id) -> None:
    answer = gateway.stream(model, f"ask {model}")
    assert (answer.status, answer.text) == (200, f"echo: ask {model}")
    assert answer.deployment in served_by
    provider = served_by[answer.deployment]
    assert upstreams.asked() == {provider: 1}
    assert upstreams.last_model(provider) == upstream_id


def test_a_stream_arrives_while_it_is_made(gateway, upstreams) -> None:
    upstreams.fail("relay", kind="slow_tokens", seconds=1)
    _, *gaps = gateway.stream("chat", "one two").gaps
    assert len(gaps) == 2
    assert min(gaps) > 0.25, gaps


def test_an_embedding_is_answered(gateway, upstreams) -> None:
    answer = gateway.ask("POST", "/v1/embeddings", {"model": "embed", "input": ["one", "two"]})
    assert (answer.status, answer.deployment) == (200, "embed/box")
    assert [len(entry["embedding"]) for entry in answer.body["data"]] == [256, 256]
    assert upstreams.asked() == {"box": 1}
    assert upstreams.last_model("box") == "embed-1"


def test_a_model_of_a_disabled_provider_is_refused(gateway, upstreams) -> None:
    answer = gateway.chat("gone")
    assert (answer.status, answer.error_type) == (400, "invalid_request_error")
    assert "model=gone" in answer.text
    assert upstreams.asked() == {}


def test_a_chat_that_names_no_model_is_answered_by_the_default(gateway, upstreams) -> None:
    answer = gateway.chat(None, "whoever is there")
    assert (answer.status, answer.deployment, answer.text) == (200, "chat/relay", "echo: whoever is there")
    assert upstreams.last_model("relay") == "chat-1"


def test_load_is_shared_by_weight(gateway) -> None:
    served = Counter(gateway.chat("shared").deployment for _ in range(30))
    assert set(served) == {"shared/relay", "shared/paid"}, served


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/models", None),
        ("GET", "/v1/model/info", None),
        ("POST", "/v1/chat/completions", {"model": "chat", "messages": [{"role": "user", "content": "hello"}]}),
        ("POST", "/v1/embeddings", {"model": "embed", "input": "hello"}),
        pytest.param("GET", "/health", None, id="health-which-calls-every-model"),
    ],
)
def test_strangers_are_refused(gateway, upstreams, method, path, body) -> None:
    without = gateway.ask(method, path, body, key=None)
    assert (without.status, without.error_type) == (401, "auth_error")
    wrong = gateway.ask(method, path, body, key=WRONG_KEY)
    # Without a database LiteLLM has no other word for a key that is not the master key.
    assert wrong.status == 401 or (wrong.status, wrong.error_type) == (400, "no_db_connection"), wrong
    assert upstreams.asked() == {}


@pytest.mark.parametrize("path", ["/", "/docs", "/redoc", "/openapi.json"])
def test_there_is_no_api_documentation(gateway, path) -> None:
    text = gateway.ask("GET", path, key=None).text.lower()
    assert text
    assert not re.search("openapi|swagger|redoc", text)


def test_another_host_reaches_it_at_its_address(gateway, hosts) -> None:
    ask = f"curl --silent --noproxy '*' --max-time 10 --output /dev/null --write-out '%{{http_code}}' {gateway.url}"
    assert hosts["client"].check_output(f"{ask}/health/readiness") == "200"
    assert hosts["client"].check_output(f"{ask}/v1/models") == "401"


def test_nothing_listens_elsewhere(gateway) -> None:
    sockets = gateway.host.check_output("ss --no-header --listening --tcp --numeric").splitlines()
    listening = {line.split()[3] for line in sockets}
    # Every host has sshd, and Docker's name server in its network.
    own = {socket for socket in listening if not socket.endswith(":22") and not socket.startswith("127.0.0.11:")}
    assert own == {f"{gateway.address}:{gateway.port}"}
    assert gateway.host.run(f"curl --silent --noproxy '*' http://127.0.0.1:{gateway.port}").rc == 7  # Refused.


def test_modes_and_owners(gateway) -> None:
    release = f"/etc/litellm/releases/{gateway.release()}"
    wanted = {
        "/etc/litellm": "drwxr-x--- root litellm",
        "/etc/litellm/current": "lrwxrwxrwx root root",
        "/etc/litellm/releases": "drwxr-x--- root litellm",
        release: "drwxr-x--- root litellm",
        f"{release}/config.yaml": "-rw-r----- root litellm",
        f"{release}/env": "-rw------- litellm litellm",
        f"{release}/cloud.credentials.json": "-rw------- litellm litellm",
        f"{release}/litellm@.service": "-rw-r----- root litellm",
        f"{release}/release.env": "-rw-r----- root litellm",
        f"{release}/runtime": "lrwxrwxrwx root root",
        **{
            f"{release}/platelayer_{hook}.py": "-rw-r----- root litellm"
            for hook in ("body_limit", "cooldown", "default_model", "drain", "launcher", "model_list", "probe")
        },
        "/etc/systemd/system/litellm@.service": "-rw-r--r-- root root",
        "/opt/litellm": "drwxr-xr-x root root",
        gateway.runtime(): "drwxr-xr-x root root",
        "/var/lib/litellm": "drwxr-x--- litellm litellm",
    }
    found = gateway.host.check_output(f"stat --format '%n %A %U %G' {' '.join(wanted)}")
    assert dict(line.split(" ", 1) for line in found.splitlines()) == wanted
    assert set(gateway.host.check_output(f"find {release} -mindepth 1").splitlines()) == {
        path for path in wanted if path.startswith(f"{release}/")
    }


def test_the_program_belongs_to_root_and_nobody_else_can_write_it(gateway) -> None:
    others = "find /opt/litellm ! -type l '(' ! -user root -o -perm /022 ')' -printf '%p %M %u\\n'"
    assert gateway.host.check_output(others) == ""


def test_a_strict_umask_of_root_does_no_harm(gateways) -> None:
    """What the other tests ask of gateway13 is asked of a host on which root's files are root's alone."""
    assert gateways["gateway13"].host.check_output("umask") == "0077"


def test_what_serves_is_the_current_release_of_the_wanted_version(gateway) -> None:
    assert gateway.host.check_output("readlink /etc/litellm/current") == f"releases/{gateway.release()}"
    assert re.fullmatch("[0-9a-f]{12}", gateway.release())
    assert gateway.is_running_release(gateway.release())
    assert gateway.host.check_output("readlink /etc/litellm/current/runtime") == gateway.runtime()
    assert gateway.host.check_output(f"readlink /proc/{gateway.show('MainPID')}/cwd") == "/var/lib/litellm"


def test_it_starts_fast_because_bytecode_is_compiled(gateway) -> None:
    pattern = f"{gateway.runtime()}/lib/python3*/site-packages/litellm/proxy/__pycache__/proxy_server.*.pyc"
    assert gateway.host.run(f"ls {pattern}").rc == 0


def test_the_service_has_no_rights_to_spare(gateway) -> None:
    pid = gateway.show("MainPID")
    assert gateway.host.check_output(f"ps -o user= -p {pid}") == "litellm"
    status = gateway.host.check_output(f"cat /proc/{pid}/status").splitlines()
    assert {f"CapEff:\t{'0' * 16}", "NoNewPrivs:\t1", "Seccomp:\t2"} <= set(status)
    # A threshold of 19 stands for an exposure of 1.9.
    judged = gateway.host.run(f"systemd-analyze security --no-pager --threshold=19 {UNIT}")
    assert judged.rc == 0, judged.stdout[-200:]


def test_every_rendered_file_says_who_manages_it(gateway) -> None:
    # JSON has no comments.
    find = "find /etc/litellm/current/ /etc/systemd/system/litellm@.service -type f -not -name '*.json'"
    paths = gateway.host.check_output(find)
    assert CONFIG in paths
    # A failure must not show a line, which may be a secret.
    say = f"""awk 'FNR == 1 && $0 == "{HEADER}" {{ print FILENAME }}'"""
    marked = gateway.host.check_output(f"{find} -exec {say} {{}} +")
    assert set(marked.splitlines()) == set(paths.splitlines())


def test_platelayer_verify_passes_from_outside(gateway, tmp_path) -> None:
    key = tmp_path / "key"
    key.touch(0o600)
    key.write_text(gateway.key)
    done = subprocess.run(
        ["platelayer", "verify", "--url", gateway.url, "--key-file", str(key)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(NAMES)} of {len(NAMES)} models answered, 1 skipped, 5 checks passed" in done.stdout
    assert gateway.key not in done.stdout + done.stderr


def test_playbook_verify_shows_what_every_gateway_answered(gateways) -> None:
    run = ansible_playbook("verify")
    assert run.code == 0, run.output
    for gateway in gateways.values():
        assert run.changed(gateway.name) == 0
        assert f"{gateway.url} (LiteLLM " in run.output
    lines = [line.split() for line in run.output.splitlines()]
    for name, deployment in {"auto-chat": "auto-chat/1-relay", "embed": "embed/box"}.items():
        rows = [line for line in lines if line[:1] == [name] and line[2] == deployment and line[-1] == "passed"]
        assert len(rows) == len(gateways), run.output


def test_playbook_verify_fails_when_a_model_does_not_answer(upstreams) -> None:
    upstreams.fail("box", kind="status", status=500, match_path="embeddings")
    run = ansible_playbook("verify", "--limit", "gateway13")
    assert run.code != 0
    assert "did not pass; the table above says what failed and why" in run.words
