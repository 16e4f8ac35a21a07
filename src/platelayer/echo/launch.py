"""The one way in for both command lines: they stay quick, because aiohttp is imported only to serve."""

from platelayer.echo.errors import StartError
from platelayer.echo.options import Settings


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises StartError."""
    try:
        from platelayer.echo.server import run
    except ModuleNotFoundError as error:
        if error.name != "aiohttp":
            raise
        raise StartError(
            "the echo provider needs aiohttp; install Debian's python3-aiohttp, "
            "or run in the checkout: pip install -e '.[echo]'"
        ) from None
    run(settings)
