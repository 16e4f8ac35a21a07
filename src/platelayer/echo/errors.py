"""Errors of the echo provider. Each text is a sentence for the person who starts or controls it."""


class EchoError(Exception):
    """Base of this room's errors."""


class OptionError(EchoError):
    """A command-line option with a value that cannot be used."""


class StartError(EchoError):
    """A server that cannot start: a port is taken, or aiohttp is missing."""


class FaultError(EchoError):
    """A fault, as sent to the control API, that cannot be used."""
