"""An environment to edit."""

from collections.abc import Callable
from pathlib import Path

import pytest
from homes import HOSTS, PROVIDERS, Home, listed


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.write(HOSTS, "hosts.yml")
    home.write(PROVIDERS)
    home.catalog(
        "openrouter",
        [
            listed("z-ai/glm-5", "0.6", "2.2", "0.11", max_input_tokens=200_000, max_output_tokens=8192),
            listed("z-ai/glm-5:free", "0", "0"),
            listed("z-ai/glm-4.6", "0.5", "2"),
            listed("anthropic/claude-sonnet-4.5", "3", "15"),
            listed("qwen/qwen3-embedding", "0.01", mode="embedding"),
        ],
    )
    home.catalog("novita", [listed("zai-org/glm-5", "0.55", "2.1"), listed("zai-org/glm-4.6-251222", "0.4", "1.8")])
    return home


@pytest.fixture
def edited(home: Home) -> Callable[..., str]:
    """Write an inventory, run a command, and see the file."""

    def edit(before: str, *words: object) -> str:
        home.write(before)
        result = home.run(*words)
        assert result.exit_code == 0, (result.output, result.exception)
        return home.text

    return edit
