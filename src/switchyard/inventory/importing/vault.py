"""What waits for its value in the vault: one variable for one secret, whoever uses it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from switchyard.inventory.importing.models import ModelList
from switchyard.inventory.importing.references import Key
from switchyard.inventory.importing.settings import Settings
from switchyard.inventory.importing.shelter import Shelter, vault_variable

REDIS_PASSWORD = "vault_redis_password"  # noqa: S105 - the name of a variable


@dataclass(frozen=True, slots=True)
class Fill:
    """A variable of the vault that waits for its value. origin: where that is to be found."""

    variable: str
    purpose: str
    origin: str

    def as_dict(self) -> dict[str, str]:
        """Plain data for --json."""
        return {"variable": self.variable, "purpose": self.purpose, "origin": self.origin}


def environment(models: ModelList, shelter: Shelter, own: Collection[str]) -> dict[str, str]:
    """LiteLLM's environment variables → the vault's that hold them. own: those that Switchyard fills itself."""
    held: dict[Key, str] = {}
    for named in models.providers.values():
        if named.key and named.place.key:
            held[named.place.key] = named.key
        if named.base:
            held[Key(named.place.base_variable)] = named.base
    found = {}
    for name in shelter.variables:
        if name not in own:
            origin = _origin(name, shelter)
            found[name] = held.setdefault(origin, _free(vault_variable(name), held.values()))
    return found


def _origin(variable: str, shelter: Shelter) -> Key:
    return Key(None, shelter.literals[variable]) if variable in shelter.literals else Key(variable)


def _free(wanted: str, taken: Collection[str]) -> str:
    while wanted in taken:
        wanted = f"{wanted}_value"
    return wanted


def fills(models: ModelList, made: Settings, environment: Mapping[str, str], shelter: Shelter) -> tuple[Fill, ...]:
    """Every variable of the vault that the new environment waits for, once, with all that it is for."""
    found: dict[str, Fill] = {}
    for fill in (*_of_providers(models), *_of_redis(made), *_of_environment(environment, shelter)):
        known = found.get(fill.variable)
        found[fill.variable] = Fill(fill.variable, f"{known.purpose}, {fill.purpose}", known.origin) if known else fill
    return tuple(found.values())


def _of_providers(models: ModelList) -> Iterator[Fill]:
    keys: dict[str, list[str]] = {}
    bases: dict[str, list[str]] = {}
    origins: dict[str, str] = {}
    for named in models.providers.values():
        if named.key and named.place.key:
            keys.setdefault(named.key, []).append(named.name)
            origins[named.key] = named.place.key.origin
        if named.base:
            bases.setdefault(named.base, []).append(named.name)
            origins[named.base] = f"the variable {named.place.base_variable}"
    for what, users in (("key", keys), ("address", bases)):
        for variable, names in users.items():
            yield Fill(variable, f"the {what} of {', '.join(names)}", origins[variable])


def _of_redis(made: Settings) -> Iterator[Fill]:
    if made.foreign_redis:
        yield Fill(REDIS_PASSWORD, "the password of Redis", f"the server at {made.redis['host']}")


def _of_environment(environment: Mapping[str, str], shelter: Shelter) -> Iterator[Fill]:
    for variable, vault in environment.items():
        yield Fill(vault, f"{variable} for {shelter.variables[variable]}", _origin(variable, shelter).origin)
