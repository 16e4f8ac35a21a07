"""Ollama's native API; `ollama_chat` is the prefix that sends chats to /api/chat instead of /api/generate."""

from switchyard.providers.kind import Kind

KIND = Kind(
    name="ollama",
    prefix="ollama_chat",
    needs_api_base=True,
    prefix_by_mode={"embedding": "ollama", "completion": "ollama"},
)
