"""On a clean host a dry run tells what the run then does. What this deploys is what the other tests of `host` ask."""

from __future__ import annotations

import pytest
from gateways import Gateway, ansible_playbook, read_state


@pytest.fixture(params=["gateway12", "gateway13"], scope="module")
def gateway(request, gateways) -> Gateway:
    """Each gateway in turn."""
    return gateways[request.param]


def test_on_a_clean_host_a_dry_run_tells_what_the_run_then_does(gateway) -> None:
    told = ansible_playbook("site", "--check", "--diff", "--limit", gateway.name)
    assert told.changed(gateway.name) > 0, "the host is not clean: begin with molecule destroy"
    done = ansible_playbook("site", "--diff", "--limit", gateway.name)
    assert told.changes(gateway.name) == done.changes(gateway.name)
    assert gateway.chat("chat").status == 200


def test_on_a_finished_host_there_is_nothing_to_tell(gateway) -> None:
    before = read_state(gateway)
    assert ansible_playbook("site", "--check", "--diff", "--limit", gateway.name).changes(gateway.name) == []
    assert read_state(gateway) == before
