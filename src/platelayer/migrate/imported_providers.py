"""Where the requests of deployments go, and what a person would call each provider."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from platelayer.gateway.deployments import name_key_variable
from platelayer.gateway.litellm_reading import RawSettings
from platelayer.gateway.login_problems import STRAY_KEYS
from platelayer.migrate.login_import import LoginOptions, read_login
from platelayer.migrate.secret_store import SecretStore, VaultEntry
from platelayer.providers import ProviderKind, load_kinds, recognition
from platelayer.providers.kind import CHAT_SERVER
from platelayer.providers.recognition import KEY_VARIABLES, WITH_KEY, WITHOUT_KEY, UnusableDeploymentError
from platelayer.schema import GatewaySpec, fit_option
from platelayer.schema.secret_texts import ENVIRON, is_no_key, read_mistaken_reference, read_reference

Report = Callable[..., None]
# Logins at Azure for which the inventory has no options; they stay in `extra`.
_OTHER_LOGINS = frozenset({"azure_ad_token", "azure_username", "azure_password"})
_WORDS = {"api_key": "the key of", "api_base": "the address of"}


@dataclass(frozen=True, slots=True)
class ProviderAddress:
    """What the deployments of one provider share.

    api_base: a URL, a reference such as `os.environ/NAME` to what the vault holds, or None where the kind knows it.
    api_key: a reference, or None where none is sent. foreign_prefix: LiteLLM's prefix, where no kind has it.
    login: that of a cloud.
    """

    kind: str
    api_base: str | None
    api_key: str | None
    foreign_prefix: str = ""
    login: LoginOptions = ()

    def list_options(self) -> LoginOptions:
        """Return (option, value) of address, key and login."""
        place = (("api_base", self.api_base), ("api_key", self.api_key))
        return (*((option, value) for option, value in place if value is not None), *self.login)


@dataclass(frozen=True, slots=True)
class ModelAddress:
    """prefix, id: how the model is asked for from now on; model: the string of the config, if that is as before."""

    provider: ProviderAddress
    prefix: str
    id: str
    model: str | None
    names_key: bool


def read_address(
    params: RawSettings, store: SecretStore, place: str = "", report: Report = lambda *_, **__: None
) -> ModelAddress:
    """Read `litellm_params`, which stand at `place`. Raise UnusableDeploymentError.

    report: gets a message of `messages.ini` and its values for everything that is assumed.
    """
    model, key = params.get("model"), params.get("api_key")
    base = str(params.get("api_base") or params.get("base_url") or "")
    if not isinstance(model, str) or not model.strip():
        raise UnusableDeploymentError("no-model")
    if variable := read_reference(model) or read_mistaken_reference(model):
        raise UnusableDeploymentError("model-in-variable", variable=variable)
    known = recognition.recognise_model(
        model,
        str(params.get("custom_llm_provider") or ""),
        url=store.reveal(base) or ("" if read_reference(base) else base),
        base_variable=read_reference(base),
        key_variable=read_reference(key),
        has_key=key not in (None, ""),
    )
    kind, prefix = known.kind, known.prefix
    if model == known.id and not params.get("custom_llm_provider") and model not in recognition.MODELS:
        report("newer-model", model=model, prefix=prefix)
    if not known.is_readable:
        report("kind-as-prefix", prefix=prefix, kind=kind.name)
        prefix = kind.prefix
    elif not base and prefix == "openai" and kind.name != WITH_KEY:
        base = kind.fixed_address or ""
        report("key-without-address", kind=kind.name, base=base)
    elif not base:
        base = kind.litellm_base or ""
    if store.reveal(base):
        report("hidden-address")
    if kind.needs_api_base and not base:
        raise UnusableDeploymentError("no-address", kind=kind.name)
    is_readable = known.is_readable
    if prefix == "openai" and kind.prefix == CHAT_SERVER:
        report("translated", prefix=CHAT_SERVER)
        prefix, is_readable = CHAT_SERVER, False
    api_key = _read_key(key, prefix if known.is_readable else kind.name, kind, store, place, report)
    api_base, foreign_prefix = None if base in ("", kind.api_base) else base, prefix if known.is_foreign else ""
    has_key, is_host_asked = api_key is not None, store.is_host_asked_at_azure
    login = read_login(kind, params, report, has_key=has_key, is_host_asked=is_host_asked)
    if kind.login == "azure_login" and not (login or api_key or _OTHER_LOGINS & params.keys()):
        api_key = f"{ENVIRON}{KEY_VARIABLES[prefix]}"
    provider = ProviderAddress(kind.name, api_base, api_key if kind.takes_key else None, foreign_prefix, login)
    return ModelAddress(provider, prefix, known.id, model if is_readable else None, key not in (None, ""))


def _read_key(raw: Any, prefix: str, kind: ProviderKind, store: SecretStore, place: str, report: Report) -> str | None:
    text = "" if raw is None else str(raw)
    if read_reference(text):
        return text
    if not text and kind.needs_key:
        usual = "OPENAI_API_KEY" if kind.name == WITH_KEY else name_key_variable(kind.name)
        return f"{ENVIRON}{KEY_VARIABLES.get(prefix, usual)}"
    if not text and kind.login is None and (variable := KEY_VARIABLES.get(prefix)):
        report("no-key", variable=variable)
    return None if is_no_key(text) and not kind.needs_key else store.hide("model_secret", text, f"{place}.api_key")


@dataclass(frozen=True, slots=True)
class ImportedProvider:
    """A provider to be. vault_entries: option → what the vault holds of it; used: how many deployments it has."""

    name: str
    address: ProviderAddress
    vault_entries: Mapping[str, VaultEntry]
    used: int

    @property
    def vault_key(self) -> VaultEntry | None:
        """Return what the vault holds of its key; None if it needs none."""
        return self.vault_entries.get("api_key")

    def as_inventory(self, show: Callable[[str, VaultEntry], Any]) -> dict[str, Any]:
        """Return its entry of `gateway_providers`. show: returns what stands there for what the vault holds."""
        options = dict(self.address.list_options())
        options |= {option: show(option, entry) for option, entry in self.vault_entries.items()}
        login = {option: options.pop(option) for option, _ in self.address.login}
        if (name := load_kinds()[self.address.kind].login) and (login or not self.address.api_key):
            options[name] = login
        return {"kind": self.address.kind, **options}


def name_providers(
    models: Sequence[tuple[ModelAddress, str | None]], store: SecretStore
) -> dict[ProviderAddress, ImportedProvider]:
    """Return every provider, in the order of their first deployments. Different keys are different providers.

    models: with each comes the provider that the deployment's id names, if it does.
    """
    ids: dict[ProviderAddress, list[str | None]] = {}
    for model, name_in_id in models:
        ids.setdefault(model.provider, []).append(name_in_id)
    given = {f"{ENVIRON}{variable}" for variable in store.given}
    with_key = {model.provider for model, _ in models if model.names_key or model.provider.api_key in given}
    by_key = {address: _name_by_key(address, ids[address], store) if address in with_key else None for address in ids}
    by_place = {address: _name_by_place(address, *_split_base(address, store)) for address in ids}
    stray = STRAY_KEYS if any(address.kind == "azure" and address.login for address in ids) else frozenset()
    names: dict[ProviderAddress, str] = {}
    used: set[str | None] = set()
    # The variable that is there already says it best: NANO_GPT_API_KEY is what a provider nano_gpt reads. Where several
    # read it, it names the one that would be called so anyway.
    for address in sorted(ids, key=lambda address: (by_key[address] is None, by_key[address] != by_place[address])):
        preferred = [] if address.api_key in used else [name for name in (by_key[address],) if name]
        by_id = {*ids[address]} - {None} if address.api_key is None else set()
        usual = str(*by_id) if len(by_id) == 1 else by_place[address]
        candidates = chain(preferred, _list_names(usual, address, *_split_base(address, store)))
        # A variable that the config sets to something else keeps it.
        others = used | stray | (store.given.keys() - {read_reference(address.api_key)})
        names[address] = next(name for name in candidates if name_key_variable(name) not in others)
        used |= {address.api_key, name_key_variable(names[address])}
    vault_entries: dict[ProviderAddress, dict[str, VaultEntry]] = {address: {} for address in ids}
    options = dict.fromkeys(chain(_WORDS, *(dict(address.login) for address in ids)))
    for option in options:
        # Several providers with one secret share a variable, named after the shortest of them.
        wanted: dict[tuple[str, str], str] = {}
        values = {address: dict(address.list_options()).get(option) for address in ids}
        held = {address: variable for address, value in values.items() if (variable := read_reference(value))}
        for address in sorted(held, key=lambda address: len(names[address])):
            name = f"vault_{names[address]}_{option}".lower().replace("-", "_")
            wanted.setdefault(store.identify(held[address]), name)
        for address, variable in held.items():
            what, name = _WORDS.get(option, f"the {option} of"), wanted[store.identify(variable)]
            vault_entries[address][option] = store.ask_vault(variable, what, names[address], name)
    return {
        address: ImportedProvider(names[address], address, vault_entries[address], len(its))
        for address, its in ids.items()
    }


def _list_names(name: str, address: ProviderAddress, host: str, port: int | None) -> Iterator[str]:
    """Yield a name, and others that tell it from those that have it already."""
    yield name
    if address.kind not in (WITH_KEY, WITHOUT_KEY, name):
        yield f"{name}_{address.kind}"
    if host and (by_host := recognition.name_host(host)) != name:
        yield f"{name}_{by_host}"
    if port:
        yield f"{name}_{port}"
    yield from (f"{name}_{number}" for number in count(2))


def _name_by_key(address: ProviderAddress, names_in_ids: Sequence[str | None], store: SecretStore) -> str | None:
    variable = read_reference(address.api_key) or ""
    if store.reveal(address.api_key) or not variable.endswith("_API_KEY") or not variable.isupper():
        return None
    in_ids = {name for name in names_in_ids if name and name_key_variable(name) == variable}
    name = variable.removesuffix("_API_KEY").lower()
    # NEW_API_KEY is the key of New API, whatever its ending says.
    name = address.kind if f"{name}_api" == address.kind else name
    name = str(*in_ids) if len(in_ids) == 1 else name
    return name if fit_option(GatewaySpec, "providers", {name: {"kind": address.kind}}) else None


def _name_by_place(address: ProviderAddress, host: str, port: int | None) -> str:
    kind, variable = load_kinds()[address.kind], read_reference(address.api_base)
    is_generic = address.kind in (WITH_KEY, WITHOUT_KEY)
    # At its own address, or at one that differs for each.
    is_at_home = kind.needs_api_base or recognition.find_kind_by_address(address.api_base or "") == kind
    if host and (is_generic or not is_at_home):
        return recognition.name_host(host, port)
    if address.foreign_prefix:
        return recognition.as_name(address.foreign_prefix)
    if address.kind == WITHOUT_KEY and variable:
        return recognition.as_name(
            re.sub(r"_(API_BASE|BASE_URL|API_URL|BASE|URL|HOST|ENDPOINT)$", "", variable.upper())
        )
    return address.kind


def _split_base(address: ProviderAddress, store: SecretStore) -> tuple[str, int | None]:
    """Return host and port of an address; the host is empty where a variable knows it."""
    is_hidden = read_reference(address.api_base) is not None
    try:
        return recognition.split_url(store.reveal(address.api_base) if is_hidden else address.api_base)
    except ValueError:
        return "server", None
