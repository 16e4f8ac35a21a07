"""Settings of the role litellm that are refused; each sentence is asserted whole."""

from typing import Any

import pytest

from platelayer.settings.base import find_unknown_variables
from platelayer.settings.litellm_settings import LitellmSettings

GOOD_KEY = "sk-" + "0123456789abcdef" * 4
GOOD = {
    "litellm_version": "1.106.2",
    "has_lock": True,
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


def test_a_version_without_a_lock() -> None:
    sentence = "litellm_version: 1.99.0 has no lock at litellm_lock; make one with `make lock LITELLM=1.99.0`"
    assert find_problems(litellm_version="1.99.0", has_lock=False) == [sentence]
    (problem,) = find_problems(litellm_version="1.82.7", has_lock=False)
    assert "compromised" in problem


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
