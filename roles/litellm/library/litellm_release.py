"""Module `litellm_release`: prove a release by a real start, then put it in the place of the one that serves."""

DOCUMENTATION = r"""
module: litellm_release
short_description: Prove a LiteLLM release by a real start, then let it serve
version_added: "0.1.0"
description:
  - Compares the wanted config, secrets and version with what serves. When they differ, they are written to a folder of their own and LiteLLM is started
    with them on a spare loopback port, where it must become ready and list every expected model. No model is called.
  - Only then the link C(current) is switched, and instances that do not run this release are restarted one by one, each awaited before the next.
  - When the candidate fails, the message holds its last log lines without secrets, and what served goes on serving untouched. When an instance does not come back, it gets the previous release again.
  - An instance tells by its own environment which release it runs, so a run that was cut short is completed by the next.
options:
  state:
    description: C(present) lets the release that the other options describe serve; C(previous) goes back to the one that served before.
    type: str
    choices: [present, previous]
    default: present
  config_dir:
    description: The folder of releases.
    type: path
    required: true
  runtime:
    description: The folder of the LiteLLM version.
    type: path
  files:
    description: Texts by file name; C(config.yaml) must be one of them.
    type: dict
  environment_json:
    description: The environment file's variables as JSON text. As one text, because Ansible would blank out each single value, C(1) too, everywhere.
    type: str
  credentials_json:
    description: Secret texts by file name as JSON text, such as credential files of clouds. Only LiteLLM's user may read them, and no diff shows them.
    type: str
    default: "{}"
  header:
    description: First line of the environment file.
    type: str
    default: ""
  definition:
    description: Where the process manager reads what the service is, such as its unit file.
    type: path
  definition_text:
    description: What it reads there. It belongs to the release, and goes back with it.
    type: str
  expected_models:
    description: Names that the candidate must list.
    type: list
    elements: str
    default: []
  user:
    description: The user that runs LiteLLM. Left out, everything belongs to and runs as the calling user.
    type: str
  home:
    description: That user's home.
    type: path
  address:
    description: The address that instances listen on.
    type: str
  base_port:
    description: Instance N listens on this port plus N.
    type: int
  instances:
    description: How many instances there are.
    type: int
    default: 1
  start_timeout:
    description: Seconds a start may take.
    type: int
    default: 240
  manager:
    description: The process manager.
    type: str
    choices: [systemd, supervisor]
    default: systemd
  supervisorctl:
    description: Path of supervisorctl.
    type: path
  supervisor_config:
    description: The configuration of the supervisord to ask.
    type: path
author: Platelayer contributors
"""

EXAMPLES = r"""
- name: Prove and serve the wanted release
  litellm_release:
    config_dir: /etc/litellm
    runtime: /opt/litellm/1.106.2
    files:
      config.yaml: "{{ config }}"
    environment_json: "{{ environment | to_json }}"
    user: litellm
    home: /var/lib/litellm
    address: 127.0.0.1
    base_port: 4000
"""

RETURN = r"""
release:
  description: The id of the wanted release, or the one gone back to.
  type: str
  returned: always
left:
  description: The id of the release that a rollback left.
  type: str
  returned: with C(state=previous)
removed:
  description: The numbers of instances beyond the wanted ones that were stopped, or in check mode would be.
  type: list
  elements: int
  returned: always
restarted:
  description: The numbers of the instances that were restarted, or in check mode would be.
  type: list
  elements: int
  returned: always
"""

import grp
import json
import pwd
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.platelayer.host import environment_file
from ansible.module_utils.platelayer.host.errors import HostError
from ansible.module_utils.platelayer.host.fleet import Fleet
from ansible.module_utils.platelayer.host.managers import ProcessManager, SupervisorManager, SystemdManager
from ansible.module_utils.platelayer.host.release_diffs import build_diffs
from ansible.module_utils.platelayer.host.releases import ENVIRONMENT, Release, ReleaseFile, Releases, ServiceOwner
from ansible.module_utils.platelayer.host.rollout import Rollback, Rollout

DESCRIBED = ("runtime", "files", "environment_json", "home", "address", "base_port")
ARGUMENTS: dict[str, dict[str, Any]] = {
    "state": {"type": "str", "choices": ["present", "previous"], "default": "present"},
    "config_dir": {"type": "path", "required": True},
    "runtime": {"type": "path"},
    "files": {"type": "dict"},
    "environment_json": {"type": "str", "no_log": True},
    "credentials_json": {"type": "str", "default": "{}", "no_log": True},
    "header": {"type": "str", "default": ""},
    "definition": {"type": "path"},
    "definition_text": {"type": "str"},
    "expected_models": {"type": "list", "elements": "str", "default": []},
    "user": {"type": "str"},
    "home": {"type": "path"},
    "address": {"type": "str"},
    "base_port": {"type": "int"},
    "instances": {"type": "int", "default": 1},
    "start_timeout": {"type": "int", "default": 240},
    "manager": {"type": "str", "choices": ["systemd", "supervisor"], "default": "systemd"},
    "supervisorctl": {"type": "path"},
    "supervisor_config": {"type": "path"},
}


