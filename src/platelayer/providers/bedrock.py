"""Amazon Bedrock. Its login is no key alone: IAM keys, a role, the host's own role, or a bearer token as `api_key`.

LiteLLM reads them from `extra`: `aws_region_name`, `aws_access_key_id`, `aws_role_name` and others.
"""

from platelayer.providers.kind import ProviderKind

AWS_LOGIN = (
    "aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_role_name", "aws_profile_name",
    "aws_web_identity_token",
)  # fmt: skip
KIND = ProviderKind(name="bedrock", prefix="bedrock", login=AWS_LOGIN)
