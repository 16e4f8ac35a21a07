"""Azure OpenAI. An id is the name of a deployment there.

Its login is `api_key`, or in `extra` an application of Entra ID: `tenant_id`, `client_id` and `client_secret`.
"""

from platelayer.providers.kind import ProviderKind

KIND = ProviderKind(
    name="azure",
    prefix="azure",
    needs_api_base=True,
    login=("tenant_id", "client_id", "client_secret", "azure_ad_token", "azure_username", "azure_password"),
    litellm_base="os.environ/AZURE_API_BASE",
)
