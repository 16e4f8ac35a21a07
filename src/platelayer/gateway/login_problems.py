"""What is wrong with the logins of `gateway_providers`: one is missing, half written, or stands beside another."""

from collections.abc import Iterator, Mapping

from platelayer.gateway.deployments import name_key_variable
from platelayer.providers import ProviderKind
from platelayer.providers.logins import LOGINS
from platelayer.schema import ProviderSpec
from platelayer.schema.logins import AwsLogin, AzureLogin

# LiteLLM's words for secrets of a deployment → what to write instead.
SECRET_PARAMS = {
    "api_key": "the key as 'api_key' of the provider",
    **{
        LOGINS[login][option]: f"it as '{login}.{option}' of the provider"
        for login, option in (
            ("aws_login", "secret_access_key"),
            ("aws_login", "session_token"),
            ("azure_login", "client_secret"),
            ("google_login", "credentials"),
        )
    },
    **dict.fromkeys(
        ("aws_web_identity_token", "azure_ad_token", "azure_password"),
        "os.environ/NAME of a variable of litellm_environment, which comes from the vault",
    ),
}
_SKELETONS = {
    "aws_login": "{region: eu-central-1}",
    "google_login": "{project: PROJECT, location: europe-west1}",
    "azure_login": "{managed_identity: true}",
}
# LiteLLM sends these to Azure wherever a deployment there names no key.
STRAY_KEYS = frozenset({"AZURE_API_KEY", "AZURE_OPENAI_API_KEY"})


def find_login_problems(where: str, kind: ProviderKind, provider: ProviderSpec) -> Iterator[str]:
    """Yield every problem of the login of one provider, and of a login that its kind does not have."""
    for option in LOGINS:
        if option != kind.login and getattr(provider, option) is not None:
            yield f"{where}: '{option}' is no option of kind {kind.name}; remove it"
    if kind.login is None:
        return
    login = getattr(provider, kind.login)
    if provider.api_key is not None and not kind.takes_key:
        yield f"{where}: 'api_key' is nothing that {kind.name} reads; write its login as '{kind.login}'"
    if login is None and (provider.api_key is None or kind.login != "azure_login"):
        without = "an 'api_key' or " if kind.login == "azure_login" else ""
        yield f"{where}: {without}'{kind.login}' is missing; write such as {kind.login}: {_SKELETONS[kind.login]}"
    elif login is not None:
        for name, param in kind.login_params.items():
            if getattr(login, name) and param in provider.extra:
                yield f"{where}: 'extra.{param}' would win over '{kind.login}.{name}'; remove one of them"
    if isinstance(login, AwsLogin):
        yield from _find_aws_problems(f"{where}: 'aws_login'", login, has_token=provider.api_key is not None)
    elif isinstance(login, AzureLogin):
        yield from _find_azure_problems(f"{where}: 'azure_login'", login, has_key=provider.api_key is not None)


def find_stray_keys(providers: Mapping[str, ProviderSpec]) -> Iterator[str]:
    """Yield a problem where LiteLLM would send one provider's key to Azure for another, in place of its login."""
    keyless = [name for name, its in providers.items() if its.enabled and its.azure_login and its.api_key is None]
    for name, provider in providers.items():
        variable = name_key_variable(name)
        if provider.enabled and provider.api_key is not None and variable in STRAY_KEYS and keyless:
            yield (
                f"gateway_providers.{name}: its key would stand in {variable}, which LiteLLM sends for provider "
                f"'{keyless[0]}' too; rename '{name}'"
            )


def _find_aws_problems(where: str, login: AwsLogin, *, has_token: bool) -> Iterator[str]:
    pair = (login.access_key_id, login.secret_access_key)
    if any(pair) and not all(pair):
        yield f"{where} has half of an access key; write access_key_id and secret_access_key"
    if login.session_token and not all(pair):
        yield f"{where} has a session_token without its access key; write access_key_id and secret_access_key"
    written = [name for name, is_there in (("a profile", login.profile), ("an access key", any(pair))) if is_there]
    if has_token and (written or login.role_arn):
        yield f"{where} stands beside an 'api_key', a bearer token; write the region alone, or no 'api_key'"
    elif login.role_arn and login.profile:
        yield f"{where} has a profile, with which LiteLLM assumes no role; write an access key, or neither"
    elif len(written) > 1:
        yield f"{where} has {' and '.join(written)}; write one of them"
    if not login.role_arn and (login.session_name or login.external_id):
        yield f"{where} has a session_name or an external_id, and no role_arn that they belong to"


def _find_azure_problems(where: str, login: AzureLogin, *, has_key: bool) -> Iterator[str]:
    application = {name: getattr(login, name) for name in LOGINS["azure_login"]}
    missing = [name for name, value in application.items() if not value]
    if has_key:
        yield f"{where} stands beside an 'api_key', which wins; remove one of them"
    elif login.managed_identity and len(missing) < len(application):
        yield f"{where} has an application and managed_identity; write one of them"
    elif missing and len(missing) < len(application):
        yield f"{where} has no {', no '.join(missing)}; write all three, or managed_identity: true"
