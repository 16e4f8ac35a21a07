"""Pages to look at."""

from decimal import Decimal

from report_samples import NOW, THEN, catalog, model

from platelayer.catalog.guards import Refusal
from platelayer.catalog.plan import compare_catalogs
from platelayer.catalog.result import RefreshResult
from platelayer.page.news import make_news_of_plan, make_news_since
from platelayer.page.report_page import render_page
from platelayer.page.snapshots import PastCatalogs
from platelayer.schema.catalog import ABILITIES

HOSTILE = (
    "</script><script>window.harm = 1</script>",
    "<img src=x onerror='window.harm = 2'>",
    "'\" onmouseover=window.harm=3 {{ 7 * 7 }} ${window.harm=4}",
    "\u202egnp.exe/" + "verylong" * 60,
)


EMBEDDING = model("text-embedding", mode="embedding", prices={"input": "0.1"}, deprecation_date="2027-01-31")
PRICES = {"input": "2.5", "output": "12.5"}
OLD = {
    "novita": catalog("novita", [model("glm-4.7", prices={"input": "1.00"}), model("gone")], THEN),
    "openrouter": catalog("openrouter", [model("openai/gpt-5", prices=PRICES), EMBEDDING], THEN),
}
GLM = model("glm-4.7", prices={"input": "1.20", "output": "4"}, max_input_tokens=200_000, abilities=("tools",))
GPT = model("openai/gpt-5", prices=PRICES, max_input_tokens=1_000_000, abilities=("tools", "vision"))
MINI = {"input": "0.075", "output": "2", "cache_read": "0.0075"}
CATALOGS = {
    "novita": catalog("novita", [GLM, model("router", variable=True)]),
    "openrouter": catalog(
        "openrouter",
        [
            GPT,
            model("openai/gpt-5-mini", prices=MINI, max_input_tokens=400_000),
            model("z-ai/glm-4.7:free", prices={"input": "0", "output": "0"}, missing_since=NOW),
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
    return render_page("lab", CATALOGS, NAMES)


def changed() -> str:
    """The same with what changed since another time."""
    return render_page("lab", CATALOGS, NAMES, make_news_since(PastCatalogs("HEAD~3", OLD), CATALOGS, NAMES))


def hostile() -> str:
    """Ids, modes, abilities and names that would be markup, and one that is longer than a window."""
    models = [model(word, mode=word, abilities=(word,), deprecation_date=word) for word in HOSTILE]
    new = {"novita": catalog("novita", models)}
    names = {("novita", word): (word,) for word in HOSTILE}
    return render_page(HOSTILE[0], new, names, make_news_since(PastCatalogs(HOSTILE[1], OLD), new, names))


def long() -> str:
    """Everything is as long as it may be, and has no place to break."""
    ids = [letter * 120 for letter in "abc"]
    known = {
        "max_input_tokens": 10_485_760,
        "abilities": ABILITIES,
        "missing_since": NOW,
        "mode": "audio_transcription",
    }
    old = {identity: model(identity, prices={"input": "1"}) for identity in ids[:2]}
    new = catalog("p" * 60, [model(name, prices={"input": "12345.678901"}, **known) for name in ids[1:]])
    names = {(new.provider, identity): ("n" * 120,) for identity in ids}
    result = RefreshResult(
        provider=new.provider,
        plan=compare_catalogs(old, new.models, lambda model: names[new.provider, model.id]),
        refusals=(Refusal("price", "d" * 120, "r" * 120),),
        warnings=(("w" * 120, "v" * 120),),
        error="e" * 120,
    )
    return render_page("lab", {new.provider: new}, names, make_news_of_plan([result], [new.provider]))


def planned() -> str:
    """The plan of a refresh: much of it is new, and some of it wants a person."""
    old = [model("dear", prices={"input": "1"}), model("small", max_input_tokens=8192), model("leaves"), model("stays")]
    new = [model("dear", prices={"input": "2"}), model("small", max_input_tokens=4096), model("stays")]
    added = [model(f"vendor/new-{number}", prices={"input": "3"}) for number in range(26)]
    catalogs = {name: catalog(name, [*new, *added]) for name in ("calm", "torn")}
    plans = {name: compare_catalogs(catalog(name, old).models, found.models) for name, found in catalogs.items()}
    results = [
        RefreshResult(provider="calm", plan=plans["calm"]),
        RefreshResult(provider="torn", plan=plans["torn"], refusals=(Refusal("free", "stays", "would be free"),)),
    ]
    return render_page("lab", catalogs, {}, make_news_of_plan(results, catalogs))


def large(count: int) -> str:
    """As many models, of ten providers."""
    catalogs = {
        provider: catalog(
            provider,
            [
                model(
                    f"vendor-{number % 40}/model-{number}",
                    prices={"input": str(Decimal(number % 97) / 10), "output": str(Decimal(number % 89))},
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
    return render_page("lab", catalogs, names)
