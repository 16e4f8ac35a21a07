"""tests/set-up-machine from outside: how it gets along with other runs of apt-get, and what it says where it fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "set-up-machine"
# What the script needs of the machine. Nothing else is on its PATH, so that it lacks all that it may install.
TOOLS = "bash cat dirname echo grep mkdir flock nohup realpath setsid sleep timeout touch xargs"
PATIENCE = 120

# Notes each run, and whether another was under way. Fails with the sentences of the file `failures`, one in each run
# of the verb that it begins with. `install` makes the commands that its packages bring.
APT_GET = """#!{python}
import pathlib, sys, time
folder = pathlib.Path({folder!r})
verb = next(word for word in sys.argv if word in ("update", "install"))
brings = {{"docker.io": ["docker", "dockerd"], "debootstrap": ["debootstrap"], "chromium": ["chromium"],
          "chromium-driver": ["chromedriver"], "nodejs": ["node"], "npm": ["npm"]}}
brought = [command for word in sys.argv for command in brings.get(word, [])]
with (folder / "log").open("a") as log:
    try:
        (folder / "busy").mkdir()
    except FileExistsError:
        print("overlap", file=log)
    print(verb, *brought, file=log)
time.sleep(0.3)
(folder / "busy").rmdir()
failures = (folder / "failures").read_text().splitlines()
if failures and failures[0].startswith(verb):
    (folder / "failures").write_text("\\n".join(failures[1:]))
    sys.exit(failures[0].removeprefix(verb + " "))
for command in brought:
    (folder / "commands" / command).rename(folder / "bin" / command)
"""
COMMANDS = {
    "dockerd": "#!{tools}/bash\ntouch {folder}/docker-runs\n",
    "docker": "#!{tools}/bash\n[[ -e {folder}/docker-runs ]]\n",
} | dict.fromkeys(("debootstrap", "chromium", "chromedriver", "node", "npm"), "#!{tools}/bash\n")
# Where systemd runs, Docker is started through it.
SYSTEMCTL = "#!{tools}/bash\ntouch {folder}/docker-runs\n"
LOCKED = "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 4711 (apt-get)"

as_root = pytest.mark.skipif(
    os.geteuid() != 0 or not Path("/etc/debian_version").exists(), reason="only root on Debian or Ubuntu installs"
)


class Machine:
    """A folder in the place of the machine: a checkout with the script, and the commands that it finds."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.tools = folder, folder / "tools"
        for name in ("bin", "commands", "tests", "tools"):
            (folder / name).mkdir()
        shutil.copy(SCRIPT, folder / "tests")
        for tool in TOOLS.split():
            (self.tools / tool).symlink_to(str(shutil.which(tool)))
        for name, text in COMMANDS.items():
            self._write(f"commands/{name}", text)
        self._write("bin/systemctl", SYSTEMCTL)
        self._write("bin/apt-get", APT_GET)
        self.let_apt_get_fail()

    def let_apt_get_fail(self, *failures: str) -> None:
        """Let the next runs of apt-get fail: each is its verb and what it says."""
        (self.folder / "failures").write_text("\n".join(failures))

    def bring(self, *commands: str) -> None:
        """Put commands on the PATH, as if they had been installed before."""
        for command in commands:
            (self.folder / "commands" / command).rename(self.folder / "bin" / command)

    def start(self, *needs: str) -> subprocess.Popen[str]:
        """Begin to run the script."""
        environment = {"PATH": f"{self.folder}/bin:{self.tools}"}
        command = [str(self.folder / "tests" / "set-up-machine"), *needs]
        return subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )

    def run(self, *needs: str) -> tuple[int, str, str]:
        """Return the exit code and both outputs."""
        process = self.start(*needs)
        out, err = process.communicate(timeout=PATIENCE)
        return process.returncode, out, err

    def log(self) -> list[str]:
        """What apt-get was asked for, and ``overlap`` where it was asked while it was at work."""
        path = self.folder / "log"
        return path.read_text().splitlines() if path.exists() else []

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(text.format(folder=str(self.folder), tools=self.tools, python=sys.executable))
        path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@as_root
