"""How a kind's model list is asked for and read."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from platelayer.schema.catalog import ParsedList


class Ask(Protocol):
    """The transport, as adapters see it. Addresses are absolute; answers are JSON with decimals; it raises
    CatalogError for everything else."""

    async def get(self, url: str) -> Any:
        """What a GET answers."""

    async def post(self, url: str, body: dict[str, Any]) -> Any:
        """What a POST answers."""


@dataclass(frozen=True)
class Listing:
    """collect: gather the payload from a server at an api_base, with the transport as a parameter.

    parse: make catalog models of that payload; pure, raises CatalogError only.
    public: whether the list is told without a key. narrowed: whether a key then narrows it to what an account may use.
    models_dev: the provider's name at models.dev, where its prices and limits are looked up if the list has none.
    """

    collect: Callable[[Ask, str], Awaitable[Any]]
    parse: Callable[[Any], ParsedList]
    public: bool = False
    narrowed: bool = False
    models_dev: str | None = None


async def openai_list(ask: Ask, api_base: str) -> Any:
    """`GET /models` of everything that speaks OpenAI's API."""
    return await ask.get(f"{api_base.rstrip('/')}/models")
