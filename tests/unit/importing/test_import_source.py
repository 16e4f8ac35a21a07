"""The files of a config: what they include, the credentials they name, and what is wrong with them."""

from pathlib import Path

import pytest

from switchyard.errors import InventoryError
from switchyard.inventory.importing.convert import convert
from switchyard.inventory.importing.source import read, with_credentials


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
    assert read(path) == {
        "model_list": [{"model_name": "a"}, {"model_name": "b"}, {"model_name": "c"}],
        "router_settings": {"num_retries": 1},
    }


def test_dates_stay_texts_and_anchors_are_followed(tmp_path: Path) -> None:
    path = write(tmp_path, config="x: &x {api_version: 2024-02-01}\ny: {<<: *x, z: 3e-07}")
    assert read(path)["y"] == {"api_version": "2024-02-01", "z": "3e-07"}


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
        read(path)
    assert str(caught.value) == sentence.format(path=path, folder=tmp_path)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    missing, folder, binary = tmp_path / "none.yaml", tmp_path, tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")
    for path, reason in (
        (missing, "there is no such file"),
        (folder, "cannot be read, Is a directory"),
        (binary, "cannot be read, it is no text"),
    ):
        with pytest.raises(InventoryError) as caught:
            read(path)
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
    assert with_credentials(config) == {
        "model_list": [
            {
                "model_name": "a",
                "litellm_params": {"api_key": "os.environ/K", "api_base": "http://c/v1", "model": "openai/x"},
            },
            {"model_name": "b", "litellm_params": {"api_key": "os.environ/K", "api_base": "http://b/v1"}},
            {"model_name": "c", "litellm_params": {"litellm_credential_name": "unknown"}},
            "text",
        ]
    }


def test_a_config_of_which_nothing_can_come_over_is_refused_with_the_reasons() -> None:
    with pytest.raises(InventoryError) as caught:
        convert({"model_list": [{"model_name": "a", "litellm_params": {"model": "bedrock/x"}}]}, "config.yaml")
    assert str(caught.value).splitlines() == [
        "config.yaml: no model of it can be carried over; write the path of LiteLLM's config.yaml",
        "a: Switchyard has no kind of provider for 'bedrock/', and the config names no 'api_key' for it",
    ]
    with pytest.raises(InventoryError, match="^config.yaml: no model of it can be carried over"):
        convert({"litellm_settings": {}}, "config.yaml")