def test_what_the_machine_lacks_is_installed_once_and_docker_started(machine: Machine) -> None:
    code, out, err = machine.run("docker", "chromium")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "Installing docker.io iptables chromium chromium-driver fonts-dejavu-core",
        "Starting Docker",
    ]
    assert machine.log() == ["update", "install docker dockerd chromium chromedriver"]
    assert machine.run("docker", "chromium") == (0, "", "")
    assert len(machine.log()) == 2


@as_root
def test_node_is_left_as_it_is_where_it_is(machine: Machine) -> None:
    machine.bring("node")
    assert machine.run("node") == (0, "Installing npm\n", "")
    assert machine.log() == ["update", "install npm"]
    assert machine.run("node") == (0, "", "")


def test_a_machine_with_node_and_npm_needs_no_root(machine: Machine) -> None:
    machine.bring("node", "npm")
    assert machine.run("node") == (0, "", "")
    assert machine.log() == []


@as_root
@pytest.mark.parametrize("needs", [("docker", "chromium"), ("docker", "docker")])
def test_two_runs_never_call_apt_get_side_by_side(machine: Machine, needs: tuple[str, str]) -> None:
    runs = [machine.start(need) for need in needs]
    assert [run.communicate(timeout=PATIENCE)[1] for run in runs] == ["", ""]
    assert [run.returncode for run in runs] == [0, 0]
    installed = {"docker": "install docker dockerd", "chromium": "install chromium chromedriver"}
    assert sorted(machine.log()) == sorted(line for need in set(needs) for line in ("update", installed[need]))


@as_root
def test_the_apt_get_of_somebody_else_is_waited_for(machine: Machine) -> None:
    machine.let_apt_get_fail(f"update {LOCKED}", f"update {LOCKED}", f"install {LOCKED}")
    assert machine.run("chromium")[0::2] == (0, "")
    assert machine.log() == ["update"] * 3 + ["install chromium chromedriver"] * 2


@as_root
def test_another_failure_ends_with_what_apt_get_said(machine: Machine) -> None:
    sentence = "E: Unable to locate package chromium"
    machine.let_apt_get_fail(f"install {sentence}")
    code, _, err = machine.run("chromium")
    packages = "chromium chromium-driver fonts-dejavu-core"
    words = f"apt-get install --yes --no-install-recommends {packages} failed:\n{sentence}\n"
    assert (code, err) == (1, words)
    assert machine.log() == ["update", "install chromium chromedriver"]


@pytest.mark.parametrize(
    ("need", "sentence"),
    [
        (
            "docker",
            "Docker does not answer: start it (sudo systemctl start docker) or run the tests as root on Debian or "
            "Ubuntu, where this script installs it.\n",
        ),
        (
            "node",
            "There is no node with an npm on the PATH: install both (on Debian: sudo apt-get install nodejs npm), or "
            "run the tests as root on Debian or Ubuntu.\n",
        ),
    ],
)
def test_who_is_not_root_is_told_what_to_do(need: str, sentence: str) -> None:
    words = ["bash", "-s", need]
    if os.geteuid() == 0:
        words = [str(shutil.which("setpriv")), "--reuid=65534", "--regid=65534", "--clear-groups", *words]
    # Neither a test's own folder nor the script in it can be read by somebody else.
    with tempfile.TemporaryDirectory() as tools:
        Path(tools).chmod(0o755)
        for tool in TOOLS.split():
            (Path(tools) / tool).symlink_to(str(shutil.which(tool)))
        done = subprocess.run(
            words, stdin=SCRIPT.open(), capture_output=True, text=True, check=False, cwd="/", env={"PATH": tools}
        )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", sentence)


def test_an_unknown_word_is_wrong_usage(machine: Machine) -> None:
    sentence = "set-up-machine: 'podman' is unknown; write docker, debootstrap, chromium, haproxy or node\n"
    assert machine.run("podman") == (2, "", sentence)
