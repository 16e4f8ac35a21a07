"""The options of the echo provider. Both command lines hand their text to `parse_settings`."""

import math
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from platelayer.echo.errors import OptionError

DEFAULT_LISTEN = "127.0.0.1:4010"
DEFAULT_MODELS = ("echo", "echo-embedding")
DEFAULT_UPSTREAM = "echo"

ABOUT = (
    "Serve an OpenAI-compatible API that repeats the user's last message: /v1/models, /v1/chat/completions (with "
    "streaming and calls of tools), /v1/embeddings, and /healthz. It needs no key and logs no request."
)
HELP = {
    "listen": f"The address to listen on. Short for --upstream {DEFAULT_UPSTREAM}=HOST:PORT. Port 0 takes a free port. "
    f"Without --listen and --upstream: {DEFAULT_LISTEN}.",
    "upstream": "One more named server in this process, on its own port. May be given several times.",
    "model": f"An id that /v1/models lists; any id is answered. May be given several times. "
    f"Default: {' and '.join(DEFAULT_MODELS)}.",
    "require_key": "Answer 401 at this upstream unless the bearer key is the value of this environment variable.",
    "delay": "Seconds until the first token of a chat answer, or until embeddings are sent.",
    "chunk_delay": "Seconds between two tokens of a chat answer, streamed or not.",
    "control": "Serve the control API, which makes upstreams fail, at this address. Without it they never fail.",
}

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class ListenAddress:
    """An address to listen on. Port 0 means any free port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True)
class UpstreamSettings:
    """One upstream. `key`: the bearer key that it requires, or None."""

    name: str
    address: ListenAddress
    key: str | None = None


@dataclass(frozen=True)
class EchoSettings:
    """The settings of the server. Delays are in seconds; without `control`, no fault can be set."""

    upstreams: tuple[UpstreamSettings, ...]
    models: tuple[str, ...] = DEFAULT_MODELS
    delay: float = 0.0
    chunk_delay: float = 0.0
    control: ListenAddress | None = None


def parse_settings(
    *,
    listen: str | None = None,
    upstreams: Iterable[str] = (),
    models: Iterable[str] = (),
    require_key: Iterable[str] = (),
    delay: float = 0.0,
    chunk_delay: float = 0.0,
    control: str | None = None,
    environment: Mapping[str, str] = os.environ,
) -> EchoSettings:
    """Parse the options as typed: addresses are HOST:PORT, upstreams NAME=HOST:PORT, keys NAME=ENVVAR.

    Raises OptionError, which names the option and what to write instead.
    """
    addresses = _parse_addresses(listen, list(upstreams))
    keys = _read_keys(list(require_key), addresses, environment)
    return EchoSettings(
        upstreams=tuple(UpstreamSettings(name, address, keys.get(name)) for name, address in addresses.items()),
        models=tuple(models) or DEFAULT_MODELS,
        delay=_check_seconds("--delay", delay),
        chunk_delay=_check_seconds("--chunk-delay", chunk_delay),
        control=None if control is None else _parse_address("--control", control),
    )


def _parse_addresses(listen: str | None, upstreams: list[str]) -> dict[str, ListenAddress]:
    if listen is None and not upstreams:
        listen = DEFAULT_LISTEN
    addresses = {} if listen is None else {DEFAULT_UPSTREAM: _parse_address("--listen", listen)}
    for text in upstreams:
        name, _, address = text.partition("=")
        if not address or not _NAME.fullmatch(name):
            raise OptionError(
                f"--upstream: '{text}' is not NAME=HOST:PORT; write for example --upstream a=127.0.0.1:4011 "
                "(a name has letters, digits, '.', '_' and '-')"
            )
        if name in addresses:
            raise OptionError(f"--upstream: '{name}' is given twice; give each upstream its own name")
        addresses[name] = _parse_address("--upstream", address)
    return addresses


def _parse_address(option: str, text: str) -> ListenAddress:
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    # int() would also take '+80', ' 80' and other scripts' digits.
    if not host or not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > 65535:
        raise OptionError(f"{option}: '{text}' is not HOST:PORT; write for example 127.0.0.1:4010")
    return ListenAddress(host, int(port))


def _read_keys(require_key: list[str], upstreams: Iterable[str], environment: Mapping[str, str]) -> dict[str, str]:
    keys: dict[str, str] = {}
    for text in require_key:
        name, _, variable = text.partition("=")
        if not name or not variable:
            # The text is not repeated: somebody may have typed the key itself.
            raise OptionError(
                "--require-key: this is not NAME=ENVVAR; "
                "write an upstream's name and the environment variable that holds its key"
            )
        if name not in upstreams:
            raise OptionError(f"--require-key: there is no upstream '{name}'; write one of: {', '.join(upstreams)}")
        if not environment.get(variable):
            raise OptionError(
                f"--require-key: the environment variable for upstream '{name}' is not set or is empty; "
                "export it before the start, and write its name here, not the key"
            )
        keys[name] = environment[variable]
    return keys


def _check_seconds(option: str, value: float) -> float:
    if not math.isfinite(value) or value < 0:
        raise OptionError(f"{option}: {value:g} is not a duration; write seconds, 0 or more")
    return value
