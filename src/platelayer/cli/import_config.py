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
    from platelayer.migrate import document, source, writing
    from platelayer.migrate.convert import convert
    from platelayer.migrate.findings import Findings
    from platelayer.migrate.report import as_dict
    from platelayer.terminal.import_report import as_text, next_steps, report

    findings = Findings()
    made = convert(source.read(config, findings), config.name, findings)
    texts = {"gateway.yml": document.gateway_yml(made), "litellm.yml": document.litellm_yml(made)}
    folder = root / writing.INVENTORIES / env
    writing.refuse_taken(root, env, texts)
    written = None if dry_run else writing.write(root, env, texts, made.fills, as_text(made))
    if as_json:
        facts = {"environment": str(folder), "written": written is not None, **as_dict(made)}
        typer.echo(json.dumps(facts | ({"files": texts} if dry_run else {}), indent=2))
        return
    if dry_run:
        for name, text in texts.items():
            typer.echo(f"{folder / writing.FOLDER / name}:\n\n{text}")
    if sys.stdout.isatty():
        Console(highlight=False).print(report(made))
    else:
        typer.echo(as_text(made), nl=False)
    if written is None:
        typer.echo(f"\nnothing was written; without --dry-run, {folder} is made")
        return
    typer.echo("\n" + "\n".join(next_steps(made, written, env, root)))
    typer.echo(f"\nthis report: {written.folder / writing.REPORT}")
