"""What an inventory must keep to; each refusal is asserted whole."""

import pytest

from platelayer.gateway.build import build
from platelayer.schema import parse

PROVIDERS = {
    "echo": {"kind": "echo", "api_base": "http://127.0.0.1:4010/v1"},
    "off": {"kind": "openai", "enabled": False},
}


def model(name: str = "a", **more: object) -> dict:
    return {"name": name, "provider": "echo", "id": "x", **more}


def found(**raw: object) -> list[str]:
    return list(build(parse({"providers": PROVIDERS, **raw}), {}).problems)


@pytest.mark.parametrize(
    ("providers", "expected"),
    [
        (
            {"p": {"kind": "quux"}},
            "gateway_providers.p: kind 'quux' is unknown; write one of: anthropic, azure, bedrock, "
            "cliproxyapi, echo, litellm, nano_gpt, new_api and 9 more",
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
            "gateway_providers.p: 'api_key' is empty, and openai answers nobody without; write it into the vault",
        ),
        (
            {"p": {"kind": "openai", "api_key": "  "}},
            "gateway_providers.p: 'api_key' is empty, and openai answers nobody without; write it into the vault",
        ),
        (
            {"p": {"kind": "litellm", "api_base": "http://192.0.2.10:4000", "api_key": ""}},
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
            {"p": {"kind": "openai", "api_key": "os.environ/OPENAI_API_KEY"}},
            "gateway_providers.p: 'api_key' only names the environment variable OPENAI_API_KEY; write the key itself "
            "into the vault",
        ),
        (
            {"p": {"kind": "openai", "api_key": "${OPENAI_API_KEY}"}},
            "gateway_providers.p: 'api_key' only names the environment variable OPENAI_API_KEY; write the key itself "
            "into the vault",
        ),
        (
            {"p": {"kind": "openai", "api_key": "Bearer sk-abc"}},
            "gateway_providers.p: 'api_key' begins with 'Bearer', which LiteLLM adds; write the key alone",
        ),
        (
            {"p": {"kind": "openai", "api_key": "“sk-abc”"}},
            "gateway_providers.p: 'api_key' holds a character that no key has (U+201C, left double quotation mark); "
            "write the bare key",
        ),
        (
            {"p": {"kind": "openai", "api_key": "sk-abc "}},
            "gateway_providers.p: 'api_key' holds a character that no key has (U+0020, space); write the bare key",
        ),
        (
            {"p": {"kind": "openai", "api_key": "sk-\u200babc"}},
            "gateway_providers.p: 'api_key' holds a character that no key has (U+200B, zero width space); "
            "write the bare key",
        ),
        (
            {"p": {"kind": "openai_compatible", "api_base": "http://192.0.2.20:8080/v1/chat/completions"}},
            "gateway_providers.p: 'api_base' ends in /chat/completions, which is added for each call; "
            "write the part before it",
        ),
        (
            {"p": {"kind": "ollama", "api_base": "http://192.0.2.20:11434/api/chat/"}},
            "gateway_providers.p: 'api_base' ends in /api/chat, which is added for each call; write the part before it",
        ),
        (
            {"p": {"kind": "openai", "api_key": "k", "list_base": "https://api.example.com/v1/models"}},
            "gateway_providers.p: 'list_base' ends in /models, which is added for each call; write the part before it",
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
        (
            {"p": {"kind": "azure", "api_key": "k"}},
            "gateway_providers.p: 'api_base' is missing; write the server's address such as https://NAME.openai.azure.com",
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
            {"models": [model("模型")]},
            "gateway_models[0]: name '模型' has characters outside Latin-1, with which LiteLLM answers 500 to every "
            "request; write another",
        ),
        (
            {"models": [model(id="模型")]},
            "gateway_models[0]: id '模型' has characters outside Latin-1, with which LiteLLM answers 500 to every "
            "request; write another",
        ),
        (
            {"models": [model(deployment_id="模型")]},
            "gateway_models[0]: deployment_id '模型' has characters outside Latin-1, with which LiteLLM answers 500 to "
            "every request; write another",
        ),
        (
            {"models": [model(aliases=["模型"])]},
            "'a': alias '模型' has characters outside Latin-1, with which LiteLLM answers 500 to every request; "
            "write another",
        ),
        (
            {"models": [model(), model("dead/*", id="*", fallbacks=["a"])]},
            "'dead/*': LiteLLM never uses the fallbacks of a wildcard; write them into "
            "gateway_router.default_fallbacks, or give the model that needs them a name of its own",
        ),
        (
            {"models": [model(aliases=["b/*"])]},
            "'a': its alias 'b/*' is a wildcard, which LiteLLM never matches; write a name",
        ),
        (
            {"models": [model("b/*", id="*")], "router": {"default_fallbacks": ["b/*"]}},
            "gateway_router.default_fallbacks: 'b/*' is a wildcard; write a name that it catches",
        ),
        (
            {"models": [model("a*b")]},
            "'a*b': a wildcard must end the name; write one such as 'a*'",
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
            {"redis": {"password": "short!", "without_password": True}},
            "gateway_redis.without_password: there is a password; remove one of the two",
        ),
        (
            {"redis": {"username": "shop", "without_password": True}},
            "gateway_redis.username: a user has a password; write it, or remove the user",
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
