"""An environment's catalogs: where they lie, who is asked for them, and what they would touch."""

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from platelayer.catalog.ask import Source
from platelayer.catalog.load import load_catalogs
from platelayer.catalog.refresh import Outcome, Wish, refresh
from platelayer.catalog.sources import sources
from platelayer.errors import CatalogError
from platelayer.gateway.build import build
from platelayer.inventory.variables import read_variables
from platelayer.providers import models_dev
from platelayer.schema import Catalogs, GatewaySpec, parse
from platelayer.transport import Limits


@dataclass(frozen=True)
class Prepared:
    """An environment, ready to be refreshed. folder: `catalogs/ENV`."""

    environment: Path
    folder: Path
    gateway: GatewaySpec
    sources: list[Source]

    def run(
        self, *, accept: Collection[str], write: bool, second: str = models_dev.URL, done: Callable[[str], None]
    ) -> list[Outcome]:
        """Ask, decide, write."""
        settings = self.gateway.catalog
        wish = Wish(
            folder=self.folder,
            write=write,
            accept=accept,
            uses=build(self.gateway, {}).names.uses,
            limits=Limits(deadline=settings.deadline, read=min(settings.deadline, Limits.read)),
            second=second if settings.models_dev else None,
        )
        return refresh(self.sources, wish, done)

    def problems(self, outcomes: Sequence[Outcome]) -> list[str]:
        """Why the inventory could not be deployed with the catalogs that count after a refresh, a sentence each.

        Whether secrets are at hand is not asked: many lists want none.
        """
        gateway = _with_secrets(self.gateway)
        refreshed = {outcome.provider: outcome.models for outcome in outcomes}
        others = {name: one for name, one in gateway.providers.items() if name not in refreshed}
        try:
            kept = load_catalogs(gateway.model_copy(update={"providers": others}), self.folder)
            return list(build(gateway, {**kept, **refreshed}).problems)
        except CatalogError as error:
            return [str(error)]

    def catalogs(self) -> Catalogs:
        """The last good catalogs."""
        return load_catalogs(self.gateway, self.folder)


def _with_secrets(gateway: GatewaySpec) -> GatewaySpec:
    """Return the same inventory with keys and a Redis password, which a refresh may be unable to read."""
    secret = SecretStr(secrets.token_hex(32))
    providers = {name: provider.model_copy(update={"api_key": secret}) for name, provider in gateway.providers.items()}
    redis = gateway.redis.model_copy(update={"password": secret})
    return gateway.model_copy(update={"providers": providers, "redis": redis})


def prepared(root: Path, env: str, wanted: Sequence[str] = (), vault_password_file: Path | None = None) -> Prepared:
    """Read an environment of a checkout."""
    environment = root / "inventories" / env
    variables = read_variables(environment, vault_password_file=vault_password_file)
    gateway = parse(variables.inventory)
    return Prepared(environment, root / "catalogs" / env, gateway, sources(gateway, wanted, variables.unreadable_keys))
