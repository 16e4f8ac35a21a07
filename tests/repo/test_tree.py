"""The checks look at something: a folder that moves must not make them pass over nothing."""

import pytest

from .test_ci import WORKFLOWS
from .test_filters import _sidecars
from .test_imports import SOURCES
from .test_links import MARKDOWN
from .test_playbooks import ENVIRONMENTS, PLAYBOOKS
from .test_tasks import TASK_FILES, TEMPLATES


@pytest.mark.parametrize(
    ("what", "found"),
    [
        (".github/workflows/*.yml", WORKFLOWS),
        ("filter_plugins/*.yml", _sidecars()),
        ("src/platelayer/**/*.py", SOURCES),
        ("*.md", MARKDOWN),
        ("inventories/*/", ENVIRONMENTS),
        ("playbooks/*.yml", PLAYBOOKS),
        ("roles/*/tasks/*.yml", TASK_FILES),
        ("roles/*/templates/*.j2", TEMPLATES),
    ],
)
def test_there_is_something_to_check(what: str, found: object) -> None:
    assert found, f"nothing matches {what}; the checks of tests/repo look in the wrong place"
