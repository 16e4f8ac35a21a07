"""The logins of clouds, which want more than a key, or no key at all. What none of them is told, the host knows."""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

from platelayer.schema.inventory_part import InventoryPart, Name

# What Google's own files hold beside their type.
_SERVICE_ACCOUNT = ("client_email", "private_key", "token_uri")


def _credentials(value: object) -> object:
    """Return the text of a credential file in one line; refuse what Google's library could not read."""
    if not isinstance(value, str | Mapping):
        return value
    if value == "":
        raise PydanticCustomError("credentials", "is empty; write what the file holds into the vault")
    try:
        data: Any = json.loads(value) if isinstance(value, str) else dict(value)
    except ValueError:
        data = None
    if not isinstance(data, dict) or not isinstance(data.get("type"), str):
        raise PydanticCustomError(
            "credentials",
            "is not the JSON of a credential file of Google's; write what the file holds into the vault, not its path",
        )
    if data["type"] == "service_account" and (missing := [key for key in _SERVICE_ACCOUNT if not data.get(key)]):
        raise PydanticCustomError("credentials", "has no {missing}", {"missing": " and no ".join(missing)})
    return json.dumps(data)


def _region(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]+", value):
        raise PydanticCustomError("region", "is not the name of a region; write one such as eu-central-1")
    return value


class AwsLogin(InventoryPart):
    """`aws_login`: an access key, a profile, or the role of the host; a bearer token is the provider's `api_key`."""

    region: Annotated[str, AfterValidator(_region)] = Field(
        description="The region that is asked, such as `eu-central-1`."
    )
    access_key_id: Name | None = Field(
        None, description="The id of an access key. Without it the host's own role logs in."
    )
    secret_access_key: SecretStr | None = Field(None, description="The secret of that key, from the vault.")
    session_token: SecretStr | None = Field(None, description="The token that a temporary access key has.")
    profile: Name | None = Field(
        None, description="A profile of `~/.aws` on the host, in the home of LiteLLM's user, in place of a key."
    )
    role_arn: Name | None = Field(None, description="A role that is assumed after the login.")
    session_name: Name | None = Field(None, description="The name of the session with that role.")
    external_id: Name | None = Field(None, description="The id that the role's owner asks for.")


class GoogleLogin(InventoryPart):
    """`google_login`: a credential file, or what the host gives to its programs."""

    project: Name | None = Field(None, description="The project. Without it that of the credentials.")
    location: Name | None = Field(
        None, description="The location that is asked, such as `europe-west1`. Without it LiteLLM chooses."
    )
    credentials: Annotated[SecretStr, BeforeValidator(_credentials)] | None = Field(
        None,
        description="The JSON of a credential file, such as that of a service account, from the vault. Without it the "
        "application default credentials of the host log in.",
    )


class AzureLogin(InventoryPart):
    """`azure_login`: an application of Entra ID with its secret, the identity of the host, or what `extra` holds."""

    tenant_id: Name | None = Field(None, description="The tenant of the application.")
    client_id: Name | None = Field(None, description="The id of the application.")
    client_secret: SecretStr | None = Field(None, description="The secret of the application, from the vault.")
    managed_identity: bool = Field(False, description="True logs in with the identity of the host.")
