"""An entry that is removed from YAML text takes its own lines along, and touches no other character."""

import pytest
from homes import drawn

from platelayer.inventory.yaml_text.changes import EntryRemoval, apply_changes
from platelayer.inventory.yaml_text.edited_text import edit_text
from platelayer.inventory.yaml_text.parser import parse_variables

SECOND = {
    "flow items": """
          |# top
          |models:
          |  # one
          |  - {name: a}
        - |  # two
        - |  - {name: b, id: x}   # beside
          |  # three
          |  - {name: c}
          |
          |other: {x:   1}
    """,
    "the last of a list, with comments at its end": """
          |models:
          |  - {name: a}
        - |  - {name: b}
        - |    # about b
          |  # - {name: skeleton}
          |# of the next
          |other: 1
    """,
    "block items": """
          |models:
          |- name: a
        - |- name: b
        - |  # inside
        - |
        - |  id: >-
        - |    folded
          |- name: c
          |other: 1
    """,
    "a dash on a line of its own": """
          |models:
          |  -
          |    name: a
        - |  -  # b
        - |    # - more
        - |    name: b
          |other: 1
    """,
    "blank lines on both sides": """
          |models:
          |  - {name: a}
          |
        - |  - {name: b}
        - |
          |  - {name: c}
    """,
    "an alias": """
          |models:
          |  - &first {name: a}
        - |  - *first
          |other: *first
    """,
    "a list in one line": """
        - |models: [{name: a}, {name: b}, {name: c}]
        + |models: [{name: a}, {name: c}]
    """,
    "the last of a list in one line": """
        - |models: [{name: a}, {name: b} ]
        + |models: [{name: a} ]
    """,
    "a flow list over lines": """
          |models: [
          |  {name: a},  # one
        - |  {name: b},  # two
          |  # three
          |  {name: c}
          |]
    """,
    "the last of a flow list over lines": """
          |models: [
          |  {name: a},  # one
        - |  {name: b}  # two
          |]
    """,
}
ALL = {
    "a block": """
          |# top
        - |models:   # beside
        + |models: []   # beside
          |  # one
        - |  - {name: a}   # a
          |  # - {name: skeleton}
        - |  - {name: b}
          |other: 1
    """,
    "a block with an anchor": """
        - |models: &all
        + |models: &all []
        - |- name: a
        - |- name: b
          |other: 1
    """,
    "one line": """
        - |models: [{name: a}, {name: b}]
        + |models: []
    """,
    "flow over lines": """
          |models: [
        - |  {name: a},
        - |  {name: b},  # b
          |  # end
          |]
    """,
    "flow over lines, begun on the first": """
        - |models: [{name: a},
        - |         {name: b}]
        + |models: []
    """,
}


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize("end", [True, False])
@pytest.mark.parametrize(
    ("picture", "numbers"), [*((SECOND[case], [1]) for case in SECOND), *((ALL[case], [0, 1]) for case in ALL)]
)
def test_an_entry_takes_its_own_lines_along(picture: str, numbers: list[int], line_break: str, end: bool) -> None:
    before, after = (text.replace("\n", line_break) for text in drawn(picture))
    if not end:
        before, after = before.removesuffix(line_break), after.removesuffix(line_break)
    changes = [EntryRemoval(("models",), number) for number in numbers]

    assert edit_text(before, changes) == after
    assert parse_variables(after) == apply_changes(parse_variables(before), changes)


def test_indices_are_those_before_all_changes() -> None:
    before = "models: [a, b, c, d, e, f]\nothers:\n" + "".join(f"  - {name}\n" for name in "abcdef")
    changes = [EntryRemoval((name,), number) for name in ("models", "others") for number in (5, 0, 3, 4)]
    assert edit_text(before, changes) == "models: [b, c]\nothers:\n  - b\n  - c\n"


@pytest.mark.parametrize(
    "picture",
    [
        """
          |providers:
          |  a: {kind: x}
        - |  # of b
        - |  b:
        - |    kind: x   # beside
        - |
        - |    # inside
        - |    api_key: y
        - |    # include: [z]
          |  # c: {kind: skeleton}
          |  c: {}
        """,
        """
        - |providers: {a: {kind: x}, b: {kind: y}}
        + |providers: {a: {kind: x}}
        """,
        """
        - |providers: { "b": {kind: y}, a: {kind: x} }
        + |providers: { a: {kind: x} }
        """,
        """
        - |providers:
        + |providers: {}
        - |  b: {kind: y}
          |  # a: {kind: skeleton}
        """,
    ],
)
def test_a_key_takes_its_own_lines_along(picture: str) -> None:
    before, after = drawn(picture)
    assert edit_text(before, [EntryRemoval(("providers",), "b")]) == after
