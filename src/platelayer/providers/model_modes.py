"""What a model does, where nothing but its id says it."""

import re

# Mode → what ids of models of that mode look like; the first that matches counts.
_IDS = {
    mode: re.compile(expression)
    for mode, expression in (
        # Before embeddings: bge-reranker-v2-m3 is a sibling of bge-m3.
        ("rerank", r"rerank"),
        ("embedding", r"embed|(^|[/:_-])(bge|gte|e5)[-_]"),
        ("audio_transcription", r"whisper|transcribe"),
        ("audio_speech", r"(^|[/_-])tts([-_]|$)"),
        ("image_generation", r"dall-e|gpt-image|stable-diffusion|(^|/)flux"),
        ("moderation", r"moderation"),
    )
}


def guess_mode(model_id: str) -> str:
    """Return what a model does, judged by its id: `chat` if nothing in it says otherwise."""
    return next((mode for mode, expression in _IDS.items() if expression.search(model_id.lower())), "chat")
