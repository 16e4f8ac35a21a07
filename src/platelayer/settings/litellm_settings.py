"""The settings of the role litellm."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from packaging.version import InvalidVersion, Version

from platelayer.settings.base import RoleSettings, SettingError, fits_environment_file, parsed_by
from platelayer.settings.litellm_packages import find_missing_packages, parse_pins

# 1.84.0 mends an authentication bypass (CVE-2026-49468) and a command injection (CVE-2026-42271).
OLDEST_LITELLM = Version("1.84.0")
# Releases that stole credentials; below the floor too, but worth their own words.
COMPROMISED_LITELLM = frozenset({Version("1.82.7"), Version("1.82.8")})
MASTER_KEY_LENGTH = 24
MASTER_KEY_ADVICE = (
    "write 'sk-' and what `openssl rand -hex 32` prints into the vault, as vault_litellm_master_key; "
    "in the environment local, remove .platelayer/secrets and run make up"
)
_PACKAGES_DOCUMENT = "'Further packages' in docs/operations.md"
# Published in LiteLLM's own examples and in deployments that copied them.
_WELL_KNOWN_KEYS = ("1234", "master-key", "masterkey", "litellm", "changeme", "change-me", "password", "secret", "test")
_HIGHEST_PORT = 65535


def parse_version(variable: str, value: Any) -> Version:
    """Return LiteLLM's version; refuse what is none, is compromised or has known security holes."""
    where = f"{variable}: {value}"
    try:
        version = Version(str(value))
    except InvalidVersion:
        raise SettingError(f"{where} is not a version; write one such as 1.106.2") from None
    if version in COMPROMISED_LITELLM:
        raise SettingError(f"{where} is a compromised release that steals credentials; write {OLDEST_LITELLM} or newer")
    if version < OLDEST_LITELLM:
        raise SettingError(f"{where} has known security holes; write {OLDEST_LITELLM} or newer")
    return version


def parse_master_key(variable: str, value: Any) -> str:
    """Return the master key; refuse one that is missing, malformed or can be guessed. Never quotes it."""
    key = str(value or "")
    if not key:
        raise SettingError(f"{variable} is missing; {MASTER_KEY_ADVICE}")
    if not key.startswith("sk-"):
        raise SettingError(f"{variable} must begin with 'sk-', as LiteLLM demands of its keys; {MASTER_KEY_ADVICE}")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", key):
        raise SettingError(
            f"{variable} holds more than letters, digits, '-' and '_', as if it were no key yet; {MASTER_KEY_ADVICE}"
        )
    secret = key.removeprefix("sk-").lower()
    if secret in _WELL_KNOWN_KEYS or secret.strip("1234567890") == "" or len(set(secret)) < 8:
        raise SettingError(f"{variable} is well known or easily guessed; {MASTER_KEY_ADVICE}")
    if len(key) < MASTER_KEY_LENGTH:
        raise SettingError(f"{variable} has {len(key)} characters, which can be guessed; {MASTER_KEY_ADVICE}")
    return key


def parse_environment(variable: str, value: Any) -> dict[str, str]:
    """Return further environment variables of LiteLLM; never quotes a value, which may be a secret."""
    environment = {str(name): str(text) for name, text in (value or {}).items()}
    problems = {name: _find_variable_problem(name, text) for name, text in environment.items()}
    if any(problems.values()):
        raise SettingError(*(f"{variable}.{name}: {problem}" for name, problem in problems.items() if problem))
    return environment


def _find_variable_problem(name: str, value: str) -> str | None:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        return "is not the name of an environment variable; write letters, digits and underscores"
    if not value:
        return "is empty; write its value into the vault, or remove the variable"
    if not fits_environment_file(value):
        return "holds a quote or a line break, which an environment file cannot carry; write it without"
    return None


def parse_config_extra(variable: str, value: Any) -> dict[str, Any]:
    """Return the settings that are merged into LiteLLM's config; refuse one that lets everybody in."""
    extra = dict(value or {})
    general = extra.get("general_settings")
    if isinstance(general, Mapping) and general.get("allow_requests_on_db_unavailable"):
        raise SettingError(
            f"{variable}.general_settings: 'allow_requests_on_db_unavailable' lets every key in, even a wrong "
            "one, as long as no database is connected; remove it"
        )
    return extra


def _parse_instances(variable: str, value: Any) -> int:
    text = str(value)
    if not text.isdecimal() or int(text) < 1:
        raise SettingError(f"{variable}: {value} is not a number of instances; write 1 or more")
    return int(text)


class LitellmSettings(RoleSettings):
    """The variables of the role litellm, and those that every role shares.

    lock, further_lock: the texts of the files that `litellm_lock` and `litellm_packages` name; None if there is no
    such file.
    """

    prefixes: ClassVar = ("gateway_", "litellm_")

    litellm_version: Annotated[Version | None, parsed_by(parse_version)] = None
    lock: str | None = None
    litellm_packages: str = ""
    further_lock: str | None = None
    litellm_master_key: Annotated[str | None, parsed_by(parse_master_key)] = None
    litellm_instances: Annotated[int | None, parsed_by(_parse_instances)] = None
    litellm_base_port: str | int | None = None
    litellm_environment: Annotated[dict[str, str] | None, parsed_by(parse_environment)] = None
    litellm_config_extra: Annotated[dict[str, Any] | None, parsed_by(parse_config_extra)] = None

    def find_conflicts(self) -> Iterator[str]:
        """Yield a problem where a lock or a package is missing, and where instances cannot have ports."""
        if self.litellm_version is not None and self.lock is None:
            version = self.litellm_version
            yield (
                f"litellm_version: {version} has no lock at litellm_lock; make one with `make lock LITELLM={version}`"
            )
        yield from self._find_package_problems()
        if self.litellm_instances is not None and self.litellm_base_port is not None:
            base, highest = str(self.litellm_base_port), _HIGHEST_PORT - self.litellm_instances
            if not base.isdecimal() or not 1 <= int(base) <= highest:
                yield (
                    f"litellm_base_port: {base} leaves no port for instance {self.litellm_instances}; "
                    f"write a number from 1 to {highest}, such as 4000"
                )

    def _find_package_problems(self) -> Iterator[str]:
        if not (self.litellm_packages or self.litellm_config_extra):
            return
        pins, _ = parse_pins(self.lock or "")
        further, wrong_lines = parse_pins(self.further_lock or "")
        if self.litellm_packages and self.further_lock is None:
            yield f"litellm_packages: there is no file '{self.litellm_packages}'; write its full path"
        for number in wrong_lines:
            yield (
                f"litellm_packages: line {number} is not a package with one version and its hashes; make the file as "
                f"{_PACKAGES_DOCUMENT} shows"
            )
        for name in sorted(further.keys() & pins.keys()):
            if not further[name] <= pins[name]:
                ours, theirs = (", ".join(sorted(versions)) for versions in (pins[name], further[name]))
                yield (
                    f"litellm_packages: it has {name} {theirs}, and LiteLLM's lock has {ours}; make it anew for this "
                    f"lock, as {_PACKAGES_DOCUMENT} shows"
                )
        # Without a lock nobody knows what is missing.
        installed = pins.keys() | further.keys() if pins else None
        for setting, value, packages in find_missing_packages(self.litellm_config_extra or {}, installed):
            yield (
                f"litellm_config_extra.{setting}: '{value}' needs {' and '.join(packages)}, which LiteLLM's lock does "
                f"not hold; add it with litellm_packages, as {_PACKAGES_DOCUMENT} shows"
            )
