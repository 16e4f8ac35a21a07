"""Filter `litellm_names`, documented in litellm_names.yml."""

from collections.abc import Mapping
from typing import Any

from switchyard import litellm
from switchyard.shim import mapping_filter


@mapping_filter
def litellm_names(config: Mapping[str, Any]) -> list[str]:
    """The model names that a gateway with this config lists."""
    return litellm.listed_names(config)


class FilterModule:
    """Tell Ansible the filter's name."""

    def filters(self) -> dict[str, Any]:
        """One filter per file."""
        return {"litellm_names": litellm_names}
