"""The logins of clouds, as LiteLLM's config, its environment and files beside it hold them."""

from collections.abc import Iterator

from pydantic import SecretStr

from platelayer.host.releases import CREDENTIALS
from platelayer.providers import load_kinds
from platelayer.schema import GatewaySpec, ProviderSpec

# What the name of a variable ends with whose value is a file beside the config; the launcher knows it too.
_FILE_VARIABLE = "_LOGIN_FILE"
_IN_FILES = frozenset({"credentials"})


def make_login_params(prefix: str, provider: ProviderSpec) -> dict[str, str]:
    """Return the login as `litellm_params`; secrets are `os.environ/NAME`. prefix: that of the provider's variables."""
    return {param: text for _, param, text in list_login_params(prefix, provider)}


def list_login_params(prefix: str, provider: ProviderSpec) -> Iterator[tuple[str, str, str]]:
    """Yield (option of the login, LiteLLM's word, what LiteLLM's config says)."""
    for option, param, value in _list_options(provider):
        is_secret = isinstance(value, SecretStr)
        yield option, param, f"os.environ/{_name_variable(prefix, option)}" if is_secret else str(value)


def make_login_variables(prefix: str, provider: ProviderSpec) -> dict[str, str]:
    """Return the variables that `make_login_params` names; of a credential file its name beside the config."""
    return {
        _name_variable(prefix, option): _name_file(prefix) if option in _IN_FILES else value.get_secret_value()
        for option, _, value in _list_options(provider)
        if isinstance(value, SecretStr)
    }


def make_credential_file(prefix: str, provider: ProviderSpec) -> dict[str, str]:
    """Return the credential file of a provider by its name beside the config; nothing if it has none."""
    return {
        _name_file(prefix): f"{value.get_secret_value()}\n"
        for option, _, value in _list_options(provider)
        if option in _IN_FILES and isinstance(value, SecretStr)
    }


def list_login_secrets(provider: ProviderSpec) -> Iterator[tuple[str, str]]:
    """Yield (place such as `aws_login.session_token`, secret) of a login; a credential file is none of these."""
    where = load_kinds()[provider.kind].login
    for option, _, value in _list_options(provider):
        if isinstance(value, SecretStr) and option not in _IN_FILES:
            yield f"{where}.{option}", value.get_secret_value()


def needs_azure_identity(spec: GatewaySpec) -> bool:
    """Return whether a provider logs in with the host's identity at Azure, which LiteLLM does only when told to."""
    return any(
        provider.enabled and provider.azure_login is not None and provider.azure_login.managed_identity
        for provider in spec.providers.values()
    )


def _list_options(provider: ProviderSpec) -> Iterator[tuple[str, str, str | SecretStr]]:
    """Yield (option, LiteLLM's word, value) of a login."""
    kind = load_kinds()[provider.kind]
    login = kind.login and getattr(provider, kind.login)
    for name, param in kind.login_params.items() if login else ():
        if (value := getattr(login, name)) is not None:
            yield name, param, value


def _name_variable(prefix: str, option: str) -> str:
    return f"{prefix}{_FILE_VARIABLE}" if option in _IN_FILES else f"{prefix}_LOGIN_{option.upper()}"


def _name_file(prefix: str) -> str:
    return f"{prefix.lower()}{CREDENTIALS}"
