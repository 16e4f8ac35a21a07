"""The fault of an upstream: which requests it applies to, and when it ends by itself."""

import random
from fnmatch import fnmatchcase

from platelayer.echo.faults import Fault, RequestFault


class FaultSwitch:
    """Holds at most one fault of an upstream."""

    def __init__(self) -> None:
        self._fault: Fault | None = None
        self._times_left: int | None = None
        self._random = random.Random()  # noqa: S311 - repeatable draws, nothing secret

    def set(self, fault: Fault | None) -> None:
        """Replace the current fault; None switches it off."""
        self._fault = fault
        self._times_left = fault.times if isinstance(fault, RequestFault) else None
        self._random.seed(fault.seed if isinstance(fault, RequestFault) else None)

    def take_fault(self, kind: str, model: str | None) -> RequestFault | None:
        """Return the fault that applies to a request of this kind, or None. Counts it: call once per request."""
        fault = self._fault
        if not isinstance(fault, RequestFault) or kind not in fault.REQUEST_KINDS:
            return None
        if fault.match_path not in (None, kind):
            return None
        # A request without a model, such as the model list, matches only a fault without `match_model`.
        if fault.match_model is not None and (model is None or not fnmatchcase(model, fault.match_model)):
            return None
        if fault.probability is not None and self._random.random() >= fault.probability:
            return None
        if self._times_left is not None:
            self._times_left -= 1
            if self._times_left == 0:
                self.set(None)
        return fault

    def as_json(self) -> dict[str, object] | None:
        """Return the fault as it was sent, with `times_left` if it has `times`; None if there is no fault."""
        if self._fault is None:
            return None
        return self._fault.as_json() | ({} if self._times_left is None else {"times_left": self._times_left})