def main() -> None:
    """Compare; unless in check mode, roll out or go back."""
    module = AnsibleModule(
        argument_spec=ARGUMENTS,
        supports_check_mode=True,
        required_if=[
            ("manager", "supervisor", ("supervisorctl", "supervisor_config")),
            ("state", "present", DESCRIBED),
            ("state", "previous", ("home",)),
        ],
        required_together=[("definition", "definition_text")],
    )
    try:
        result = roll_back(module) if module.params["state"] == "previous" else roll_out(module)
    except HostError as error:
        log = "".join(f"\n    {line}" for line in error.log)
        module.fail_json(msg=f"{error}{':' if log else ''}{log}")
    module.exit_json(**result)


def roll_out(module: AnsibleModule) -> dict[str, Any]:
    """Let the wanted release serve."""
    rollout = build_rollout(module.params, must_exist=not module.check_mode)
    is_new, surplus = rollout.is_new(), rollout.list_surplus()
    texts = {name: file.text for name, file in rollout.release.files.items()}
    diff = build_diffs(rollout.fleet.releases, texts, rollout.release.runtime)
    restarted = list(rollout.fleet.instances if is_new else rollout.list_outdated())
    changed = bool(is_new or restarted or surplus)
    if changed and not module.check_mode:
        rollout.run()
    return {
        "changed": changed,
        "release": rollout.release.id,
        "restarted": restarted,
        "removed": surplus,
        "diff": diff if is_new else [],
    }


def roll_back(module: AnsibleModule) -> dict[str, Any]:
    """Let the release before the current one serve."""
    owner = find_owner(module.params["user"], must_exist=True)
    rollback = Rollback(build_fleet(module.params, owner), module.params["home"])
    releases, release = rollback.fleet.releases, rollback.find_target()
    left, folder = releases.current or "", releases.get_folder(release)
    names = sorted({path.name for path in folder.iterdir() if path.is_file()} | {ENVIRONMENT})
    files = {name: releases.read(name, folder) for name in names}
    diff = [
        {"before_header": "release", "after_header": "release", "before": f"{left}\n", "after": f"{release}\n"},
        *build_diffs(releases, files, releases.read_runtime(folder)),
    ]
    if not module.check_mode:
        rollback.run()
    return {
        "changed": True,
        "release": release,
        "left": left,
        "restarted": list(rollback.fleet.instances),
        "removed": [],
        "diff": diff,
    }


def build_fleet(params: dict[str, Any], owner: ServiceOwner) -> Fleet:
    """Return the instances of this host."""
    manager: ProcessManager = SystemdManager("litellm")
    if params["manager"] == "supervisor":
        manager = SupervisorManager("litellm", params["supervisorctl"], params["supervisor_config"])
    instances = range(1, params["instances"] + 1)
    definition = Path(params["definition"]) if params["definition"] else None
    releases = Releases(Path(params["config_dir"]), owner, definition)
    return Fleet(releases, manager, instances, params["start_timeout"])


def build_rollout(params: dict[str, Any], *, must_exist: bool) -> Rollout:
    """Return the rollout that the parameters describe."""
    variables: dict[str, str] = {name: str(value) for name, value in json.loads(params["environment_json"]).items()}
    files = {name: ReleaseFile(text, 0o640) for name, text in params["files"].items()}
    if params["definition"]:
        files[Path(params["definition"]).name] = ReleaseFile(params["definition_text"].rstrip("\n") + "\n", 0o640)
    for name, text in json.loads(params["credentials_json"]).items():
        files[name] = ReleaseFile(text, 0o600, private=True)
    files[ENVIRONMENT] = ReleaseFile(environment_file.render(variables, params["header"]), 0o600, private=True)
    return Rollout(
        fleet=build_fleet(params, find_owner(params["user"], must_exist=must_exist)),
        release=Release(
            files,
            params["runtime"],
            params["address"],
            params["base_port"],
            header=params["header"],
        ),
        home=params["home"],
        expected=params["expected_models"],
    )


def find_owner(user: str | None, *, must_exist: bool) -> ServiceOwner:
    """Return the ids of the service's user. In check mode on a clean host the user is yet to be made."""
    if user is None:
        return ServiceOwner()
    try:
        return ServiceOwner(pwd.getpwnam(user).pw_uid, grp.getgrnam(user).gr_gid)
    except KeyError:
        if must_exist:
            raise HostError(
                f"there is no user '{user}' with a group of that name, so nothing was deployed here; run site.yml"
            ) from None
        return ServiceOwner()


if __name__ == "__main__":
    main()
