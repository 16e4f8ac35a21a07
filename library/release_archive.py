"""Module `release_archive`: install a program from an archive with a checksum."""

DOCUMENTATION = r"""
module: release_archive
short_description: Install a program from an archive with a checksum
version_added: "0.1.0"
description:
  - Downloads an archive, compares it with its line in the release's checksums, and unpacks it into a folder.
  - The folder appears in one step when its content is complete. An archive with another checksum leaves nothing behind.
  - A folder that is there is left as it is, so name it after the version.
  - Files belong to root. They are readable by everybody, and keep whether they can be run.
options:
  source:
    description: The archive's URL, or its path on the host. Any form of tar.
    type: str
    required: true
  checksums:
    description: The text of the release's C(checksums.txt), as C(sha256sum) writes it. It has a line with the archive's file name.
    type: str
    required: true
  folder:
    description: The folder for the content.
    type: path
    required: true
author: Platelayer contributors
"""

EXAMPLES = r"""
- name: Install the program
  release_archive:
    source: https://example.com/releases/v1.2.0/program_1.2.0_linux_amd64.tar.gz
    checksums: "{{ lookup('ansible.builtin.file', 'checksums-1.2.0.txt') }}"
    folder: /opt/program/1.2.0
"""

RETURN = r"""
"""

from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.platelayer.host.errors import HostError
from ansible.module_utils.platelayer.host.release_archive import ReleaseArchive


def main() -> None:
    """Install the archive unless its folder is there; in check mode, only see whether its checksum is known."""
    module = AnsibleModule(
        argument_spec={
            "source": {"type": "str", "required": True},
            "checksums": {"type": "str", "required": True},
            "folder": {"type": "path", "required": True},
        },
        supports_check_mode=True,
    )
    archive = ReleaseArchive(module.params["source"], module.params["checksums"], Path(module.params["folder"]))
    is_new = not archive.is_installed()
    try:
        if is_new and module.check_mode:
            archive.find_checksum()
        elif is_new:
            archive.install()
    except HostError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=is_new)


if __name__ == "__main__":
    main()
