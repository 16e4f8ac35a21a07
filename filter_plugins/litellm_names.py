"""Filter `litellm_names`, documented in litellm_names.yml."""

from collections.abc import Mapping
from typing import Any

from switchyard.shim import mapping_filter


@mapping_filter
def litellm_names(config: Mapping[str, Any]) -> list[str]:
    """The model names that a gateway with this config lists."""
    # Ansible loads every filter for every task; what is heavy waits until it is needed.
    from switchyard import litellm

    return litellm.listed_names(config)


class FilterModule:
    """Tell Ansible the filter's name."""

    def filters(self) -> dict[str, Any]:
        """One filter per file."""
        return {"litellm_names": litellm_names}
