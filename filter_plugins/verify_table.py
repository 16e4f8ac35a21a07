"""Filter `verify_table`, documented in verify_table.yml."""

from collections.abc import Mapping
from typing import Any

from switchyard.shim import mapping_filter


@mapping_filter
def verify_table(report: Mapping[str, Any]) -> str:
    """A report of a gateway as the table that people read."""
    # Ansible loads every filter for every task; what is heavy waits until it is needed.
    from switchyard.cli.verify_table import as_text
    from switchyard.model import plain
    from switchyard.verify.report import Report

    return as_text(Report.from_dict(plain(report)))


class FilterModule:
    """Tell Ansible the filter's name."""

    def filters(self) -> dict[str, Any]:
        """One filter per file."""
        return {"verify_table": verify_table}
