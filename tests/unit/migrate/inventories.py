"""Inventories of every shape that can be rendered, for the property tests."""

from typing import Any

from hypothesis import strategies as st

# How each provider is written without and with a key; one of the kinds that need none has both.
PROVIDERS: dict[str, dict[str, Any]] = {
    "openrouter": {"kind": "openrouter", "api_key": "planted"},
    "requesty": {"kind": "requesty", "api_key": "planted"},
    "nano-gpt": {"kind": "nano_gpt", "api_key": "planted"},
    "novita": {"kind": "novita", "api_base": "https://api.novita.ai/v3/openai", "api_key": "planted"},
    "ark": {"kind": "volces_ark", "api_key": "planted"},
    "plan": {"kind": "volces_ark", "api_base": "https://ark.cn-beijing.volces.com/api/coding/v3", "api_key": "planted"},
    "anthropic": {"kind": "anthropic", "api_key": "planted"},
    "openai": {"kind": "openai", "api_key": "planted"},
    "ollama": {"kind": "ollama", "api_base": "http://192.0.2.20:11434"},
    "relay": {"kind": "cliproxyapi", "api_base": "http://127.0.0.1:8317/v1", "api_key": "planted"},
    "new_api": {"kind": "new_api", "api_base": "http://192.0.2.30:3000/v1", "api_key": "planted"},
    "other_gateway": {"kind": "litellm", "api_base": "http://192.0.2.40:4000", "api_key": "planted"},
    "gpu_box": {"kind": "openai_compatible", "api_base": "http://192.0.2.20:8080/v1"},
    "gpu-box-2": {"kind": "openai_compatible", "api_base": "http://192.0.2.21:8080/v1"},
    "by_hand": {"kind": "openai_compatible", "api_base": "https://openrouter.ai/api/v1", "api_key": "planted"},
}
MODES = ("chat", "completion", "embedding", "image_generation", "rerank", "responses")

words = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)
ids = st.one_of(words, st.builds("{}/{}".format, words, words), st.sampled_from(["*", "openai/gpt-5", "o{{x}}", "on"]))
usd = st.one_of(st.floats(1e-9, 1e-3), st.just(0.0))
seconds = st.integers(1, 900)
extras = st.dictionaries(
    st.sampled_from(["temperature", "rpm", "max_tokens", "drop_params", "tags", "extra_body"]),
    st.one_of(
        st.integers(1, 99),
        st.booleans(),
        st.lists(words, max_size=2),
        st.dictionaries(st.sampled_from(["top_k", "on", "größe"]), words, max_size=2),
    ),
    max_size=2,
)  # fmt: skip
targets = {"id": ids, "provider": st.sampled_from(list(PROVIDERS))}
times = {"timeout": seconds, "stream_timeout": seconds, "extra": extras}
figures = {
    "input_cost_per_token": usd,
    "output_cost_per_token": usd,
    "cache_read_input_token_cost": usd,
    "cache_creation_input_token_cost": usd,
    "max_input_tokens": st.integers(1, 10**6),
    "max_output_tokens": st.integers(1, 10**6),
}
routers = st.fixed_dictionaries(
    {},
    optional={
        "routing_strategy": st.sampled_from(["simple-shuffle", "least-busy", "cost-based-routing"]),
        "num_retries": st.integers(0, 5),
        "allowed_fails": st.integers(0, 5),
        "cooldown_time": seconds,
        "timeout": seconds,
        "stream_timeout": seconds,
        "drop_params": st.booleans(),
    },
)
redis = st.one_of(
    st.just({"enabled": False}),
    st.fixed_dictionaries(
        {"password": st.just("planted0123456789")},
        optional={
            "host": st.just("192.0.2.9"),
            "port": st.integers(1, 9999),
            "timeout": st.floats(0.1, 5),
            "username": st.just("shop"),
            "database": st.integers(1, 15),
            "tls": st.just(True),
        },
    ),
    st.just({"host": "192.0.2.9", "without_password": True}),
)
config_extras = st.fixed_dictionaries(
    {},
    optional={
        "litellm_settings": st.fixed_dictionaries({"request_timeout": seconds, "success_callback": st.lists(words)}),
        "general_settings": st.fixed_dictionaries({"alerting": st.lists(words), "nested": extras}),
        "router_settings": st.fixed_dictionaries({"enable_pre_call_checks": st.booleans()}),
        "guardrails": st.lists(st.fixed_dictionaries({"guardrail_name": words}), min_size=1, max_size=2),
    },
)


@st.composite
def inventories(draw: st.DrawFn) -> dict[str, Any]:
    """Valid `gateway_*` variables without the prefix: groups by weight and by order, layers, aliases, fallbacks."""
    names = draw(st.lists(words, unique=True, min_size=1, max_size=6))
    router = draw(routers)
    models: list[dict[str, Any]] = []
    virtual_models: list[dict[str, Any]] = []
    groups: list[dict[str, Any]] = []
    for name in names:
        shape = draw(st.sampled_from(["one", "weights", "orders", "layers"]))
        if shape == "layers":
            layers = draw(st.lists(st.fixed_dictionaries(targets, optional=times), min_size=1, max_size=3))
            virtual_models.append({"name": name, "mode": draw(st.sampled_from(MODES)), "layers": layers})
            groups.append(virtual_models[-1])
            continue
        size = 1 if shape == "one" else draw(st.integers(2, 3))
        for number in range(size):
            model = {"name": name, **draw(st.fixed_dictionaries(targets, optional={**times, **figures}))}
            model |= {"mode": draw(st.sampled_from(MODES)), "deployment_id": f"{name}/{number}/{draw(words)}"}
            model |= {"weights": {"weight": number + 1}, "orders": {"order": draw(st.integers(1, 9))}}.get(shape, {})
            models.append(model)
        groups.append(models[-size])
    aliases = draw(st.lists(words.map("alias-{}".format), unique=True, max_size=3))
    for alias in aliases:
        group = draw(st.sampled_from(groups))
        group.setdefault("aliases", []).append({"name": alias, "hidden": draw(st.booleans())})
    for group in groups:
        others = [name for name in [*names, *aliases] if name != group["name"]]
        if others and draw(st.booleans()):
            group["fallbacks"] = draw(st.lists(st.sampled_from(others), unique=True, min_size=1, max_size=2))
    if draw(st.booleans()):
        router["default_fallbacks"] = [draw(st.sampled_from(names))]
    server = draw(redis)
    cache = draw(st.sampled_from([{}, {"enabled": True, "ttl": 60}, {"enabled": True, "type": "redis"}]))
    if server.get("enabled") is False and cache.get("type") == "redis":
        cache = {}
    return {
        "providers": PROVIDERS,
        "models": models,
        "virtual_models": virtual_models,
        "router": router,
        "cache": cache,
        "redis": server,
    }
