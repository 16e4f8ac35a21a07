"""An environment's variables as Ansible sees them, read without a host and without every secret."""

from pathlib import Path

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

from platelayer.catalog.sources import list_sources
from platelayer.errors import CatalogError, InventoryError
from platelayer.inventory.catalogs import find_environment_catalogs
from platelayer.inventory.variables import read_variables
from platelayer.schema import GatewaySpec, parse

PASSWORD = "planted-password"
HOSTS = "gateway:\n  hosts:\n    gateway-1: {own_prefix: one/}\n"
VARIABLES = """
shared_base: http://192.0.2.10
gateway_providers:
  box: {kind: ollama, api_base: "{{ shared_base }}:11434", prefix: "{{ own_prefix }}"}
  openrouter: {kind: openrouter, api_key: "{{ vault_openrouter_api_key }}", include: ["*"]}
  novita: {kind: novita, api_key: "{{ vault_novita_api_key | default('') }}"}
  own: {kind: openai, api_key: "{{ vault_openrouter_api_key }}"}
  asleep: {kind: requesty, enabled: "{{ false }}"}
gateway_models:
  - {name: "{{ 'a' ~ 1 }}", provider: box, id: x}
gateway_catalog: {max_price_factor: 5}
"""


@pytest.fixture
def environment(tmp_path) -> Path:
    """An environment whose vault holds one key."""
    folder = tmp_path / "inventories/lab"
    (folder / "group_vars/all").mkdir(parents=True)
    (folder / "hosts.yml").write_text(HOSTS)
    (folder / "group_vars/all/gateway.yml").write_text(VARIABLES)
    vault = VaultLib([("default", VaultSecret(PASSWORD.encode()))])
    (folder / "group_vars/all/vault.yml").write_bytes(vault.encrypt("vault_openrouter_api_key: planted-key\n"))
    return folder


@pytest.fixture
def password(environment) -> Path:
    """Its password, where `platelayer env create` puts it."""
    file = environment.parents[1] / ".vault/lab"
    file.parent.mkdir()
    file.write_text(f"{PASSWORD}\n")
    return file


def test_expressions_host_variables_and_the_vault_are_read(environment, password) -> None:
    gateway = parse(read_variables(environment).inventory)
    assert gateway.providers["box"].api_base == "http://192.0.2.10:11434"
    assert gateway.providers["box"].prefix == "one/"
    assert gateway.providers["openrouter"].api_key.get_secret_value() == "planted-key"
    assert not gateway.providers["asleep"].enabled
    assert [model.name for model in gateway.models] == ["a1"]
    assert gateway.catalog.max_price_factor == 5


def test_the_password_may_be_named(environment, password, monkeypatch, tmp_path) -> None:
    moved = password.rename(tmp_path / "elsewhere")
    assert "api_key" in read_variables(environment, vault_password_file=moved).inventory["providers"]["openrouter"]
    monkeypatch.setenv("ANSIBLE_VAULT_PASSWORD_FILE", str(moved))
    assert "api_key" in read_variables(environment).inventory["providers"]["openrouter"]


def test_a_missing_key_costs_that_key_alone(environment, password) -> None:
    text = (environment / "group_vars/all/gateway.yml").read_text()
    (environment / "group_vars/all/gateway.yml").write_text(text.replace("vault_openrouter", "vault_forgotten"))
    variables = read_variables(environment)
    assert set(variables.unreadable_keys) == {"openrouter", "own"}
    assert "vault_forgotten_api_key" in variables.unreadable_keys["openrouter"]
    assert "api_key" not in variables.inventory["providers"]["openrouter"]


def test_every_variable_that_the_schema_knows_is_read(environment, password) -> None:
    variables = {
        part: [] if part.endswith("models") or part.endswith("groups") else {} for part in GatewaySpec.model_fields
    }
    text = "".join(f"gateway_{part}: {value}\n" for part, value in variables.items())
    (environment / "group_vars/all/gateway.yml").write_text(text)
    assert read_variables(environment).inventory == variables


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "gateway_cache: {enabled: true, type: redis}\ngateway_redis: {enabled: false}",
            "gateway_cache.type: 'redis' needs gateway_redis, which is off; turn it on, or write type: local",
        ),
        ("gateway_redis: {hots: box}", "gateway_redis: 'hots' is not an option here; did you mean 'host'?"),
        ("gateway_cache: {ttl: 0}", "gateway_cache: 'ttl' should be greater than 0"),
    ],
)
def test_a_refresh_refuses_what_a_deploy_refuses(environment, password, text, sentence) -> None:
    (environment / "group_vars/all/gateway.yml").write_text(f"{text}\n")
    try:
        problems = find_environment_catalogs(environment.parents[1], "lab").find_problems([])
    except InventoryError as error:
        problems = list(error.problems)
    assert problems == [sentence]


