"""The start of the server for both command lines. They stay quick, because aiohttp is imported only here."""

from platelayer.echo.errors import StartError
from platelayer.echo.options import EchoSettings


def serve(settings: EchoSettings) -> None:
    """Serve until SIGTERM or SIGINT. Raises StartError."""
    try:
        from platelayer.echo.server import run_server
    except ModuleNotFoundError as error:
        if error.name != "aiohttp":
            raise
        raise StartError(
            "the echo provider needs aiohttp; install Debian's python3-aiohttp, "
            "or run in the checkout: pip install -e '.[echo]'"
        ) from None
    run_server(settings)
