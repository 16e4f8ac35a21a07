"""What a difference shows: prices, but no secrets."""

from pathlib import Path

import pytest

from platelayer.inventory.yaml_text.file_edit import FileEdit


@pytest.mark.parametrize(
    "line",
    [
        "input_cost_per_token: 3e-07",
        "- {name: a, cache_read_input_token_cost: 1e-07, output_cost_per_reasoning_token: 2e-06}",
        "api_key: os.environ/OR_KEY",
        """api_key: "{{ vault_openrouter_api_key | default('') }}\"""",
    ],
)
def test_a_price_and_a_reference_are_no_secrets(line: str) -> None:
    assert FileEdit(Path("a.yml"), "", f"{line}\n").diff().splitlines()[-1] == f"+{line}"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("api_key: planted", "api_key: ***"),
        ("- {api_key: planted, input_cost_per_token: 3e-07}", "- {api_key: ***, input_cost_per_token: 3e-07}"),
        ('user_token: "planted"', "user_token: ***"),
        ("cost_center_token: planted", "cost_center_token: ***"),
    ],
)
def test_a_secret_is_masked_beside_a_price(line: str, shown: str) -> None:
    assert FileEdit(Path("a.yml"), "", f"{line}\n").diff().splitlines()[-1] == f"+{shown}"
