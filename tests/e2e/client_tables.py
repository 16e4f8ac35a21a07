"""The tables of docs/clients.md, which say what the tests saw."""

from __future__ import annotations

import os
import re
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs/clients.md"
# With this environment variable set, a table is written anew in place of being compared.
WRITE = "WRITE_DOCS"


def hold_table(name: str, rows: list[list[str]]) -> None:
    """Compare the table of this name with rows, the first of them the header; both end at a comment."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|" + "---|" * len(rows[0]))
    table = re.compile(rf"(?<=<!-- table: {name} -->\n).*?(?=<!-- end of table -->)", re.S)
    text = DOCUMENT.read_text()
    wanted = table.sub(lambda _: "\n" + "\n".join(lines) + "\n\n", text, count=1)
    if WRITE in os.environ:
        DOCUMENT.write_text(wanted)
    assert DOCUMENT.read_text() == wanted, f"docs/clients.md says something else; write it with: {WRITE}=1 make e2e"
