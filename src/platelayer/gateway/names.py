"""The names that clients may ask for, and what a wildcard catches."""

from platelayer.schema import GatewaySpec


def served_names(gateway: GatewaySpec) -> set[str]:
    """The names of all models and virtual models whose provider is enabled, and their aliases."""
    names = {model.name for model in gateway.models if gateway.serves(model)}
    names |= {virtual.name for virtual in gateway.virtual_models}
    aliases = {
        alias.name
        for group in (*gateway.models, *gateway.virtual_models)
        if group.name in names
        for alias in group.aliases
    }
    return names | aliases


def is_served(name: str, served: set[str]) -> bool:
    """Whether a name is one of `served`, or caught by one of their wildcards (`*`, `openai/*`)."""
    return name in served or any(
        served_name.endswith("*") and name.startswith(served_name.removesuffix("*")) for served_name in served
    )
