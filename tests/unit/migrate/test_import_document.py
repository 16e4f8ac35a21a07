"""The files of the new environment: what a person reads, and what Ansible reads of it."""

from typing import Any

from ansible.parsing.dataloader import DataLoader
from hypothesis import HealthCheck, given, settings
from shapes import entry, import_entries

from inventories import config_extras, inventories
from platelayer.gateway.build import build
from platelayer.gateway.litellm_config import make_config
from platelayer.migrate.conversion import convert_config
from platelayer.migrate.inventory_files import render_files
from platelayer.schema import parse, plain


def loaded(text: str) -> dict[str, Any]:
    """As Ansible loads a file of variables."""
    return plain(DataLoader().load(text))


@given(inventories(), config_extras)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_ansible_reads_what_was_meant(inventory: dict[str, Any], extra: dict[str, Any]) -> None:
    result = convert_config(make_config(build(parse(inventory), {}), extra=extra), "config.yaml")
    read = loaded(render_files(result)["gateway.yml"])
    assert read.get("gateway_models", []) == result.models.models
    assert read.get("gateway_virtual_models", []) == result.models.virtual_models
    assert read.get("gateway_router", {}) == result.router
    assert list(read["gateway_providers"]) == [named.name for named in result.models.providers.values()]
    assert loaded(render_files(result)["litellm.yml"]).get("litellm_config_extra", {}) == result.extra


def test_a_person_reads_where_everything_comes_from() -> None:
    result = import_entries(
        entry("glm-5", "openrouter/z-ai/glm-5", api_key="os.environ/OPENROUTER_API_KEY", order=1),
        entry("glm-5", "openai/glm", api_base="http://192.0.2.20:8080/v1", api_key="sk-planted-literal", order=2),
        entry("on", "openrouter/x", api_key="os.environ/OPENROUTER_API_KEY", input_cost_per_token=1e-7),
        router_settings={"num_retries": 2},
        litellm_settings={"callbacks": ["langfuse"], "langfuse_secret": "planted"},
    )
    assert render_files(result)["gateway.yml"] == (
        """\
---
# Made of config.yaml by `platelayer import`. What else can be written here: \
inventories/example/group_vars/all/gateway.yml

# Where models are served. Keys come from vault.yml.
gateway_providers:
  # 2 deployments; its key is in the variable OPENROUTER_API_KEY
  openrouter:
    kind: openrouter
    api_key: "{{ vault_openrouter_api_key | default('') }}"
  # 1 deployment; its key is in model_list[1].litellm_params.api_key, in clear text
  server_192_0_2_20:
    kind: openai_compatible
    api_base: http://192.0.2.20:8080/v1
    api_key: "{{ vault_server_192_0_2_20_api_key | default('') }}"

# From model_list of config.yaml, in its order.
gateway_models:
  - {name: 'on', provider: openrouter, id: x, input_cost_per_token: 1.0e-07}

# From model_list of config.yaml: names whose deployments are tried strictly in order.
gateway_virtual_models:
  - name: glm-5
    layers:
      - {provider: openrouter, id: z-ai/glm-5}
      - {provider: server_192_0_2_20, id: glm}

# From router_settings and litellm_settings.
gateway_router:
  num_retries: 2

# config.yaml names no Redis. Remove `enabled`, and the instances of LiteLLM share cooldowns and limits.
gateway_redis:
  enabled: false
  password: "{{ vault_redis_password | default('') }}"
"""
    )
    assert render_files(result)["litellm.yml"] == (
        """\
---
# Made of config.yaml by `platelayer import`. What else can be written here: \
inventories/example/group_vars/all/litellm.yml

# Clients send it as `Authorization: Bearer …`.
litellm_master_key: "{{ vault_litellm_master_key | default('') }}"

# Variables that litellm_config_extra or a model refers to.
litellm_environment:
  LANGFUSE_SECRET: "{{ vault_langfuse_secret | default('') }}"

# From config.yaml, what has no variable of its own; merged last into LiteLLM's config.
litellm_config_extra:
  litellm_settings:
    callbacks: [langfuse]
    langfuse_secret: os.environ/LANGFUSE_SECRET
"""
    )


def test_somebody_elses_redis_is_not_installed() -> None:
    router = {"redis_host": "192.0.2.9", "redis_port": 6380, "redis_password": "os.environ/RP"}
    result = import_entries(entry(), router_settings=router)
    read = loaded(render_files(result)["gateway.yml"])
    assert read["redis_enabled"] is False
    assert read["gateway_redis"] == {
        "host": "192.0.2.9",
        "port": 6380,
        "password": "{{ vault_redis_password | default('') }}",
    }


def test_ansible_does_not_take_a_clients_words_for_its_own() -> None:
    result = import_entries(entry("{{ name }}", "openrouter/x", prompt="{% if %}", note="{# #}"))
    (model,) = loaded(render_files(result)["gateway.yml"])["gateway_models"]
    assert (model["name"], model["extra"]) == ("{{ name }}", {"prompt": "{% if %}", "note": "{# #}"})
    assert render_files(result)["gateway.yml"].count("!unsafe") == 3
