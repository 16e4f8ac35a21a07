"""`python3 -m platelayer.echo`: the echo provider where only this folder and aiohttp are installed."""

import argparse
import sys

from platelayer.echo.errors import StartError, UsageError
from platelayer.echo.launch import serve
from platelayer.echo.options import ABOUT, HELP, settings


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m platelayer.echo", description=ABOUT)
    parser.add_argument("--listen", metavar="HOST:PORT", help=HELP["listen"])
    parser.add_argument("--upstream", metavar="NAME=HOST:PORT", action="append", default=[], help=HELP["upstream"])
    parser.add_argument("--model", metavar="ID", action="append", default=[], help=HELP["model"])
    parser.add_argument("--require-key", metavar="NAME=ENVVAR", action="append", default=[], help=HELP["require_key"])
    parser.add_argument("--delay", metavar="SECONDS", type=float, default=0.0, help=HELP["delay"])
    parser.add_argument("--chunk-delay", metavar="SECONDS", type=float, default=0.0, help=HELP["chunk_delay"])
    parser.add_argument("--control", metavar="HOST:PORT", help=HELP["control"])
    return parser


def main() -> None:
    """Exit codes: 0 ended by a signal, 1 could not start, 2 wrong usage."""
    parser = _parser()
    given = parser.parse_args()
    try:
        serve(
            settings(
                listen=given.listen,
                upstreams=given.upstream,
                models=given.model,
                require_key=given.require_key,
                delay=given.delay,
                chunk_delay=given.chunk_delay,
                control=given.control,
            )
        )
    except UsageError as error:
        parser.error(str(error))
    except StartError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
