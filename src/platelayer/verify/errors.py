"""What can go wrong in this room, besides a gateway that gives a wrong answer."""

from ..errors import GatewayError, PlatelayerError


class UsageError(PlatelayerError):
    """The question cannot be asked as it was put: the address, the key file or a model's name is wrong."""


class NoAnswerError(GatewayError):
    """A request got no complete HTTP answer: nothing listens, TLS fails, the time is up, or the connection was cut."""
