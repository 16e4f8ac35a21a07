"""A comment above an entry goes with it where it speaks of that entry alone."""

import pytest
from homes import drawn

from platelayer.inventory.yaml_text.changes import EntryRemoval
from platelayer.inventory.yaml_text.edited_text import edit_text
from platelayer.inventory.yaml_text.parser import parse_variables

LIST = {
    "below another entry": (
        [1],
        """
          |models:
          |  - {name: a}
        - |  # of b,
        - |  # on two lines
        - |  - {name: b}
          |  - {name: c}
        """,
    ),
    "without indentation": (
        [1],
        """
          |models:
          |- name: a
          |  # the end of a
        - |# of b
        - |- name: b
          |- name: c
        """,
    ),
    "below an entry that goes too": (
        [0, 1],
        """
          |models:
          |  # the head
        - |  - {name: a}
        - |  # of b
        - |  - {name: b}
          |  - {name: c}
        """,
    ),
    "below a folded text": (
        [1],
        """
          |models:
          |  - name: >-
          |      a
          |      # text
        - |  # of b
        - |  - {name: b}
          |  - {name: c}
        """,
    ),
    "alone between blank lines": (
        [1],
        """
          |models:
          |  - {name: a}
          |
        - |  # of b
        - |  - {name: b}
        - |
          |  - {name: c}
        """,
    ),
    "at the head of a section that stays": (
        [1],
        """
          |models:
          |  - {name: a}
          |
          |  # dear ones
        - |  - {name: b}
          |  - {name: c}
        """,
    ),
    "at the head of a section that goes whole": (
        [1, 2],
        """
          |models:
          |  - {name: a}
        - |
        - |  # dear ones
        - |  - {name: b}
        - |  - {name: c}
        """,
    ),
    "at the head of the list": (
        [0],
        """
          |models:
          |  # all of them
        - |  - {name: a}
          |  # of b
          |  - {name: b}
        """,
    ),
    "at the head of the list, below a blank line, of an entry of its own": (
        [0],
        """
          |models:
          |
        - |  # of a
        - |  - {name: a}
        - |
          |  - {name: b}
        """,
    ),
    "commented out": (
        [1],
        """
          |models:
          |  - {name: a}
          |  # later:
          |  # - {name: old}
        - |  - {name: b}
          |  - {name: c}
        """,
    ),
    "with a blank line to the entry": (
        [1],
        """
          |models:
          |  - {name: a}
          |  # of something
          |
        - |  - {name: b}
          |  - {name: c}
        """,
    ),
    "at another indentation": (
        [1],
        """
          |models:
          |  - {name: a}
          |# of all
        - |  - {name: b}
          |  - {name: c}
        """,
    ),
    "of an empty list": (
        [0, 1],
        """
        - |models:
        + |models: []
          |  # all of them
        - |  - {name: a}
        - |  # of b
        - |  - {name: b}
          |  # - {name: skeleton}
          |other: 1
        """,
    ),
}


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize(("numbers", "picture"), LIST.values(), ids=LIST)
def test_a_comment_above_an_item_goes_or_stays(numbers: list[int], picture: str, line_break: str) -> None:
    before, after = (text.replace("\n", line_break) for text in drawn(picture))
    assert edit_text(before, [EntryRemoval(("models",), number) for number in numbers]) == after
    assert len(parse_variables(after)["models"]) == len(parse_variables(before)["models"]) - len(numbers)


@pytest.mark.parametrize(
    "picture",
    [
        """
          |providers:
          |  a: {kind: x}
        - |  # of b, see https://example.com
        - |  b:
        - |    kind: y
          |  c: {kind: z}
        """,
        """
          |providers:
          |  a: {kind: x}
          |  # c: {kind: out}
        - |  b: {kind: y}
        """,
        """
          |providers:
          |  # ours
        - |  b: {kind: y}
          |  # theirs
          |  c: {kind: z}
        """,
    ],
)
def test_so_does_a_comment_above_a_key(picture: str) -> None:
    before, after = drawn(picture)
    assert edit_text(before, [EntryRemoval(("providers",), "b")]) == after
