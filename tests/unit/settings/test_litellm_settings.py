"""Settings of the role litellm that are refused; each sentence is asserted whole."""

from typing import Any

import pytest

from platelayer.settings.base import find_unknown_variables, has_misspelt_prefix
from platelayer.settings.litellm_settings import LitellmSettings

GOOD_KEY = "sk-" + "0123456789abcdef" * 4
HASH = f"--hash=sha256:{'0' * 64}"
GOOD = {
    "litellm_version": "1.106.2",
    "lock": f"litellm==1.106.2 {HASH}\nlangfuse==4.15.6 {HASH}\nnumpy==1 ; python_version < '3.12' {HASH}\n",
    "litellm_master_key": GOOD_KEY,
    "litellm_base_port": "4000",
    "litellm_instances": "1",
    "litellm_environment": {},
    "litellm_config_extra": {},
}


def find_problems(**settings: Any) -> list[str]:
    return LitellmSettings.find_problems({**GOOD, **settings})


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1.82.7", "litellm_version: 1.82.7 is a compromised release that steals credentials; write 1.84.0 or newer"),
        ("1.82.8", "litellm_version: 1.82.8 is a compromised release that steals credentials; write 1.84.0 or newer"),
        ("1.83.10", "litellm_version: 1.83.10 has known security holes; write 1.84.0 or newer"),
        ("1.84.0rc1", "litellm_version: 1.84.0rc1 has known security holes; write 1.84.0 or newer"),
        ("latest", "litellm_version: latest is not a version; write one such as 1.106.2"),
        ("1.84.0", None),
        ("1.106.2", None),
    ],
)
def test_versions(version: str, expected: str | None) -> None:
    assert find_problems(litellm_version=version) == [expected] * (expected is not None)


@pytest.mark.parametrize(
    ("base_port", "instances", "expected"),
    [
        (
            "abc",
            "1",
            "litellm_base_port: abc leaves no port for instance 1; write a number from 1 to 65534, such as 4000",
        ),
        (
            "70000",
            "2",
            "litellm_base_port: 70000 leaves no port for instance 2; write a number from 1 to 65533, such as 4000",
        ),
        ("4000", "0", "litellm_instances: 0 is not a number of instances; write 1 or more"),
        ("4000", "-1", "litellm_instances: -1 is not a number of instances; write 1 or more"),
        ("4000", "2", None),
    ],
)
def test_ports(base_port: str, instances: str, expected: str | None) -> None:
    problems = find_problems(litellm_base_port=base_port, litellm_instances=instances)
    assert problems == [expected] * (expected is not None)


def test_a_misspelt_variable() -> None:
    known = ["litellm_address", "litellm_version"]
    assert find_unknown_variables(["litellm_adress", "litellm_version"], known) == [
        "litellm_adress is not a variable of these roles; did you mean 'litellm_address'?"
    ]


@pytest.mark.parametrize(
    ("name", "is_misspelt"),
    [
        ("gatway_router", True),
        ("litelm_instances", True),
        ("litellm-instances", False),
        ("gatehouse_router", False),
        ("gateways_of_the_site", False),
        ("ansible_host", False),
        ("litelm", False),
    ],
)
def test_a_misspelt_prefix_is_noticed_and_variables_of_the_operator_are_not(name: str, is_misspelt: bool) -> None:
    known = ["gateway_router", "gateway_port", "litellm_instances", "edge_tls"]
    assert has_misspelt_prefix(name, ("gateway_", "litellm_"), known) is is_misspelt


def test_a_version_without_a_lock() -> None:
    sentence = "litellm_version: 1.99.0 has no lock at litellm_lock; make one with `make lock LITELLM=1.99.0`"
    assert find_problems(litellm_version="1.99.0", lock=None) == [sentence]
    (problem,) = find_problems(litellm_version="1.82.7", lock=None)
    assert "compromised" in problem


DOCUMENT = "'Further packages' in docs/operations.md shows"


@pytest.mark.parametrize(
    ("extra", "setting", "needed"),
    [
        ({"litellm_settings": {"callbacks": ["langfuse", "prometheus"]}}, "litellm_settings.callbacks: 'prometheus'",
         "prometheus-client"),
        ({"litellm_settings": {"success_callback": "sentry"}}, "litellm_settings.success_callback: 'sentry'",
         "sentry-sdk"),
        ({"litellm_settings": {"failure_callback": ["otel"]}}, "litellm_settings.failure_callback: 'otel'",
         "opentelemetry-sdk and opentelemetry-exporter-otlp"),
        ({"litellm_settings": {"cache": True, "cache_params": {"type": "disk"}}},
         "litellm_settings.cache_params.type: 'disk'", "diskcache"),
        ({"guardrails": [{"litellm_params": {"guardrail": "presidio"}},
                         {"litellm_params": {"guardrail": "hide-secrets"}}]},
         "guardrails[1].litellm_params.guardrail: 'hide-secrets'", "detect-secrets"),
        ({"general_settings": {"key_management_system": "google_kms"}},
         "general_settings.key_management_system: 'google_kms'", "google-cloud-kms"),
    ],
)  # fmt: skip
def test_what_lacks_its_package(extra: dict[str, Any], setting: str, needed: str) -> None:
    assert find_problems(litellm_config_extra=extra) == [
        f"litellm_config_extra.{setting} needs {needed}, which LiteLLM's lock does not hold; add it with "
        f"litellm_packages, as {DOCUMENT}"
    ]


