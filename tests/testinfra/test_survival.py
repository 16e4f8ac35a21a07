"""A gateway comes back by itself after a crash, a reboot and a power cut; edits by hand do not outlive the next run."""

from __future__ import annotations

from gateways import CONFIG, Gateway, ansible_playbook, wait_until


def deploy(gateway: Gateway) -> int:
    """Run site.yml for one gateway; returns the number of changes."""
    return ansible_playbook("site", "--limit", gateway.name).changed(gateway.name)


def test_a_killed_process_comes_back_by_itself(gateways) -> None:
    gateway = gateways["gateway12"]
    pid, restarts = gateway.show("MainPID"), int(gateway.show("NRestarts"))
    gateway.host.check_output(f"kill -KILL {pid}")
    wait_until(lambda: gateway.show("MainPID"), lambda now: now not in {pid, "0"})
    gateway.wait_until_it_answers()
    assert int(gateway.show("NRestarts")) == restarts + 1


def test_a_rebooted_host_serves_the_same_release(gateways, reboot) -> None:
    gateway = gateways["gateway13"]
    release = gateway.release()
    reboot("gateway13")
    gateway.wait_until_it_answers()
    assert gateway.release() == release
    assert gateway.is_running_release(release)


def test_a_host_that_lost_power_serves_the_same_release(gateways, power_cut) -> None:
    gateway = gateways["gateway12"]
    release = gateway.release()
    power_cut("gateway12")
    gateway.wait_until_it_answers()
    assert gateway.release() == release
    assert gateway.is_running_release(release)


def test_an_edit_by_hand_is_put_right_by_the_next_run(gateways) -> None:
    gateway = gateways["gateway13"]
    config, models = gateway.config(), gateway.models()
    gateway.host.check_output(f"sed --in-place 's/model_name: local$/model_name: by-hand/' {CONFIG}")
    # Whoever edits it also restarts, else nothing would come of the edit.
    gateway.host.check_output("systemctl restart litellm@1.service")
    wait_until(lambda: gateway.chat("by-hand").status, lambda status: status == 200)
    assert deploy(gateway) == 1
    assert gateway.config() == config
    assert gateway.models() == models
    assert deploy(gateway) == 0
