"""Filter `litellm_problems`, documented in litellm_problems.yml."""

from collections.abc import Mapping
from typing import Any

from switchyard.shim import mapping_filter


@mapping_filter
def litellm_problems(settings: Mapping[str, Any]) -> list[str]:
    """What is wrong with {version, has_lock, master_key, environment, extra}; an empty list when nothing is."""
    # Ansible loads every filter for every task; what is heavy waits until it is needed.
    from switchyard import rules

    return rules.litellm_problems(
        version=str(settings.get("version") or ""),
        has_lock=bool(settings.get("has_lock", True)),
        master_key=str(settings.get("master_key") or ""),
        environment={str(name): str(value) for name, value in (settings.get("environment") or {}).items()},
        extra=settings.get("extra") or {},
    )


class FilterModule:
    """Tell Ansible the filter's name."""

    def filters(self) -> dict[str, Any]:
        """One filter per file."""
        return {"litellm_problems": litellm_problems}
