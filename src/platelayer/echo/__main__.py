"""`python3 -m platelayer.echo`: the echo provider where only this folder and aiohttp are installed."""

import argparse
import sys

from platelayer.echo.errors import OptionError, StartError
from platelayer.echo.launch import serve
from platelayer.echo.options import ABOUT, HELP, parse_settings


def _build_parser() -> argparse.ArgumentParser:
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
    """Run the server. Exit codes: 0 ended by a signal, 1 could not start, 2 wrong usage."""
    parser = _build_parser()
    options = parser.parse_args()
    try:
        serve(
            parse_settings(
                listen=options.listen,
                upstreams=options.upstream,
                models=options.model,
                require_key=options.require_key,
                delay=options.delay,
                chunk_delay=options.chunk_delay,
                control=options.control,
            )
        )
    except OptionError as error:
        parser.error(str(error))
    except StartError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
