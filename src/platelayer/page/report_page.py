"""The page: one HTML file with its style and its script, which loads nothing from elsewhere."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from platelayer.catalog.plan import Uses
from platelayer.catalog.snapshot import Snapshot
from platelayer.errors import CatalogError
from platelayer.page.model_rows import make_rows, summarize_providers
from platelayer.page.news import CatalogNews, describe_change
from platelayer.schema.money import format_tokens
from platelayer.wording.catalog_changes import CHANGE_WORDS
from platelayer.wording.refresh_results import ADVICE, HELD_BACK, NO_CHANGES, RefusalGroup, explain_rejection

_HERE = Path(__file__).parent


def render_page(
    environment: str,
    catalogs: Mapping[str, Snapshot | None],
    names: Uses,
    news: CatalogNews | None = None,
) -> str:
    """Return the HTML of an environment's catalogs and of their news, in which all foreign text is escaped.

    catalogs: provider → its catalog, None if it was never fetched. names: what clients ask for.
    """
    rows = make_rows(catalogs, names, news.kinds_by_model if news else {})
    style, script = (_HERE / "report.css").read_text(), (_HERE / "report.js").read_text()
    return _load_template().render(
        environment=environment,
        style=style,
        script=script,
        policy=_make_policy(style, script),
        summaries=summarize_providers(catalogs),
        rows=rows,
        news=news,
        fetched={provider for provider, catalog in catalogs.items() if catalog},
        providers=sorted({row.provider for row in rows}),
        modes=sorted({row.mode for row in rows}),
        abilities=sorted({ability for row in rows for ability in row.abilities}),
    )


def _load_template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"tokens": format_tokens, "breakable": _allow_breaks, "minus": _replace_hyphen}
    environment.globals |= {
        "advise": _advise,
        "change_words": CHANGE_WORDS,
        "describe_change": describe_change,
        "explain_rejection": explain_rejection,
        "held_back": HELD_BACK,
        "no_changes": NO_CHANGES,
    }
    return environment.get_template("report.html.j2")


def _advise(group: RefusalGroup) -> Markup:
    option = Markup("<code>{}</code>").format(_allow_breaks(group.option))
    # ADVICE is a constant; `format` escapes what is put into it.
    return Markup(ADVICE).format(option=option, effect=group.effect)  # noqa: S704


def _replace_hyphen(number: str) -> str:
    return number.replace("-", "\N{MINUS SIGN}")


def _allow_breaks(text: str) -> Markup:
    """Return an id or name that may continue on the next line after a slash, a colon or an underscore."""
    # These characters stand in no escape sequence.
    return Markup(re.sub("(?<=[/:_])(?![/:_]|$)", "<wbr>", escape(text)))  # noqa: S704


def _make_policy(style: str, script: str) -> str:
    """Return a Content-Security-Policy that allows this style and this script, by their digests, and nothing else."""
    return (
        f"default-src 'none'; style-src {_format_digest(style)}; script-src {_format_digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _format_digest(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def write_page(path: Path, html: str) -> None:
    """Write a page, and create its folder if there is none. Raises CatalogError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A lone surrogate, which JSON may contain and a file may not, becomes a question mark.
        path.write_bytes(html.encode(errors="replace"))
    except OSError as error:
        raise CatalogError(f"{path}: cannot be written, {error.strerror}; name another file with -o") from None
