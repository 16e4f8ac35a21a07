"""What a provider's list says of one model, in one form for all kinds of providers.

Prices are exact decimals in USD: per token, or per piece for `request`. Limits are tokens.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

PriceName = Literal[
    "input", "output", "cache_read", "cache_write", "cache_write_1h", "reasoning",
    "audio_input", "audio_cache_read", "audio_output", "image_input", "image_output", "request",
]  # fmt: skip
# USD per token, also where tokens stand for sound and pictures.
TEXT_PRICES: tuple[PriceName, ...] = ("input", "output", "cache_read", "cache_write", "cache_write_1h", "reasoning")
MEDIA_PRICES: tuple[PriceName, ...] = (
    "audio_input", "audio_cache_read", "audio_output", "image_input", "image_output",
)  # fmt: skip
TOKEN_PRICES: tuple[PriceName, ...] = (*TEXT_PRICES, *MEDIA_PRICES)
# USD per piece.
PIECE_PRICES: tuple[PriceName, ...] = ("request",)
PRICES = (*TOKEN_PRICES, *PIECE_PRICES)
# What tokens without a price of their own cost.
INSTEAD: Mapping[PriceName, PriceName] = {
    "cache_read": "input",
    "cache_write": "input",
    "cache_write_1h": "cache_write",
    "reasoning": "output",
    "audio_input": "input",
    "audio_cache_read": "cache_read",
    "audio_output": "output",
    "image_input": "input",
    "image_output": "output",
}
Limit = Literal["max_input_tokens", "max_output_tokens"]
LIMITS: tuple[Limit, ...] = ("max_input_tokens", "max_output_tokens")
ABILITIES = ("tools", "vision", "reasoning", "structured_output", "audio", "caching", "pdf")
# What a provider's own router costs depends on what it chooses; such a model has no price.
VARIABLE = "variable"

MODELS_DEV = "models.dev"
POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Price:
    """USD, which field of which source says so, and since when (the first fetch that showed it, ISO 8601)."""

    usd: Decimal
    source: str
    since: str = ""


@dataclass(frozen=True, slots=True)
class PriceTier:
    """Prices that replace the others where a prompt has `start` tokens or more. USD per token."""

    start: int
    prices: Mapping[PriceName, Price]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogModel:
    """One model of one provider.

    id: the provider's own name of it; variant: "batch" or "alias" for what is left out unless asked for; variable: the
    price depends on what the provider's router chooses; sources: which limits are not the provider's word.
    """

    id: str
    mode: str = "chat"
    prices: Mapping[PriceName, Price] = field(default_factory=dict)
    tiers: tuple[PriceTier, ...] = ()
    max_input_tokens: int | None = None
    max_output_tokens: int | None = None
    input_modalities: tuple[str, ...] = ()
    output_modalities: tuple[str, ...] = ()
    abilities: tuple[str, ...] = ()
    variable: bool = False
    variant: str | None = None
    deprecation_date: str | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    missing_since: str | None = None

    @property
    def free(self) -> bool:
        """Whether it is known to cost nothing: it has prices, and all are zero, for prompts of any length."""
        tiers = (price for tier in self.tiers for price in tier.prices.values())
        return (
            bool(self.prices) and not self.variable and not any(price.usd for price in (*self.prices.values(), *tiers))
        )


@dataclass(frozen=True, slots=True)
class ParsedList:
    """The models that were read from a provider's answer.

    refused: id (or place) and reason of each entry that was not usable; notes: what was understood in part.
    """

    models: tuple[CatalogModel, ...]
    refused: tuple[tuple[str, str], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
