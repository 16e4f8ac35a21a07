"""What an import has to report of everything that did not come over as it was; its sentences lie in `messages.ini`."""

from collections.abc import Iterator
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

FindingCategory = Literal["never_worked", "not_carried", "differs", "check"]
CATEGORIES: tuple[FindingCategory, ...] = ("never_worked", "not_carried", "differs", "check")

_file = ConfigParser(delimiters=("=",), interpolation=None)
_file.read(Path(__file__).with_name("messages.ini"), encoding="utf-8")
_MESSAGES = {
    name: (category, text.strip().replace("\n", " "))
    for category in CATEGORIES
    for name, text in _file[category].items()
}


@dataclass(frozen=True, slots=True)
class ImportFinding:
    """One sentence, and all the places in the config that it is true of. It never quotes a secret."""

    category: FindingCategory
    what: str
    places: tuple[str, ...]


class ImportFindings:
    """A collector of findings; the same sentence about several places is one finding."""

    def __init__(self) -> None:
        self._places: dict[tuple[FindingCategory, str], dict[str, None]] = {}

    def add(self, message: str, place: str, **values: Any) -> None:
        """Report a message of `messages.ini` about a place, such as a model's name or `router_settings.timeout`."""
        category, text = _MESSAGES[message]
        self._places.setdefault((category, text.format(**values)), {})[place] = None

    def __iter__(self) -> Iterator[ImportFinding]:
        for (category, what), places in self._places.items():
            yield ImportFinding(category, what, tuple(places))
