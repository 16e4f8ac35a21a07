"""The rendered config: what LiteLLM is told, down to the order of layers and the place of prices."""

import pytest
import yaml

from platelayer.gateway import litellm_config
from platelayer.gateway.build import build
from platelayer.providers import load_kinds
from platelayer.schema import parse

HOOKS = "platelayer_cooldown:install,platelayer_model_list:install,platelayer_body_limit:install"
RELAY = {"kind": "openai_compatible", "api_base": "http://192.0.2.10:8317/v1", "api_key": "planted-relay-key"}
PAID = {"kind": "openai_compatible", "api_base": "https://api.example.com/v1", "api_key": "planted-paid-key"}
PROVIDERS = {
    "relay": RELAY,
    "paid": PAID,
    "box": {"kind": "openai_compatible", "api_base": "http://192.0.2.20:8080/v1"},
    "ollama": {"kind": "ollama", "api_base": "http://192.0.2.20:11434"},
    "anthropic": {"kind": "anthropic", "api_key": "planted-anthropic-key"},
    "off": {"kind": "openai", "api_key": "planted-off-key", "enabled": False},
}


def config(extra: dict | None = None, **raw: object) -> dict:
    return litellm_config.make_config(build(parse({"providers": PROVIDERS, **raw}), {}), extra=extra)


def only(built: dict) -> dict:
    (entry,) = built["model_list"]
    return entry


def test_layers_keep_their_order_and_say_who_they_are() -> None:
    layers = [{"provider": name, "id": f"{name}-model"} for name in ("relay", "paid", "box")]
    built = config(virtual_models=[{"name": "auto-chat", "layers": layers}])
    seen = [
        (
            entry["model_name"],
            entry["litellm_params"]["order"],
            entry["litellm_params"]["model"],
            entry["model_info"]["id"],
        )
        for entry in built["model_list"]
    ]
    assert seen == [
        ("auto-chat", 1, "hosted_vllm/relay-model", "auto-chat/1-relay"),
        ("auto-chat", 2, "hosted_vllm/paid-model", "auto-chat/2-paid"),
        ("auto-chat", 3, "hosted_vllm/box-model", "auto-chat/3-box"),
    ]


def test_keys_are_referred_to_and_written_once() -> None:
    built = config(models=[{"name": "a", "provider": "relay", "id": "x"}])
    assert only(built)["litellm_params"]["api_key"] == "os.environ/RELAY_API_KEY"
    assert "planted" not in litellm_config.to_yaml(built)
    variables = litellm_config.make_environment(parse({"providers": PROVIDERS}))
    assert variables == {
        "RELAY_API_KEY": "planted-relay-key",
        "PAID_API_KEY": "planted-paid-key",
        "ANTHROPIC_API_KEY": "planted-anthropic-key",
        "LITELLM_WORKER_STARTUP_HOOKS": HOOKS,
        "GRACEFUL_SHUTDOWN_TIMEOUT": "300",
    }


def test_a_stopping_instance_waits_for_the_longest_answer() -> None:
    gateway = parse(
        {
            "providers": PROVIDERS,
            "models": [{"name": "a", "provider": "relay", "id": "x", "timeout": 900.5}],
            "virtual_models": [{"name": "b", "layers": [{"provider": "paid", "id": "x", "timeout": 400}]}],
        }
    )
    assert litellm_config.make_environment(gateway)["GRACEFUL_SHUTDOWN_TIMEOUT"] == "901"


REDIS = {"host": "192.0.2.30", "port": 6380, "password": "planted-redis-password", "timeout": 0.5}
ASKED_WITHIN = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}


def test_redis_is_named_by_host_and_port_with_timeouts() -> None:
    built = config(redis=REDIS)
    router = built["router_settings"]
    assert (router["redis_host"], router["redis_port"]) == ("192.0.2.30", 6380)
    assert router["redis_password"] == "os.environ/REDIS_PASSWORD"
    assert router["cache_kwargs"] == ASKED_WITHIN
    assert "cache" not in built["litellm_settings"]
    assert "redis_url" not in litellm_config.to_yaml(built)
    assert "planted" not in litellm_config.to_yaml(built)
    variables = litellm_config.make_environment(parse({"redis": REDIS}))
    assert variables["REDIS_PASSWORD"] == "planted-redis-password"


