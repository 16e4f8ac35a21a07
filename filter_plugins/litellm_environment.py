"""Filter `litellm_environment`, documented in litellm_environment.yml."""

from collections.abc import Mapping
from typing import Any

from switchyard.shim import mapping_filter


@mapping_filter
def litellm_environment(inventory: Mapping[str, Any]) -> dict[str, str]:
    """The environment variables that LiteLLM's config refers to; most are secret."""
    # Ansible loads every filter for every task; what is heavy waits until it is needed.
    from switchyard import litellm, model

    return litellm.environment(model.parse(inventory))


class FilterModule:
    """Tell Ansible the filter's name."""

    def filters(self) -> dict[str, Any]:
        """One filter per file."""
        return {"litellm_environment": litellm_environment}
