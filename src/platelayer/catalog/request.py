"""What a refresh is asked to do: whose lists are read, and what may be changed by them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from platelayer.catalog.guards import GuardSettings
from platelayer.catalog.plan import Uses
from platelayer.gateway.price_policy import PricePolicy
from platelayer.providers import ProviderKind, models_dev
from platelayer.schema.catalog import CatalogModel
from platelayer.transport import Limits


@dataclass(frozen=True, kw_only=True)
class CatalogSource:
    """One provider whose list is read.

    base: the address that the list's path is added to, empty if unknown.
    key: sent as a bearer token; None sends none. key_problem: why the key could not be read from the inventory.
    api_base: where LiteLLM asks its models; None leaves that to LiteLLM's own knowledge.
    policy: the inventory's own prices. guards: how far a list may differ from the last one.
    models_dev: the provider's name at models.dev; None does not ask there.
    list_catalog_names: from a catalog to the (id, name) pairs that it adds to the names written in the inventory.
    find_unmatched_patterns: from a catalog's models to the patterns of `include` that match none of them.
    """

    name: str
    kind: ProviderKind
    base: str
    key: str | None = field(default=None, repr=False)
    key_problem: str | None = None
    api_base: str | None = None
    policy: PricePolicy = field(default_factory=dict)
    guards: GuardSettings = field(default_factory=GuardSettings)
    models_dev: str | None = None
    list_catalog_names: Callable[[Mapping[str, CatalogModel]], Iterable[tuple[str, str]]] = lambda models: ()
    find_unmatched_patterns: Callable[[Collection[CatalogModel]], Iterable[str]] = lambda models: ()


@dataclass(frozen=True, kw_only=True)
class RefreshRequest:
    """How a refresh is carried out, for all of its sources.

    folder: `catalogs/ENV`, where the last good catalogs are. write: False leaves the files as they are.
    accept: names of guards that are overruled, `GUARD` or `PROVIDER:GUARD`.
    uses: the names that the inventory itself gives to models. limits: deadlines in seconds for each provider.
    models_dev_url: None does not ask models.dev at all. now: the clock, in UTC.
    """

    folder: Path
    write: bool = True
    accept: Collection[str] = ()
    uses: Uses = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    models_dev_url: str | None = models_dev.URL
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
