"""`platelayer import`: an environment out of an existing LiteLLM config."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from platelayer.cli.options import DryRunOption, EnvOption, JsonOption, RootOption

POSITION = 20

app = typer.Typer()


@app.command("import")
def import_config(
    config: Annotated[Path, typer.Argument(help="LiteLLM's config.yaml; what it includes is read too.")],
    env: EnvOption,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    root: RootOption = Path(),
) -> None:
    """Turn a LiteLLM config into inventories/ENV, and tell what could not come over or never worked.

    Secrets are not copied: the report names the variables of the vault that wait for them.
    Exit codes: 0 done, 1 refused and nothing written, 2 wrong usage.
    """
    from platelayer.inventory import filled_environment as environment
    from platelayer.migrate.conversion import convert_config
    from platelayer.migrate.import_findings import ImportFindings
    from platelayer.migrate.inventory_files import render_files
    from platelayer.migrate.source import read_config
    from platelayer.terminal.import_report import as_dict, as_text, draw_report, list_next_steps

    findings = ImportFindings()
    result = convert_config(read_config(config, findings), config.name, findings)
    texts = render_files(result)
    folder = root / environment.INVENTORIES / env
    environment.refuse_used_environment(root, env, texts)
    written = None
    if not dry_run:
        keep_empty = {entry.variable for entry in result.vault_entries}
        written = environment.write_environment(root, env, texts, as_text(result), keep_empty=keep_empty)
    if as_json:
        facts = {"environment": str(folder), "written": written is not None, **as_dict(result)}
        typer.echo(json.dumps(facts | ({"files": texts} if dry_run else {}), indent=2))
        return
    if dry_run:
        for name, text in texts.items():
            typer.echo(f"{folder / environment.FOLDER / name}:\n\n{text}")
    if sys.stdout.isatty():
        Console(highlight=False).print(draw_report(result))
    else:
        typer.echo(as_text(result), nl=False)
    if written is None:
        typer.echo(f"\nnothing was written; without --dry-run, {folder} is made")
        return
    typer.echo("\n" + "\n".join(list_next_steps(result, written, env, root)))
    typer.echo(f"\nthis report: {written.folder / environment.REPORT}")
