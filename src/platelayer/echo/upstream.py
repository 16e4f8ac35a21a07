"""One upstream: takes requests, checks the key, asks whether to fail, answers, counts."""

import hmac
import json
import sys
import traceback

from aiohttp import web

from platelayer.echo import answers, asks, problems
from platelayer.echo.counters import Counters
from platelayer.echo.delivery import Pace, deliver, refuse
from platelayer.echo.exchange import Exchange, GoneError
from platelayer.echo.faults import Fault, Refuse
from platelayer.echo.listener import Listener
from platelayer.echo.options import Settings, UpstreamSettings
from platelayer.echo.switch import Switch

HEALTH = "/healthz"
# Path: method and the kind of request that faults and counters know it by.
PATHS = {
    "/v1/models": ("GET", "models"),
    "/v1/chat/completions": ("POST", "chat"),
    "/v1/embeddings": ("POST", "embeddings"),
}
Answer = answers.Whole | answers.Stream


class Upstream:
    """One named provider on a port of its own."""

    def __init__(self, own: UpstreamSettings, common: Settings) -> None:
        self.name = own.name
        self._listener = Listener(own.name, own.address, self._app)
        self._counters = Counters()
        self._live: set[Exchange] = set()
        self._closing = False
        self._switch = Switch()
        self._key = own.key
        self._models = common.models
        self._pace = Pace(common.delay, common.chunk_delay)

    @property
    def url(self) -> str:
        """What a client takes as its base URL."""
        return f"http://{self._listener.address}/v1"

    async def start(self) -> None:
        """Listen. Raises StartError."""
        self._closing = False
        await self._listener.start()

    async def stop(self) -> None:
        """Stop listening and drop every connection."""
        self._closing = True
        for exchange in self._live:
            exchange.abort()
        await self._listener.stop()

    async def fail(self, fault: Fault | None) -> None:
        """Switch a fault on in place of the one before, or with None off. Raises StartError if its port is gone."""
        if isinstance(fault, Refuse):
            self._switch.turn(fault)
            await self.stop()
        else:
            await self.start()
            self._switch.turn(fault)

    def reset(self) -> None:
        """Count from zero. A request still under way is counted no more, but stays in `concurrent`."""
        self._counters = Counters(concurrent_max=len(self._live))

    def as_json(self) -> dict[str, object]:
        """`address`, `url`, `listening`, `fault` (or null) and `counters`."""
        return {
            "address": str(self._listener.address),
            "url": self.url,
            "listening": self._listener.open,
            "fault": self._switch.as_json(),
            "counters": self._counters.as_json(concurrent=len(self._live)),
        }

    def _app(self) -> web.Application:
        # Size 0 is no limit: a prompt too long for any model is something to try.
        app = web.Application(client_max_size=0)
        app.router.add_route("*", "/{path:.*}", self._handle)
        return app

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.path == HEALTH and request.method == "GET":
            # Not counted and never faulty: it is a question about this process, not a provider's.
            return web.json_response({"status": "ok"}, headers={"x-echo-upstream": self.name})
        counters = self._counters
        exchange = Exchange(request, self.name, counters)
        if self._closing:
            # It slipped in while the port was being closed, and closing would wait for it.
            exchange.abort()
            return exchange.response
        self._live.add(exchange)
        counters.arrived(_kind(request), request.path, concurrent=len(self._live))
        try:
            await self._answer(exchange)
        except GoneError:
            pass
        except Exception as error:
            # A mistake of this server. Its text may quote the request, so only its place is told.
            print(
                f"platelayer.echo: {type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}",
                file=sys.stderr,
            )
            exchange.abort()
        finally:
            self._live.discard(exchange)
            counters.ended(complete=exchange.complete, cut=exchange.cut)
        return exchange.response

    async def _answer(self, exchange: Exchange) -> None:
        try:
            answer, model = await self._understand(exchange)
        except problems.ProblemError as problem:
            await refuse(exchange, problem)
            return
        kind = _kind(exchange.request)
        fault = self._switch.take(kind, model)
        exchange.counters.faulted += fault is not None
        # A model list is no model's work: only a fault makes it slow.
        await deliver(exchange, answer, Pace() if kind == "models" else self._pace, fault)

    async def _understand(self, exchange: Exchange) -> tuple[Answer, str | None]:
        """The answer to give if nothing goes wrong, and the model asked for. Raises ProblemError."""
        request = exchange.request
        # Read first, whatever the answer: a connection with half a request in it cannot be used again.
        body = await exchange.read()
        self._check_key(request)
        if request.path not in PATHS:
            raise problems.unknown_path(request.method, request.path)
        method, kind = PATHS[request.path]
        if request.method != method:
            raise problems.wrong_method(request.method, request.path)
        if kind == "models":
            return answers.models(self.name, self._models), None
        ask = asks.chat(_parsed(body)) if kind == "chat" else asks.embeddings(_parsed(body))
        exchange.counters.understood(request.path, ask.model, stream=isinstance(ask, asks.ChatAsk) and ask.stream)
        return (answers.chat(self.name, ask) if isinstance(ask, asks.ChatAsk) else answers.embeddings(ask)), ask.model

    def _check_key(self, request: web.Request) -> None:
        given = request.headers.get("authorization", "")
        if self._key is not None and not hmac.compare_digest(_bytes(given), _bytes(f"Bearer {self._key}")):
            raise problems.realistic(401)


def _kind(request: web.Request) -> str:
    return PATHS[request.path][1] if request.path in PATHS else "other"


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise problems.not_json() from None


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")