@pytest.mark.parametrize(
    "settings",
    [
        {"callbacks": ["langfuse", "my_code.handler", "no_such_callback"], "success_callback": ["s3", "langfuse"]},
        # LiteLLM does nothing for it there.
        {"callbacks": ["sentry"]},
        {"cache": False, "cache_params": {"type": "disk"}},
        {"cache": True, "cache_params": {"type": "redis"}},
        {"callbacks": None, "cache_params": None},
    ],
)
def test_what_needs_no_package_that_is_missing(settings: dict[str, Any]) -> None:
    assert find_problems(litellm_config_extra={"litellm_settings": settings}) == []


def test_a_further_package_lets_a_callback_pass() -> None:
    further = (
        f"# made by uv\nSentry_SDK==2.75.0 \\\n    {HASH} \\\n    {HASH}\n    # via -r -\nlangfuse==4.15.6 {HASH}\n"
    )
    extra = {"litellm_settings": {"success_callback": ["sentry"]}}
    found = find_problems(litellm_packages="/x.txt", further_lock=further, litellm_config_extra=extra)
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "mlflow==3",
        f"mlflow {HASH}",
        f"mlflow>=3 {HASH}",
        f"mlflow==3,>2 {HASH}",
        "mlflow==3 --hash=sha256:0",
        f"mlflow @ https://example.com/mlflow.whl {HASH}",
        "--pre",
        "-r other.txt",
        "./mlflow.whl",
    ],
)
def test_a_further_package_without_version_and_hashes(line: str) -> None:
    found = find_problems(litellm_packages="/x.txt", further_lock=f"# made by uv\n\ndiskcache==5 {HASH}\n{line}\n")
    assert found == [
        f"litellm_packages: line 4 is not a package with one version and its hashes; make the file as {DOCUMENT}"
    ]


def test_further_packages_that_were_made_for_another_lock() -> None:
    assert find_problems(litellm_packages="/x.txt", further_lock=f"langfuse==5 {HASH}\nnumpy==1 {HASH}") == [
        f"litellm_packages: it has langfuse 5, and LiteLLM's lock has 4.15.6; make it anew for this lock, as {DOCUMENT}"
    ]


def test_a_file_of_further_packages_that_is_not_there() -> None:
    assert find_problems(litellm_packages="packages.txt", further_lock=None) == [
        "litellm_packages: there is no file 'packages.txt'; write its full path"
    ]


def test_a_setting_that_opens_the_gateway() -> None:
    extra = {"general_settings": {"allow_requests_on_db_unavailable": True}}
    assert find_problems(litellm_config_extra=extra) == [
        "litellm_config_extra.general_settings: 'allow_requests_on_db_unavailable' lets every key in, "
        "even a wrong one, as long as no database is connected; remove it"
    ]


ADVICE = (
    "write 'sk-' and what `openssl rand -hex 32` prints into the vault, as vault_litellm_master_key; "
    "in the environment local, remove .platelayer/secrets and run make up"
)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("", f"litellm_master_key is missing; {ADVICE}"),
        (
            "0123456789abcdef" * 4,
            f"litellm_master_key must begin with 'sk-', as LiteLLM demands of its keys; {ADVICE}",
        ),
        (
            "sk-$(openssl rand -hex 32)",
            f"litellm_master_key holds more than letters, digits, '-' and '_', as if it were no key yet; {ADVICE}",
        ),
        ("sk-1234", f"litellm_master_key is well known or easily guessed; {ADVICE}"),
        ("sk-123456789", f"litellm_master_key is well known or easily guessed; {ADVICE}"),
        ("sk-master-key", f"litellm_master_key is well known or easily guessed; {ADVICE}"),
        ("sk-" + "ab" * 20, f"litellm_master_key is well known or easily guessed; {ADVICE}"),
        ("sk-abcdefghij", f"litellm_master_key has 13 characters, which can be guessed; {ADVICE}"),
        (GOOD_KEY, None),
    ],
)
def test_master_keys(key: str, expected: str | None) -> None:
    assert find_problems(litellm_master_key=key) == [expected] * (expected is not None)


def test_environment_variables() -> None:
    environment = {"A-B": "x", "C": "it's", "D": "fine", "E": ""}
    found = find_problems(litellm_environment=environment)
    assert found == [
        "litellm_environment.A-B: is not the name of an environment variable; write letters, digits and underscores",
        "litellm_environment.C: holds a quote or a line break, which an environment file cannot carry; "
        "write it without",
        "litellm_environment.E: is empty; write its value into the vault, or remove the variable",
    ]
