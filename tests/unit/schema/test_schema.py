"""Parsing the inventory: what is refused, in which words, and that nothing of Ansible's types is left."""

from datetime import date

import pytest

from platelayer.errors import InventoryError
from platelayer.schema import RouterSettings, parse, plain

ECHO = {"kind": "echo", "api_base": "http://127.0.0.1:4010/v1"}


class TaggedText(str):
    """Stands for Ansible's tagged strings, which are a subclass of str."""


def problems(raw: dict) -> list[str]:
    with pytest.raises(InventoryError) as caught:
        parse(raw)
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (
            {"models": [{"name": "a", "provider": "echo", "id": "x", "wieght": 1}]},
            "gateway_models[0] (a): 'wieght' is not an option here; did you mean 'weight'?",
        ),
        ({"providers": ["o"]}, "gateway: 'providers' should be a mapping of names to values"),
        ({"providers": {"o": None}}, "gateway_providers: 'o' should be a mapping of names to values"),
        (
            {"providers": {"o": {"kind": "openrouter", "include": "z-ai/*"}}},
            "gateway_providers.o: 'include' should be a list",
        ),
        (
            {"providers": {"o": {"kind": "openrouter", "select": {"abilities": ["tool"]}}}},
            "gateway_providers.o.select.abilities[0] should be 'tools', 'vision', 'reasoning', 'structured_output', "
            "'audio', 'caching' or 'pdf'",
        ),
        (
            {"providers": {"o": {"kind": "openrouter", "rename": [{"pattern": "(", "name": "x"}]}}},
            "gateway_providers.o.rename[0] (x): 'pattern' is not a regular expression: "
            "missing ), unterminated subpattern at position 0",
        ),
        (
            {"models": [{"name": "a", "provider": "echo"}]},
            "gateway_models[0] (a): 'id' is missing; add it",
        ),
        (
            {"models": [{"name": "a", "provider": "echo", "id": "x", "input_cost_per_token": -1}]},
            "gateway_models[0] (a): 'input_cost_per_token' should be greater than or equal to 0",
        ),
        (
            {"models": [{"name": "a", "provider": "echo", "id": "x", "input_cost_per_token": float("nan")}]},
            "gateway_models[0] (a): 'input_cost_per_token' should be a finite number",
        ),
        (
            {"models": [{"name": " a", "provider": "echo", "id": "x"}]},
            "gateway_models[0] ( a): 'name' must not begin or end with a blank",
        ),
        (
            {"virtual_models": [{"name": "v", "layers": [{"provider": "echo", "id": "x", "order": 1}]}]},
            "gateway_virtual_models[0] (v).layers[0]: 'order' is not an option here; "
            "write one of: provider, id, timeout, stream_timeout, native_paths, abilities, extra",
        ),
        (
            {"providers": {"echo": {**ECHO, "api_kay": "k"}}},
            "gateway_providers.echo: 'api_kay' is not an option here; did you mean 'api_key'?",
        ),
        (
            {"providers": {"1st": ECHO}},
            "gateway_providers: '1st' is not a provider's name; write letters, digits, '-' and '_', a letter first",
        ),
        (
            {"models": [{"name": "a", "provider": "1st", "id": "x"}]},
            "gateway_models[0] (a): 'provider' is not a provider's name; "
            "write letters, digits, '-' and '_', a letter first",
        ),
        (
            {"models": [{"name": "a", "provider": "echo", "id": "x", "aliases": [{"name": "b", "hiden": True}]}]},
            "gateway_models[0] (a).aliases[0] (b): 'hiden' is not an option here; did you mean 'hidden'?",
        ),
        (
            {"router": {"retry_after": float("inf")}},
            "gateway_router: 'retry_after' should be a finite number",
        ),
        (
            {"router": {"retries": 2}},
            "gateway_router: 'retries' is not an option here; did you mean 'num_retries'?",
        ),
        (
            {"modells": []},
            "gateway: 'modells' is not an option here; did you mean 'models'?",
        ),
    ],
)
def test_bad_input_is_one_sentence(raw: dict, expected: str) -> None:
    assert problems(raw) == [expected]


def test_every_problem_is_told_at_once() -> None:
    assert len(problems({"models": [{"name": "a"}, {"id": "x"}]})) == 4


def test_a_secret_is_never_quoted() -> None:
    found = problems({"providers": {"echo": {**ECHO, "api_key": ["planted-secret"]}}})
    assert found == ["gateway_providers.echo: 'api_key' should be a valid string"]


def test_tags_are_left_behind() -> None:
    cleaned = plain({TaggedText("k"): [TaggedText("v"), True, 1, 1.5, None, ("t",)]})
    assert cleaned == {"k": ["v", True, 1, 1.5, None, ["t"]]}
    assert type(next(iter(cleaned))) is str
    assert type(cleaned["k"][0]) is str


def test_what_is_no_yaml_data_is_refused() -> None:
    with pytest.raises(InventoryError, match="a value of type object is not YAML data; write text, a number or a list"):
        plain({"a": object()})
    with pytest.raises(InventoryError) as error:
        plain({"extra": {"api_version": date(2024, 10, 21)}})
    assert str(error.value) == '2024-10-21 is a date to YAML, and no option is one; write it in quotes: "2024-10-21"'


def test_an_alias_is_a_name_or_more() -> None:
    gateway = parse(
        {"models": [{"name": "a", "provider": "e", "id": "x", "aliases": ["b", {"name": "c", "hidden": True}]}]}
    )
    assert [(alias.name, alias.hidden) for alias in gateway.models[0].aliases] == [("b", False), ("c", True)]


def test_router_defaults_are_what_the_facts_demand() -> None:
    router = RouterSettings()
    assert (router.num_retries, router.allowed_fails, router.cooldown_time) == (0, 0, 30)
    assert router.timeout < 6000
