"""Keeps secrets out of what is carried over as it is, and notes which environment variables it refers to."""

import re
from collections.abc import Mapping
from typing import Any

from switchyard.inventory.importing.address import mistake
from switchyard.inventory.importing.findings import Findings
from switchyard.inventory.importing.references import (
    ENVIRON,
    embedded_variable,
    is_secret,
    mistaken_variable,
    variable_of,
)

OWN = frozenset({"LITELLM_MASTER_KEY", "REDIS_PASSWORD"})


class Shelter:
    """variables: environment variable → the place in the config that told it.

    literals: environment variable → the secret that stood in the config in clear text; never to be shown.
    """

    def __init__(self, findings: Findings) -> None:
        self.variables: dict[str, str] = {}
        self.literals: dict[str, str] = {}
        self._findings = findings

    def keep(self, place: str, data: Any, name: str = "") -> Any:
        """The same data, with references to environment variables where secrets were. `name`: the setting's."""
        if isinstance(data, Mapping):
            return {key: self.keep(f"{place}.{key}", value, str(key)) for key, value in data.items()}
        if isinstance(data, list):
            return self._list(place, data, name)
        return self._text(place, data, name) if isinstance(data, str) else data

    def _list(self, place: str, data: list[Any], name: str) -> list[Any]:
        kept = []
        for number, item in enumerate(data):
            if not isinstance(item, str):
                kept.append(self.keep(f"{place}[{number}]", item, name))
            elif is_secret(name, item):
                self._findings.add(
                    "not_carried", place, "holds a secret in clear text, in a list, where LiteLLM reads no variables"
                )
            else:
                kept.append(item)
        return kept

    def _text(self, place: str, text: str, name: str) -> str:
        if variable := variable_of(text):
            self.variables.setdefault(variable, place)
            return text
        if variable := mistaken_variable(text):
            self._findings.add("never_worked", place, mistake(variable))
            self.variables.setdefault(variable, place)
            return f"{ENVIRON}{variable}"
        if is_secret(name, text):
            variable = self._hidden(name, text)
            self.variables.setdefault(variable, place)
            self._findings.add("check", place, f"stood there in clear text; it comes from the vault now, as {variable}")
            return f"{ENVIRON}{variable}"
        if variable := embedded_variable(text):
            self._findings.add("never_worked", place, f"LiteLLM does not expand {variable} inside of a text")
        return text

    def _hidden(self, name: str, text: str) -> str:
        """One variable per secret, named after the setting."""
        wanted = re.sub(r"\W", "_", name).upper() or "SECRET"
        wanted = wanted if wanted[0].isalpha() else f"SECRET_{wanted}"
        # These are filled by Switchyard, with the keys of providers and with secrets of its own.
        wanted = f"{wanted}_VALUE" if wanted.endswith("_API_KEY") or wanted in OWN else wanted
        number, variable = 1, wanted
        while self.literals.get(variable, None if variable in self.variables else text) != text:
            number += 1
            variable = f"{wanted}_{number}"
        self.literals[variable] = text
        return variable


def vault_variable(variable: str) -> str:
    """The vault's name for what an environment variable holds."""
    name = f"vault_{variable.lower()}"
    # `switchyard env create` makes up what ends so; this value is somebody else's.
    return f"{name}_value" if name.endswith(("_password", "_master_key")) else name
