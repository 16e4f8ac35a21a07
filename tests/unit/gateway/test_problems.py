"""What an inventory must keep to; each refusal is asserted whole."""

import pytest

from platelayer.gateway.problems import (
    inventory_problems,
    litellm_problems,
    master_key_problem,
    port_problem,
    unknown_variables,
    version_problem,
)
from platelayer.schema import parse

GOOD_KEY = "sk-" + "0123456789abcdef" * 4
PROVIDERS = {
    "echo": {"kind": "echo", "api_base": "http://127.0.0.1:4010/v1"},
    "off": {"kind": "openai", "enabled": False},
}


def model(name: str = "a", **more: object) -> dict:
    return {"name": name, "provider": "echo", "id": "x", **more}


def found(**raw: object) -> list[str]:
    return inventory_problems(parse({"providers": PROVIDERS, **raw}))


@pytest.mark.parametrize(
    ("providers", "expected"),
    [
        (
            {"p": {"kind": "quux"}},
            "gateway_providers.p: kind 'quux' is unknown; write one of: anthropic, cliproxyapi, echo, litellm, "
            "nano_gpt, new_api, novita, ollama and 5 more",
        ),
        (
            {"p": {"kind": "openrooter", "api_key": "k"}},
            "gateway_providers.p: kind 'openrooter' is unknown; did you mean 'openrouter'?",
        ),
        (
            {"p": {"kind": "opena"}},
            "gateway_providers.p: kind 'opena' is unknown; did you mean 'openai'?",
        ),
        (
            {"p": {"kind": "anthropic"}},
            "gateway_providers.p: 'api_key' is missing, and anthropic answers nobody without; write it into the vault",
        ),
        (
            {"p": {"kind": "openai", "api_key": ""}},
            "gateway_providers.p: 'api_key' is empty; "
            "write the key into the vault, or drop the option if none is needed",
        ),
        (
            {"p": {"kind": "openai", "api_key": "  "}},
            "gateway_providers.p: 'api_key' is empty; "
            "write the key into the vault, or drop the option if none is needed",
        ),
        (
            {"p": {"kind": "openai", "api_key": "a'b"}},
            "gateway_providers.p: 'api_key' holds a quote or a line break; write the bare key",
        ),
        (
            {"p": {"kind": "ollama"}},
            "gateway_providers.p: 'api_base' is missing; write the server's address such as http://192.0.2.10:8080/v1",
        ),
        (
            {"p": {"kind": "ollama", "api_base": "192.0.2.10:11434"}},
            "gateway_providers.p: 'api_base' is not a URL; write http://HOST:PORT/v1 or https://…",
        ),
        (
            {"p-q": {"kind": "openai", "api_key": "k"}, "p_q": {"kind": "openai", "api_key": "k"}},
            "gateway_providers.p_q: its key would share P_Q_API_KEY with provider 'p-q'; rename one of them",
        ),
        (
            {"p": {"kind": "openai", "api_key": "k", "extra": {"api_key": "other"}}},
            "gateway_providers.p: 'extra.api_key' would put a secret into the config; "
            "write the key as 'api_key' of the provider",
        ),
    ],
)
def test_providers(providers: dict, expected: str) -> None:
    assert found(providers=providers) == [expected]


