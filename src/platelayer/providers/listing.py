"""How the model list of a kind of provider is fetched and parsed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from platelayer.errors import MissingAddressError
from platelayer.schema.catalog import ParsedList


class ListTransport(Protocol):
    """The transport, as adapters see it.

    URLs are absolute. Answers are parsed JSON whose fractions are Decimals. Everything else raises CatalogError.
    """

    async def get(self, url: str) -> Any:
        """Return the answer to a GET."""

    async def post(self, url: str, body: dict[str, Any]) -> Any:
        """Return the answer to a POST of a JSON body."""


@dataclass(frozen=True)
class ModelListing:
    """The model list of a kind of provider.

    fetch: get the payload from a server, with the transport and the api_base as parameters.
    parse: make catalog models of that payload; pure, raises CatalogError only.
    is_public: the list is answered without a key. is_narrowed_by_key: with a key it has only what the account may use.
    models_dev: the provider's name at models.dev, where prices and limits are looked up that the list does not have.
    """

    fetch: Callable[[ListTransport, str], Awaitable[Any]]
    parse: Callable[[Any], ParsedList]
    is_public: bool = False
    is_narrowed_by_key: bool = False
    models_dev: str | None = None


async def fetch_openai_list(transport: ListTransport, api_base: str) -> Any:
    """Return the answer to `GET /models`, as in OpenAI's API."""
    return await transport.get(f"{api_base.rstrip('/')}/models")


@dataclass(frozen=True)
class MissingList:
    """Stands in a payload for a list beside the main one that could not be fetched."""

    reason: str


async def fetch_side_list(side_list: Awaitable[Any]) -> Any:
    """Return the answer of a list beside the main one, or MissingList if the server does not have that list."""
    try:
        return await side_list
    except MissingAddressError as error:
        return MissingList(str(error))
