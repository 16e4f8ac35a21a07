"""What can be wrong with how the echo provider is started or told to fail. Each text is a sentence for its user."""


class EchoError(Exception):
    """Base of this room's errors."""


class UsageError(EchoError):
    """An option of the command line cannot be used."""


class StartError(EchoError):
    """The server cannot start: a port is taken, or aiohttp is missing."""


class FaultError(EchoError):
    """A fault as sent to the control API cannot be used."""
