"""Any server that speaks OpenAI's API: llama.cpp, vLLM, Nano-GPT, CLIProxyAPI... A key only if the server wants one."""

from switchyard.providers.kind import NO_KEY, Kind

KIND = Kind(name="openai_compatible", prefix="openai", needs_api_base=True, keyless=NO_KEY)
