"""The base of the typed settings of a role: its variables, parsed, with a sentence for each that is wrong."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo

from platelayer.advice import suggest_word

_MOST_SUGGESTIONS = 8
# The likeness of two words, 0 to 1, from which one is taken for a misspelt other.
_NEARLY_THE_SAME = 0.85


class SettingError(ValueError):
    """The value of a variable cannot be used. Each problem is a whole sentence that names the variable."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class RoleSettings(BaseModel):
    """The variables of a role. A field that is None was not given, or is wrong and told already.

    Defaults of variables stand in the role's defaults/main.yml, nowhere here.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True)
    # The variables whose names begin so belong to the role; another one is a misspelt name.
    prefixes: ClassVar[tuple[str, ...]]

    def find_conflicts(self) -> Iterator[str]:
        """Yield a problem for each variable that does not go with another one."""
        yield from ()

    @classmethod
    def find_problems(cls, variables: Mapping[str, Any]) -> list[str]:
        """Return a sentence for everything that is wrong with {variable: value}."""
        return cls._parse(variables)[1]

    @classmethod
    def parse(cls, variables: Mapping[str, Any]) -> Self:
        """Return the settings as far as they can be used; `find_problems` says what is wrong with the others."""
        return cls._parse(variables)[0]

    @classmethod
    def _parse(cls, variables: Mapping[str, Any]) -> tuple[Self, list[str]]:
        try:
            settings = cls.model_validate(dict(variables))
            problems: list[str] = []
        except ValidationError as error:
            details = error.errors(include_url=False)
            wrong = {str(detail["loc"][0]) for detail in details}
            problems = [problem for detail in details for problem in detail["ctx"]["error"].problems]
            settings = cls.model_validate({name: value for name, value in variables.items() if name not in wrong})
        return settings, [*problems, *settings.find_conflicts()]


def parsed_by(parse: Callable[[str, Any], Any]) -> BeforeValidator:
    """Let `parse(variable, value)` make the value of a field; it raises SettingError for what cannot be used."""

    def validate(value: Any, info: ValidationInfo) -> Any:
        return parse(str(info.field_name), value)

    return BeforeValidator(validate)


def parse_number(least: int, most: int, example: str) -> BeforeValidator:
    """Accept whole numbers within limits, also as text. The example ends the sentence, such as `such as 30`."""

    def parse(variable: str, value: Any) -> int:
        text = str(value)
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and least <= int(text) <= most):
            raise SettingError(
                f"{variable}: '{value}' is not a whole number from {least} to {most}; write one {example}"
            )
        return int(text)

    return parsed_by(parse)


def parse_purge(*known: str) -> BeforeValidator:
    """Accept a list of what a removal shall remove besides, or one word of it."""

    def parse(variable: str, value: Any) -> tuple[str, ...]:
        words = (value,) if isinstance(value, str) else tuple(map(str, value or ()))
        if unknown := [word for word in words if word not in known]:
            raise SettingError(*(f"{variable}: '{word}' is unknown; {suggest_word(word, known)}" for word in unknown))
        return words

    return parsed_by(parse)


def find_unknown_variables(names: Iterable[str], known: Collection[str]) -> list[str]:
    """Return a problem for each variable that bears a role's prefix and that no role knows."""
    return [
        f"{name} is not a variable of these roles; {suggest_word(name, sorted(known), most=_MOST_SUGGESTIONS)}"
        for name in sorted(set(names) - set(known))
    ]


def has_misspelt_prefix(name: str, prefixes: Collection[str], known: Collection[str]) -> bool:
    """Return whether a name is nearly one of the known ones, from its first word on; other names are the operator's."""
    first_word = name.split("_")[0] + "_"
    if not get_close_matches(first_word, prefixes, n=1, cutoff=_NEARLY_THE_SAME):
        return False
    of_prefix = [other for other in known if other.startswith(tuple(prefixes))]
    return bool(get_close_matches(name, of_prefix, n=1, cutoff=_NEARLY_THE_SAME))


def fits_environment_file(value: str) -> bool:
    """Return whether an environment file of systemd can carry a value: no quote, no control character."""
    return "'" not in value and not any(ord(character) < 32 for character in value)
