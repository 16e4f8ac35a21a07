"""LiteLLM asks a provider whose certificate is signed by a CA that only this machine trusts."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import HOOKS
from fakes import Fakes

ASK = """
import sys
sys.path.insert(0, sys.argv[1])
import platelayer_launcher
platelayer_launcher.SYSTEM_BUNDLES = ("/no/such/bundle.pem", sys.argv[2])
platelayer_launcher.trust_system_cas()
import litellm
message = [{"role": "user", "content": "Hello"}]
answer = litellm.completion("hosted_vllm/m", messages=message, api_base=sys.argv[3], api_key="k", num_retries=0)
print(answer.choices[0].message.content)
"""


@pytest.fixture(scope="module")
def provider(certificate) -> Iterator[Fakes]:
    """A provider that shows that certificate."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    with Fakes({}, {}, tls) as server:
        yield server


def ask(runtime: Path, bundle: Path, provider: Fakes) -> subprocess.CompletedProcess[str]:
    """Return what LiteLLM prints where the machine's CAs are in this file."""
    command = [runtime / "bin/python", "-c", ASK, HOOKS, bundle, f"{provider.address}/vllm/v1"]
    environment = {"PATH": "/usr/bin:/bin", "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)


def test_what_the_machine_trusts_litellm_trusts(runtime, certificate, provider) -> None:
    run = ask(runtime, certificate.with_suffix(".crt"), provider)
    assert run.stdout.strip() == "Hello.", run.stderr[-2000:]


def test_what_the_machine_does_not_trust_is_refused(runtime, provider) -> None:
    run = ask(runtime, Path("/no/such/bundle.pem"), provider)
    assert "Hello." not in run.stdout
    assert "certificate verify failed" in run.stderr
