"""Google's Vertex AI. It has no list of models with prices."""

from platelayer.providers.kind import ProviderKind

KIND = ProviderKind(
    name="vertex_ai", prefix="vertex_ai", login="google_login", takes_key=False, other_prefixes=("vertex_ai_beta",)
)
