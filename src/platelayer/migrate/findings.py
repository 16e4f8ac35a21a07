"""What an import has to tell of everything that did not come over as it was."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

# check: came over in another form, or under an assumption; never_worked: LiteLLM did not do what the config says;
# not_carried: the inventory has no place for it; differs: the rendered config says something else.
Category = Literal["check", "never_worked", "not_carried", "differs"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence, and all the places in the config that it is true of. Never quotes a secret."""

    category: Category
    what: str
    places: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data for --json."""
        return {"places": list(self.places), "what": self.what}


class Findings:
    """Collects findings; the same sentence of many places is one finding."""

    def __init__(self) -> None:
        self._places: dict[tuple[Category, str], dict[str, None]] = {}

    def add(self, category: Category, place: str, what: str) -> None:
        """Say something of a place, such as a model's name or `router_settings.timeout`."""
        self._places.setdefault((category, what), {})[place] = None

    def __iter__(self) -> Iterator[Finding]:
        for (category, what), places in self._places.items():
            yield Finding(category, what, tuple(places))
