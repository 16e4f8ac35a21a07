"""Errors of this room: a sentence for the operator, and the last lines of a log."""


class HostError(Exception):
    """An error of this host, as a sentence. `log` holds the last lines of the program concerned."""

    def __init__(self, message: str, log: list[str] | None = None) -> None:
        self.log = log or []
        super().__init__(message)
