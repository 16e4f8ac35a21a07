"""What waits for its value in the vault: one variable for one secret, whoever uses it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from platelayer.migrate.models import ModelList
from platelayer.migrate.references import Key
from platelayer.migrate.settings import Settings
from platelayer.migrate.shelter import Shelter, vault_variable

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
    """LiteLLM's environment variables → the vault's that hold them. own: those that Platelayer fills itself."""
    held: dict[Key, str] = {}
    for named in models.providers.values():
        if named.key and named.place.key:
            held[named.place.key] = named.key
        if named.base and named.place.base:
            held[named.place.base] = named.base
    found = {}
    for name in shelter.variables:
        if name not in own:
            origin = _origin(name, shelter)
            # What the config sets itself may be a provider's key as well.
            known = held.get(Key(name)) or held.get(origin)
            found[name] = held[origin] = known or _free(vault_variable(name), held.values())
    return found


def _origin(variable: str, shelter: Shelter) -> Key:
    text = shelter.literals.get(variable, shelter.given.get(variable))
    return Key(variable) if text is None else Key(None, text, shelter.variables[variable])


def _free(wanted: str, taken: Collection[str]) -> str:
    while wanted in taken:
        wanted = f"{wanted}_value"
    return wanted


def fills(models: ModelList, made: Settings, environment: Mapping[str, str], shelter: Shelter) -> tuple[Fill, ...]:
    """Every variable of the vault that the new environment waits for, once, with all that it is for."""
    found: dict[str, Fill] = {}
    for fill in (*_of_providers(models, shelter), *_of_redis(made, shelter), *_of_environment(environment, shelter)):
        known = found.get(fill.variable)
        found[fill.variable] = Fill(fill.variable, f"{known.purpose}, {fill.purpose}", known.origin) if known else fill
    return tuple(found.values())


def _of_providers(models: ModelList, shelter: Shelter) -> Iterator[Fill]:
    keys: dict[str, list[str]] = {}
    bases: dict[str, list[str]] = {}
    origins: dict[str, str] = {}
    for named in models.providers.values():
        if named.key and named.place.key:
            keys.setdefault(named.key, []).append(named.name)
            origins.setdefault(named.key, _told(named.place.key, shelter))
        if named.base and named.place.base:
            bases.setdefault(named.base, []).append(named.name)
            origins.setdefault(named.base, _told(named.place.base, shelter))
    for what, users in (("key", keys), ("address", bases)):
        for variable, names in users.items():
            yield Fill(variable, f"the {what} of {', '.join(names)}", origins[variable])


def _told(key: Key, shelter: Shelter) -> str:
    """Where the value of a key is: in a variable, which the config may set itself, or in the config."""
    return (_origin(key.variable, shelter) if key.variable else key).origin


def _of_redis(made: Settings, shelter: Shelter) -> Iterator[Fill]:
    if made.foreign_redis:
        key = made.redis_key
        origin = _told(key, shelter) if key else f"the server at {made.redis['host']}"
        yield Fill(REDIS_PASSWORD, "the password of Redis", origin)


def _of_environment(environment: Mapping[str, str], shelter: Shelter) -> Iterator[Fill]:
    for variable, vault in environment.items():
        origin = _origin(variable, shelter)
        purpose = f"{variable} for {shelter.variables[variable]}" if origin.variable else f"LiteLLM's {variable}"
        yield Fill(vault, purpose, origin.origin)
