"""OpenAI's own API. Its list has no prices and is not read."""

from platelayer.providers.kind import ProviderKind

KIND = ProviderKind(
    name="openai",
    prefix="openai",
    needs_key=True,
    hosts=("api.openai.com",),
    bare_names=r"(gpt-|chatgpt-|o[134](-|$)|text-embedding-|dall-e|whisper-|tts-|omni-moderation)",
)