def test_redis_has_the_user_the_database_and_the_tls_of_the_inventory() -> None:
    redis = {**REDIS, "username": "shop", "database": 2, "tls": True}
    built = config(redis=redis, cache={"enabled": True, "type": "redis"})
    options = {**ASKED_WITHIN, "username": "shop", "db": 2, "ssl": True}
    assert built["router_settings"]["cache_kwargs"] == options
    assert built["litellm_settings"]["cache_params"].items() >= options.items()


def test_a_redis_without_a_password_gets_none() -> None:
    redis = {"host": "192.0.2.30", "without_password": True}
    assert "password" not in litellm_config.to_yaml(config(redis=redis, cache={"enabled": True, "type": "redis"}))
    assert "REDIS_PASSWORD" not in litellm_config.make_environment(parse({"redis": redis}))


def test_without_redis_nothing_names_it() -> None:
    gateway = {"redis": {"enabled": False}}
    assert "redis" not in litellm_config.to_yaml(config(**gateway)).lower()
    assert "REDIS_PASSWORD" not in litellm_config.make_environment(parse(gateway))


def test_answers_are_cached_in_redis_when_asked_for() -> None:
    built = config(redis=REDIS, cache={"enabled": True, "type": "redis", "ttl": 60})
    assert built["litellm_settings"]["cache_params"] == {
        "type": "redis",
        "ttl": 60,
        "host": "192.0.2.30",
        "port": 6380,
        "password": "os.environ/REDIS_PASSWORD",
        **ASKED_WITHIN,
    }


def test_each_kind_is_addressed_as_litellm_wants() -> None:
    models = [
        {"name": "a", "provider": "box", "id": "qwen"},
        {"name": "b", "provider": "ollama", "id": "qwen"},
        {"name": "c", "provider": "ollama", "id": "embed", "mode": "embedding"},
        {"name": "d", "provider": "anthropic", "id": "claude"},
    ]
    params = [entry["litellm_params"] for entry in config(models=models)["model_list"]]
    assert params == [
        {
            "model": "hosted_vllm/qwen",
            "api_base": "http://192.0.2.20:8080/v1",
            "api_key": "no-key-needed",
            "use_chat_completions_api": True,
        },
        {"model": "ollama_chat/qwen", "api_base": "http://192.0.2.20:11434"},
        {"model": "ollama/embed", "api_base": "http://192.0.2.20:11434"},
        {"model": "anthropic/claude", "api_key": "os.environ/ANTHROPIC_API_KEY"},
    ]


@pytest.mark.parametrize(
    ("provider", "model", "expected"),
    [
        ({}, {}, ("hosted_vllm/x", True, None)),
        ({"native_paths": ["/v1/messages"]}, {}, ("hosted_vllm/x", True, ["/v1/messages"])),
        ({"native_paths": ["/v1/responses"]}, {}, ("hosted_vllm/x", None, ["/v1/responses"])),
        ({}, {"native_paths": ["/v1/messages"]}, ("hosted_vllm/x", True, ["/v1/messages"])),
        ({"native_paths": ["/v1/messages"]}, {"native_paths": []}, ("hosted_vllm/x", True, None)),
        ({"litellm_provider": "openai"}, {}, ("openai/x", None, None)),
        ({"kind": "cliproxyapi"}, {}, ("hosted_vllm/x", None, ["/v1/messages", "/v1/responses"])),
        ({"kind": "cliproxyapi", "native_paths": []}, {}, ("hosted_vllm/x", True, None)),
        ({"kind": "cliproxyapi", "litellm_provider": "openai"}, {}, ("openai/x", None, None)),
        ({"kind": "new_api"}, {}, ("hosted_vllm/x", True, ["/v1/messages"])),
        ({"kind": "requesty", "api_key": "k"}, {}, ("hosted_vllm/x", True, None)),
        ({"kind": "litellm"}, {}, ("litellm_proxy/x", True, None)),
        ({"kind": "openrouter", "api_key": "k"}, {}, ("openrouter/x", True, None)),
        ({"kind": "openai", "api_key": "k"}, {}, ("openai/x", None, None)),
        ({}, {"extra": {"model": "openai/x"}}, ("openai/x", None, None)),
        ({"extra": {"custom_llm_provider": "openai"}}, {}, ("hosted_vllm/x", None, None)),
        ({}, {"mode": "rerank"}, ("hosted_vllm/x", None, None)),
        ({}, {"mode": "responses"}, ("openai/x", None, None)),
    ],
)
def test_what_a_server_does_not_have_becomes_a_chat(provider: dict, model: dict, expected: tuple) -> None:
    providers = {"p": {"kind": "openai_compatible", "api_base": "http://192.0.2.1/v1", **provider}}
    entry = only(config(providers=providers, models=[{"name": "a", "provider": "p", "id": "x", **model}]))
    params = entry["litellm_params"]
    seen = params["model"], params.get("use_chat_completions_api"), entry["model_info"].get("supported_endpoints")
    assert seen == expected


