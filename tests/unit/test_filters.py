"""What all filters share: light to load, dictionaries only, and errors told as Ansible tells them."""

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from ansible.errors import AnsibleFilterError, AnsibleTypeError

FOLDER = Path(__file__).parents[2] / "filter_plugins"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))


def load(name: str):
    spec = spec_from_file_location(name, FOLDER / f"{name}.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.FilterModule().filters()[name]


def test_loading_them_loads_nothing_heavy() -> None:
    """Ansible loads every filter in every task's process: an import of pydantic once doubled the time of each run."""
    script = (
        "import runpy, sys\n"
        f"for name in {NAMES}: runpy.run_path(f'{FOLDER}/{{name}}.py')\n"
        "print([name for name in ('pydantic', 'httpx', 'rich', 'typer', 'yaml.cyaml') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "pydantic" not in said
    assert "httpx" not in said


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_dictionary_is_refused(name: str) -> None:
    with pytest.raises(AnsibleTypeError) as caught:
        load(name)(["a list"])
    assert str(caught.value) == f"{name}: a dictionary goes in, not list; see its documentation"


def test_errors_of_the_package_become_ansibles() -> None:
    with pytest.raises(AnsibleFilterError) as caught:
        load("litellm_config")({"models": [{"name": "a", "provider": "p"}]})
    assert str(caught.value) == "litellm_config: gateway_models[0] (a): 'id' is missing; add it"
