"""Edits of lists in any layout change what they should, and all other lines stay as they are."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platelayer.inventory.yaml_text.changes import EntryAddition, EntryRemoval, apply_changes
from platelayer.inventory.yaml_text.edited_text import edit_text
from platelayer.inventory.yaml_text.parser import parse_variables

WORDS = st.sampled_from(["a", "'b'", '"c: d"', "größe", "x/y:free", "1.5", "[p, q]", "{r: s}", '"{{ t }}"'])
COMMENTS = st.sampled_from(["", "   # beside", " # - {no: item}"])

# A busy machine may take any time.
THOROUGH = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def items(draw: st.DrawFn, indent: str) -> str:
    """An item of a block list, with what may stand around it."""
    above = draw(st.sampled_from(["", f"{indent}# above\n", "\n", "\n# at the margin\n"]))
    below = draw(st.sampled_from(["", f"{indent}  # below\n", f"{indent}    # - deep\n"]))
    pairs = [f"{key}: {draw(WORDS)}" for key in draw(st.sampled_from(["n", "ni", "nip"]))]
    match draw(st.sampled_from(["flow", "block", "wide", "dash", "folded", "lines"])):
        case "flow":
            lines = [f"{indent}- {{ {',  '.join(pairs)} }}{draw(COMMENTS)}"]
        case "lines":
            inner = f",{draw(COMMENTS)}\n{indent}    ".join(pairs)
            lines = [f"{indent}- {{{inner}}}{draw(COMMENTS)}"]
        case "folded":
            lines = [f"{indent}- n: |-", f"{indent}    text", "", f"{indent}    # no comment"]
        case "dash":
            lines = [f"{indent}-{draw(COMMENTS)}", *(f"{indent}    {pair}{draw(COMMENTS)}" for pair in pairs)]
        case style:
            gap = " " if style == "block" else "   "
            first, *more = (pair + draw(COMMENTS) for pair in pairs)
            lines = [f"{indent}-{gap}{first}", *(f"{indent} {gap}{pair}" for pair in more)]
    return above + "\n".join(lines) + "\n" + below


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, int]:
    """A file with a list named models, and how many items that has."""
    indent = draw(st.sampled_from(["", "  ", "    "]))
    written = draw(st.lists(items(indent), min_size=1, max_size=5))
    head = draw(st.sampled_from(["", "---\n", "# top\n\n", "before: [1, 2]\n"]))
    key = draw(st.sampled_from(["models:", "models: &all", "'models' :   # beside"]))
    tail = draw(st.sampled_from(["", f"{indent}# skeleton\n", "\nafter: {a:   1}\n", "# end\nafter:\n- 1\n"]))
    text = f"{head}{key}\n{''.join(written)}{tail}"
    if draw(st.booleans()):
        text = text.removesuffix("\n")
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))), len(written)


@THOROUGH
@given(documents(), st.lists(st.text("ab:#{[&*'\" é", min_size=1, max_size=8), min_size=1, max_size=3))
def test_new_entries_are_new_lines_and_no_other(document: tuple[str, int], names: list[str]) -> None:
    before, _ = document
    additions = [EntryAddition(("models",), {"name": name, "ids": {"p": name}}) for name in names]
    after = edit_text(before, additions)

    assert parse_variables(after) == apply_changes(parse_variables(before), additions)
    rest = iter(after.splitlines())
    assert all(line in rest for line in before.splitlines())


@THOROUGH
@given(documents(), st.data())
def test_what_is_removed_is_lines_and_no_other(document: tuple[str, int], data: st.DataObject) -> None:
    before, count = document
    numbers = data.draw(st.sets(st.integers(0, count - 1), min_size=1))
    removals = [EntryRemoval(("models",), number) for number in numbers]
    after = edit_text(before, removals)

    assert parse_variables(after) == apply_changes(parse_variables(before), removals)
    kept = after.replace(" []", "", 1) if len(numbers) == count else after
    rest = iter(before.splitlines())
    assert all(line in rest for line in kept.splitlines())


@settings(THOROUGH, max_examples=200)
@given(documents(), st.data())
def test_an_entry_that_comes_and_goes_leaves_no_trace(document: tuple[str, int], data: st.DataObject) -> None:
    before, count = document
    there = edit_text(before, [EntryAddition(("models",), {"name": "new"})])
    assert edit_text(there, [EntryRemoval(("models",), count)]) == before
