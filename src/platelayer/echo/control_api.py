"""The control API: sets the faults of upstreams and reads their counters. It is off unless `--control` is given.

| request                        | effect                                              |
|--------------------------------|-----------------------------------------------------|
| GET /upstreams                 | none                                                |
| GET /upstreams/NAME            | none                                                |
| PUT /upstreams/NAME/fault      | set the fault in the JSON body                      |
| DELETE /upstreams/NAME/fault   | switch the fault off                                |
| POST /upstreams/NAME/reset     | set the counters to zero                            |
| POST /reset                    | of all upstreams, fault off and counters to zero    |

Each answers `{NAME: state, ...}` of the upstreams in question, when the effect is in force. NAME `*` means all.
Errors are `{"error": "a sentence"}`: 404 unknown upstream or path, 422 invalid fault, 503 the upstream's port is taken.
"""

import json
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from platelayer.echo.echo_upstream import EchoUpstream
from platelayer.echo.errors import FaultError, StartError
from platelayer.echo.fault_parsing import parse_fault

RequestHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ControlApi:
    """Request handlers over the upstreams of one server."""

    def __init__(self, upstreams: Mapping[str, EchoUpstream]) -> None:
        self._upstreams = upstreams

    def make_app(self) -> web.Application:
        """Return the aiohttp application of the control API."""
        app = web.Application(middlewares=[_answer_errors_as_json])
        app.router.add_get("/upstreams", self._show)
        app.router.add_get("/upstreams/{name}", self._show)
        app.router.add_put("/upstreams/{name}/fault", self._set_fault)
        app.router.add_delete("/upstreams/{name}/fault", self._clear_fault)
        app.router.add_post("/upstreams/{name}/reset", self._reset_counters)
        app.router.add_post("/reset", self._reset_all)
        return app

    async def _show(self, request: web.Request) -> web.Response:
        return _make_state_response(self._select_upstreams(request))

    async def _set_fault(self, request: web.Request) -> web.Response:
        upstreams = self._select_upstreams(request)
        try:
            data = json.loads(await request.read())
        except (ValueError, RecursionError):
            raise FaultError('the body is not JSON; write for example {"kind": "status", "status": 429}') from None
        fault = parse_fault(data)
        for upstream in upstreams:
            await upstream.set_fault(fault)
        return _make_state_response(upstreams)

    async def _clear_fault(self, request: web.Request) -> web.Response:
        upstreams = self._select_upstreams(request)
        for upstream in upstreams:
            await upstream.set_fault(None)
        return _make_state_response(upstreams)

    async def _reset_counters(self, request: web.Request) -> web.Response:
        upstreams = self._select_upstreams(request)
        for upstream in upstreams:
            upstream.reset_counters()
        return _make_state_response(upstreams)

    async def _reset_all(self, request: web.Request) -> web.Response:
        upstreams = self._select_upstreams(request)
        for upstream in upstreams:
            await upstream.set_fault(None)
            upstream.reset_counters()
        return _make_state_response(upstreams)

    def _select_upstreams(self, request: web.Request) -> list[EchoUpstream]:
        name = request.match_info.get("name", "*")
        if name == "*":
            return list(self._upstreams.values())
        if name not in self._upstreams:
            raise web.HTTPNotFound(text=f"there is no upstream '{name}'; write one of: {', '.join(self._upstreams)}, *")
        return [self._upstreams[name]]


def _make_state_response(upstreams: list[EchoUpstream]) -> web.Response:
    return web.json_response({upstream.name: upstream.as_json() for upstream in upstreams})


@web.middleware
async def _answer_errors_as_json(request: web.Request, handler: RequestHandler) -> web.StreamResponse:
    try:
        return await handler(request)
    except FaultError as error:
        return web.json_response({"error": str(error)}, status=422)
    except StartError as error:
        return web.json_response({"error": str(error)}, status=503)
    except web.HTTPException as error:
        return web.json_response({"error": error.text}, status=error.status)
