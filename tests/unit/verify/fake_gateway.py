"""A gateway on loopback that behaves like LiteLLM 1.106.2, or misbehaves as told. Runs in a thread of its own."""

import asyncio
import json
import threading
import wave
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

KEY = "sk-planted-5f1e9c2a7b"
HTML = "<html><body>Bad Gateway</body></html>"
NO_DB = {"error": {"message": "No connected db.", "type": "no_db_connection", "param": None, "code": "400"}}
DENIED = {"error": {"message": "Authentication Error", "type": "auth_error", "param": "None", "code": "401"}}


@dataclass
class FakeGateway:
    """`models` maps names to behaviours (methods `_do_…`); `modes`, `listed` and `info` shape what it says of them."""

    models: dict[str, str] = field(default_factory=lambda: {"echo": "good"})
    modes: dict[str, str] = field(default_factory=dict)
    listed: list[str] | None = None
    info: list[dict[str, Any]] | None = None
    configured: dict[str, str] = field(default_factory=dict)
    without_key: tuple[int, Any] = (401, DENIED)
    with_wrong_key: tuple[int, Any] = (401, DENIED)
    health: tuple[int, Any] = (200, "I'm alive!")
    silent: bool = False
    asked: list[str] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    most_at_once: int = 0
    url: str = ""
    _now: int = 0

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _serve(self, ready: threading.Event) -> None:
        async def start() -> web.AppRunner:
            app = web.Application()
            app.router.add_route("*", "/{path:.*}", self._answer)
            runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            self.url = "http://{}:{}".format(*runner.addresses[0])
            return runner

        runner = self._loop.run_until_complete(start())
        ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path_qs)
        if self.silent:
            await asyncio.sleep(30)
        if request.path in ("/health/liveliness", "/health/readiness"):
            return _reply(*self.health)
        key = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if key != KEY:
            status, body = self.with_wrong_key if key else self.without_key
            return _reply(status, body) if body is not None else self._models(request)
        if request.path == "/v1/models":
            return self._models(request)
        if request.path == "/v1/model/info":
            return self._model_info(request.query.get("litellm_model_id"))
        return await self._call(request)

    def _models(self, request: web.Request) -> web.Response:
        names = list(self.models) if self.listed is None else self.listed
        if request.query.get("return_wildcard_routes") != "true":
            names = [name for name in names if "*" not in name]
        modes = {name: {"mode": mode} for name, mode in self.modes.items()}
        return _reply(200, {"data": [{"id": name, "object": "model"} | modes.get(name, {}) for name in names]})

    def _model_info(self, deployment: str | None) -> web.Response:
        if deployment is not None:
            return _reply(200, {"data": [_info(self.configured.get(deployment, "named"), "openai/x", deployment)]})
        if self.info is None:
            return _reply(404, {"detail": "Not Found"})
        return _reply(200, {"data": self.info})

    async def _call(self, request: web.Request) -> web.StreamResponse:
        if request.content_type == "multipart/form-data":
            body: dict[str, Any] = dict(await request.post())
        else:
            body = await request.json()
        self.bodies.append(body)
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            behaviour = self.models[body["model"]].replace(" ", "_")
            response: web.StreamResponse = await getattr(self, f"_do_{behaviour}")(request)
        finally:
            self._now -= 1
        return response

    async def _do_good(self, request: web.Request) -> web.StreamResponse:
        return await _stream(request, [{"content": "rea"}, {"content": "dy"}, {}], pause=0.02)

    async def _do_slow(self, request: web.Request) -> web.StreamResponse:
        return await _stream(request, [{"role": "assistant"}, {"content": "ready"}, {}], pause=0.3)

    async def _do_reasoning(self, request: web.Request) -> web.StreamResponse:
        return await _stream(request, [{"reasoning_content": "The user\u2028wants one word"}, {}], finish="length")

    async def _do_hidden_reasoning(self, request: web.Request) -> web.StreamResponse:
        return await _stream(request, [{"role": "assistant"}, {}], finish="length")

    async def _do_empty(self, request: web.Request) -> web.StreamResponse:
        return await _stream(request, [{"role": "assistant", "content": ""}, {}])

    async def _do_no_done(self, request: web.Request) -> web.StreamResponse:
        return await _stream(request, [{"content": "ready"}, {}], end="")

    async def _do_error_event(self, request: web.Request) -> web.StreamResponse:
        event = 'data: {"error": {"message": "upstream went away", "type": "None", "code": "500"}}\n\n'
        return await _stream(request, [{"content": "rea"}], finish=None, end=event)

    async def _do_cut(self, request: web.Request) -> web.StreamResponse:
        response = await _stream(request, [{"content": "rea"}], finish=None, end="")
        assert request.transport is not None
        request.transport.abort()
        return response

    async def _do_hang(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return _reply(200, {})

    async def _do_hang_midway(self, request: web.Request) -> web.StreamResponse:
        return await _stream(request, [{"content": "rea"}, {}], pause=30)

    async def _do_html(self, request: web.Request) -> web.StreamResponse:
        return _reply(200, HTML)

    async def _do_fails(self, request: web.Request) -> web.StreamResponse:
        message = "litellm.InternalServerError: Connection error.\n\nLiteLLM: model group 'dead' failed."
        return _reply(500, {"error": {"message": message, "type": "internal_server_error", "code": "500"}})

    async def _do_talkative(self, request: web.Request) -> web.StreamResponse:
        return _reply(400, {"error": {"message": "no " * 1000}})

    async def _do_echoes_key(self, request: web.Request) -> web.StreamResponse:
        message = "x" * 280 + f" bad header {request.headers['Authorization']}"
        return _reply(401, {"error": {"message": message}}, {"x-litellm-model-id": f"{KEY}/1"})

    async def _do_text(self, request: web.Request) -> web.StreamResponse:
        assert request.path == "/v1/completions"
        return await _stream(request, [{"text": "ready"}, {}])

    async def _do_embeds(self, request: web.Request) -> web.StreamResponse:
        assert request.path == "/v1/embeddings"
        return _reply(200, {"data": [{"embedding": [0.1, 0.2], "index": 0}]}, _HEADERS)

    async def _do_ranks(self, request: web.Request) -> web.StreamResponse:
        assert request.path == "/v1/rerank"
        return _reply(200, {"results": [{"index": 0, "relevance_score": 0.9}]}, _HEADERS)

    async def _do_ranks_nothing(self, request: web.Request) -> web.StreamResponse:
        return _reply(200, {"results": []}, _HEADERS)

    async def _do_moderates(self, request: web.Request) -> web.StreamResponse:
        assert request.path == "/v1/moderations"
        return _reply(200, {"results": [{"flagged": False}]}, _HEADERS)

    async def _do_responds(self, request: web.Request) -> web.StreamResponse:
        assert request.path == "/v1/responses"
        return _reply(200, {"output": [{"type": "message"}]}, _HEADERS)

    async def _do_responds_nothing(self, request: web.Request) -> web.StreamResponse:
        return _reply(200, {"output": []}, _HEADERS)

    async def _do_transcribes(self, request: web.Request) -> web.StreamResponse:
        assert request.path == "/v1/audio/transcriptions"
        with wave.open(self.bodies[-1]["file"].file, "rb") as sound:
            assert (sound.getframerate(), sound.getnframes()) == (8000, 800)
        return _reply(200, {"text": ""}, _HEADERS)

    async def _do_transcribes_nothing(self, request: web.Request) -> web.StreamResponse:
        return _reply(200, {}, _HEADERS)

    async def _do_embeds_nothing(self, request: web.Request) -> web.StreamResponse:
        return _reply(200, {"data": []}, _HEADERS)


_HEADERS = {"x-litellm-model-id": "layer-1", "x-litellm-version": "1.106.2"}


def _info(name: str, model: str, deployment: str) -> dict[str, Any]:
    return {"model_name": name, "litellm_params": {"model": model}, "model_info": {"id": deployment, "mode": None}}


def _reply(status: int, body: Any, headers: dict[str, str] | None = None) -> web.Response:
    if isinstance(body, str) and body.startswith("<"):
        return web.Response(status=status, text=body, content_type="text/html")
    return web.json_response(body, status=status, headers=headers)


async def _stream(
    request: web.Request,
    deltas: list[dict[str, str]],
    *,
    finish: str | None = "stop",
    end: str = "data: [DONE]\n\n",
    pause: float = 0,
) -> web.StreamResponse:
    """Stream one chunk per delta, then `end`; the last delta carries `finish`."""
    response = web.StreamResponse(headers=_HEADERS | {"content-type": "text/event-stream; charset=utf-8"})
    await response.prepare(request)
    for number, delta in enumerate(deltas, 1):
        choice: dict[str, Any] = {"index": 0} | (delta if "text" in delta else {"delta": delta})
        if number == len(deltas) and finish:
            choice["finish_reason"] = finish
        await response.write(b"data: " + json.dumps({"choices": [choice]}, ensure_ascii=False).encode() + b"\n\n")
        await asyncio.sleep(pause)
    await response.write(end.encode())
    return response
