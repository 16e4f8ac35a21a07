"""Secrets that a config holds in clear text: taken out of it before anything else, and asked for by the vault."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from platelayer.gateway.litellm_reading import RawSettings, parse_json
from platelayer.gateway.litellm_words import MODEL_PARAMS
from platelayer.migrate.import_findings import ImportFindings
from platelayer.schema import secret_texts as texts
from platelayer.schema.raw_values import as_list, as_mapping
from platelayer.schema.secret_texts import ENVIRON, read_reference

MASTER_KEY = "LITELLM_MASTER_KEY"
OWN_VARIABLES = frozenset({MASTER_KEY, "REDIS_PASSWORD"})
_SECTION = "environment_variables"
# Names of models, and what is not carried over as it is.
_NO_SETTING = re.compile(r"model_list\[\d+\]\.(model_name|litellm_params\.model|model_info\..*)")
_ADDRESS = re.compile(r"model_list\[\d+\]\.litellm_params\.(api_key|api_base|base_url)")
_MODEL_NAMES = re.compile(r"\w+_settings\.(model_group_alias|\w*fallbacks)\b")


@dataclass(frozen=True, slots=True)
class VaultEntry:
    """A variable of the vault that waits for its value. origin: where that is to be found; uses: what → of whom."""

    variable: str
    origin: str
    uses: dict[str, list[str]] = field(default_factory=dict)

    @property
    def purpose(self) -> str:
        """What it is for, such as: the key of openrouter, LiteLLM's SHOP."""
        return ", ".join(f"{what} {', '.join(users)}" for what, users in self.uses.items())

    def as_dict(self) -> dict[str, str]:
        """Return plain data for --json."""
        return {"variable": self.variable, "purpose": self.purpose, "origin": self.origin}