@pytest.mark.parametrize("value", ["{{ vault_redis_password }}", "{{ vault_redis_password | default('') }}"])
def test_a_password_of_redis_that_cannot_be_read_stops_no_refresh(environment, password, value) -> None:
    text = f'gateway_redis: {{host: "{{{{ hostvars.other.address }}}}", port: 6380, password: "{value}"}}\n'
    (environment / "group_vars/all/gateway.yml").write_text(text)
    assert read_variables(environment).inventory["redis"]["port"] == 6380
    assert find_environment_catalogs(environment.parents[1], "lab").find_problems([]) == []


@pytest.mark.parametrize(
    ("folder", "sentence"),
    [
        ("nobody", "{root}/nobody: does not exist; choose one of: lab"),
        ("lab", "{root}/lab: no host is in the group 'gateway'; add one to its hosts.yml"),
    ],
)
def test_what_is_no_environment_is_refused(environment, folder, sentence) -> None:
    (environment / "hosts.yml").write_text("all: {}\n")
    with pytest.raises(InventoryError) as refused:
        read_variables(environment.parent / folder)
    assert str(refused.value) == sentence.format(root=environment.parent)


def test_a_vault_without_its_password_is_one_sentence(environment) -> None:
    with pytest.raises(InventoryError) as refused:
        read_variables(environment)
    assert str(refused.value) == (
        f"{environment}: its vault is locked; set ANSIBLE_VAULT_PASSWORD_FILE to the file of its password, or name "
        "it with --vault-password-file"
    )


def test_the_password_of_the_environment_is_tried_when_the_variable_names_another(
    environment, password, monkeypatch, tmp_path
) -> None:
    own = environment.parents[1] / ".vault" / environment.name
    own.parent.mkdir(exist_ok=True)
    own.write_text(password.read_text())
    (tmp_path / "of-another").write_text("another\n")
    monkeypatch.setenv("ANSIBLE_VAULT_PASSWORD_FILE", str(tmp_path / "of-another"))
    assert read_variables(environment).unreadable_keys == {}


def test_a_wrong_password_is_named(environment, password) -> None:
    password.write_text("another\n")
    with pytest.raises(InventoryError) as refused:
        read_variables(environment)
    assert str(refused.value) == (
        f"{environment}: the password in {password} does not open its vault; set ANSIBLE_VAULT_PASSWORD_FILE "
        "to the file of its password, or name it with --vault-password-file"
    )


FAULTS = {
    "a bracket that stays open": (
        "group_vars/all/gateway.yml",
        'gateway_providers:\n  box: {kind: "ollama"\n',
        "{file}:3: YAML parsing failed: While parsing a flow mapping did not find expected ',' or '}}'.",
    ),
    "a tab": (
        "group_vars/all/gateway.yml",
        "gateway_providers:\n\tbox:\n",
        "{file}:2: YAML parsing failed: Tabs are usually invalid in YAML.",
    ),
    "hosts": (
        "hosts.yml",
        "gateway: {hosts: {gateway-1: {}}\n",
        "{file}:2: YAML parsing failed: While parsing a flow mapping did not find expected ',' or '}}'.",
    ),
    "a provider that is written twice": (
        "group_vars/all/gateway.yml",
        "gateway_providers:\n  box: {kind: ollama}\n  own: {kind: openai}\n  box:\n    kind: echo\n",
        "{file}:4: 'box' is set again, after line 2; YAML keeps only the last value: merge the two, or remove one",
    ),
    "a variable that is written twice": (
        "group_vars/all/gateway.yml",
        "gateway_providers: {}\ngateway_models: [{name: a, name: b}]\ngateway_providers: {}\n",
        "{file}:3: 'gateway_providers' is set again, after line 1; YAML keeps only the last value: merge the two, "
        "or remove one\n{file}:2: 'name' is set again, after line 2; YAML keeps only the last value: merge the two, "
        "or remove one",
    ),
    "an expression of a provider": (
        "group_vars/all/gateway.yml",
        'gateway_providers:\n  box: {kind: ollama, prefix: "{{ nothing }}"}\n',
        "{file}:2: gateway_providers.box: 'nothing' is undefined",
    ),
    "an expression of a model": (
        "group_vars/all/gateway.yml",
        'gateway_models:\n  - name: "{{ nothing }}"\n',
        "{file}:2: gateway_models: 'nothing' is undefined",
    ),
}


