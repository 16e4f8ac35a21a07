"""The errors of this package. Their text says what is wrong, where, and what to write instead."""

from collections.abc import Iterable


class PlatelayerError(Exception):
    """Base of all errors that Platelayer raises on purpose. The text is a sentence for the operator."""


class InventoryError(PlatelayerError):
    """An inventory that cannot be used, with all of its problems.

    Each problem reads ``where: what is wrong; what to write instead``.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems: tuple[str, ...] = tuple(problems)
        super().__init__("\n".join(self.problems))


class GatewayError(PlatelayerError):
    """A running gateway that gave a wrong answer, or none."""


class CatalogError(PlatelayerError):
    """A provider's model list that cannot be fetched or parsed."""


class MissingAddressError(CatalogError):
    """A server that does not have the address of a list: it answered 404."""
