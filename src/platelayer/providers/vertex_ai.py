"""Google Vertex AI. Its login is a service account in `extra.vertex_credentials`, or that of the host.

`vertex_project` and `vertex_location` in `extra` say where models are served.
"""

from platelayer.providers.kind import ProviderKind

KIND = ProviderKind(name="vertex_ai", prefix="vertex_ai", login=("vertex_credentials",))
