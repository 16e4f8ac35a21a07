"""The `platelayer` command."""

import json
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from platelayer import __version__, cli
from platelayer.cli.options import AS_JSON
from platelayer.errors import PlatelayerError


class JsonErrorGroup(TyperGroup):
    """The group of all commands. With a command's `--json`, an error is a JSON object on standard output too."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except PlatelayerError as error:
            if ctx.meta.get(AS_JSON):
                typer.echo(json.dumps({"error": str(error)}, indent=2))
            raise


def find_nouns() -> Iterator[typer.Typer]:
    """Yield the app of every noun in the package `platelayer.cli`, in the order of `--help`."""
    names = (module.name for module in pkgutil.iter_modules(cli.__path__, f"{cli.__name__}."))
    modules = [import_module(name) for name in names if name != __name__]
    nouns = [module for module in modules if hasattr(module, "app")]
    yield from (noun.app for noun in sorted(nouns, key=lambda noun: getattr(noun, "POSITION", 100)))


def _print_version(requested: bool) -> None:
    if requested:
        typer.echo(__version__)
        raise typer.Exit


def build_app() -> typer.Typer:
    """Return the command with all its nouns."""
    root = typer.Typer(
        name="platelayer",
        cls=JsonErrorGroup,
        help="Prepare environments, keep their models up to date, check gateways. Only ansible-playbook changes hosts.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    for noun in find_nouns():
        root.add_typer(noun)

    @root.callback()
    def parse_global_options(
        version: Annotated[
            bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
        ] = False,
    ) -> None:
        """Exit codes: 0 done, or nothing to do; 1 refused or failed, with a reason; 2 wrong usage."""

    return root


app = build_app()


def main() -> None:
    """Run the command. An error of the package is one sentence on standard error and exit code 1."""
    try:
        app()
    except PlatelayerError as error:
        Console(stderr=True, soft_wrap=True).print(str(error), style="red", markup=False, highlight=False)
        raise SystemExit(1) from None
