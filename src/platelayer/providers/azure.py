"""Azure OpenAI; a model is the name of a deployment there. It is asked by a key or a login of Entra ID."""

from platelayer.providers.kind import ProviderKind

KIND = ProviderKind(
    name="azure",
    prefix="azure",
    needs_api_base=True,
    example_base="https://NAME.openai.azure.com",
    login="azure_login",
    other_prefixes=("azure_text",),
    litellm_base="os.environ/AZURE_API_BASE",
)
