"""`platelayer echo`."""

from typing import Annotated

import typer

from platelayer.echo.errors import OptionError, StartError
from platelayer.echo.launch import serve as run_until_signal
from platelayer.echo.options import ABOUT, HELP, parse_settings
from platelayer.errors import PlatelayerError

POSITION = 70

app = typer.Typer(
    name="echo",
    no_args_is_help=True,
    help="Run the provider that ships with Platelayer, to try everything without a key.",
)


@app.callback()
def _keep_group() -> None:
    """Keep the verb `serve`: without a callback, typer merges a single command into its group."""


@app.command(help=ABOUT)
def serve(
    listen: Annotated[str | None, typer.Option(metavar="HOST:PORT", help=HELP["listen"])] = None,
    upstream: Annotated[list[str] | None, typer.Option(metavar="NAME=HOST:PORT", help=HELP["upstream"])] = None,
    model: Annotated[list[str] | None, typer.Option(metavar="ID", help=HELP["model"])] = None,
    require_key: Annotated[list[str] | None, typer.Option(metavar="NAME=ENVVAR", help=HELP["require_key"])] = None,
    delay: Annotated[float, typer.Option(metavar="SECONDS", help=HELP["delay"])] = 0.0,
    chunk_delay: Annotated[float, typer.Option(metavar="SECONDS", help=HELP["chunk_delay"])] = 0.0,
    control: Annotated[str | None, typer.Option(metavar="HOST:PORT", help=HELP["control"])] = None,
) -> None:
    """Serve until a signal; `--help` shows ABOUT instead of this line."""
    try:
        run_until_signal(
            parse_settings(
                listen=listen,
                upstreams=upstream or (),
                models=model or (),
                require_key=require_key or (),
                delay=delay,
                chunk_delay=chunk_delay,
                control=control,
            )
        )
    except OptionError as error:
        raise typer.BadParameter(str(error)) from None
    except StartError as error:
        raise PlatelayerError(str(error)) from None
