"""How tasks and templates are written."""

import pytest

from .checks.tasks import (
    LONGEST_TASK_FILE,
    flow_findings,
    noqa_findings,
    phase_findings,
    task_file_findings,
    verb_findings,
)
from .checks.templates import HEADER_VARIABLE, copy_findings, header_findings
from .checks.tree import files, held, parse_yaml, read

TASK_FILES = [
    name
    for name in files()
    if name.startswith("roles/") and name.endswith((".yml", ".yaml")) and name.split("/")[2] in ("tasks", "handlers")
]
PLAYBOOKS = [
    name for name in files() if name.startswith(("playbooks/", "molecule/")) and name.endswith((".yml", ".yaml"))
]
TEMPLATES = [
    name
    for name in files()
    if name.endswith(".j2") and (name.startswith("templates/") or (name.startswith("roles/") and "/templates/" in name))
]
# Templates without the managed header, each with its reason.
WITHOUT_HEADER = dict.fromkeys(
    ["templates/hardening.j2", "templates/restart.j2"], "part of every unit, which has its own"
)

_BAD_EXAMPLES = "tests/repo/test_tasks.py"
_NOQA_IN = ("roles/", "playbooks/", "molecule/", "inventories/", "filter_plugins/", "library/", "src/", "tests/")


# What a task does, in the words of Ansible's own modules. A name says it with its object: "Install HAProxy".
VERBS = frozenset(
    {
        *("Activate", "Ask", "Authorize", "Build", "Check", "Configure", "Copy", "Create", "Deploy", "End", "Fail"),
        *("Gather", "Install", "Keep", "Limit", "List", "Make", "Mark", "Mask", "Pack", "Prepare", "Prove", "Purge"),
        *("Read", "Record", "Refresh", "Reload", "Remove", "Render", "Report", "Restart", "Restore", "Roll", "Run"),
        *("Serve", "Set", "Show", "Start", "Stop", "Unpack", "Update", "Validate", "Verify", "Wait", "Write"),
    }
)


@pytest.mark.parametrize("path", [*TASK_FILES, *PLAYBOOKS])
def test_names_begin_with_a_verb(path: str) -> None:
    held(verb_findings(path, parse_yaml(read(path)), VERBS))


def test_a_name_without_a_verb_is_found() -> None:
    text = (
        "- name: Deploy it\n  hosts: all\n  tasks:\n    - name: a | It serves\n      ping:\n- name: The end\n  ping:\n"
    )
    assert verb_findings("f.yml", parse_yaml(text), VERBS) == [
        "f.yml:6: the name 'The end' begins with none of the verbs in tests/repo/test_tasks.py",
        "f.yml:4: the name 'a | It serves' begins with none of the verbs in tests/repo/test_tasks.py",
    ]


# What a role lacks of the phases of a service, each with its reason.
WITHOUT_PHASE = {
    ("echo", "install"): "is part of the Python environment that runs the playbooks",
    ("supervisor", "install"): "is part of the Python environment that runs the playbooks",
    ("supervisor", "uninstall"): "make clean stops it and removes its folder",
}


def test_roles_that_run_a_service_have_the_same_phases() -> None:
    held(phase_findings({path: read(path) for path in TASK_FILES}, WITHOUT_PHASE))


def test_a_role_that_lacks_a_phase_is_found() -> None:
    main = "- name: Install it\n  import_tasks: install.yml\n- name: Validate it\n  import_tasks: validate.yml\n"
    paths = {f"roles/a/tasks/{phase}.yml": "" for phase in ("validate", "install", "service")}
    assert phase_findings(paths | {"roles/a/tasks/main.yml": main}, {("b", "install"): "because"}) == [
        "roles/a/tasks/main.yml: calls install, validate; call validate, install, service in this order",
        "roles/a/tasks: runs a service and has no uninstall.yml",
        "roles/b/tasks: is said to have no install.yml, but runs no service or has the file",
    ]


@pytest.mark.parametrize("path", TASK_FILES)
def test_task_file(path: str) -> None:
    held(task_file_findings(path, read(path)))


def test_playbooks_hide_no_failure() -> None:
    held([finding for path in PLAYBOOKS for finding in flow_findings(path, read(path), parse_yaml(read(path)))])


def test_every_noqa_has_a_reason() -> None:
    checked = [name for name in files() if name.startswith(_NOQA_IN) and name.endswith((".yml", ".yaml", ".py"))]
    held([finding for path in checked if path != _BAD_EXAMPLES for finding in noqa_findings(path, read(path))])


def test_every_template_has_the_managed_header() -> None:
    held(header_findings({path: read(path) for path in TEMPLATES}, WITHOUT_HEADER))


