"""Module `configured_service`: a systemd service runs with exactly these files."""

DOCUMENTATION = r"""
module: configured_service
short_description: A systemd service runs with exactly these files
version_added: "0.1.0"
description:
  - Writes the files that differ, after the program itself accepted the one that C(validated) names, and restarts or reloads the service as the files ask.
  - Whether the service runs with the files is asked of systemd and of the files' times, so a run that was cut short is completed by the next.
  - A service that was not up a second after it was started or reloaded did not come up. Then its files are put back, it is started with them
    again if it ran, and the module fails with its last log lines.
  - In check mode the program is not asked, as what its file refers to may be missing until then.
options:
  unit:
    description: The unit's name with its suffix.
    type: str
    required: true
  files:
    description: The files. Their texts are shown with C(-vvv), so none may hold a secret in clear.
    type: list
    elements: dict
    required: true
    options:
      path: {description: Where it lies. A missing folder is made with mode 0755., type: path, required: true}
      content: {description: Its text., type: str, required: true}
      mode: {description: Octal digits., type: str, default: "0644"}
      owner: {description: Its user., type: str, default: root}
      group: {description: Its group., type: str, default: root}
      effect: {description: What the service needs when it changes., type: str, choices: [restart, reload, none], default: restart}
      hidden: {description: "A regular expression; what it matches is not shown in diffs and log lines.", type: str, default: ""}
  validate:
    description: A command that must succeed before anything is written; C({path}) stands for a copy of the file to be judged.
    type: list
    elements: str
    default: []
  validated:
    description: The path of the file that C(validate) judges.
    type: path
  enable:
    description: Whether the unit starts at boot; false leaves that as it is.
    type: bool
    default: true
author: Platelayer contributors
"""

EXAMPLES = r"""
- name: Start the edge with its configuration
  configured_service:
    unit: gateway-edge.service
    files:
      - {path: /etc/gateway-edge/haproxy.cfg, content: "{{ config }}", mode: "0640", group: gateway-edge, effect: reload}
      - {path: /etc/systemd/system/gateway-edge.service, content: "{{ definition }}"}
    validate: [haproxy, -c, -f, "{path}"]
    validated: /etc/gateway-edge/haproxy.cfg
"""

RETURN = r"""
effect:
  description: What was done to the service, or in check mode would be; C(start), C(restart), C(reload) or C(none).
  type: str
  returned: always
enabled:
  description: Whether it was enabled to start at boot, or in check mode would be.
  type: bool
  returned: always
written:
  description: The paths that were written, or in check mode would be.
  type: list
  elements: str
  returned: always
"""

from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.platelayer.host.configured_service import ConfiguredService
from ansible.module_utils.platelayer.host.errors import HostError
from ansible.module_utils.platelayer.host.files import ServiceFile

FILE: dict[str, Any] = {
    "path": {"type": "path", "required": True},
    "content": {"type": "str", "required": True},
    "mode": {"type": "str", "default": "0644"},
    "owner": {"type": "str", "default": "root"},
    "group": {"type": "str", "default": "root"},
    "effect": {"type": "str", "choices": ["restart", "reload", "none"], "default": "restart"},
    "hidden": {"type": "str", "default": ""},
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "unit": {"type": "str", "required": True},
    "files": {"type": "list", "elements": "dict", "required": True, "options": FILE},
    "validate": {"type": "list", "elements": "str", "default": []},
    "validated": {"type": "path"},
    "enable": {"type": "bool", "default": True},
}


def main() -> None:
    """Compare; unless in check mode, write the files and bring them into force."""
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    try:
        service = build_service(module.params)
        different = service.list_differences()
        effect, enables = service.find_effect(different), not service.is_enabled()
        diff = [build_diff(file) for file in different]
        changed = bool(different) or effect != "none" or enables
        if changed and not module.check_mode:
            service.run()
    except HostError as error:
        log = "".join(f"\n    {line}" for line in error.log)
        module.fail_json(msg=f"{error}{':' if log else ''}{log}")
    module.exit_json(
        changed=changed, effect=effect, enabled=enables, written=[str(file.path) for file in different], diff=diff
    )


def build_service(params: dict[str, Any]) -> ConfiguredService:
    """Return the service that the parameters describe."""
    files = [
        ServiceFile(
            path=Path(file["path"]),
            content=file["content"],
            mode=int(file["mode"], 8),
            owner=file["owner"],
            group=file["group"],
            effect=file["effect"],
            hidden=file["hidden"],
        )
        for file in params["files"]
    ]
    validated = Path(params["validated"]) if params["validated"] else None
    return ConfiguredService(params["unit"], files, params["validate"], validated, enable=params["enable"])


def build_diff(file: ServiceFile) -> dict[str, Any]:
    """Return Ansible's diff of one file: of its text, or else of its mode and owners."""
    headers = {"before_header": str(file.path), "after_header": str(file.path)}
    if file.has_wanted_text():
        after = {"mode": file.mode, "owner": file.owner, "group": file.group}
        return headers | {"before": format_mode(file.read_attributes()), "after": format_mode(after)}
    try:
        before = file.path.read_text(errors="replace")
    except OSError:
        before = ""
    shown, wanted = file.mask(before), file.mask(file.content)
    # When only a secret differs, that is said too.
    return headers | {
        "before": shown,
        "after": file.mask(file.content, "******** (another)") if shown == wanted else wanted,
    }


def format_mode(attributes: dict[str, str | int]) -> dict[str, str | int]:
    """Return the attributes with the mode as four octal digits."""
    return attributes | {"mode": f"{attributes['mode']:04o}"}


if __name__ == "__main__":
    main()
