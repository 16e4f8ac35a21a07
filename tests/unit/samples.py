"""Two catalogs, and a gateway that is built of them."""

from decimal import Decimal

from platelayer.gateway.build import BuiltGateway, build
from platelayer.schema import CatalogModel, parse
from platelayer.schema.catalog import Price


def priced(name: str, usd: str = "0.000001", **more: object) -> CatalogModel:
    price = Price(Decimal(usd), "pricing.prompt")
    return CatalogModel(id=name, prices={"input": price, "output": price}, **more)


OPENROUTER = [
    priced("anthropic/claude-haiku", "0.000001", abilities=("tools", "vision")),
    priced("anthropic/claude-opus", "0.000005", abilities=("tools", "vision", "reasoning")),
    priced("anthropic/claude-opus:batch", "0.0000025", variant="batch"),
    priced("qwen/qwen3-embedding", "0.00000001", mode="embedding"),
    CatalogModel(id="openrouter/auto", variable=True),
    priced("z-ai/glm-5", "0.0000007"),
    priced("z-ai/glm-5:free", "0"),
    CatalogModel(id="z-ai/unpriced"),
    priced("~anthropic/claude-latest", variant="alias"),
]
NOVITA = [priced("zai-org/glm-5", "0.000001")]


def joined(provider: dict | None = None, **raw: object) -> BuiltGateway:
    providers = {
        "openrouter": {"kind": "openrouter", "api_key": "k", **(provider or {})},
        "novita": {"kind": "novita", "api_key": "k"},
        **raw.pop("providers", {}),
    }
    catalogs = {
        "openrouter": {model.id: model for model in OPENROUTER},
        "novita": {model.id: model for model in NOVITA},
    }
    return build(parse({"providers": providers, **raw}), catalogs)
