"""The report of a verification, and its parts."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Outcome = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one check of the gateway itself. `status`: the HTTP status, None if there was no answer."""

    name: str
    outcome: Outcome
    status: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class ModelResult:
    """The result of one model group. `deployment`: the id that answered; `detail`: why it failed or was skipped.

    `ttft_seconds`: the time from the request to the first text of a stream, None if there was none.
    `stand_in`: a fallback or a later layer answered instead of the model's own deployments.
    """

    name: str
    mode: str
    outcome: Outcome
    deployment: str | None = None
    ttft_seconds: float | None = None
    total_seconds: float | None = None
    detail: str = ""
    stand_in: bool = False


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """All results. `reached`: the gateway gave an HTTP answer.

    `version`: LiteLLM's, None until a model has answered. `seconds`: the duration of the whole verification.
    """

    url: str
    reached: bool
    version: str | None
    seconds: float
    checks: tuple[CheckResult, ...]
    models: tuple[ModelResult, ...] = ()

    @property
    def passed(self) -> bool:
        """True if nothing failed."""
        outcomes = [check.outcome for check in self.checks] + [model.outcome for model in self.models]
        return "failed" not in outcomes

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "VerifyReport":
        """Return the report of which `data` is the `as_dict`."""
        return cls(
            url=data["url"],
            reached=data["reached"],
            version=data["version"],
            seconds=data["seconds"],
            checks=tuple(CheckResult(**check) for check in data["checks"]),
            models=tuple(ModelResult(**model) for model in data["models"]),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; times are in seconds, rounded to milliseconds.

        Shape: ``{url, reached, passed, version, seconds, checks: [{name, outcome, status, detail}],
        models: [{name, mode, outcome, deployment, ttft_seconds, total_seconds, detail, stand_in}]}``.
        """
        return {
            "url": self.url,
            "reached": self.reached,
            "passed": self.passed,
            "version": self.version,
            "seconds": round(self.seconds, 3),
            "checks": [asdict(check) for check in self.checks],
            "models": [_rounded(asdict(model)) for model in self.models],
        }


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in row.items()}
