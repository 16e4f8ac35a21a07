"""The login of a cloud in `litellm_params` becomes that of a provider, without what LiteLLM does not use of it."""

from collections.abc import Callable
from typing import Any

from platelayer.gateway.litellm_reading import RawSettings
from platelayer.providers import ProviderKind

# Option of a login → its value: a text, or a reference such as `os.environ/NAME` to what the vault holds.
LoginOptions = tuple[tuple[str, Any], ...]
# Where LiteLLM asks if nothing names a region.
_USUAL_REGION = "us-west-2"
_ACCESS_KEY = ("access_key_id", "secret_access_key", "session_token")
_ROLE = ("role_arn", "session_name", "external_id")


def read_login(
    kind: ProviderKind, params: RawSettings, report: Callable[..., None], *, has_key: bool, is_host_asked: bool
) -> LoginOptions:
    """Return the login of a deployment; has_key: whether its api_key is one too.

    is_host_asked: whether LiteLLM logs in at Azure with the host's identity where a deployment names no login.
    """
    if kind.login is None:
        return ()
    login = {option: params[word] for option, word in kind.login_params.items() if params.get(word) not in (None, "")}
    if kind.login == "azure_login":
        host = {"managed_identity": True} if is_host_asked else {}
        login = {} if has_key else login or host
    elif kind.login == "google_login":
        if "credentials" in login:
            report("credential-file")
        else:
            report("host-login", variables="GOOGLE_APPLICATION_CREDENTIALS")
    else:
        login = _read_aws_login(login, report, has_key=has_key and kind.takes_key)
    return tuple(sorted(login.items()))


def _read_aws_login(login: dict[str, Any], report: Callable[..., None], *, has_key: bool) -> dict[str, Any]:
    if "region" not in login:
        report("no-region", region=_USUAL_REGION)
    # A bearer token wins over everything, a role over a profile, a profile over a key.
    unused = {"profile"} if "role_arn" in login else set(_ROLE)
    if has_key:
        unused = {"profile", *_ACCESS_KEY, *_ROLE}
    elif "profile" in login.keys() - unused:
        unused |= {*_ACCESS_KEY}
    login = {"region": _USUAL_REGION, **{key: value for key, value in login.items() if key not in unused}}
    if not (has_key or login.keys() & {"profile", "access_key_id"}):
        report("host-login", variables="AWS_ACCESS_KEY_ID, AWS_PROFILE or AWS_BEARER_TOKEN_BEDROCK")
    return login
