"""What a refresh did with the catalog of one provider."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from platelayer.catalog.guards import Refusal
from platelayer.catalog.plan import CatalogPlan
from platelayer.catalog.snapshot import Snapshot
from platelayer.schema.catalog import CatalogModel


@dataclass(frozen=True, kw_only=True)
class RefreshResult:
    """One provider's part of a refresh.

    plan: the changes of its catalog. refusals: what guards held back.
    warnings: (id or place, sentence) of entries that were left out or read in part.
    error: why the list could not be read, None if it was. seconds: how long the provider took.
    catalog: the catalog that counts now: the new one, or the last one if the list was not taken; None without either.
    served: how many of its models clients can ask for. is_first: it had no catalog before.
    is_damaged: its catalog's file cannot be read. is_changed: its file is, or would be, another one.
    lacks_models_dev: it needs models.dev, which did not answer.
    """

    provider: str
    plan: CatalogPlan = field(default_factory=CatalogPlan)
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()
    error: str | None = None
    seconds: float = 0.0
    catalog: Snapshot | None = field(default=None, repr=False)
    served: int = 0
    is_first: bool = False
    is_damaged: bool = False
    is_changed: bool = False
    lacks_models_dev: bool = False

    @property
    def models(self) -> Mapping[str, CatalogModel]:
        """The models of the catalog that counts now, by id."""
        return self.catalog.models if self.catalog else {}

    @property
    def is_rejected(self) -> bool:
        """Return whether nothing of the list was taken."""
        return self.error is not None or any(not refusal.id for refusal in self.refusals)

    @property
    def has_refusals(self) -> bool:
        """Return whether the list, or a part of it, was refused or could not be read."""
        return self.error is not None or bool(self.refusals)

    @property
    def is_incomplete(self) -> bool:
        """Return whether something is older than it could be."""
        return self.has_refusals or self.lacks_models_dev

    @property
    def state(self) -> str:
        """One word of: failed, refused, held back, changed, unchanged."""
        if self.is_rejected:
            return "failed" if self.error is not None else "refused"
        if self.refusals:
            return "held back"
        return "changed" if self.is_changed else "unchanged"

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; `seconds` has three decimals."""
        return {
            "provider": self.provider,
            "state": self.state,
            "error": self.error,
            "changes": self.is_changed,
            "count": self.plan.count,
            "served": self.served,
            "models_dev_failed": self.lacks_models_dev,
            "seconds": round(self.seconds, 3),
            "plan": [change.as_dict() for change in self.plan.changes],
            "refusals": [refusal.as_dict() for refusal in self.refusals],
            "warnings": [{"where": where, "words": sentence} for where, sentence in self.warnings],
        }
