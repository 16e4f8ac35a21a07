"""Volces Ark: its list tells no prices; they come from `prices` in the inventory or from models.dev."""

from platelayer.providers.kind import Kind
from platelayer.providers.listing import Listing, openai_list
from platelayer.providers.openai_compatible import parse

KIND = Kind(
    name="volces_ark",
    prefix="volcengine",
    needs_key=True,
    list_base="https://ark.cn-beijing.volces.com/api/v3",
    listing=Listing(openai_list, parse, models_dev="volcengine"),
)
