"""What every filter plugin shares: input checked, the package called, its errors told the way Ansible tells errors."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from ansible.errors import AnsibleFilterError, AnsibleTypeError

from platelayer.errors import PlatelayerError

P = ParamSpec("P")
R = TypeVar("R")


def mapping_filter(
    function: Callable[Concatenate[Mapping[str, Any], P], R],
) -> Callable[Concatenate[Mapping[str, Any], P], R]:
    """Make a function of a mapping into a filter of the same name."""

    @wraps(function)
    def filtered(value: Mapping[str, Any], /, *args: P.args, **kwargs: P.kwargs) -> R:
        if not isinstance(value, Mapping):
            raise AnsibleTypeError(
                f"{function.__name__}: a dictionary goes in, not {type(value).__name__}; see its documentation"
            )
        try:
            return function(value, *args, **kwargs)
        except PlatelayerError as error:
            raise AnsibleFilterError(f"{function.__name__}: {error}") from error

    return filtered
