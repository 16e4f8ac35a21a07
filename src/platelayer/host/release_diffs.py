"""How two releases differ, as Ansible's `--diff` shows it: texts, but of secrets only their names."""

from . import environment_file
from .releases import CREDENTIALS, ENVIRONMENT, IDENTITY, Releases


def build_diffs(current: Releases, files: dict[str, str], runtime: str) -> list[dict[str, str]]:
    """Return Ansible's diffs to another release: texts, but of secrets only the names whose values change."""
    changed_files = {name: text for name, text in files.items() if current.read(name) != text}
    shown = [
        {"before_header": name, "after_header": name, "before": current.read(name), "after": text}
        for name, text in changed_files.items()
        if name not in (ENVIRONMENT, IDENTITY) and not name.endswith(CREDENTIALS)
    ]
    for name in (name for name in changed_files if name.endswith(CREDENTIALS)):
        header, before = f"{name} (hidden)", "old value\n" if current.read(name) else ""
        shown.append({"before_header": header, "after_header": header, "before": before, "after": "new value\n"})
    if current.read_runtime() != runtime:
        before, after = (f"{path}\n" if path else "" for path in (current.read_runtime(), runtime))
        shown.append({"before_header": "runtime", "after_header": "runtime", "before": before, "after": after})
    old = environment_file.parse(current.read(ENVIRONMENT))
    new = environment_file.parse(files[ENVIRONMENT])
    if old != new:
        changed = {name for name in old if name in new and old[name] != new[name]}
        shown.append(
            {
                "before_header": "env (values hidden)",
                "after_header": "env (values hidden)",
                "before": _list_names(old, changed, "old value"),
                "after": _list_names(new, changed, "new value"),
            }
        )
    return shown


def _list_names(variables: dict[str, str], changed: set[str], word: str) -> str:
    return "".join(f"{name}={word if name in changed else 'set'}\n" for name in sorted(variables))
