"""Keeps secrets out of what is carried over as it is, and notes which environment variables it refers to."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from platelayer.migrate.address import mistake
from platelayer.migrate.findings import Findings
from platelayer.migrate.references import (
    ENVIRON,
    embedded_variable,
    mistaken_variable,
    variable_of,
)
from platelayer.migrate.secrecy import are_headers, is_secret, long_number

OWN = frozenset({"LITELLM_MASTER_KEY", "REDIS_PASSWORD"})


class Shelter:
    """variables: environment variable → the place in the config that told it.

    literals: environment variable → the secret that stood in the config in clear text; never to be shown. given: the
    same, of variables that the config sets itself.
    """

    def __init__(self, findings: Findings) -> None:
        self.variables: dict[str, str] = {}
        self.literals: dict[str, str] = {}
        self.given: dict[str, str] = {}
        self._findings = findings

    def keep(self, place: str, data: Any, name: str = "", *, header: bool = False) -> Any:
        """The same data, with references to environment variables where secrets were.

        name: the setting's; header: whether it is that of an HTTP header.
        """
        if isinstance(data, Mapping):
            within = are_headers(name)
            return {
                key: self.keep(f"{place}.{key}", value, str(key), header=within or header)
                for key, value in data.items()
            }
        if isinstance(data, list):
            return self._list(place, data, name, header=header)
        if (digits := long_number(data)) and is_secret(name, digits, header=header):
            return self._text(place, digits, name, header=header)
        return self._text(place, data, name, header=header) if isinstance(data, str) else data

    def environment(self, section: str, data: Mapping[str, Any], secrets: Collection[str]) -> dict[str, Any]:
        """The variables that a config sets itself, without the secrets: those come straight from the vault.

        secrets: variables that hold one whatever they are called.
        """
        kept = {}
        for variable, value in data.items():
            text = str(value)
            if variable in OWN:
                self._findings.add("not_carried", f"{section}.{variable}", "Platelayer fills it itself, from the vault")
            elif _is_hidden(variable, text, secrets):
                self.variables[variable] = f"{section}.{variable}"
                self.given[variable] = text
            else:
                kept[variable] = value
        return kept

    def _list(self, place: str, data: list[Any], name: str, *, header: bool) -> list[Any]:
        kept = []
        for number, item in enumerate(data):
            if not isinstance(item, str):
                kept.append(self.keep(f"{place}[{number}]", item, name, header=header))
            elif is_secret(name, item, header=header):
                self._findings.add(
                    "not_carried", place, "holds a secret in clear text, in a list, where LiteLLM reads no variables"
                )
            else:
                kept.append(item)
        return kept

    def _text(self, place: str, text: str, name: str, *, header: bool) -> str:
        if variable := variable_of(text):
            self.variables.setdefault(variable, place)
            return text
        if variable := mistaken_variable(text):
            self._findings.add("never_worked", place, mistake(variable))
            self.variables.setdefault(variable, place)
            return f"{ENVIRON}{variable}"
        if is_secret(name, text, header=header or are_headers(name)):
            variable = self._hidden(name, text)
            self.variables.setdefault(variable, place)
            return f"{ENVIRON}{variable}"
        if variable := embedded_variable(text):
            self._findings.add("never_worked", place, f"LiteLLM does not expand {variable} inside of a text")
        return text

    def _hidden(self, name: str, text: str) -> str:
        """One variable per secret, named after the setting."""
        wanted = re.sub(r"\W", "_", name).upper() or "SECRET"
        wanted = wanted if wanted[0].isalpha() else f"SECRET_{wanted}"
        # These are filled by Platelayer, with the keys of providers and with secrets of its own.
        wanted = f"{wanted}_VALUE" if wanted.endswith("_API_KEY") or wanted in OWN else wanted
        number, variable = 1, wanted
        while self.literals.get(variable, None if variable in self.variables else text) != text:
            number += 1
            variable = f"{wanted}_{number}"
        self.literals[variable] = text
        return variable


def _is_hidden(variable: str, text: str, secrets: Collection[str]) -> bool:
    if variable_of(text) or mistaken_variable(text):
        return False
    return variable in secrets or are_headers(variable) or is_secret(variable, text)


def vault_variable(variable: str) -> str:
    """The vault's name for what an environment variable holds."""
    name = f"vault_{variable.lower()}"
    # `platelayer env create` makes up what ends so; this value is somebody else's.
    return f"{name}_value" if name.endswith(("_password", "_master_key")) else name