class SecretStore:
    """The secrets of a config, by the environment variables that hold them.

    places: variable → where its value stood in the config; given: those that its environment_variables set; own: those
    among them that Platelayer fills itself. is_host_asked_at_azure: whether the host's identity logs in there.
    """

    def __init__(self, findings: ImportFindings) -> None:
        self.is_host_asked_at_azure = False
        self.places: dict[str, str] = {}
        self.given: dict[str, str] = {}
        self.own: dict[str, str] = {}
        # Variable that the config sets → the one that it takes the value from.
        self._sources: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self._vault_entries: dict[tuple[str, str], VaultEntry] = {}
        self._taken: set[str] = set(OWN_VARIABLES)
        self._entries: list[Any] = []
        self._findings = findings

    def hide_all(self, config: RawSettings) -> dict[str, Any]:
        """Return the config without secrets: each is a reference such as `os.environ/NAME` instead."""
        hidden, references = dict(config), texts.list_references(config)
        self._entries = as_list(config.get("model_list"))
        self._taken |= {variable for variable, *_ in references}
        if isinstance(hidden.get(_SECTION), Mapping):
            # Any value is secret where a secret is expected.
            secret = {variable for variable, _, is_secret in references if is_secret}
            hidden[_SECTION] = self._take_given(as_mapping(hidden[_SECTION]), secret)
        elif hidden.pop(_SECTION, None) is not None:
            self._findings.add("not-variables", _SECTION)
        return {key: texts.map_values(value, self._hide_value, key, key) for key, value in hidden.items()}

    def hide(self, name: str, text: str, place: str) -> str:
        """Return a reference for a secret. It is called after the setting; the same secret keeps its variable."""
        wanted = re.sub(r"\W", "_", name).upper() or "SECRET"
        wanted = wanted if wanted[0].isalpha() else f"SECRET_{wanted}"
        # These are filled by Platelayer, with the keys of providers and with secrets of its own.
        wanted = f"{wanted}_VALUE" if wanted.endswith("_API_KEY") or wanted in OWN_VARIABLES else wanted
        number, variable = 1, wanted
        while variable in self._taken and (variable in self.given or self._texts.get(variable) != text):
            number += 1
            variable = f"{wanted}_{number}"
        self._taken.add(variable)
        self._texts[variable] = text
        self.places.setdefault(variable, place)
        return f"{ENVIRON}{variable}"

    def reveal(self, reference: str | None) -> str | None:
        """Return the text that stood in the config in the place of a reference; None if a variable stood there."""
        variable = read_reference(reference) or ""
        return None if variable in self.given else self._texts.get(variable)

    def name_origin(self, variable: str) -> str:
        """Return where the value of a variable is to be found."""
        if variable in self.places and variable not in self._sources:
            return f"{self.places[variable]}, in clear text"
        return f"the variable {self._sources.get(variable, variable)}"

    def identify(self, variable: str) -> tuple[str, str]:
        """Return what two variables have in common if they hold the same secret; never to be shown."""
        if variable in self._texts:
            return "text", self._texts[variable]
        return "variable", self._sources.get(variable, variable)

    def ask_vault(self, variable: str, what: str, user: str, wanted: str = "") -> VaultEntry:
        """Return the vault's variable for an environment variable: one for one secret, whoever uses it.

        what, user: what it is for, such as (`the key of`, `openrouter`); wanted: its name, if that is free.
        """
        secret = self.identify(variable)
        if secret not in self._vault_entries:
            name = wanted or f"vault_{variable.lower()}"
            # `platelayer env create` makes up what ends so; this value is somebody else's.
            name += "_value" if not wanted and name.endswith(("_password", "_master_key")) else ""
            while any(entry.variable == name for entry in self._vault_entries.values()):
                name = f"{name}_value"
            self._vault_entries[secret] = VaultEntry(name, self.name_origin(variable))
        entry = self._vault_entries[secret]
        entry.uses.setdefault(what, []).append(user)
        return entry

    @property
    def vault_entries(self) -> tuple[VaultEntry, ...]:
        """Everything that the vault was asked for, in that order."""
        return tuple(self._vault_entries.values())

    def _take_given(self, variables: RawSettings, secret: Collection[str]) -> dict[str, Any]:
        """Return the variables that are no secrets; the others come from the vault."""
        kept = {}
        self._taken |= variables.keys()
        for variable, value in variables.items():
            text, place = str(value), f"{_SECTION}.{variable}"
            mistaken = texts.read_mistaken_reference(text)
            source = read_reference(text) or mistaken
            is_secret = variable in secret or texts.are_headers(variable)
            is_secret = is_secret or texts.is_secret(variable, "x" if source else text)
            if mistaken and is_secret:
                self._findings.add("mistaken-reference", place, setting="", variable=mistaken)
            if variable in OWN_VARIABLES:
                self._findings.add("own-variable", place)
                self.own[variable] = place
            elif is_secret:
                if source:
                    self._sources[variable] = source
                else:
                    self._texts[variable] = text
                self.places[variable] = self.given[variable] = place
            else:
                kept[variable] = value
        return kept

    def _hide_value(self, path: str, name: str, header: bool, value: Any) -> Any:
        text = texts.read_text(value)
        if text is None or _NO_SETTING.fullmatch(path):
            return value
        if read_reference(text) or texts.read_header_reference(path, text):
            return value
        if _MODEL_NAMES.match(path):
            if isinstance(data := parse_json(text), (Mapping, list)):
                return json.dumps(texts.map_values(data, self._hide_value, path))
            # Most are no settings, but what the user calls a model.
            name = name if name in MODEL_PARAMS else ""
        in_list, place, setting = path.endswith("]"), re.sub(r"\[\d+\]$", "", path), ""
        if match := re.match(r"model_list\[(\d+)\]\.litellm_params\.(.*)", place):
            place, setting = str(self._entries[int(match[1])].get("model_name")), f"{match[2]}: "
        if not in_list and (variable := texts.read_mistaken_reference(text)):
            self._findings.add("mistaken-reference", place, setting=setting, variable=variable)
            return f"{ENVIRON}{variable}"
        if texts.is_secret(name, text, header=header) and not (name == "api_key" and texts.is_no_key(text)):
            if not in_list:
                return self.hide("model_secret" if _ADDRESS.fullmatch(path) else name, text, path)
            self._findings.add("secret-in-list", place, setting=setting)
            return texts.DROPPED
        if match := re.search(r"\$\{(\w+)", text):
            self._findings.add("unexpanded-variable", place, setting=setting, variable=match[1])
        return value
