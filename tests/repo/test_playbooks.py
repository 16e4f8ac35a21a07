"""Every playbook can be read together with every environment, and none runs without one."""

import re
from pathlib import Path

import pytest

from .checks.ansible import ansible
from .checks.tree import copy_inventories, files, held

PLAYBOOKS = [
    name for name in files() if name.startswith("playbooks/") and name.endswith(".yml") and name.count("/") == 1
]
ENVIRONMENTS = sorted(
    {name.split("/")[1] for name in files() if name.startswith("inventories/") and name.count("/") > 1}
)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_playbooks_pass_the_syntax_check(environment: str, tmp_path: Path) -> None:
    copy_inventories(tmp_path)
    assert PLAYBOOKS, "there are no playbooks/*.yml"
    held(list(_syntax_check(tmp_path / "inventories" / environment, PLAYBOOKS, tmp_path / "home")))


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_without_an_inventory_a_playbook_does_nothing_and_says_how_to_name_one(playbook: str, tmp_path: Path) -> None:
    # With this proxy nobody outside is asked, should it go on.
    (output,) = ansible("ansible-playbook", playbook, home=tmp_path, HTTPS_PROXY="http://127.0.0.1:9")
    assert (
        "no inventory was given, or only inventories/example, which is there to be copied; add `-i inventories/NAME` "
        "to the command, with the name of an environment of yours (`make env NAME=home` makes inventories/home)\n"
    ) in output
    assert re.search(r"^gateway-1 +: ok=0 +changed=0 +unreachable=0 +failed=1 ", output, re.MULTILINE)


@pytest.mark.parametrize(
    ("playbook", "hosts", "complaint"),
    [
        ("- hosts: all\n  tasks:\n    - name: No module\n      when: true\n", "all: {}\n", "no module/action detected"),
        ("- hosts: all\n  roles: [no_such_role]\n", "all: {}\n", "the role 'no_such_role' was not found"),
        ("- hosts: all\n  tasks: []\n", "all: {hosts: [\n", "hosts.yml"),
    ],
)
def test_a_broken_playbook_or_inventory_is_found(playbook: str, hosts: str, complaint: str, tmp_path: Path) -> None:
    inventory = tmp_path / "broken"
    inventory.mkdir()
    (inventory / "hosts.yml").write_text(hosts, encoding="utf-8")
    (tmp_path / "playbook.yml").write_text(playbook, encoding="utf-8")
    (output,) = _syntax_check(inventory, [str(tmp_path / "playbook.yml")], tmp_path / "home")
    assert complaint in output


def _syntax_check(inventory: Path, playbooks: list[str], home: Path) -> tuple[str, ...]:
    return ansible("ansible-playbook", "--syntax-check", "--inventory", str(inventory), *playbooks, home=home)
