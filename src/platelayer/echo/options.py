"""What the echo provider can be told at its start. Both command lines hand their text to `settings`."""

import math
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from platelayer.echo.errors import UsageError

DEFAULT_LISTEN = "127.0.0.1:4010"
DEFAULT_MODELS = ("echo", "echo-embedding")
DEFAULT_UPSTREAM = "echo"

ABOUT = (
    "Serve an OpenAI-compatible API that answers with what it was asked: /v1/models, /v1/chat/completions (with "
    "streaming), /v1/embeddings, and /healthz. It needs no key and logs nothing of a request."
)
HELP = {
    "listen": f"Where to listen. The same as --upstream {DEFAULT_UPSTREAM}=HOST:PORT. Port 0 takes a free one. "
    f"Without --listen and --upstream: {DEFAULT_LISTEN}.",
    "upstream": "One more named server in this process, on its own port. May be given many times.",
    "model": f"An id that /v1/models lists; any id is answered. May be given many times. "
    f"Default: {' and '.join(DEFAULT_MODELS)}.",
    "require_key": "Answer 401 at this upstream unless the bearer key equals the value of this environment variable.",
    "delay": "Seconds until the first token of a chat answer, or until embeddings are sent.",
    "chunk_delay": "Seconds between two tokens of a chat answer, streamed or not.",
    "control": "Open the control API here, through which upstreams can be told to fail. Without it they never do.",
}

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Address:
    """Where to listen. Port 0 stands for any free port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True)
class UpstreamSettings:
    """One upstream; `key` is the bearer key that it asks for, or None when it asks for none."""

    name: str
    address: Address
    key: str | None = None


@dataclass(frozen=True)
class Settings:
    """Everything the server needs. Delays are in seconds; `control` None means that no fault can be switched on."""

    upstreams: tuple[UpstreamSettings, ...]
    models: tuple[str, ...] = DEFAULT_MODELS
    delay: float = 0.0
    chunk_delay: float = 0.0
    control: Address | None = None


def settings(
    *,
    listen: str | None = None,
    upstreams: Iterable[str] = (),
    models: Iterable[str] = (),
    require_key: Iterable[str] = (),
    delay: float = 0.0,
    chunk_delay: float = 0.0,
    control: str | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """Read the options as typed: addresses are HOST:PORT, upstreams NAME=HOST:PORT, keys NAME=ENVVAR.

    Raises UsageError, whose text names the option and what to write instead.
    """
    addresses = _addresses(listen, list(upstreams))
    keys = _keys(list(require_key), addresses, environment)
    return Settings(
        upstreams=tuple(UpstreamSettings(name, address, keys.get(name)) for name, address in addresses.items()),
        models=tuple(models) or DEFAULT_MODELS,
        delay=_seconds("--delay", delay),
        chunk_delay=_seconds("--chunk-delay", chunk_delay),
        control=None if control is None else _address("--control", control),
    )


def _addresses(listen: str | None, upstreams: list[str]) -> dict[str, Address]:
    if listen is None and not upstreams:
        listen = DEFAULT_LISTEN
    found = {} if listen is None else {DEFAULT_UPSTREAM: _address("--listen", listen)}
    for text in upstreams:
        name, _, where = text.partition("=")
        if not where or not _NAME.fullmatch(name):
            raise UsageError(
                f"--upstream: '{text}' is not NAME=HOST:PORT; write for example --upstream a=127.0.0.1:4011 "
                "(a name has letters, digits, '.', '_' and '-')"
            )
        if name in found:
            raise UsageError(f"--upstream: '{name}' is given twice; give each upstream its own name")
        found[name] = _address("--upstream", where)
    return found


def _address(option: str, text: str) -> Address:
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    # int() would also take '+80', ' 80' and other scripts' digits.
    if not host or not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > 65535:
        raise UsageError(f"{option}: '{text}' is not HOST:PORT; write for example 127.0.0.1:4010")
    return Address(host, int(port))


def _keys(require_key: list[str], known: Iterable[str], environment: Mapping[str, str]) -> dict[str, str]:
    keys: dict[str, str] = {}
    for text in require_key:
        name, _, variable = text.partition("=")
        if not name or not variable:
            # Not quoted back: somebody may have typed the key itself.
            raise UsageError("--require-key: not NAME=ENVVAR; write an upstream's name and the variable with its key")
        if name not in known:
            raise UsageError(f"--require-key: there is no upstream '{name}'; write one of: {', '.join(known)}")
        if not environment.get(variable):
            raise UsageError(
                f"--require-key: the environment variable for upstream '{name}' is not set or is empty; "
                "export it before the start, and give its name here, never the key"
            )
        keys[name] = environment[variable]
    return keys


def _seconds(option: str, value: float) -> float:
    if not math.isfinite(value) or value < 0:
        raise UsageError(f"{option}: {value:g} is no length of time; write seconds, 0 or more")
    return value
