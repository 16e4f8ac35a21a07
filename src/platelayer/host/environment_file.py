"""Environment files that systemd's `EnvironmentFile=` and a POSIX shell read alike."""

from collections.abc import Mapping


def render(variables: Mapping[str, str], header: str = "") -> str:
    """Return `NAME='value'` lines, sorted. Raises ValueError for a quote or line break; the inventory refuses them."""
    for name, value in variables.items():
        if "'" in value or "\n" in value:
            raise ValueError(f"{name} holds a quote or a line break, which an environment file cannot carry")
    lines = [f"{name}='{value}'" for name, value in sorted(variables.items())]
    return "\n".join([*([header] if header else []), *lines, ""])


def parse(text: str) -> dict[str, str]:
    """Return the variables of a file that `render` wrote."""
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return {name: value[1:-1] for name, _, value in pairs}
