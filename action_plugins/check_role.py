"""Checks the variables of a role before it changes anything, and builds the gateway once per host and run.

It is an action plugin because it needs all variables of a role by name, and because what it builds holds secrets.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    """The task `check_role: {role: NAME}`, whose result every role registers as `__gateway`.

    It changes nothing and fails with a sentence for each problem. What was registered before is not built again.
    `checked` names the roles whose checks passed so far, so that a role validates itself once in a run.
    """

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return what was built of the gateway, hidden from every log: it holds keys."""
        result = super().run(tmp, task_vars)
        try:
            from platelayer import play
        except ImportError:
            raise AnsibleActionFail(
                "check_role: the Python that runs Ansible lacks the package 'platelayer'; run `make venv` and "
                "`source .venv/bin/activate`, or install it there with `pip install -r requirements.txt` and "
                "`pip install --no-deps --editable .`"
            ) from None
        variables = task_vars or {}
        _, arguments = self.validate_argument_spec({"role": {"required": True, "choices": sorted(play.SETTINGS)}})
        role, built = arguments["role"], variables.get("__gateway", {})
        problems = []
        if not play.is_built(role, built):
            built, problems = play.build_for_role(role, self._read(play.INVENTORY, variables))
        # Defaults of roles may refer to what was built.
        self._templar.available_variables = {**variables, "__gateway": built}
        known = _list_options(Path(variables["role_path"]).parent, (role, "gateway"))
        if built or not problems:
            settings = self._read(play.list_settings(role), variables)
            problems = play.find_setting_problems(role, settings, built, variables.get("ansible_facts", {})) + problems
        if problems := play.find_misspelt_variables(role, variables, known) + problems:
            return {**result, "failed": True, "msg": "\n".join(problems)}
        checked = sorted({*built.get("checked", []), role})
        return {**result, **built, "checked": checked, "changed": False, "_ansible_no_log": True}

    def _read(self, names: Iterable[str], variables: dict[str, Any]) -> dict[str, Any]:
        return {name: self._template(name, variables[name]) for name in names if name in variables}

    def _template(self, name: str, value: Any) -> Any:
        try:
            return self._templar.template(value)
        except AnsibleError as error:
            raise AnsibleActionFail(f"{name}: {error}") from None


def _list_options(roles: Path, names: tuple[str, ...]) -> list[str]:
    """Return the variables that the argument specs of some roles name."""
    specs = [yaml.safe_load((roles / name / "meta/argument_specs.yml").read_text()) for name in names]
    return [option for spec in specs for option in spec["argument_specs"]["main"]["options"]]