@pytest.mark.parametrize(
    ("raw", "lonely"),
    [
        ({"models": [{"name": "a", "provider": "box", "id": "x"}]}, ["a/box"]),
        (
            {"models": [{"name": "a", "provider": p, "id": "x", "order": n} for n, p in ((1, "box"), (2, "relay"))]},
            [],
        ),
        ({"models": [{"name": n, "provider": "box", "id": n, "fallbacks": f} for n, f in (("a", ["b"]), ("b", []))]},
         ["b/box"]),
        ({"models": [{"name": "a", "provider": "box", "id": "x", "fallbacks": ["gone"]},
                     {"name": "gone", "provider": "off", "id": "x"}]}, ["a/box"]),
        ({"models": [{"name": n, "provider": "box", "id": n} for n in ("a", "b")],
          "router": {"default_fallbacks": ["b"]}}, ["b/box"]),
        ({"virtual_models": [{"name": "v", "layers": [{"provider": "box", "id": "x"}]}]}, ["v/1-box"]),
    ],
)  # fmt: skip
def test_what_nothing_can_replace_never_cools_down(raw: dict, lonely: list[str]) -> None:
    never = [
        entry["model_info"]["id"] for entry in config(**raw)["model_list"] if "allowed_fails" in entry["model_info"]
    ]
    assert never == lonely


def test_kinds_are_found_by_themselves() -> None:
    assert list(load_kinds()) == [
        "anthropic",
        "azure",
        "bedrock",
        "cliproxyapi",
        "echo",
        "litellm",
        "nano_gpt",
        "new_api",
        "novita",
        "ollama",
        "openai",
        "openai_compatible",
        "openrouter",
        "requesty",
        "sagemaker",
        "vertex_ai",
        "volces_ark",
    ]


def test_prices_limits_and_the_rest_stand_where_litellm_reads_them() -> None:
    model = {
        "name": "a",
        "provider": "box",
        "id": "x",
        "mode": "embedding",
        "weight": 3,
        "timeout": 20,
        "input_cost_per_token": 1e-7,
        "output_cost_per_token": 2e-6,
        "max_input_tokens": 8192,
        "extra": {"temperature": 0},
    }
    entry = only(config(models=[model]))
    assert entry["litellm_params"] == {
        "model": "hosted_vllm/x",
        "api_base": "http://192.0.2.20:8080/v1",
        "api_key": "no-key-needed",
        "timeout": 20,
        "weight": 3,
        "input_cost_per_token": 1e-7,
        "output_cost_per_token": 2e-6,
        "temperature": 0,
    }
    info = {"id": "a/box", "mode": "embedding", "allowed_fails": 1_000_000, "max_input_tokens": 8192}
    assert entry["model_info"] == info


def test_wildcards() -> None:
    built = config(models=[{"name": "*", "provider": "relay", "id": "*"}])
    assert only(built)["model_name"] == "*"
    assert only(built)["litellm_params"]["model"] == "hosted_vllm/*"
    assert litellm_config.list_names(built) == []


