"""Anthropic's messages and OpenAI's responses at every kind of provider: asked as they are, or as chats."""

import pytest

MESSAGES, RESPONSES, CHAT = "/v1/messages", "/v1/responses", "/chat/completions"
# Provider of the inventory → the ends of the paths that are asked for messages and for responses.
PATHS = {
    "openrouter": (CHAT, CHAT),
    "requesty": (CHAT, CHAT),
    "novita": (CHAT, CHAT),
    "nano": (CHAT, CHAT),
    "ollama": ("/api/chat", "/api/chat"),
    "vllm": (CHAT, CHAT),
    "relay": (MESSAGES, CHAT),
    "other": (CHAT, CHAT),
    "subscription": (MESSAGES, RESPONSES),
    "ark": (CHAT, CHAT),
}


def find_model(config: dict, provider: str) -> str:
    """Return a name that this provider alone serves."""
    names = [entry["model_name"] for entry in config["model_list"]]
    return next(
        entry["model_name"]
        for entry in config["model_list"]
        if f"/{provider}" in entry["litellm_params"]["api_base"]
        and entry["model_info"].get("mode") == "chat"
        and names.count(entry["model_name"]) == 1
    )


@pytest.mark.parametrize("provider", PATHS)
def test_messages_and_responses_answer_at_every_kind(gateway, fakes, provider: str) -> None:
    model = find_model(gateway.config, provider)
    question = {"role": "user", "content": "Hello"}
    fakes.paths.clear()
    message = gateway.send(MESSAGES, {"model": model, "max_tokens": 9, "messages": [question]})
    response = gateway.send(RESPONSES, {"model": model, "input": "Hello"})
    assert (message.status_code, response.status_code) == (200, 200), message.text + response.text
    assert message.json()["content"] == [{"type": "text", "text": "Hello."}]
    (output,) = [item for item in response.json()["output"] if item["type"] == "message"]
    assert output["content"][0]["text"] == "Hello."
    for path, wanted in zip(fakes.paths, PATHS[provider], strict=True):
        assert path.endswith(wanted)
