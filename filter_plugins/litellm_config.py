"""Filter `litellm_config`, documented in litellm_config.yml."""

from collections.abc import Mapping, Sequence
from typing import Any

from switchyard.shim import mapping_filter


@mapping_filter
def litellm_config(
    inventory: Mapping[str, Any], trusted_proxy_ranges: Sequence[str] = (), extra: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """LiteLLM's config of a gateway, as plain data."""
    # Ansible loads every filter for every task; what is heavy waits until it is needed.
    from switchyard import litellm, model

    return litellm.config(
        model.parse(inventory),
        trusted_proxy_ranges=model.plain(list(trusted_proxy_ranges)),
        extra=model.plain(extra or {}),
    )


class FilterModule:
    """Tell Ansible the filter's name."""

    def filters(self) -> dict[str, Any]:
        """One filter per file."""
        return {"litellm_config": litellm_config}
