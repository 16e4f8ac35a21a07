"""An entry that is added to YAML text adds its own line, and touches no other character."""

import pytest
from homes import drawn

from platelayer.inventory.yaml_text.changes import EntryAddition, apply_changes
from platelayer.inventory.yaml_text.edited_text import edit_text
from platelayer.inventory.yaml_text.parser import parse_variables

NEW = {"name": "new", "provider": "p", "id": "v/new"}
CASES = {
    "flow items": """
          |---
          |# top
          |models:
          |  # before
          |  - {name: a,   provider: p, id: x}   # beside
        + |  - {name: new, provider: p, id: v/new}
          |
          |# next
          |other: {x:   1}
    """,
    "comments at the end of the list stay there": """
          |models:
          |  - {name: a}
        + |  - {name: new, provider: p, id: v/new}
          |  # - {name: skeleton}
          |# of the next
          |other: 1
    """,
    "block items": """
          |models:
          |  - name: a
          |    # inside
          |    id: x   # beside
        + |  - name: new
        + |    provider: p
        + |    id: v/new
          |other: 1
    """,
    "block items without indentation": """
          |models:
          |- name: a
          |  id: x
        + |- name: new
        + |  provider: p
        + |  id: v/new
          |other:
          |    - 1
    """,
    "a wide dash": """
          |models:
          |  -   name: a
          |      id: x
        + |  -   name: new
        + |      provider: p
        + |      id: v/new
    """,
    "a dash on a line of its own": """
          |models:
          |  -
          |    # - inside
          |    name: a
        + |  - name: new
        + |    provider: p
        + |    id: v/new
    """,
    "comments that are deeper belong to the item above": """
          |models:
          |  - {name: a}
          |    # about a
          |    # more about a
        + |  - {name: new, provider: p, id: v/new}
          |  # at the end
    """,
    "a folded text at the end": """
          |models:
          |  - name: a
          |    id: >-
          |      folded
          |      more
        + |  - name: new
        + |    provider: p
        + |    id: v/new
          |
          |other: 1
    """,
    "anchors, merge keys and aliases": """
          |base: &base {provider: p}
          |models:
          |  - &first {<<: *base, name: a}
          |  - *first
        + |  - {name: new, provider: p, id: v/new}
          |other: *first
    """,
    "an expression and a vaulted value": """
          |models:
          |  - "{{ special_model }}"
        + |  - {name: new, provider: p, id: v/new}
          |secret: !vault |
          |  $ANSIBLE_VAULT;1.1;AES256
          |  3132
    """,
    "quotes, long lines, unicode": f"""
          |models:
          |  - {{name: "größe 🙂", 'provider': 'p', id: "{"x" * 200} {"模" * 50}"}}   # Grüße
        + |  - {{name: new, provider: p, id: v/new}}
          |other: "{{{{ expression   }}}}"
    """,
    "an empty list": """
        - |models: []   # none yet
        + |models:   # none yet
        + |  - {name: new, provider: p, id: v/new}
          |#  - {name: skeleton}
          |other: 1
    """,
    "an empty list with an anchor": """
        - |models: &all [ ]
        + |models: &all
        + |  - {name: new, provider: p, id: v/new}
          |other: 1
    """,
    "a list of comments only": """
          |models:
        + |  - {name: new, provider: p, id: v/new}
          |  # - {name: skeleton}
          |
          |other: 1
    """,
    "null": """
        - |models: ~
        + |models:
        + |  - {name: new, provider: p, id: v/new}
          |other: 1
    """,
    "no such variable": """
          |other: 1   # the last
          |# the end
        + |
        + |models:
        + |  - {name: new, provider: p, id: v/new}
    """,
    "a file in one line": """
        - |{models: [], other: 1}
        + |{models: [{name: new, provider: p, id: v/new}], other: 1}
    """,
    "a list in one line": """
        - |models: [{name: a}, { name: b }]   # both
        + |models: [{name: a}, { name: b }, {name: new, provider: p, id: v/new}]   # both
    """,
    "a flow list over lines, with a comma at its end": """
          |models: [
          |  {name: a},  # one
          |  {name: b},  # two
        + |  {name: new, provider: p, id: v/new},
          |  # at the end
          |]
    """,
    "a flow list over lines, without": """
          |models: [
          |  {name: a},  # one
        - |  {name: b}  # two
        + |  {name: b},  # two
        + |  {name: new, provider: p, id: v/new}
          |]
    """,
    "a flow list that closes behind its last item": """
          |models: [{name: a},
        - |    {name: b}]   # both
        + |    {name: b},
        + |    {name: new, provider: p, id: v/new}]   # both
    """,
    "a flow list of comments only": """
          |models: [
        + |  {name: new, provider: p, id: v/new}
          |  # none yet
          |]
    """,
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize("end", [True, False])
def test_an_entry_is_its_own_line(case: str, line_break: str, end: bool) -> None:
    before, after = (text.replace("\n", line_break) for text in drawn(CASES[case]))
    if not end:
        before, after = before.removesuffix(line_break), after.removesuffix(line_break)
    change = EntryAddition(("models",), NEW)

    assert edit_text(before, [change]) == after
    assert parse_variables(after) == apply_changes(parse_variables(before), [change])


def test_several_entries_keep_their_order() -> None:
    additions = [EntryAddition(("models",), {"name": name}) for name in "bca"]
    assert edit_text("models:\n  - {name: x}\n", additions) == "models:\n" + "".join(
        f"  - {{name: {n}}}\n" for n in "xbca"
    )
    assert edit_text("models: []\n", additions) == "models:\n" + "".join(f"  - {{name: {n}}}\n" for n in "bca")


def test_an_entry_that_is_too_long_for_a_line_gets_one_per_key() -> None:
    ids = {f"provider-{number}": {"id": f"some-vendor/some-model-{number}", "order": number} for number in (1, 2, 3)}
    assert edit_text("groups: []\n", [EntryAddition(("groups",), {"name": "some-model", "ids": ids})]) == (
        "groups:\n"
        "  - name: some-model\n"
        "    ids:\n"
        "      provider-1: {id: some-vendor/some-model-1, order: 1}\n"
        "      provider-2: {id: some-vendor/some-model-2, order: 2}\n"
        "      provider-3: {id: some-vendor/some-model-3, order: 3}\n"
    )


@pytest.mark.parametrize(
    "picture",
    [
        """
        - |groups: [{name: g, ids: { a: x }}]
        + |groups: [{name: g, ids: { a: x, b: y/z }}]
        """,
        """
          |groups:
          |  - name: g
          |    ids:
          |      a: x   # beside
        + |      b: y/z
          |      # at the end
          |    mode: chat
        """,
        """
          |groups:
          |  - ids: # beside
          |        a: {id: x,
          |            order: 1}
        + |        b: y/z
        """,
        """
        - |groups: [{name: g, ids: {}}]
        + |groups: [{name: g, ids: {b: y/z}}]
        """,
    ],
)
def test_a_key_is_its_own_line(picture: str) -> None:
    before, after = drawn(picture)
    assert edit_text(before, [EntryAddition(("groups", 0, "ids"), "y/z", key="b")]) == after


@pytest.mark.parametrize("word", ["on", "y", "12:30", "1_000", "010", "1e5", "null", "~", "2026-01-01", "=", "a: b"])
def test_text_that_yaml_would_read_as_something_else_is_quoted(word: str) -> None:
    after = edit_text("models: []\n", [EntryAddition(("models",), {"name": word})])
    assert parse_variables(after) == {"models": [{"name": word}]}
