"""Module `gateway_verify`: check a running gateway from its own host."""

DOCUMENTATION = r"""
module: gateway_verify
short_description: Check a running gateway
version_added: "0.1.0"
description:
  - Checks liveness, readiness, the refusal of missing and wrong keys, the model list, and one small answer of each model.
  - Changes nothing, and does not fail if a check fails; the report says what passed.
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
    description: The only models to call; empty means all.
    type: list
    elements: str
    default: []
  completions:
    description: Call models. If false, only health, keys and the model list are checked.
    type: bool
    default: true
  concurrency:
    description: How many models are called at once.
    type: int
    default: 4
  timeout:
    description: The time limit of one complete answer, in seconds.
    type: int
    default: 60
  ca_file:
    description: The certificate (PEM) of the private CA that signed the gateway's certificate.
    type: path
author: Platelayer contributors
"""

EXAMPLES = r"""
- name: Ask the gateway
  gateway_verify:
    url: http://127.0.0.1:4001
    key: "{{ litellm_master_key }}"
  register: verification
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
from ansible.module_utils.platelayer.verify.arguments import load_ca_file, parse_base_url
from ansible.module_utils.platelayer.verify.run import VerifyOptions, verify_gateway


def main() -> None:
    """Check the gateway and return the report."""
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
    params = module.params
    try:
        options = VerifyOptions(
            url=parse_base_url(params["url"]),
            key=params["key"],
            models=tuple(params["models"]),
            concurrency=params["concurrency"],
            timeout_seconds=params["timeout"],
            completions=params["completions"],
            ca=load_ca_file(Path(params["ca_file"]) if params["ca_file"] else None),
        )
        report = asyncio.run(verify_gateway(options))
    except PlatelayerError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, report=report.as_dict())


if __name__ == "__main__":
    main()
