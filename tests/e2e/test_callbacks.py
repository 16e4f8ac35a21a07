"""Callbacks: LiteLLM starts and answers with those that the lock has packages for, and with a further package."""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
import yaml
from conftest import LOCK, ROOT, Gateway, install_runtime, render_config, serve

from platelayer.host.ports import find_free_port
from platelayer.settings import litellm_packages

OPERATIONS = ROOT / "docs/operations.md"


@pytest.fixture(scope="module")
def environment(tmp_path_factory, fakes) -> Path:
    """An environment whose LiteLLM tells Prometheus, OpenTelemetry, Langfuse and Sentry."""
    folder = tmp_path_factory.mktemp("inventories") / "home"
    variables = folder / "group_vars/all"
    variables.mkdir(parents=True)
    (folder / "hosts.yml").write_text("gateway: {hosts: {localhost: {ansible_connection: local}}}\n")
    vllm = {"kind": "openai_compatible", "api_base": f"{fakes.address}/vllm/v1"}
    extra = {"callbacks": ["prometheus", "otel"], "success_callback": ["langfuse", "sentry"]}
    inventory = {
        "gateway_providers": {"vllm": vllm},
        "gateway_models": [{"name": "chat", "provider": "vllm", "id": "x"}],
        "gateway_redis": {"enabled": False},
        "litellm_config_extra": {"litellm_settings": extra},
        "litellm_master_key": f"sk-{'0123456789abcdef' * 2}",
    }
    (variables / "gateway.yml").write_text(yaml.safe_dump(inventory))
    return folder


@pytest.fixture(scope="module")
def packages(environment) -> Path:
    """The file of further packages, made by the commands of docs/operations.md."""
    document = OPERATIONS.read_text().split("\n## Further packages\n")[1]
    commands = re.search(r"```bash\n(.*?)```", document, re.DOTALL)[1]
    commands = commands.replace("inventories/home", str(environment))
    subprocess.run(["bash", "-euc", commands], cwd=ROOT, check=True, capture_output=True)
    return environment / "litellm-packages.txt"


@pytest.fixture(scope="module")
def collector() -> Iterator[list[str]]:
    """Paths at which OpenTelemetry's spans arrive."""
    paths: list[str] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            paths.append(f"http://127.0.0.1:{self.server.server_port}{self.path}")
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    paths.append(f"http://127.0.0.1:{server.server_port}/v1/traces")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield paths
    server.shutdown()


@pytest.fixture(scope="module")
def told(environment, packages, collector, tmp_path_factory) -> Iterator[Gateway]:
    """A LiteLLM with these callbacks; nobody listens where Langfuse and Sentry should."""
    config = render_config(environment, tmp_path_factory.mktemp("callbacks"))
    nobody = f"127.0.0.1:{find_free_port()}"
    variables = {
        "LANGFUSE_PUBLIC_KEY": "pk-lf-EXAMPLE",
        "LANGFUSE_SECRET_KEY": "sk-lf-EXAMPLE",
        "LANGFUSE_HOST": f"http://{nobody}",
        "SENTRY_DSN": f"http://key@{nobody}/1",
        "OTEL_EXPORTER": "otlp_http",
        "OTEL_ENDPOINT": collector[0].removesuffix("/v1/traces"),
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }
    with serve(install_runtime(f"{LOCK.read_text()}\n{packages.read_text()}"), config, **variables) as gateway:
        yield gateway


def wait_for(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_requests_are_answered_and_told_to_prometheus_and_opentelemetry(told, collector) -> None:
    answers = [told.chat("chat") for _ in range(3)]
    assert [answer.json()["choices"][0]["message"]["content"] for answer in answers] == ["Hello."] * 3
    wait_for(lambda: "litellm_proxy_total_requests_metric_total{" in read_metrics(told))
    wait_for(lambda: len(collector) > 1)
    assert set(collector) == {collector[0]}


def read_metrics(gateway: Gateway) -> str:
    answer = httpx.get(
        f"{gateway.url}/metrics", headers={"Authorization": f"Bearer {gateway.key}"}, follow_redirects=True, timeout=30
    )
    assert answer.status_code == 200, answer.text
    return answer.text


def test_metrics_are_shown_to_nobody_without_a_key(told) -> None:
    assert httpx.get(f"{told.url}/metrics", follow_redirects=True, timeout=30).status_code == 401


# Run by LiteLLM's own Python; prints which callbacks cannot start for want of a package.
ASK = r"""
import inspect, json, logging, re, subprocess, sys, typing

LOCKED = ("langfuse", "prometheus_client", "opentelemetry.sdk", "opentelemetry.exporter", "google.auth")

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.startswith(LOCKED):
            raise ModuleNotFoundError(f"No module named '{name}'")

sys.meta_path.insert(0, Missing())
import litellm
from litellm.litellm_core_utils import litellm_logging

def refuse(command, **_):
    raise ModuleNotFoundError(f"it would run {command}")

def is_missing(error):
    return isinstance(error, ImportError) or "not installed" in str(error)

subprocess.check_call = refuse
errors = []
handler = logging.Handler()
handler.emit = lambda record: errors.append((record.exc_info or (None, None))[1])
logging.getLogger("LiteLLM").handlers = [handler]
found = {"callbacks": [], "results": []}
for name in typing.get_args(litellm._custom_logger_compatible_callbacks_literal):
    errors.clear()
    litellm_logging._init_custom_logger_compatible_class(name, None, None)
    if any(map(is_missing, errors)):
        found["callbacks"].append(name)
for name in re.findall(r'callback == "([a-z0-9_]+)"', inspect.getsource(litellm_logging.set_callbacks)):
    try:
        litellm_logging.set_callbacks([name])
    except Exception as error:
        if is_missing(error):
            found["results"].append(name)
print("\n" + json.dumps(found))
"""
# Variables that some want before they look for their package.
ASKED_FIRST = (
    *("LANGTRACE_API_KEY", "LEVOAI_API_KEY", "LEVOAI_ORG_ID", "LEVOAI_WORKSPACE_ID", "LEVOAI_COLLECTOR_URL"),
    *("LOGFIRE_TOKEN", "SIGNOZ_INGESTION_ENDPOINT", "WANDB_API_KEY", "WANDB_PROJECT_ID"),
)
# They start, and miss the package with the first request.
LATE = {"azure_content_safety", "azure_storage", "gcs_bucket", "gcs_pubsub", "hide_secrets", "newrelic"}


def test_the_callbacks_that_lack_a_package_are_those_of_the_table(runtime, tmp_path) -> None:
    variables = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    run = subprocess.run(
        [runtime / "bin/python", "-c", ASK],
        env=variables | dict.fromkeys(ASKED_FIRST, "http://127.0.0.1:9"),
        capture_output=True,
        text=True,
        timeout=200,
        cwd=tmp_path,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    found = json.loads(run.stdout.splitlines()[-1])
    needs = litellm_packages.NEEDS
    assert set(found["callbacks"]) == needs["callbacks"].keys() - LATE
    assert set(found["results"]) == needs["results"].keys() | {"langfuse"}
