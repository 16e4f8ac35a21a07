"""What tests ask: a gateway over HTTP and from inside its host, the faked providers, and ``ansible-playbook``."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import httpx
import yaml
from testinfra.host import Host

ROOT = Path(__file__).parents[2]
AUTHORITY = "/var/lib/gateway-certificate/ca.pem"
CONFIG = "/etc/litellm/current/config.yaml"
UNIT = "litellm@1.service"
VERSION = yaml.safe_load((ROOT / "roles/litellm/defaults/main.yml").read_text())["litellm_version"]
LOCK = ROOT / f"roles/litellm/files/litellm-{VERSION}.txt"
# Ansible's file lookup strips the end. The name of the host's Python follows.
RUNTIME = f"/opt/litellm/{VERSION}-{hashlib.sha256(LOCK.read_bytes().rstrip()).hexdigest()[:6]}"
# Never valid anywhere; sent by tests of refusal, and looked for in logs afterwards.
WRONG_KEY = f"sk-{secrets.token_hex(24)}"

_Found = TypeVar("_Found")

# Seconds in which whatever is waited for comes, on a slow machine too. What it measures is nothing.
PATIENCE = 600


def ephemeral_folder() -> Path:
    """The folder that molecule keeps for this run of the scenario."""
    return Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"])


def read_secret(name: str) -> str:
    """A secret of this run: ``master`` (without its ``sk-``), ``relay`` or ``paid``."""
    return (ephemeral_folder() / "secrets" / name).read_text().strip()


def wait_until(ask: Callable[[], _Found], wanted: Callable[[_Found], bool]) -> _Found:
    """Ask again until the answer is the wanted one; fail with the last answer when that takes too long."""
    deadline = time.monotonic() + PATIENCE
    while not wanted(found := ask()):
        assert time.monotonic() < deadline, f"after {PATIENCE} s still {found}"
        time.sleep(0.2)
    return found


@dataclass(frozen=True)
class GatewayAnswer:
    """What a gateway answered; without HTTP answer the status is 0. ``gaps`` are seconds before parts of a stream."""

    status: int
    deployment: str | None = None
    text: str = ""
    body: Any = None
    gaps: tuple[float, ...] = ()

    @property
    def error_type(self) -> str | None:
        """LiteLLM's ``error.type``."""
        return self.body["error"]["type"] if isinstance(self.body, dict) and "error" in self.body else None


@dataclass(frozen=True)
class Gateway:
    """One gateway: ``host`` from inside, everything else from outside."""

    name: str
    address: str
    host: Host
    key: str = field(repr=False)
    port: int = 4001
    tls: bool = False

    @property
    def url(self) -> str:
        """Where clients reach it."""
        return f"{'https' if self.tls else 'http'}://{self.address}:{self.port}"

    @cached_property
    def authority(self) -> ssl.SSLContext | bool:
        """What clients must believe: with TLS the private authority that made the certificate of the edge."""
        return ssl.create_default_context(cadata=self.host.file(AUTHORITY).content_string) if self.tls else False

    def ask(self, method: str, path: str, body: object = None, *, key: str | None = "") -> GatewayAnswer:
        """One request; with the gateway's key, with another, or with None without any."""
        try:
            with self._client(key) as client:
                reply = client.request(method, path, json=body)
        except httpx.TransportError as error:
            return GatewayAnswer(0, text=repr(error))
        is_json = reply.headers.get("content-type", "").startswith("application/json")
        return GatewayAnswer(reply.status_code, _deployment(reply), reply.text, reply.json() if is_json else None)

    def models(self) -> set[str]:
        """The names that it lists."""
        answer = self.ask("GET", "/v1/models")
        assert answer.status == 200, answer
        return {entry["id"] for entry in answer.body["data"]}

    def chat(self, model: str | None, text: str = "hello") -> GatewayAnswer:
        """A chat in one piece, its content as ``text``; None names no model."""
        answer = self.ask("POST", "/v1/chat/completions", _chat(model, text))
        if answer.status != 200:
            return answer
        content = answer.body["choices"][0]["message"]["content"]
        return GatewayAnswer(answer.status, answer.deployment, content, answer.body)

    def stream(self, model: str, text: str = "hello") -> GatewayAnswer:
        """A streamed chat: ``text`` is what its parts make together. It fails unless the last line is [DONE]."""
        parts, gaps, last, begin = [], [], "", time.monotonic()
        body = _chat(model, text) | {"stream": True}
        with self._client("") as client, client.stream("POST", "/v1/chat/completions", json=body) as reply:
            if reply.status_code != 200:
                return GatewayAnswer(reply.status_code, text=reply.read().decode())
            for line in filter(None, reply.iter_lines()):
                last = line.removeprefix("data: ")
                choices = [] if last == "[DONE]" else json.loads(last)["choices"]
                if content := "".join(choice["delta"].get("content") or "" for choice in choices):
                    parts.append(content)
                    gaps.append(time.monotonic() - begin)
                    begin = time.monotonic()
        assert last == "[DONE]", last
        return GatewayAnswer(reply.status_code, _deployment(reply), "".join(parts), gaps=tuple(gaps))

    def wait_until_it_answers(self) -> None:
        """Return when a chat is answered again."""
        wait_until(lambda: self.chat("chat"), lambda answer: answer.status == 200)

    def config(self) -> str:
        """The config that is in force, as text."""
        return self.host.file(CONFIG).content_string

    def runtime(self) -> str:
        """The folder of LiteLLM, which is named after the host's Python too."""
        tag = self.host.check_output("/usr/bin/python3 -c 'import sys; print(sys.implementation.cache_tag)'")
        return f"{RUNTIME}-{tag}"

    def release(self) -> str:
        """The id of the release that ``current`` leads to."""
        return Path(self.host.check_output("readlink /etc/litellm/current")).name

    def show(self, name: str, unit: str = UNIT) -> str:
        """A property of one of its systemd units, the first instance's if none is named."""
        return self.host.check_output(f"systemctl show --property {name} --value {unit}")

    def instances_ready(self) -> int:
        """How many of its two instances say that they take requests, and get them from the edge."""
        ask = "curl --silent --output /dev/null --write-out '%%{http_code}\n' http://127.0.0.1:%s/health/readiness"
        ready = [self.host.run(ask, str(port)).stdout.strip() for port in (4001, 4002)].count("200")
        # The edge finds out some time after an instance is ready, and has believed in all since it was started.
        metrics = self.host.run("curl --silent http://127.0.0.1:8405/metrics").stdout
        served = re.search(r'^haproxy_backend_active_servers{proxy="litellm"} (\d)$', metrics, re.MULTILINE)
        return min(ready, int(served[1]) if served else 0)

    def is_running_release(self, release: str) -> bool:
        """Whether its process was started with that release."""
        environment = self.host.check_output("tr '\\0' '\\n' </proc/%s/environ", self.show("MainPID"))
        return f"PLATELAYER_RELEASE={release}" in environment.splitlines()

    def _client(self, key: str | None) -> httpx.Client:
        headers = {} if key is None else {"Authorization": f"Bearer {key or self.key}"}
        # A proxy in the environment would be asked for an address that only this machine knows.
        return httpx.Client(
            base_url=self.url, headers=headers, timeout=PATIENCE, trust_env=False, verify=self.authority
        )


