"""Volces Ark. Its list, `GET /models`, has no prices, and models.dev does not have it.

They come from `prices_per_million_tokens`.
"""

from platelayer.providers.kind import ProviderKind
from platelayer.providers.listing import ModelListing, fetch_openai_list
from platelayer.providers.openai_compatible import parse

KIND = ProviderKind(
    name="volces_ark",
    prefix="volcengine",
    needs_key=True,
    # Its responses are not at the addresses of its plans.
    is_translated=True,
    list_base="https://ark.cn-beijing.volces.com/api/v3",
    listing=ModelListing(fetch_openai_list, parse),
    hosts=("volces.com", "bytepluses.com"),
    variable_words=("VOLCES", "VOLCENGINE", "ARK"),
)
