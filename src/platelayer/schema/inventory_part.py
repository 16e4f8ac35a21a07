"""What every part of the typed inventory is made of."""

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

_NAME = r"^\S(.*\S)?$"
Name = Annotated[str, Field(min_length=1, pattern=_NAME)]


def is_name(text: str) -> bool:
    """Whether a model can be named so: not empty, on one line, without blanks around it."""
    return re.fullmatch(_NAME, text) is not None


class InventoryPart(BaseModel):
    """Base of everything in the inventory: unknown keys are refused, nothing changes after parsing."""

    model_config = ConfigDict(extra="forbid", frozen=True)
