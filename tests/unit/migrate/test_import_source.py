"""The files of a config: what they include, the credentials they name, and what is wrong with them."""

from pathlib import Path
from typing import Any

import pytest

from platelayer.errors import InventoryError
from platelayer.migrate.conversion import convert_config
from platelayer.migrate.import_findings import ImportFindings
from platelayer.migrate.source import read_config, resolve_credentials


def write(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return folder / "config.yaml"


def test_what_is_included_is_read_from_beside_the_file_that_names_it(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        config="include: [more/one.yaml]\nmodel_list: [{model_name: a}]\nrouter_settings: {timeout: 1}",
        more__one="include: [two.yaml, one.yaml]\nmodel_list: [{model_name: b}]\nrouter_settings: {num_retries: 1}",
        more__two="model_list: [{model_name: c}]",
    )
    assert read_config(path) == {
        "model_list": [{"model_name": "a"}, {"model_name": "b"}, {"model_name": "c"}],
        "router_settings": {"num_retries": 1},
    }


def test_dates_stay_texts_and_anchors_are_followed(tmp_path: Path) -> None:
    path = write(tmp_path, config="x: &x {api_version: 2024-02-01}\ny: {<<: *x, z: 3e-07}")
    assert read_config(path)["y"] == {"api_version": "2024-02-01", "z": "3e-07"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: [1", "{path}: line 2, column 1: did not find expected ',' or ']'; mend the YAML there"),
        ("a: !!python/name:os.system x", "{path}: line 1, column 4: could not determine a constructor for the tag "
         "'tag:yaml.org,2002:python/name:os.system'; mend the YAML there"),
        ("- a\n- b\n", "{path}: is not a mapping of settings; write the path of LiteLLM's config.yaml"),
        ("", "{path}: is not a mapping of settings; write the path of LiteLLM's config.yaml"),
        ("\x00", "{path}: is not YAML; write the path of LiteLLM's config.yaml"),
        ("include: more.yaml", "{path}: 'include' is not a list of file names; write include: [models.yaml]"),
        ("include: [more.yaml]", "{path}: include: there is no file {folder}/more.yaml; "
         "write its path from this file on"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    path = write(tmp_path, config=text)
    with pytest.raises(InventoryError) as caught:
        read_config(path)
    assert str(caught.value) == sentence.format(path=path, folder=tmp_path)


def bomb(levels: int) -> str:
    """Each level stands for ten of the one before."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize("text", [bomb(40), "a: &a [*a]", "a: &a {b: {c: *a}}"])
def test_aliases_without_end_are_refused_at_once(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, config=text)
    with pytest.raises(InventoryError) as caught:
        read_config(path)
    assert str(caught.value) == (
        f"{path}: its aliases stand for more than 1,000,000 values; write out what they stand for"
    )


def test_aliases_that_people_write_are_read(tmp_path: Path) -> None:
    assert len(read_config(write(tmp_path, config=bomb(4)))["a3"]) == 10


def test_a_file_of_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes("a: café".encode("latin-1"))
    with pytest.raises(InventoryError) as caught:
        read_config(path)
    assert str(caught.value) == f"{path}: byte 7 is not UTF-8; save it as UTF-8"


def told(path: Path) -> list[tuple[str, str, str]]:
    """(category, place, sentence) of what reading a config finds."""
    findings = ImportFindings()
    read_config(path, findings)
    return [(found.category, ", ".join(found.places), found.what) for found in findings]


def test_keys_that_are_there_twice_are_told(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        config="model_list: [{a: 1, b: 2, a: 3}]\nx: &x {timeout: 1}\ny: {<<: *x, timeout: 2}\nmodel_list: []",
    )
    words = "stands twice in one mapping of config.yaml, in lines 1 and {}; the later one counts"
    assert told(path) == [
        ("never_worked", "model_list", words.format(4)),
        ("never_worked", "a", words.format(1)),
    ]


def test_a_section_that_an_included_file_replaces_is_told(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        config="include: [more.yaml]\nrouter_settings: {timeout: 1}\nlitellm_settings: {cache: true}\nmodel_list: [1]",
        more="router_settings: {num_retries: 1}\nlitellm_settings: {cache: true}\nmodel_list: [2]",
    )
    words = "is there again in more.yaml, which replaces the whole section; the later one counts"
    assert told(path) == [("never_worked", "router_settings", words)]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    missing, folder = tmp_path / "none.yaml", tmp_path
    for path, reason in (
        (missing, "there is no such file"),
        (folder, "cannot be read, Is a directory"),
    ):
        with pytest.raises(InventoryError) as caught:
            read_config(path)
        assert str(caught.value) == f"{path}: {reason}; write the path of LiteLLM's config.yaml"


def test_credentials_are_looked_up_and_do_not_win() -> None:
    config = {
        "credential_list": [
            {"credential_name": "main", "credential_values": {"api_key": "os.environ/K", "api_base": "http://c/v1"}}
        ],
        "model_list": [
            {"model_name": "a", "litellm_params": {"model": "openai/x", "litellm_credential_name": "main"}},
            {"model_name": "b", "litellm_params": {"api_base": "http://b/v1", "litellm_credential_name": "main"}},
            {"model_name": "c", "litellm_params": {"litellm_credential_name": "unknown"}},
            "text",
        ],
    }
    assert resolve_credentials(config, ImportFindings()) == {
        "model_list": [
            {
                "model_name": "a",
                "litellm_params": {"api_key": "os.environ/K", "api_base": "http://c/v1", "model": "openai/x"},
            },
            {"model_name": "b", "litellm_params": {"api_key": "os.environ/K", "api_base": "http://b/v1"}},
            {"model_name": "c", "litellm_params": {}},
            "text",
        ]
    }


def test_a_config_of_which_nothing_can_come_over_is_refused_with_the_reasons() -> None:
    with pytest.raises(InventoryError) as caught:
        convert_config({"model_list": [{"model_name": "a", "litellm_params": {"model": "oci/x"}}]}, "config.yaml")
    assert str(caught.value).splitlines() == [
        "config.yaml: no model of it can be carried over; mend what is wrong with these:",
        "a: Platelayer has no kind of provider for 'oci/', and the config names no 'api_key' for it",
    ]


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"litellm_settings": {}}, "config.yaml: it has no model_list; write the path of LiteLLM's config.yaml"),
        (
            {"model_list": []},
            "config.yaml: its model_list is empty; what was added in LiteLLM's admin pages is in its database, not "
            "here",
        ),
    ],
)
def test_a_config_without_models_is_refused(config: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InventoryError) as caught:
        convert_config(config, "config.yaml")
    assert str(caught.value) == sentence
