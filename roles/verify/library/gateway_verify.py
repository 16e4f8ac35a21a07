"""Module `gateway_verify`: ask a running gateway from its own host."""

DOCUMENTATION = r"""
module: gateway_verify
short_description: Ask a running gateway whether it serves
version_added: "0.1.0"
description:
  - Liveness, readiness, refused strangers, the model list, and one small answer of each model. Changes nothing.
  - Does not fail when the gateway does; the report says what passed.
requirements:
  - httpx on the host. LiteLLM's own Python has it.
options:
  url:
    description: The gateway's address.
    type: str
    required: true
  key:
    description: A key of the gateway.
    type: str
    required: true
  models:
    description: Only these models; empty means all.
    type: list
    elements: str
    default: []
  completions:
    description: Whether models are called at all.
    type: bool
    default: true
  concurrency:
    description: How many models are asked at once.
    type: int
    default: 4
  timeout:
    description: Seconds that one answer may take.
    type: int
    default: 60
  ca_file:
    description: The authority that made the gateway's certificate, when it is a private one.
    type: path
author: Platelayer contributors
"""

EXAMPLES = r"""
- name: The gateway is asked
  gateway_verify:
    url: http://127.0.0.1:4001
    key: "{{ litellm_master_key }}"
  register: answers
"""

RETURN = r"""
report:
  description: The keys C(url), C(reached), C(passed), C(version), C(seconds), C(checks) and C(models), as in C(platelayer verify --json).
  type: dict
  returned: always
"""

import asyncio
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.platelayer.errors import PlatelayerError
from ansible.module_utils.platelayer.verify.address import authority, base_url
from ansible.module_utils.platelayer.verify.run import Question, verify


def main() -> None:
    """Ask and report."""
    module = AnsibleModule(
        argument_spec={
            "url": {"type": "str", "required": True},
            "key": {"type": "str", "required": True, "no_log": True},
            "models": {"type": "list", "elements": "str", "default": []},
            "completions": {"type": "bool", "default": True},
            "concurrency": {"type": "int", "default": 4},
            "timeout": {"type": "int", "default": 60},
            "ca_file": {"type": "path"},
        },
        supports_check_mode=True,
    )
    asked = module.params
    try:
        question = Question(
            url=base_url(asked["url"]),
            key=asked["key"],
            models=tuple(asked["models"]),
            concurrency=asked["concurrency"],
            timeout_seconds=asked["timeout"],
            completions=asked["completions"],
            authority=authority(Path(asked["ca_file"]) if asked["ca_file"] else None),
        )
        report = asyncio.run(verify(question))
    except PlatelayerError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, report=report.as_dict())


if __name__ == "__main__":
    main()
