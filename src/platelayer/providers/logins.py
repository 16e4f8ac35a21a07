"""What LiteLLM calls the options of a cloud's login."""

from collections.abc import Mapping
from typing import Literal

LoginOption = Literal["aws_login", "google_login", "azure_login"]
# Option of a provider → each option of that login, and LiteLLM's word in `litellm_params`.
LOGINS: Mapping[str, Mapping[str, str]] = {
    "aws_login": {
        "region": "aws_region_name",
        "access_key_id": "aws_access_key_id",
        "secret_access_key": "aws_secret_access_key",
        "session_token": "aws_session_token",
        "profile": "aws_profile_name",
        "role_arn": "aws_role_name",
        "session_name": "aws_session_name",
        "external_id": "aws_external_id",
    },
    "google_login": {
        "project": "vertex_project",
        "location": "vertex_location",
        "credentials": "vertex_credentials",
    },
    "azure_login": {"tenant_id": "tenant_id", "client_id": "client_id", "client_secret": "client_secret"},
}
