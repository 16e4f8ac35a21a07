"""Filter `gateway_problems`, documented in gateway_problems.yml."""

from collections.abc import Mapping
from typing import Any

from switchyard.shim import mapping_filter


@mapping_filter
def gateway_problems(inventory: Mapping[str, Any]) -> list[str]:
    """Every problem of a gateway's inventory as a sentence; an empty list when it can be used."""
    # Ansible loads every filter for every task; what is heavy waits until it is needed.
    from switchyard import model, rules
    from switchyard.errors import InventoryError

    try:
        return rules.inventory_problems(model.parse(inventory))
    except InventoryError as error:
        return list(error.problems)


class FilterModule:
    """Tell Ansible the filter's name."""

    def filters(self) -> dict[str, Any]:
        """One filter per file."""
        return {"gateway_problems": gateway_problems}