def test_a_disabled_provider_needs_no_key_and_takes_its_models_away() -> None:
    assert found(models=[model(), model("b", provider="off", id="gpt")]) == []


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (
            {"models": [model(provider="ecko")]},
            "gateway_models[0] (a): provider 'ecko' is not in gateway_providers; did you mean 'echo'?",
        ),
        (
            {"models": [model(weight=1), model(weight=1)]},
            "gateway_models[1] (a): its deployment id 'a/echo' is that of gateway_models[0] too; "
            "write another as 'deployment_id'",
        ),
        (
            {
                "models": [model(deployment_id="v/1-echo")],
                "virtual_models": [{"name": "v", "layers": [{"provider": "echo", "id": "x"}]}],
            },
            "gateway_models[0] (a): its deployment id 'v/1-echo' is that of a layer of 'v'; "
            "write another as 'deployment_id'",
        ),
        (
            {"models": [model(), model(deployment_id="other")]},
            "gateway_models[0], gateway_models[1] are all named 'a'; "
            "give each a 'weight' if they shall share the load, "
            "or an 'order' if one comes after the other, else rename",
        ),
        (
            {"models": [model("v")], "virtual_models": [{"name": "v", "layers": [{"provider": "echo", "id": "x"}]}]},
            "gateway_models[0] (v) shadows the virtual model of that name; rename one of them",
        ),
        (
            {"virtual_models": [{"name": "v", "layers": [{"provider": "off", "id": "x"}]}]},
            "gateway_virtual_models[0] (v).layers[0]: provider 'off' is disabled; enable it or remove the layer",
        ),
        (
            {"virtual_models": [{"name": "v", "layers": [{"provider": "nobody", "id": "x"}]}]},
            "gateway_virtual_models[0] (v).layers[0]: provider 'nobody' is not in gateway_providers; "
            "write one of: echo, off",
        ),
        (
            {"virtual_models": [{"name": "v", "layers": []}]},
            "gateway_virtual_models[0] (v): 'layers' is empty; write at least one",
        ),
        (
            {"models": [model(fallbacks=["b"])]},
            "'a' falls back to 'b', which no model is named; write one of: a",
        ),
        (
            {"models": [model(fallbacks=["a"])]},
            "'a' falls back to itself; name another model in 'fallbacks'",
        ),
        (
            {"models": [model(aliases=["b"]), model("b")]},
            "alias 'b' of 'a' is the name of a model; write another",
        ),
        (
            {"models": [model(aliases=["c"]), model("b", aliases=["c"])]},
            "alias 'c' stands for both 'a' and 'b'; keep one",
        ),
        (
            {"models": [model()], "router": {"default_model": "aa"}},
            "gateway_router.default_model: 'aa' cannot answer, no model is named so; did you mean 'a'?",
        ),
        (
            {"models": [model(), model("b", provider="off")], "router": {"default_model": "b"}},
            "gateway_router.default_model: 'b' cannot answer, its provider is disabled; write one of: a",
        ),
        (
            {"models": [model()], "router": {"default_fallbacks": ["zz"]}},
            "gateway_router.default_fallbacks: no model is named 'zz'; write one of: a",
        ),
        (
            {"models": [model(extra={"api_key": "sk"})]},
            "gateway_models[0] (a): 'extra.api_key' would put a secret into the config; "
            "write the key as 'api_key' of the provider",
        ),
    ],
)
def test_models(raw: dict, expected: str) -> None:
    assert found(**raw) == [expected]


def test_a_wildcard_serves_as_fallback_and_default() -> None:
    raw = {
        "models": [model("openai/*", id="*"), model(fallbacks=["openai/gpt"])],
        "router": {"default_model": "openai/x"},
    }
    assert found(**raw) == []


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
    assert version_problem(version) == expected


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
    assert port_problem(base_port, instances) == expected


def test_a_misspelt_variable() -> None:
    known = ["litellm_address", "litellm_version"]
    assert unknown_variables(["litellm_adress", "litellm_version"], known) == [
        "litellm_adress is not a variable of these roles; did you mean 'litellm_address'?"
    ]


def test_a_version_without_a_lock() -> None:
    sentence = "litellm_version: 1.99.0 has no lock at litellm_lock; make one with `make lock LITELLM=1.99.0`"
    assert version_problem("1.99.0", has_lock=False) == sentence
    assert "compromised" in str(version_problem("1.82.7", has_lock=False))


def test_a_setting_that_opens_the_gateway() -> None:
    extra = {"general_settings": {"allow_requests_on_db_unavailable": True}}
    assert litellm_problems(version="1.106.2", has_lock=True, master_key=GOOD_KEY, environment={}, extra=extra) == [
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
    assert master_key_problem(key) == expected


def test_environment_variables() -> None:
    environment = {"A-B": "x", "C": "it's", "D": "fine", "E": ""}
    found = litellm_problems(version="1.106.2", has_lock=True, master_key=GOOD_KEY, environment=environment, extra={})
    assert found == [
        "litellm_environment.A-B: is not the name of an environment variable; write letters, digits and underscores",
        "litellm_environment.C: holds a quote or a line break, which an environment file cannot carry; "
        "write it without",
        "litellm_environment.E: is empty; write its value into the vault, or remove the variable",
    ]


@pytest.mark.parametrize(
    ("gateway", "expected"),
    [
        (
            {"redis": {}},
            "gateway_redis.password is missing; write what `openssl rand -hex 32` prints into the vault, as "
            "vault_redis_password, or share nothing with gateway_redis: {enabled: false}",
        ),
        (
            {"redis": {"password": "it's a password"}},
            "gateway_redis.password holds more than letters and digits; write what `openssl rand -hex 32` prints into "
            "the vault, as vault_redis_password",
        ),
        (
            {"redis": {"enabled": False}, "cache": {"enabled": True, "type": "redis"}},
            "gateway_cache.type: 'redis' needs gateway_redis, which is off; turn it on, or write type: local",
        ),
    ],
)
def test_redis(gateway: dict, expected: str) -> None:
    assert found(**gateway) == [expected]


def test_the_password_of_somebody_elses_redis_may_be_any() -> None:
    assert found(redis={"host": "192.0.2.30", "password": "short!"}) == []
