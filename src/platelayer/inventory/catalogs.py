"""An environment's catalogs: whom they come from, how they are refreshed, and what is wrong with them."""

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from platelayer.catalog.load import load_catalogs
from platelayer.catalog.refresh import CatalogSource, RefreshRequest, RefreshResult, refresh
from platelayer.catalog.sources import list_sources
from platelayer.errors import CatalogError
from platelayer.gateway.build import build
from platelayer.inventory.variables import read_variables
from platelayer.providers import models_dev
from platelayer.schema import Catalogs, GatewaySpec, parse
from platelayer.transport import Limits


@dataclass(frozen=True)
class EnvironmentCatalogs:
    """The catalogs of an environment. folder: `catalogs/ENV`, where they are; sources: the providers they come from."""

    environment: Path
    folder: Path
    gateway: GatewaySpec
    sources: list[CatalogSource]

    async def refresh(
        self,
        *,
        accept: Collection[str],
        write: bool,
        on_result: Callable[[RefreshResult], None],
        models_dev_url: str = models_dev.URL,
    ) -> list[RefreshResult]:
        """Refresh them all as the inventory says; see `platelayer.catalog.refresh`."""
        settings = self.gateway.catalog
        request = RefreshRequest(
            folder=self.folder,
            write=write,
            accept=accept,
            uses=build(self.gateway, {}).names.uses,
            limits=Limits(deadline=settings.deadline, read=min(settings.deadline, Limits.read)),
            models_dev_url=models_dev_url if settings.models_dev else None,
        )
        return await refresh(self.sources, request, on_result)

    def find_problems(self, results: Sequence[RefreshResult]) -> list[str]:
        """Return why the inventory cannot be deployed with the catalogs after a refresh, one sentence each.

        A missing secret is no problem here: many lists need none.
        """
        gateway = _with_secrets(self.gateway)
        refreshed = {result.provider: result.models for result in results}
        others = {name: provider for name, provider in gateway.providers.items() if name not in refreshed}
        try:
            kept = load_catalogs(gateway.model_copy(update={"providers": others}), self.folder)
            return list(build(gateway, {**kept, **refreshed}).problems)
        except CatalogError as error:
            return [str(error)]

    def load(self) -> Catalogs:
        """Return the last good catalogs."""
        return load_catalogs(self.gateway, self.folder)


def _with_secrets(gateway: GatewaySpec) -> GatewaySpec:
    """Return the same inventory with keys and a Redis password, which a refresh may be unable to read."""
    secret = SecretStr(secrets.token_hex(32))
    providers = {name: provider.model_copy(update={"api_key": secret}) for name, provider in gateway.providers.items()}
    redis = gateway.redis.model_copy(update={"password": secret})
    return gateway.model_copy(update={"providers": providers, "redis": redis})


def find_environment_catalogs(
    root: Path, env: str, providers: Sequence[str] = (), vault_password_file: Path | None = None
) -> EnvironmentCatalogs:
    """Return the catalogs of an environment of a checkout: of these providers, or of all that have one."""
    environment = root / "inventories" / env
    variables = read_variables(environment, vault_password_file=vault_password_file)
    gateway = parse(variables.inventory)
    sources = list_sources(gateway, providers, variables.unreadable_keys)
    return EnvironmentCatalogs(environment, root / "catalogs" / env, gateway, sources)