def test_aliases_and_fallbacks() -> None:
    models = [
        {
            "name": "a",
            "provider": "box",
            "id": "x",
            "fallbacks": ["b", "gone"],
            "aliases": ["a1", {"name": "a2", "hidden": True}],
        },
        {"name": "b", "provider": "relay", "id": "y"},
        {"name": "gone", "provider": "off", "id": "z", "aliases": ["gone1"]},
    ]
    built = config(models=models, router={"default_fallbacks": ["b", "gone"]})
    router = built["router_settings"]
    assert router["fallbacks"] == [{"a": ["b"]}, {"a1": ["b"]}, {"a2": ["b"]}]
    assert router["default_fallbacks"] == ["b"]
    assert router["model_group_alias"] == {"a1": "a", "a2": {"model": "a", "hidden": True}}
    assert litellm_config.list_names(built) == ["a", "a1", "b"]


def test_deployments_of_one_name_share_their_fallbacks() -> None:
    models = [
        {"name": "a", "provider": "box", "id": "x", "weight": 1, "fallbacks": ["b"]},
        {"name": "a", "provider": "relay", "id": "x", "weight": 1, "fallbacks": ["c", "b"]},
        {"name": "b", "provider": "relay", "id": "y"},
        {"name": "c", "provider": "relay", "id": "z"},
    ]
    assert config(models=models)["router_settings"]["fallbacks"] == [{"a": ["b", "c"]}]


def test_several_deployments_share_a_name() -> None:
    models = [
        {"name": "a", "provider": "box", "id": "x", "weight": 9},
        {"name": "a", "provider": "relay", "id": "x", "weight": 1},
    ]
    built = config(models=models)
    assert [(entry["model_info"]["id"], entry["litellm_params"]["weight"]) for entry in built["model_list"]] == [
        ("a/box", 9),
        ("a/relay", 1),
    ]


def test_extra_is_merged_last_and_wins() -> None:
    built = config(
        {"router_settings": {"num_retries": 5}, "general_settings": {"alerting": ["slack"]}, "new": {"x": 1}}
    )
    assert built["router_settings"]["num_retries"] == 5
    assert built["router_settings"]["cooldown_time"] == 30
    assert built["general_settings"] == {
        "master_key": "os.environ/LITELLM_MASTER_KEY",
        "trusted_proxy_ranges": [],
        "use_x_forwarded_for": False,
        "enable_drain_endpoint": True,
        "alerting": ["slack"],
    }
    assert built["new"] == {"x": 1}


def test_a_default_model_needs_the_hook_and_its_variable() -> None:
    raw = {"models": [{"name": "a", "provider": "box", "id": "x"}], "router": {"default_model": "a"}}
    variables = litellm_config.make_environment(parse({"providers": PROVIDERS, **raw}))
    assert variables["PLATELAYER_DEFAULT_MODEL"] == "a"
    assert variables["LITELLM_WORKER_STARTUP_HOOKS"] == f"{HOOKS},platelayer_default_model:install"
    # A callback would slow every request down.
    assert "callbacks" not in config(**raw)["litellm_settings"]


def test_the_cache_is_off_unless_asked_for() -> None:
    assert "cache" not in config()["litellm_settings"]
    settings = config(cache={"enabled": True, "ttl": 60})["litellm_settings"]
    assert (settings["cache"], settings["cache_params"]) == (True, {"type": "local", "ttl": 60})


def test_yaml_says_what_the_config_says() -> None:
    hard = ["on", "1e-7", "012", "a: b", "{{ x }}", "é\u2028x", "#x", "- y", "null", "'", '"']
    models = [{"name": f"m{number}", "provider": "box", "id": text} for number, text in enumerate(hard)]
    built = config(models=[*models, {"name": "p", "provider": "box", "id": "x", "input_cost_per_token": 1e-7}])
    assert yaml.safe_load(litellm_config.to_yaml(built)) == built


def test_an_empty_inventory_is_a_config_too() -> None:
    assert yaml.safe_load(litellm_config.to_yaml(config()))["model_list"] == []
