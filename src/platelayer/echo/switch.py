"""A fault that is switched on: which requests it hits, and when it ends by itself."""

import random
from fnmatch import fnmatchcase

from platelayer.echo.faults import Fault, RequestFault


class Switch:
    """Holds at most one fault of an upstream."""

    def __init__(self) -> None:
        self._fault: Fault | None = None
        self._left: int | None = None
        self._dice = random.Random()  # noqa: S311 - repeatable draws, nothing secret

    @property
    def fault(self) -> Fault | None:
        """What is switched on now."""
        return self._fault

    def turn(self, fault: Fault | None) -> None:
        """Switch a fault on in place of the one before, or with None none at all."""
        self._fault = fault
        self._left = fault.times if isinstance(fault, RequestFault) else None
        self._dice.seed(fault.seed if isinstance(fault, RequestFault) else None)

    def take(self, path: str, model: str | None) -> RequestFault | None:
        """The fault that this request shall suffer. Counts it, so ask once for each request."""
        fault = self._fault
        if not isinstance(fault, RequestFault) or path not in fault.PATHS:
            return None
        if fault.match_path not in (None, path):
            return None
        # A request without a model, such as the model list, matches only where no model is asked for.
        if fault.match_model is not None and (model is None or not fnmatchcase(model, fault.match_model)):
            return None
        if fault.probability is not None and self._dice.random() >= fault.probability:
            return None
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                self.turn(None)
        return fault

    def as_json(self) -> dict[str, object] | None:
        """The fault as it was sent, with `times_left` where it has `times`."""
        if self._fault is None:
            return None
        return self._fault.as_json() | ({} if self._left is None else {"times_left": self._left})
