"""One upstream: takes requests, checks the key, applies faults, answers and counts."""

import hmac
import sys
import traceback

from aiohttp import web

from platelayer.echo import answers, error_answers
from platelayer.echo.counters import RequestCounters
from platelayer.echo.delivery import TokenDelays, send_answer, send_error
from platelayer.echo.fault_switch import FaultSwitch
from platelayer.echo.faults import ConnectionRefusedFault, Fault
from platelayer.echo.http_exchange import ConnectionLostError, HttpExchange
from platelayer.echo.listener import PortListener
from platelayer.echo.options import EchoSettings, UpstreamSettings
from platelayer.echo.request_bodies import parse_chat_request, parse_embeddings_request

HEALTH_PATH = "/healthz"
# Path: method, and the kind of request by which faults and counters name it.
ROUTES = {
    "/v1/models": ("GET", "models"),
    "/v1/chat/completions": ("POST", "chat"),
    "/v1/embeddings": ("POST", "embeddings"),
}


class EchoUpstream:
    """One named provider on a port of its own."""

    def __init__(self, own: UpstreamSettings, common: EchoSettings) -> None:
        self.name = own.name
        self._listener = PortListener(own.name, own.address, self._make_app)
        self._counters = RequestCounters()
        self._exchanges: set[HttpExchange] = set()
        self._is_closing = False
        self._fault_switch = FaultSwitch()
        self._key = own.key
        self._models = common.models
        self._delays = TokenDelays(common.delay, common.chunk_delay)

    @property
    def url(self) -> str:
        """The base URL for clients."""
        return f"http://{self._listener.address}/v1"

    async def start(self) -> None:
        """Listen. Raises StartError."""
        self._is_closing = False
        await self._listener.start()

    async def stop(self) -> None:
        """Stop listening and drop every connection."""
        self._is_closing = True
        for exchange in self._exchanges:
            exchange.abort()
        await self._listener.stop()

    async def set_fault(self, fault: Fault | None) -> None:
        """Replace the current fault; None switches it off. Raises StartError if the port is taken meanwhile."""
        if isinstance(fault, ConnectionRefusedFault):
            self._fault_switch.set(fault)
            await self.stop()
        else:
            await self.start()
            self._fault_switch.set(fault)

    def reset_counters(self) -> None:
        """Count from zero. Requests under way are only counted in `concurrent` from now on."""
        self._counters = RequestCounters(concurrent_max=len(self._exchanges))

    def as_json(self) -> dict[str, object]:
        """Return `address`, `url`, `listening`, `fault` (or None) and `counters`."""
        return {
            "address": str(self._listener.address),
            "url": self.url,
            "listening": self._listener.is_open,
            "fault": self._fault_switch.as_json(),
            "counters": self._counters.as_json(concurrent=len(self._exchanges)),
        }

    def _make_app(self) -> web.Application:
        # Size 0 means no limit, so that a prompt too long for any model can be tried.
        app = web.Application(client_max_size=0)
        app.router.add_route("*", "/{path:.*}", self._handle)
        return app

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.path == HEALTH_PATH and request.method == "GET":
            # Neither counted nor faulty: it asks about this process, not about the provider.
            return web.json_response({"status": "ok"}, headers={"x-echo-upstream": self.name})
        counters = self._counters
        exchange = HttpExchange(request, self.name, counters)
        if self._is_closing:
            # The request arrived while the port was being closed, and closing would wait for it.
            exchange.abort()
            return exchange.response
        self._exchanges.add(exchange)
        counters.count_arrival(_get_kind(request), request.path, concurrent=len(self._exchanges))
        try:
            await self._answer(exchange)
        except ConnectionLostError:
            pass
        except Exception as error:
            # A bug of this server. The error's text may quote the request, so only the traceback is printed.
            print(
                f"platelayer.echo: {type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}",
                file=sys.stderr,
            )
            exchange.abort()
        finally:
            self._exchanges.discard(exchange)
            counters.count_end(complete=exchange.complete, cut=exchange.cut)
        return exchange.response

    async def _answer(self, exchange: HttpExchange) -> None:
        try:
            answer, model = await self._prepare_answer(exchange)
        except error_answers.RejectedRequestError as error:
            await send_error(exchange, error)
            return
        kind = _get_kind(exchange.request)
        fault = self._fault_switch.take_fault(kind, model)
        exchange.counters.faulted += fault is not None
        # No model works on a model list: only a fault makes it slow.
        await send_answer(exchange, answer, TokenDelays() if kind == "models" else self._delays, fault)

    async def _prepare_answer(
        self, exchange: HttpExchange
    ) -> tuple[answers.CompleteAnswer | answers.StreamedAnswer, str | None]:
        """Return the answer to give without a fault, and the requested model. Raises RejectedRequestError."""
        request = exchange.request
        # The body is read before any error: a connection with an unread body cannot be used again.
        body = await exchange.read()
        self._check_key(request)
        if request.path not in ROUTES:
            raise error_answers.make_unknown_path_error(request.method, request.path)
        method, kind = ROUTES[request.path]
        if request.method != method:
            raise error_answers.make_wrong_method_error(request.method, request.path)
        if kind == "models":
            return answers.list_models(self.name, self._models), None
        if kind == "chat":
            chat = parse_chat_request(body)
            exchange.counters.count_parsed(request.path, chat.model, stream=chat.stream)
            return answers.answer_chat(self.name, chat), chat.model
        embeddings = parse_embeddings_request(body)
        exchange.counters.count_parsed(request.path, embeddings.model, stream=False)
        return answers.answer_embeddings(embeddings), embeddings.model

    def _check_key(self, request: web.Request) -> None:
        header = request.headers.get("authorization", "")
        if self._key is not None and not hmac.compare_digest(_to_bytes(header), _to_bytes(f"Bearer {self._key}")):
            raise error_answers.make_status_error(401)


def _get_kind(request: web.Request) -> str:
    return ROUTES[request.path][1] if request.path in ROUTES else "other"


def _to_bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")
