"""Tables of models in windows of all widths."""

from io import StringIO

import pytest
from homes import listed
from rich.console import Console

from platelayer.inventory.model_search import find_models
from platelayer.terminal.model_tables import draw_found_models

MODELS = {
    "openrouter": {
        "x": listed(
            "anthropic/claude-sonnet-4.5",
            *("3", "15", "0.3"),
            max_input_tokens=1_000_000,
            max_output_tokens=64_000,
            abilities=("tools", "vision", "reasoning"),
        ),
        "y": listed("anthropic/claude-sonnet-4.5-thinking-2507", "3", "15", max_input_tokens=1_000_000),
    },
    "nano": {"x": listed("claude-sonnet-4.5", "2.99", "14.99")},
}
ALWAYS = ["Provider", "Id", "Input", "Output"]


def lines_of(width: int) -> list[str]:
    console = Console(file=StringIO(), width=width)
    console.print(draw_found_models(find_models("sonnet", MODELS), None, width))
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize(
    ("width", "columns"),
    [
        (200, ["Model", *ALWAYS, "Cache read", "Context", "Max output", "Abilities", "Price since"]),
        (170, ["Model", *ALWAYS, "Cache read", "Context", "Max output", "Abilities"]),
        (150, ["Model", *ALWAYS, "Cache read", "Context", "Abilities"]),
        (140, ["Model", *ALWAYS, "Context", "Abilities"]),
        (125, ["Model", *ALWAYS, "Cache read", "Context"]),
        (100, ["Model", *ALWAYS, "Context"]),
        (80, [*ALWAYS, "Context"]),
        (60, ALWAYS),
    ],
)
def test_a_narrow_window_shows_less_of_each(width: int, columns: list[str]) -> None:
    """Where one column is too wide, one that is needed less may have room."""
    head, *_ = lines_of(width)
    assert [each.strip() for each in head.split("  ") if each.strip()] == columns


@pytest.mark.parametrize("width", range(60, 201, 5))
def test_no_value_is_broken(width: int) -> None:
    """Ids may go on in the next line after a slash."""
    lines = lines_of(width)
    assert max(len(line.rstrip()) for line in lines) <= width
    rows = [line.split() for line in lines[2:-1] if line.strip()]
    pieces = {piece for row in rows for piece in row}
    for word in ("openrouter", "nano", "claude-sonnet-4.5", "2.99", "14.99"):
        assert word in pieces
    for vendor, name in (("anthropic/", "claude-sonnet-4.5"), ("anthropic/", "claude-sonnet-4.5-thinking-2507")):
        assert vendor + name in pieces or {vendor, name} <= pieces


def test_an_id_without_a_slash_is_whole_in_the_narrowest_window() -> None:
    """Somebody wants to copy it."""
    console = Console(file=StringIO(), width=40)
    console.print(draw_found_models(find_models("x", {"p": {"x": listed("x" * 60, "1", "2")}}), None, 40))
    assert console.file.getvalue().count("x") == 60
