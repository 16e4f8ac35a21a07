"""The `switchyard` command."""

from typing import Annotated

import typer
from rich.console import Console

from switchyard import __version__
from switchyard.cli import catalog, echo, env, import_config, model, provider, verify
from switchyard.errors import SwitchyardError

app = typer.Typer(
    name="switchyard",
    help="Prepare environments and ask gateways questions. Hosts are changed by ansible-playbook alone.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(catalog.app, name="catalog")
app.add_typer(echo.app, name="echo")
app.add_typer(env.app, name="env")
app.add_typer(model.app, name="model")
app.add_typer(provider.app, name="provider")
app.command("import")(import_config.import_config)
app.command("verify")(verify.verify)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Exit codes: 0 done or nothing to do, 1 refused or failed with a reason, 2 wrong usage."""


def main() -> None:
    """Run the command; an error of the package is one sentence on standard error and exit code 1."""
    try:
        app()
    except SwitchyardError as error:
        Console(stderr=True, soft_wrap=True).print(str(error), style="red", markup=False, highlight=False)
        raise SystemExit(1) from None
