"""A provider for benchmarks: answers a chat at once, whole or as a stream of ten words. Argument: its port."""

import json
import sys

from aiohttp import web

WORDS = 10
USAGE = {"prompt_tokens": 9, "completion_tokens": WORDS, "total_tokens": 9 + WORDS}
HEAD = {"id": "chatcmpl-1", "created": 1_760_000_000, "model": "x"}
MESSAGE = {"role": "assistant", "content": "word " * WORDS}
WHOLE = json.dumps(
    {
        **HEAD,
        "object": "chat.completion",
        "choices": [{"index": 0, "finish_reason": "stop", "message": MESSAGE}],
        "usage": USAGE,
    }
)


def _make_event(delta: dict[str, str], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return b"data: " + json.dumps({**HEAD, "object": "chat.completion.chunk", "choices": [choice]}).encode() + b"\n\n"


EVENTS = [
    _make_event({"role": "assistant", "content": ""}),
    *[_make_event({"content": "word "})] * WORDS,
    _make_event({}, "stop"),
    b"data: [DONE]\n\n",
]


async def answer(request: web.Request) -> web.StreamResponse:
    """Answer a chat."""
    if not (await request.json()).get("stream"):
        return web.Response(text=WHOLE, content_type="application/json")
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for event in EVENTS:
        await response.write(event)
    return response


if __name__ == "__main__":
    application = web.Application()
    application.router.add_post("/v1/chat/completions", answer)
    web.run_app(application, host="127.0.0.1", port=int(sys.argv[1]), print=None)
