"""The one family of errors: what is wrong, where, and what to write instead."""

from collections.abc import Iterable


class PlatelayerError(Exception):
    """Base of every error that Platelayer raises on purpose; its text is a sentence for the operator."""


class InventoryError(PlatelayerError):
    """The inventory cannot be used. Holds every problem found, not only the first.

    Each problem reads ``where: what is wrong; what to write instead``.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems: tuple[str, ...] = tuple(problems)
        super().__init__("\n".join(self.problems))


class GatewayError(PlatelayerError):
    """A running gateway did not answer as it should, or could not be reached at all."""


class CatalogError(PlatelayerError):
    """A provider's model list could not be had, or not be understood."""
