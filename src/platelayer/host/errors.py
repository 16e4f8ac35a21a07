"""Errors of this room: a sentence for the operator, and what a program last said."""


class HostError(Exception):
    """Something on this host is not as it must be. `log` holds the last lines of the program concerned."""

    def __init__(self, message: str, log: list[str] | None = None) -> None:
        self.log = log or []
        super().__init__(message)