def _chat(model: str | None, text: str) -> dict[str, Any]:
    return ({} if model is None else {"model": model}) | {"messages": [{"role": "user", "content": text}]}


def _deployment(reply: httpx.Response) -> str | None:
    return reply.headers.get("x-litellm-model-id")


@dataclass(frozen=True)
class Upstreams:
    """The faked providers, through their control port; ``*`` stands for all of them."""

    address: str

    def fail(self, name: str, **fault: object) -> None:
        """Let a provider fail, for example with ``kind="status", status=500``."""
        self._control("PUT", f"/upstreams/{name}/fault", fault)

    def mend(self, name: str) -> None:
        """Let it work again; its counts stay."""
        self._control("DELETE", f"/upstreams/{name}/fault")

    def reset(self) -> None:
        """No faults, and counts at zero."""
        self._control("POST", "/reset")

    def asked(self) -> dict[str, int]:
        """How many requests came to each provider, those with none left out."""
        return {name: counts["requests"] for name, counts in self._counters().items() if counts["requests"]}

    def last_model(self, name: str) -> str | None:
        """The model id that a provider was last asked for."""
        return (self._counters()[name]["last_request"] or {}).get("model")

    def _counters(self) -> dict[str, Any]:
        return {name: state["counters"] for name, state in self._control("GET", "/upstreams").items()}

    def _control(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        with httpx.Client(base_url=f"http://{self.address}:9000", timeout=PATIENCE, trust_env=False) as client:
            return client.request(method, path, json=body).raise_for_status().json()


@dataclass(frozen=True)
class PlaybookRun:
    """A finished ``ansible-playbook``: its exit code, everything it said, and its counts by host."""

    code: int
    output: str

    @property
    def words(self) -> str:
        """The output on one line, so that a sentence is found however it was wrapped."""
        return " ".join(self.output.split())

    def count(self, host: str, what: str) -> int:
        """A number of the recap, such as ``changed``."""
        found = re.search(rf"^{re.escape(host)}\s+:.*\b{what}=(\d+)", self.output, re.MULTILINE)
        assert found, f"no recap of {host} in:\n{self.output}"
        return int(found[1])

    def changes(self, host: str) -> list[str]:
        """The tasks that changed the host, in order; fails when the run did."""
        assert self.code == 0, self.output
        task, found = "", []
        for line in self.output.splitlines():
            if line.startswith(("TASK [", "RUNNING HANDLER [")):
                task = line.partition("[")[2].rpartition("]")[0]
            elif line.startswith(f"changed: [{host}]") and task not in found[-1:]:
                found.append(task)
        return found

    def changed(self, host: str) -> int:
        """The number of changes on a host; fails when the run did."""
        assert self.code == 0, self.output
        return self.count(host, "changed")


def ansible_playbook(name: str, *options: str, variables: Mapping[str, object] | None = None) -> PlaybookRun:
    """Run ``playbooks/NAME.yml``; the variables go through a file that only this user can read."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as extra:
        json.dump(dict(variables or {}), extra)
        extra.flush()
        done = subprocess.run(
            ["ansible-playbook", f"playbooks/{name}.yml", *options, "--extra-vars", f"@{extra.name}"],
            cwd=ROOT,
            env={**os.environ, "ANSIBLE_NOCOLOR": "true", "ANSIBLE_FORCE_COLOR": "false"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    return PlaybookRun(done.returncode, done.stdout)


def read_state(gateway: Gateway) -> tuple[str, ...]:
    """What a run without right would change: files, and the processes that serve."""
    files = "/etc/litellm /etc/gateway-redis /etc/gateway-edge /etc/systemd /opt/litellm -xdev -type f"
    sums = gateway.host.check_output(f"find {files} -not -name '*.pyc' -printf '%p %s %T@ %m\\n' | sort | sha256sum")
    units = ("litellm@1.service", "litellm@2.service", "gateway-redis.service", "gateway-edge.service")
    return sums, *(gateway.show("MainPID", unit) for unit in units)
