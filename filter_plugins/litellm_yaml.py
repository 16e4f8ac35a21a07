"""Filter `litellm_yaml`, documented in litellm_yaml.yml."""

from collections.abc import Mapping
from typing import Any

from switchyard.shim import mapping_filter


@mapping_filter
def litellm_yaml(config: Mapping[str, Any]) -> str:
    """LiteLLM's config as YAML text."""
    # Ansible loads every filter for every task; what is heavy waits until it is needed.
    from switchyard import litellm, model

    return litellm.to_yaml(model.plain(config))


class FilterModule:
    """Tell Ansible the filter's name."""

    def filters(self) -> dict[str, Any]:
        """One filter per file."""
        return {"litellm_yaml": litellm_yaml}
