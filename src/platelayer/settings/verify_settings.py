"""The settings of the role verify."""

from typing import Annotated, ClassVar

from platelayer.settings.base import RoleSettings, parse_number


class VerifySettings(RoleSettings):
    """The variables of the role verify; `verify_timeout` is in seconds."""

    prefixes: ClassVar = ("verify_",)

    verify_concurrency: Annotated[int | None, parse_number(1, 100, "such as 4")] = None
    verify_timeout: Annotated[int | None, parse_number(1, 3600, "such as 60")] = None
