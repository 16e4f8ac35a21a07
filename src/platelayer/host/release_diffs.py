"""How two releases differ, as Ansible's `--diff` shows it: texts, but of secrets only their names."""

from . import environment_file
from .releases import CREDENTIALS, ENVIRONMENT, IDENTITY, Releases


def build_diffs(current: Releases, files: dict[str, str], runtime: str) -> list[dict[str, str]]:
    """Return Ansible's diffs to another release: texts, but of secrets only the names whose values change."""
    shown = []
    # Secrets follow the texts.
    for name in sorted(files, key=lambda name: name.endswith(CREDENTIALS)):
        before, text = current.read(name), files[name]
        if name in (ENVIRONMENT, IDENTITY) or before == text:
            continue
        if name.endswith(CREDENTIALS):
            shown.append(_make_diff(f"{name} (hidden)", "old value\n" if before else "", "new value\n"))
        else:
            shown.append(_make_diff(name, before, text))
    if current.read_runtime() != runtime:
        old_path, new_path = (f"{path}\n" if path else "" for path in (current.read_runtime(), runtime))
        shown.append(_make_diff("runtime", old_path, new_path))
    old = environment_file.parse(current.read(ENVIRONMENT))
    new = environment_file.parse(files[ENVIRONMENT])
    if old != new:
        changed = {name for name in old if name in new and old[name] != new[name]}
        names = (_list_names(old, changed, "old value"), _list_names(new, changed, "new value"))
        shown.append(_make_diff("env (values hidden)", *names))
    return shown


def _make_diff(header: str, before: str, after: str) -> dict[str, str]:
    return {"before_header": header, "after_header": header, "before": before, "after": after}


def _list_names(variables: dict[str, str], changed: set[str], word: str) -> str:
    return "".join(f"{name}={word if name in changed else 'set'}\n" for name in sorted(variables))
