"""Shared code of the filter plugins: they check their input and turn errors of the package into Ansible's errors."""

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
    """Decorate a function of a mapping, so that Ansible can use it as a filter."""

    @wraps(function)
    def apply_filter(value: Mapping[str, Any], /, *args: P.args, **kwargs: P.kwargs) -> R:
        if not isinstance(value, Mapping):
            raise AnsibleTypeError(
                f"{function.__name__}: the input must be a dictionary, not {type(value).__name__}; "
                "see the documentation of this filter"
            )
        try:
            return function(value, *args, **kwargs)
        except PlatelayerError as error:
            raise AnsibleFilterError(f"{function.__name__}: {error}") from error

    return apply_filter
