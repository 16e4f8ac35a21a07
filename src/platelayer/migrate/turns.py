"""Who of a group is asked when, and for how much, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from platelayer.migrate.references import Key


def called(member: Mapping[str, Any], group: Sequence[Mapping[str, Any]]) -> str:
    """A deployment by its model, and by its address or the variable of its key where others have the same model."""
    same = [other for other in group if other["model"] == member["model"]]
    if len(same) == 1:
        return str(member["model"])
    if base := member.get("api_base"):
        return f"{member['model']} at {base}"
    key = member.get("api_key")
    return f"{member['model']} with {key.variable}" if isinstance(key, Key) and key.variable else str(member["model"])


def turns(group: Sequence[Mapping[str, Any]]) -> str:
    """Such as: first to openai/a, when that fails to openai/b (2/3) or openai/c (1/3)."""
    ranks = sorted({member["order"] for member in group})
    asked = [" or ".join(_share(member, group) for member in group if member["order"] == rank) for rank in ranks]
    return f"{'first ' if len(asked) > 1 else ''}to {', when that fails to '.join(asked)}"


def _share(member: Mapping[str, Any], group: Sequence[Mapping[str, Any]]) -> str:
    share = "in reserve" if member["share"] == 0 else member["share"]
    return called(member, group) if share == 1 else f"{called(member, group)} ({share})"
