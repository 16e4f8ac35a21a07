"""Errors of a verification, besides wrong answers of the gateway, which are results."""

from ..errors import GatewayError, PlatelayerError


class UsageError(PlatelayerError):
    """An argument that cannot be used: the address, the CA file, the key file or a model's name."""


class NoAnswerError(GatewayError):
    """A request without a complete HTTP answer: refused or cut connection, TLS error, or timeout."""
