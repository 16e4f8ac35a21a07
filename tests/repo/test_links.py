"""Links between Markdown files lead somewhere."""

import pytest

from .checks.links import link_findings
from .checks.tree import files, held, read

MARKDOWN = [name for name in files() if name.endswith(".md")]
TREE = {"README.md": "# One thing\n## Two `things`\n## One thing\n", "docs/a.md": "# A\n", "docs/pictures/a.png": ""}


def test_every_link_resolves() -> None:
    tree = set(files())
    held([finding for path in MARKDOWN for finding in link_findings(path, read(path), tree, read)])


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("[a](b.md)", "docs/a.md:1: b.md leads nowhere"),
        ("\n![a](pictures/b.png)", "docs/a.md:2: pictures/b.png leads nowhere"),
        ("[a](../docs/A.md 'title')", "docs/a.md:1: ../docs/A.md leads nowhere"),
        ("[a](/docs/b.md)", "docs/a.md:1: /docs/b.md leads nowhere"),
        ("[a]\n\n[a]: b.md", "docs/a.md:3: b.md leads nowhere"),
        ("<img src='b.png'>", "docs/a.md:1: b.png leads nowhere"),
        ("[a](#nothing)", "docs/a.md:1: #nothing names a heading that docs/a.md does not have"),
        ("[a](../README.md#three)", "docs/a.md:1: ../README.md#three names a heading that README.md does not have"),
        ("```\n[a](b.md)\n```\n\n[a](c.md)", "docs/a.md:5: c.md leads nowhere"),
    ],
)
def test_a_link_that_leads_nowhere_is_found(text: str, finding: str) -> None:
    assert link_findings("docs/a.md", text, set(TREE), TREE.__getitem__) == [finding]


@pytest.mark.parametrize(
    "text",
    [
        "[a](../README.md) [a](a.md) [a](pictures) [a](pictures/) [a](/docs/a.md) [a](..)",
        "[a](../README.md#two-things) [a](../README.md#one-thing-1) \n# Own\n [a](#own)",
        "[a](https://example.com/b.md) [a](mailto:a@example.com)",
        "`[a](b.md)` and\n```yaml\n[a](b.md)\n```\n",
    ],
)
def test_a_link_that_resolves_has_no_findings(text: str) -> None:
    assert link_findings("docs/a.md", text, set(TREE), TREE.__getitem__) == []
