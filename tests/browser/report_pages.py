"""Pages to look at."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from switchyard.catalog.report.before import Before
from switchyard.catalog.report.news import of_time
from switchyard.catalog.report.page import render
from switchyard.catalog.snapshot import Snapshot
from switchyard.model.catalog import ABILITIES, CatalogModel, Price

THEN, NOW = "2026-11-14T15:00:09Z", "2026-11-21T15:01:41Z"
HOSTILE = (
    "</script><script>window.harm = 1</script>",
    "<img src=x onerror='window.harm = 2'>",
    "'\" onmouseover=window.harm=3 {{ 7 * 7 }} ${window.harm=4}",
    "\u202egnp.exe/" + "verylong" * 60,
)


def model(identity: str, *, mode: str = "chat", **known: Any) -> CatalogModel:
    """A model; prices in USD per million tokens by name."""
    prices = {name: known.pop(name) for name in ("input", "output", "cache_read") if name in known}
    return CatalogModel(
        id=identity,
        mode=mode,
        prices={name: Price(Decimal(usd) / 1_000_000, "pricing", NOW) for name, usd in prices.items()},
        **known,
    )


def catalog(provider: str, models: Iterable[CatalogModel], fetched_at: str = NOW) -> Snapshot:
    return Snapshot(
        provider=provider,
        kind="openrouter",
        url=f"https://{provider}.example.com/v1",
        fetched_at=fetched_at,
        models={model.id: model for model in models},
    )


EMBEDDING = model("text-embedding", mode="embedding", input="0.1", deprecation_date="2027-01-31")
OLD = {
    "novita": catalog("novita", [model("glm-4.7", input="1.00"), model("gone")], THEN),
    "openrouter": catalog("openrouter", [model("openai/gpt-5", input="2.5", output="12.5"), EMBEDDING], THEN),
}
CATALOGS = {
    "novita": catalog(
        "novita",
        [
            model("glm-4.7", input="1.20", output="4", max_input_tokens=200_000, abilities=("tools",)),
            model("router", variable=True),
        ],
    ),
    "openrouter": catalog(
        "openrouter",
        [
            model(
                "openai/gpt-5", input="2.5", output="12.5", max_input_tokens=1_000_000, abilities=("tools", "vision")
            ),
            model("openai/gpt-5-mini", input="0.075", output="2", cache_read="0.0075", max_input_tokens=400_000),
            model("z-ai/glm-4.7:free", input="0", output="0", missing_since=NOW),
            EMBEDDING,
        ],
    ),
    "volces_ark": None,
}
# Of these catalogs, in the order of the table.
IDS = ["glm-4.7", "router", "openai/gpt-5", "openai/gpt-5-mini", "text-embedding", "z-ai/glm-4.7:free"]
NAMES = {("openrouter", "openai/gpt-5"): ("auto-chat", "gpt-5"), ("novita", "glm-4.7"): ("auto-chat",)}


def plain() -> str:
    """A few models, what they serve, and no news."""
    return render("lab", CATALOGS, NAMES)


def changed() -> str:
    """The same with what changed since another time."""
    return render("lab", CATALOGS, NAMES, of_time(Before("HEAD~3", OLD), CATALOGS, NAMES))


def hostile() -> str:
    """Ids, modes, abilities and names that would be markup, and one that is longer than a window."""
    models = [model(word, mode=word, abilities=(word,), deprecation_date=word) for word in HOSTILE]
    new = {"novita": catalog("novita", models)}
    names = {("novita", word): (word,) for word in HOSTILE}
    return render(HOSTILE[0], new, names, of_time(Before(HOSTILE[1], OLD), new, names))


def large(count: int) -> str:
    """As many models, of ten providers."""
    catalogs = {
        provider: catalog(
            provider,
            [
                model(
                    f"vendor-{number % 40}/model-{number}",
                    input=str(Decimal(number % 97) / 10),
                    output=str(Decimal(number % 89)),
                    max_input_tokens=1000 * (number % 512 + 1),
                    abilities=ABILITIES[: number % 7],
                )
                for number in range(count // 10)
            ],
        )
        for provider in (f"provider_{letter}" for letter in "abcdefghij")
    }
    names = {(provider, identity): (f"{provider}/{identity}",) for provider in catalogs for identity in
             catalogs[provider].models}  # fmt: skip
    return render("lab", catalogs, names)