def test_copied_files_write_the_same_header() -> None:
    header = parse_yaml(read("roles/gateway/vars/main.yml"))[HEADER_VARIABLE]
    copies = [
        name
        for name in files()
        if (name.startswith("roles/") and name.split("/")[2] == "files")
        or name.startswith("src/platelayer/hooks/platelayer_")
    ]
    held(copy_findings({path: read(path) for path in copies}, header))


@pytest.mark.parametrize(
    ("path", "text", "finding"),
    [
        ("tasks/main.yml", "- ansible.builtin.ping:\n", "tasks/main.yml:1: a task has no name"),
        ("tasks/a.yml", "- name: Ping\n  ping:\n", "tasks/a.yml:1: the task name 'Ping' does not begin with 'a | '"),
        (
            "tasks/a/b.yml",
            "- name: b | Ping\n  ping:\n",
            "tasks/a/b.yml:1: the task name 'b | Ping' does not begin with 'a | b | '",
        ),
        ("handlers/main.yml", "- ping:\n", "handlers/main.yml:1: a task has no name"),
        ("tasks/a.yml", "- block:\n    - ping:\n", "tasks/a.yml:2: a task has no name"),
        ("tasks/a.yml", "- block: []\n  rescue:\n    - ping:\n", "tasks/a.yml:3: a task has no name"),
        (
            "tasks/a.yml",
            "- name: a | Ping\n  ping:\n  ignore_errors: true\n",
            "tasks/a.yml:1: ignore_errors hides failures",
        ),
        (
            "tasks/a.yml",
            "- name: a | Ping\n  ping:\n  changed_when: false\n",
            "tasks/a.yml:3: changed_when: false needs a comment with its reason, here or above",
        ),
        (
            "tasks/a.yml",
            "- name: a | Ping\n  ping:\n  failed_when: 'false'  # noqa: x\n",
            "tasks/a.yml:3: failed_when: false needs a comment with its reason, here or above",
        ),
        (
            "tasks/a.yml",
            "- name: a | Ping\n  ping:\n" + "\n" * LONGEST_TASK_FILE,
            "tasks/a.yml: 82 lines, split it so that each file has at most 80",
        ),
    ],
)
def test_a_badly_written_task_is_found(path: str, text: str, finding: str) -> None:
    assert task_file_findings(f"roles/x/{path}", text) == [f"roles/x/{finding}"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tasks/main.yml", "- name: Answer\n  ping:\n"),
        ("tasks/a.yml", "- name: a | Answer\n  ping:\n  # Asking changes nothing.\n  changed_when: false\n"),
        ("tasks/a.yml", "- name: a | Answer\n  ping:\n  changed_when: false  # asking changes nothing\n"),
        ("tasks/a.yml", "- name: a | Answer\n  ping:\n  changed_when: __x.rc == 2\n"),
        ("tasks/a/b.yml", "- name: a | b | Answer\n  ping:\n"),
        ("handlers/main.yml", "- name: Restart it\n  ping:\n"),
    ],
)
def test_a_well_written_task_has_no_findings(path: str, text: str) -> None:
    assert task_file_findings(f"roles/x/{path}", text) == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a: 1  # noqa: some-rule", [1]),
        ("a: 1  # noqa", [1]),
        ("a: 1  # noqa: rule[sub] other-rule more-rules", [1]),
        ("# noqa: some-rule\na: 1  # noqa: some-rule", [1, 2]),
        ("a: 1  # The module cannot do this. # noqa: some-rule", []),
        ("a: 1  # noqa: some-rule # the module cannot do this", []),
        ("import a  # noqa: S404 - only our own programs run", []),
        ("# The module cannot do this.\na: 1  # noqa: some-rule", []),
    ],
)
def test_a_noqa_without_a_reason_is_found(text: str, lines: list[int]) -> None:
    assert [int(finding.split(":")[1]) for finding in noqa_findings("file", text)] == lines


def test_a_template_without_a_header_is_found() -> None:
    header = "{{ __gateway_managed_header }}\n"
    assert header_findings({"a.j2": header, "b.j2": "\n\n" + header}, {}) == []
    assert header_findings({"a.j2": "\n\n\n" + header}, {}) == [
        "a.j2: {{ __gateway_managed_header }} is not in the first 3 lines"
    ]
    assert header_findings({"a.j2": ""}, {"a.j2": "JSON has no comments"}) == []
    assert header_findings({"a.j2": header}, {"a.j2": "x", "b.j2": ""}) == [
        "a.j2: has the header, so take it off the list of templates without one",
        "b.j2: is on the list of templates without a header, but there is no such file",
        "b.j2: its reason for having no header is empty",
    ]


def test_a_copied_file_with_another_header_is_found() -> None:
    copies = {"a.py": "# Managed by A\nx\n", "b.py": "# Managed by B\n", "c.txt": "c"}
    assert copy_findings(copies, "# Managed by A") == ["b.py: its first line is not __gateway_managed_header any more"]
