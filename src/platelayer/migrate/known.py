"""What tells one provider from another in a config: hosts, ports, names of variables, LiteLLM's own defaults."""

import re

# The last part of a host → kind.
HOSTS = {
    "requesty.ai": "requesty",
    "openrouter.ai": "openrouter",
    "nano-gpt.com": "nano_gpt",
    "novita.ai": "novita",
    "volces.com": "volces_ark",
    "bytepluses.com": "volces_ark",
    "api.openai.com": "openai",
}
# A word in a host, as compose files and tailnets have it → kind.
HOST_WORDS = {"cliproxy": "cliproxyapi", "cli-proxy": "cliproxyapi", "new-api": "new_api", "newapi": "new_api"}
PORTS = {8317: "cliproxyapi"}
OLLAMA_PORT = 11434
# Words in the name of the variable that holds an address or a key → kind.
VARIABLE_WORDS = {
    "REQUESTY": "requesty",
    "OPENROUTER": "openrouter",
    "NANO_GPT": "nano_gpt",
    "NANOGPT": "nano_gpt",
    "NOVITA": "novita",
    "VOLCES": "volces_ark",
    "VOLCENGINE": "volces_ark",
    "ARK": "volces_ark",
    "CLIPROXY": "cliproxyapi",
    "CLIPROXYAPI": "cliproxyapi",
    "CLI_PROXY": "cliproxyapi",
    "NEW_API": "new_api",
    "NEWAPI": "new_api",
}
# LiteLLM's prefix → where it takes the key from, if a deployment names none.
DEFAULT_KEYS = {
    "openai": "OPENAI_API_KEY",
    "text-completion-openai": "OPENAI_API_KEY",
    "openrouter": "OPENROUTER_API_KEY",
    "novita": "NOVITA_API_KEY",
    "nano-gpt": "NANOGPT_API_KEY",
    "anthropic": "ANTHROPIC_API_KEY",
    "volcengine": "VOLCENGINE_API_KEY",
    "cerebras": "CEREBRAS_API_KEY",
    "codestral": "CODESTRAL_API_KEY",
    "cohere": "COHERE_API_KEY",
    "cohere_chat": "COHERE_API_KEY",
    "dashscope": "DASHSCOPE_API_KEY",
    "deepinfra": "DEEPINFRA_API_KEY",
    "deepseek": "DEEPSEEK_API_KEY",
    "fireworks_ai": "FIREWORKS_AI_API_KEY",
    "gemini": "GEMINI_API_KEY",
    "groq": "GROQ_API_KEY",
    "huggingface": "HUGGINGFACE_API_KEY",
    "jina_ai": "JINA_AI_API_KEY",
    "mistral": "MISTRAL_API_KEY",
    "moonshot": "MOONSHOT_API_KEY",
    "nvidia_nim": "NVIDIA_NIM_API_KEY",
    "perplexity": "PERPLEXITYAI_API_KEY",
    "replicate": "REPLICATE_API_KEY",
    "sambanova": "SAMBANOVA_API_KEY",
    "together_ai": "TOGETHERAI_API_KEY",
    "voyage": "VOYAGE_API_KEY",
    "xai": "XAI_API_KEY",
    "zai": "ZAI_API_KEY",
}
# Where LiteLLM asks, if a deployment names no address: a text, or the variable that it reads.
DEFAULT_BASES = {"ollama": "http://localhost:11434", "ollama_chat": "http://localhost:11434"}
DEFAULT_BASE_VARIABLES = {"litellm_proxy": "LITELLM_PROXY_API_BASE"}
# Other prefixes of LiteLLM for servers that speak OpenAI's API and may want no key.
SELF_HOSTED = frozenset({"hosted_vllm", "vllm", "llamafile", "lm_studio", "custom_openai", "openai_like", "xinference"})
# Names without a prefix that LiteLLM knows.
UNPREFIXED = (
    ("openai", re.compile(r"(gpt-|chatgpt-|o[134](-|$)|text-embedding-|dall-e|whisper-|tts-|omni-moderation)")),
    ("anthropic", re.compile(r"claude-")),
)
# LiteLLM needs no mode to serve a model; Platelayer's proofs do, so it is guessed from the id where nothing says it.
MODES = (
    ("embedding", re.compile(r"embed|(^|[/:_-])(bge|gte|e5)[-_]")),
    ("rerank", re.compile(r"rerank")),
    ("audio_transcription", re.compile(r"whisper|transcribe")),
    ("audio_speech", re.compile(r"(^|[/_-])tts([-_]|$)")),
    ("image_generation", re.compile(r"dall-e|gpt-image|stable-diffusion|(^|/)flux")),
    ("moderation", re.compile(r"moderation")),
)