@pytest.mark.parametrize(("name", "text", "sentence"), FAULTS.values(), ids=FAULTS)
def test_what_cannot_be_read_is_told_by_file_and_line(environment, password, capfd, name, text, sentence) -> None:
    (environment / name).write_text(text)
    with pytest.raises(InventoryError) as refused:
        read_variables(environment)
    assert str(refused.value) == sentence.format(file=environment / name)
    assert capfd.readouterr().err == ""


def test_what_a_merge_brings_may_be_written_over(environment, password, capfd) -> None:
    (environment / "group_vars/all/gateway.yml").write_text(
        "gateway_providers:\n  box: &box {kind: ollama, prefix: a/}\n  other: {<<: *box, prefix: b/}\n  same: *box\n"
    )
    assert read_variables(environment).inventory["providers"]["other"] == {"kind": "ollama", "prefix": "b/"}


@pytest.mark.parametrize("text", ["gateway_providers: [box]", "gateway_providers: {box: }", "gateway_providers: box"])
def test_providers_without_options_are_refused(environment, password, text) -> None:
    (environment / "group_vars/all/gateway.yml").write_text(text)
    with pytest.raises(InventoryError):
        parse(read_variables(environment).inventory)


def test_a_password_file_that_is_not_there_is_named(environment) -> None:
    with pytest.raises(InventoryError) as refused:
        read_variables(environment, vault_password_file=environment / "nothing")
    assert str(refused.value) == f"{environment}/nothing: this vault password file does not exist"


def test_who_is_asked_for_a_list(environment, password) -> None:
    variables = read_variables(environment)
    asked = {
        source.name: source
        for source in list_sources(parse(variables.inventory), key_problems=variables.unreadable_keys)
    }
    # `own` is of a kind without a list, `asleep` is disabled.
    assert list(asked) == ["box", "openrouter", "novita"]
    assert (asked["box"].base, asked["box"].key) == ("http://192.0.2.10:11434", None)
    assert asked["openrouter"].base == "https://openrouter.ai/api/v1"
    assert asked["openrouter"].guards.max_price_factor == 5
    assert "planted-key" not in repr(asked["openrouter"])


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        ("openruoter", "did you mean 'openrouter'?"),
        (
            "zzz",
            "write one of: anthropic, azure, bedrock, cliproxyapi, echo, litellm, nano_gpt, new_api, novita, ollama, "
            "openai, openai_compatible, openrouter, requesty, sagemaker, vertex_ai, volces_ark",
        ),
    ],
)
def test_an_unknown_kind_is_refused_where_its_provider_would_be_asked(environment, password, kind, hint) -> None:
    file = environment / "group_vars/all/gateway.yml"
    file.write_text(file.read_text().replace("kind: openrouter", f"kind: {kind}").replace("kind: requesty", "kind: x"))
    gateway = parse(read_variables(environment).inventory)
    for wanted in ([], ["openrouter"]):
        with pytest.raises(CatalogError) as refused:
            list_sources(gateway, wanted)
        assert str(refused.value) == f"gateway_providers.openrouter: kind '{kind}' is unknown; {hint}"
    assert [source.name for source in list_sources(gateway, ["box"])] == ["box"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("opnrouter", "gateway_providers: 'opnrouter' is not there; did you mean 'openrouter'?"),
        ("zzz", "gateway_providers: 'zzz' is not there; write one of: asleep, box, novita, openrouter, own"),
        ("asleep", "gateway_providers.asleep: is disabled; enable it, or do not name it"),
        (
            "own",
            "gateway_providers.own: kind 'openai' has no list; these have one: cliproxyapi, litellm, nano_gpt, "
            "new_api, novita, ollama, openai_compatible, openrouter, requesty, volces_ark",
        ),
    ],
)
def test_who_has_no_list_is_refused(environment, password, name, sentence) -> None:
    with pytest.raises(CatalogError) as refused:
        list_sources(parse(read_variables(environment).inventory), [name])
    assert str(refused.value) == sentence
