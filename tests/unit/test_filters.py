"""What all filters share: light to load, dictionaries only, and errors told as Ansible tells them."""

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from ansible.errors import AnsibleFilterError, AnsibleTypeError

PLUGIN = Path(__file__).parents[2] / "filter_plugins" / "gateway.py"


def filters() -> dict:
    spec = spec_from_file_location("plugin", PLUGIN)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.FilterModule().filters()


def test_loading_them_loads_nothing_heavy() -> None:
    """Ansible loads every filter in every task's process: an import of pydantic once doubled the time of each run."""
    script = (
        f"import runpy, sys; runpy.run_path('{PLUGIN}')\n"
        "print([name for name in ('pydantic', 'httpx', 'rich', 'typer', 'yaml.cyaml') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "pydantic" not in said
    assert "httpx" not in said


@pytest.mark.parametrize("name", sorted(filters()))
def test_what_is_no_dictionary_is_refused(name: str) -> None:
    with pytest.raises(AnsibleTypeError) as caught:
        filters()[name](["a list"])
    assert (
        str(caught.value) == f"{name}: the input must be a dictionary, not list; see the documentation of this filter"
    )


def test_errors_of_the_package_become_ansibles() -> None:
    with pytest.raises(AnsibleFilterError) as caught:
        filters()["litellm_config"]({"models": [{"name": "a", "provider": "p"}]})
    assert str(caught.value) == "litellm_config: gateway_models[0] (a): 'id' is missing; add it"


def test_without_the_package_they_say_what_to_do(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "platelayer.shim", None)
    with pytest.raises(AnsibleFilterError) as caught:
        filters()["litellm_config"]({})
    assert str(caught.value) == (
        "litellm_config: the Python that runs Ansible lacks the package 'platelayer'; run `make venv` and "
        "`source .venv/bin/activate`, or install it there with `pip install -r requirements.txt` and "
        "`pip install --no-deps --editable .`"
    )
