"""Tool calls: when one is answered with, and what a conversation with some must look like."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from platelayer.echo.error_answers import make_field_error

_TRIGGER = re.compile(r"\bcall ([A-Za-z0-9_-]+) (?=\{)")


@dataclass(frozen=True)
class ToolCall:
    """A call of an offered tool. `arguments`: the text of a JSON object, as it was asked for."""

    name: str
    arguments: str

    def split_arguments(self) -> list[str]:
        """Return the arguments in pieces of about a token, as a model generates them."""
        return re.findall(r"\w+|\W+", self.arguments)


def find_tool_calls(text: str, tools: Sequence[str]) -> tuple[ToolCall, ...]:
    """Return the calls that a text asks for with the words `call NAME {"argument": "value"}`, in their order.

    Names that are not offered and arguments that are no JSON object are plain words.
    """
    calls = []
    for match in _TRIGGER.finditer(text):
        try:
            _, end = json.JSONDecoder().raw_decode(text, match.end())
        except (ValueError, RecursionError):
            continue
        if match[1] in tools:
            calls.append(ToolCall(match[1], text[match.end() : end]))
    return tuple(calls)


def get_offered_tools(fields: Mapping[str, object]) -> list[str]:
    """Return the names of the functions that a request offers, none if it forbids calls."""
    tools = fields.get("tools")
    if not isinstance(tools, list) or fields.get("tool_choice") == "none":
        return []
    functions = [tool.get("function") for tool in tools if isinstance(tool, Mapping)]
    return [str(function["name"]) for function in functions if isinstance(function, Mapping) and "name" in function]


def check_tool_results(messages: Sequence[Mapping[str, object]]) -> None:
    """Check as OpenAI does that each call has its result and each result its call.

    Raises RejectedRequestError (400).
    """
    open_ids: set[object] = set()
    called_ids: set[object] = set()
    for position, message in enumerate(messages):
        if message.get("role") == "tool":
            if message.get("tool_call_id") not in called_ids:
                raise make_field_error(
                    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with "
                    "'tool_calls'.",
                    f"messages.[{position}].role",
                )
            open_ids.discard(message.get("tool_call_id"))
            continue
        _refuse_open_calls(open_ids, position)
        calls = message.get("tool_calls")
        open_ids = {call.get("id") for call in calls if isinstance(call, Mapping)} if isinstance(calls, list) else set()
        called_ids = set(open_ids)
    _refuse_open_calls(open_ids, len(messages))


def _refuse_open_calls(ids: set[object], position: int) -> None:
    if ids:
        raise make_field_error(
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
            "'tool_call_id'. The following tool_call_ids did not have response messages: "
            + ", ".join(sorted(str(name) for name in ids)),
            f"messages.[{position}].role",
        )
