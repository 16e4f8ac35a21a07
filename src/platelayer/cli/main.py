"""The `platelayer` command."""

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from platelayer import __version__
from platelayer.cli import catalog, echo, env, import_config, model, provider, verify
from platelayer.cli.options import AS_JSON
from platelayer.errors import PlatelayerError

# In the order in which one works.
ORDER = ("env", "import", "provider", "model", "catalog", "verify", "echo")


class Program(TyperGroup):
    """All commands. Where one was asked for JSON, an error of the package is JSON on standard output too."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Their names, as `--help` shows them."""
        return sorted(super().list_commands(ctx), key=ORDER.index)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except PlatelayerError as error:
            if ctx.meta.get(AS_JSON):
                typer.echo(json.dumps({"error": str(error)}, indent=2))
            raise


app = typer.Typer(
    name="platelayer",
    cls=Program,
    help="Prepare environments, keep their models up to date, check gateways. Only ansible-playbook changes hosts.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(env.app, name="env")
app.command("import")(import_config.import_config)
app.add_typer(provider.app, name="provider")
app.add_typer(model.app, name="model")
app.add_typer(catalog.app, name="catalog")
app.command("verify")(verify.verify)
app.add_typer(echo.app, name="echo")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Exit codes: 0 done, or nothing to do; 1 refused or failed, with a reason; 2 wrong usage."""


def main() -> None:
    """Run the command; an error of the package is one sentence on standard error and exit code 1."""
    try:
        app()
    except PlatelayerError as error:
        Console(stderr=True, soft_wrap=True).print(str(error), style="red", markup=False, highlight=False)
        raise SystemExit(1) from None
