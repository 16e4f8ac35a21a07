"""Module `port_guard`: refuse ports that somebody else listens on, before anything is changed."""

DOCUMENTATION = r"""
module: port_guard
short_description: Refuse ports that another program listens on, and addresses that the host does not have
version_added: "0.1.0"
description:
  - Fails with a sentence that names the program, when one of the ports has a listener that is not the service's own.
  - Fails when an address is not one of this host, which a service would find out only when it starts.
  - Changes nothing.
options:
  ports:
    description: TCP ports.
    type: list
    elements: int
    required: true
  setting:
    description: The variable that chooses the ports, for the message.
    type: str
    required: true
  addresses:
    description: The addresses the service is to listen on.
    type: list
    elements: str
    required: true
  address_setting:
    description: The variable that chooses the addresses, for the message.
    type: str
    required: true
  otherwise:
    description: What else could be done about an address that the host does not have, for the message.
    type: str
    default: ""
  ours:
    description: A path that the command line of the service's own processes holds, or the name of their unit.
    type: str
    required: true
author: Platelayer contributors
"""

EXAMPLES = r"""
- name: Check the port of LiteLLM
  port_guard:
    ports: [4001]
    setting: litellm_base_port
    addresses: [127.0.0.1]
    address_setting: litellm_address
    ours: /etc/litellm/
"""

RETURN = r"""
"""

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.platelayer.host.ports import find_port_holder, has_address


def main() -> None:
    """Fail if another program listens on a port, or the host does not have an address."""
    module = AnsibleModule(
        argument_spec={
            "ports": {"type": "list", "elements": "int", "required": True},
            "setting": {"type": "str", "required": True},
            "addresses": {"type": "list", "elements": "str", "required": True},
            "address_setting": {"type": "str", "required": True},
            "otherwise": {"type": "str", "default": ""},
            "ours": {"type": "str", "required": True},
        },
        supports_check_mode=True,
    )
    otherwise = f", or {module.params['otherwise']}" if module.params["otherwise"] else ""
    for address in module.params["addresses"]:
        if not has_address(address):
            module.fail_json(
                msg=f"{module.params['address_setting']}: {address} is not an address of this host; "
                f"write one that `ip address` shows there{otherwise}"
            )
    for port in module.params["ports"]:
        holder = find_port_holder(port)
        if holder is not None and not holder.belongs_to(module.params["ours"]):
            module.fail_json(
                msg=f"port {port} is in use by {holder}; stop it, or choose other ports with {module.params['setting']}"
            )
    module.exit_json(changed=False)


if __name__ == "__main__":
    main()
