"""What is wrong with an entry of `gateway_providers`: its kind, key and address. Every problem is one sentence."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from platelayer.gateway.deployments import name_key_variable
from platelayer.gateway.login_problems import SECRET_PARAMS, find_login_problems, find_stray_keys
from platelayer.gateway.logins import list_login_secrets
from platelayer.gateway.name_problems import advise_name
from platelayer.providers import load_kinds
from platelayer.schema import ProviderSpec
from platelayer.schema.secret_texts import read_mistaken_reference, read_reference
from platelayer.settings.base import fits_environment_file

# What LiteLLM appends to an address, for one kind of call or another.
_CALL_PATHS = (
    "/chat/completions", "/completions", "/embeddings", "/responses", "/messages", "/models", "/model/info", "/rerank",
    "/moderations", "/images/generations", "/images/edits", "/audio/speech", "/audio/transcriptions", "/realtime",
    "/api/chat", "/api/generate", "/api/tags",
)  # fmt: skip
# What a header says before a key; LiteLLM writes it itself.
_SCHEMES = ("bearer ", "basic ", "authorization:", "x-api-key:")


def find_provider_problems(providers: Mapping[str, ProviderSpec]) -> Iterator[str]:
    """Yield every problem of the entries themselves, in the order written."""
    variables: dict[str, str] = {}
    yield from find_stray_keys(providers)
    for name, provider in providers.items():
        where = f"gateway_providers.{name}"
        kind = load_kinds().get(provider.kind)
        if kind is None:
            yield f"{where}: kind '{provider.kind}' is unknown; {advise_name(provider.kind, load_kinds())}"
            continue
        variable = name_key_variable(name)
        if (other := variables.setdefault(variable, name)) != name:
            yield f"{where}: its key would share {variable} with provider '{other}'; rename one of them"
        if provider.enabled:
            key = None if provider.api_key is None else provider.api_key.get_secret_value()
            yield from _find_key_problems(f"{where}: 'api_key'", key, kind.name if kind.needs_key else None)
            yield from find_login_problems(where, kind, provider)
            for option, secret in list_login_secrets(provider):
                yield from _find_key_problems(f"{where}: '{option}'", secret)
            example = kind.example_base if kind.needs_api_base else None
            yield from _find_address_problems(f"{where}: 'api_base'", provider.api_base, example)
            yield from _find_address_problems(f"{where}: 'list_base'", provider.list_base)
            yield from find_extra_problems(where, provider.extra)


def find_extra_problems(where: str, extra: Mapping[str, Any]) -> Iterator[str]:
    """Yield a problem where `extra` would put a secret into LiteLLM's config."""
    for param, advice in SECRET_PARAMS.items():
        # Credentials of Google's may be the path of a file on the host.
        harmless = ("os.environ/", "/") if param == "vertex_credentials" else "os.environ/"
        if (secret := extra.get(param)) is not None and not str(secret).startswith(harmless):
            yield f"{where}: 'extra.{param}' would put a secret into the config; write {advice}"


def find_id_problems(where: str, provider: ProviderSpec, model_id: str) -> Iterator[str]:
    """Yield a problem where an id at a cloud begins with LiteLLM's name of that cloud, which would be there twice."""
    kind = load_kinds().get(provider.kind)
    if kind is not None and kind.login is not None and model_id.startswith(f"{kind.prefix}/"):
        short = model_id.removeprefix(f"{kind.prefix}/")
        yield f"{where}: id '{model_id}' begins with what the kind adds; write '{short}'"


def _find_key_problems(where: str, key: str | None, needed_by: str | None = None) -> Iterator[str]:
    if needed_by and not (key or "").strip():
        state = "missing" if key is None else "empty"
        yield f"{where} is {state}, and {needed_by} answers nobody without; write it into the vault"
    elif key is None:
        return
    elif not key.strip():
        yield f"{where} is empty; write the key into the vault, or drop the option if none is needed"
    elif variable := read_reference(key) or read_mistaken_reference(key):
        # LiteLLM would send this variable of its own environment, whatever that is.
        yield f"{where} only names the environment variable {variable}; write the key itself into the vault"
    elif scheme := next((scheme for scheme in _SCHEMES if key.strip().lower().startswith(scheme)), None):
        yield f"{where} begins with '{key.strip()[: len(scheme)].strip()}', which LiteLLM adds; write the key alone"
    elif not fits_environment_file(key):
        yield f"{where} holds a quote or a line break; write the bare key"
    elif (character := _find_odd_character(key)) is not None:
        name = unicodedata.name(character, "a control character").lower()
        yield f"{where} holds a character that no key has (U+{ord(character):04X}, {name}); write the bare key"


def _find_odd_character(key: str) -> str | None:
    """Return the first character that an HTTP header cannot carry as it is: a blank, or one beyond ASCII."""
    return next((character for character in key if not "!" <= character <= "~"), None)


def _find_address_problems(where: str, address: str | None, example: str | None = None) -> Iterator[str]:
    """Yield the problems of an address; `example` is one where it must be given."""
    if address is None:
        if example is not None:
            yield f"{where} is missing; write the server's address such as {example}"
    elif not address.startswith(("http://", "https://")):
        yield f"{where} is not a URL; write http://HOST:PORT/v1 or https://…"
    elif path := next((path for path in _CALL_PATHS if urlsplit(address).path.rstrip("/").endswith(path)), None):
        yield f"{where} ends in {path}, which is added for each call; write the part before it"
