"""The page: one file with its style and its script, which loads nothing and runs nothing else."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from platelayer.catalog.plan import Uses
from platelayer.catalog.snapshot import Snapshot
from platelayer.page import data
from platelayer.page.news import News
from platelayer.schema.money import tokens

_HERE = Path(__file__).parent


def render(
    environment: str,
    catalogs: Mapping[str, Snapshot | None],
    names: Uses,
    news: News | None = None,
) -> str:
    """HTML of an environment's catalogs, and of their news. Everything in them is foreign text and escaped.

    catalogs: provider → its catalog, None where it was never fetched; names: what clients ask for.
    """
    rows = data.rows(catalogs, names, news.changed if news else {})
    style, script = (_HERE / "report.css").read_text(), (_HERE / "report.js").read_text()
    return _template().render(
        environment=environment,
        style=style,
        script=script,
        policy=_policy(style, script),
        summaries=data.summaries(catalogs),
        rows=rows,
        news=news,
        fetched={provider for provider, catalog in catalogs.items() if catalog},
        providers=sorted({row.provider for row in rows}),
        modes=sorted({row.mode for row in rows}),
        abilities=sorted({ability for row in rows for ability in row.abilities}),
    )


def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"tokens": tokens, "breakable": _breakable}
    return environment.get_template("report.html.j2")


def _breakable(text: str) -> Markup:
    """Ids and names may go on in the next line after a slash, a colon and an underscore, and by nature a hyphen."""
    # These characters stand in no escape sequence.
    return Markup(re.sub("(?<=[/:_])(?![/:_]|$)", "<wbr>", escape(text)))  # noqa: S704


def _policy(style: str, script: str) -> str:
    """Content-Security-Policy: this style and this script by their digests, and nothing else from anywhere."""
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
