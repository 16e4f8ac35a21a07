"""The control API: which upstream fails how, and what each has seen. It exists only when it is asked for.

| request                        | answer                                              |
|--------------------------------|-----------------------------------------------------|
| GET /upstreams                 | the state of all upstreams: `{NAME: state, ...}`    |
| GET /upstreams/NAME            | of one                                              |
| PUT /upstreams/NAME/fault      | takes a fault's JSON; it is in force with the answer |
| DELETE /upstreams/NAME/fault   | no fault                                            |
| POST /upstreams/NAME/reset     | counters at zero                                    |
| POST /reset                    | everywhere no fault and counters at zero            |

Each answers with the state of the upstreams it was about. NAME `*` stands for all. What cannot be done is answered
`{"error": "a sentence"}`: 404 no such upstream or path, 422 no such fault, 503 an upstream's port was taken meanwhile.
"""

import json
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from platelayer.echo.errors import FaultError, StartError
from platelayer.echo.fault_json import parse
from platelayer.echo.upstream import Upstream

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Control:
    """Handlers over the upstreams of one server."""

    def __init__(self, upstreams: Mapping[str, Upstream]) -> None:
        self._upstreams = upstreams

    def app(self) -> web.Application:
        """The application to serve."""
        app = web.Application(middlewares=[_errors_as_json])
        app.router.add_get("/upstreams", self._show)
        app.router.add_get("/upstreams/{name}", self._show)
        app.router.add_put("/upstreams/{name}/fault", self._fail)
        app.router.add_delete("/upstreams/{name}/fault", self._mend)
        app.router.add_post("/upstreams/{name}/reset", self._count_anew)
        app.router.add_post("/reset", self._reset)
        return app

    async def _show(self, request: web.Request) -> web.Response:
        return _state(self._meant(request))

    async def _fail(self, request: web.Request) -> web.Response:
        meant = self._meant(request)
        try:
            data = json.loads(await request.read())
        except (ValueError, RecursionError):
            raise FaultError('the body is not JSON; write for example {"kind": "status", "status": 429}') from None
        fault = parse(data)
        for upstream in meant:
            await upstream.fail(fault)
        return _state(meant)

    async def _mend(self, request: web.Request) -> web.Response:
        meant = self._meant(request)
        for upstream in meant:
            await upstream.fail(None)
        return _state(meant)

    async def _count_anew(self, request: web.Request) -> web.Response:
        meant = self._meant(request)
        for upstream in meant:
            upstream.reset()
        return _state(meant)

    async def _reset(self, request: web.Request) -> web.Response:
        meant = self._meant(request)
        for upstream in meant:
            await upstream.fail(None)
            upstream.reset()
        return _state(meant)

    def _meant(self, request: web.Request) -> list[Upstream]:
        name = request.match_info.get("name", "*")
        if name == "*":
            return list(self._upstreams.values())
        if name not in self._upstreams:
            raise web.HTTPNotFound(text=f"there is no upstream '{name}'; write one of: {', '.join(self._upstreams)}, *")
        return [self._upstreams[name]]


def _state(upstreams: list[Upstream]) -> web.Response:
    return web.json_response({upstream.name: upstream.as_json() for upstream in upstreams})


@web.middleware
async def _errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except FaultError as error:
        return web.json_response({"error": str(error)}, status=422)
    except StartError as error:
        return web.json_response({"error": str(error)}, status=503)
    except web.HTTPException as error:
        return web.json_response({"error": error.text}, status=error.status)
