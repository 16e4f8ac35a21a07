"""`platelayer catalog report`: which page it writes, and what it refuses."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from report_samples import THEN, catalog, model, save
from typer.testing import CliRunner

from platelayer.catalog.load import read_catalogs
from platelayer.catalog.plan import compare_catalogs
from platelayer.catalog.result import RefreshResult
from platelayer.cli.main import app, main
from platelayer.gateway.build import build
from platelayer.schema import parse

INVENTORY = {
    "gateway": {"hosts": {"box": {}}},
}
VARIABLES = {
    "gateway_providers": {
        "one": {"kind": "openrouter", "include": ["*"], "prefix": "one/"},
        "two": {"kind": "requesty", "api_key": "planted-key"},
        "mute": {"kind": "echo", "api_base": "http://127.0.0.1:1/v1"},
    },
    "gateway_virtual_models": [{"name": "auto-chat", "layers": [{"provider": "two", "id": "x"}]}],
}


class Outcomes(NamedTuple):
    """What a run of the command left."""

    code: int
    out: str
    err: str


Report = Callable[..., Outcomes]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with the environment `lab` and its catalogs."""
    environment = tmp_path / "inventories" / "lab"
    variables = environment / "group_vars" / "all" / "gateway.yml"
    variables.parent.mkdir(parents=True)
    (environment / "hosts.yml").write_text(yaml.safe_dump(INVENTORY))
    variables.write_text(yaml.safe_dump(VARIABLES))
    save(tmp_path / "catalogs" / "lab", catalog("one", [model("v/x"), model("v/y")]), catalog("two", [model("x")]))
    return tmp_path


@pytest.fixture
def report(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Report:
    def run(*arguments: object, env: str = "lab") -> Outcomes:
        command = ["platelayer", "catalog", "report", "--env", env, "--root", root, *arguments]
        monkeypatch.setattr(sys, "argv", list(map(str, command)))
        with pytest.raises(SystemExit) as stop:
            main()
        return Outcomes(int(stop.value.code or 0), *capsys.readouterr())

    return run


def test_the_page_is_where_it_says(report: Report, root: Path) -> None:
    done = report()
    assert done == (0, f"{root}/.cache/catalog-lab.html\n", "")
    page = Path(done.out.strip()).read_text()
    assert "3 models of 2 providers" in page
    assert "planted-key" not in page


def test_it_tells_what_a_model_serves(report: Report, tmp_path: Path) -> None:
    report("-o", tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text()
    assert "auto-chat" in page
    assert "one/<wbr>v/<wbr>x" in page


def test_one_provider_may_be_asked_for(report: Report, tmp_path: Path) -> None:
    done = report("two", "-o", tmp_path / "new" / "page.html", "--json")
    assert json.loads(done.out) == {
        "file": f"{tmp_path}/new/page.html",
        "models": {"two": 1},
        "changes": None,
        "notes": [],
    }


def test_prices_of_the_inventory_are_shown_before_a_refresh_takes_them_up(report: Report, root: Path) -> None:
    """As `model find` shows them, and as LiteLLM gets them."""
    folder = save(root / "catalogs" / "lab", catalog("one", [model("v/x", prices={"input": "3", "output": "4"})]))
    one = {"kind": "openrouter", "include": ["*"], "prices_per_million_tokens": {"v/*": {"input": 7.25}}}
    variables = root / "inventories" / "lab" / "group_vars" / "all" / "gateway.yml"
    variables.write_text(yaml.safe_dump({"gateway_providers": {"one": one}}))

    page = Path(report().out.strip()).read_text()
    assert "<td>7.25<td>4.00<td><td><td>" in page
    assert "your inventory&#39;s price" in page

    found = CliRunner().invoke(app, ["model", "find", "x", "--env", "lab", "--root", str(root), "--json"])
    (offer,) = json.loads(found.stdout)["models"][0]["offers"]
    assert [offer["prices"][name]["usd"] for name in ("input", "output")] == ["0.00000725", "0.000004"]

    spec = parse({"providers": {"one": one}})
    (served,) = build(spec, read_catalogs(spec, str(folder))).deployments
    assert served.litellm_params["input_cost_per_token"] == 0.00000725


def test_a_catalog_of_no_provider_is_mentioned_and_not_shown(report: Report, root: Path) -> None:
    folder = save(root / "catalogs" / "lab", catalog("left", [model("left-model")]), catalog("mute", []))
    note = f"{folder}/left.json belongs to no provider of the inventory; remove it if you do not need it"
    done = report()
    assert (done.code, done.err) == (0, f"{note}\n")
    assert "left-model" not in Path(done.out.strip()).read_text()
    assert json.loads(report("--json").out)["notes"] == [note]


def test_what_changed_since_then_stands_in_it(report: Report, tmp_path: Path) -> None:
    save(tmp_path / "then", catalog("one", [model("v/x")], THEN), catalog("two", [model("x")], THEN))
    done = report("--since", tmp_path / "then", "-o", tmp_path / "page.html", "--json")
    assert json.loads(done.out)["changes"] == 1
    page = (tmp_path / "page.html").read_text()
    assert f"Changed since {tmp_path}/then" in page
    assert "No changes: two" in page


def test_a_plan_stands_in_it(report: Report, tmp_path: Path) -> None:
    result = RefreshResult(provider="two", plan=compare_catalogs({"x": model("x")}, {}))
    (tmp_path / "plan.json").write_text(json.dumps({"environment": "lab", "providers": [result.as_dict()]}))
    done = report("--plan", tmp_path / "plan.json", "-o", tmp_path / "page.html", "--json")
    assert json.loads(done.out)["changes"] == 1
    assert "Plan of a refresh" in (tmp_path / "page.html").read_text()


def test_half_of_a_character_does_not_stop_it(report: Report, root: Path, tmp_path: Path) -> None:
    result = RefreshResult(provider="two", plan=compare_catalogs({}, {}), error="half \ud800 of it")
    (tmp_path / "plan.json").write_text(json.dumps({"environment": "lab", "providers": [result.as_dict()]}))
    assert report("--plan", tmp_path / "plan.json").code == 0
    assert "half ? of it" in (root / ".cache" / "catalog-lab.html").read_text()


def test_an_unknown_provider_is_refused(report: Report, root: Path) -> None:
    done = report("tow")
    assert (done.code, done.err) == (1, "gateway_providers: 'tow' is not there; did you mean 'two'?\n")
    assert not (root / ".cache").exists()


def test_an_unknown_environment_is_refused(report: Report, root: Path) -> None:
    done = report(env="prod")
    assert (done.code, done.err) == (1, f"{root}/inventories/prod: does not exist; choose one of: lab\n")


def test_without_a_catalog_it_says_how_to_have_one(report: Report, root: Path) -> None:
    for path in (root / "catalogs" / "lab").iterdir():
        path.unlink()
    reason = "there is no catalog; run `platelayer catalog refresh --env lab` first"
    assert report() == (1, "", f"{root}/catalogs/lab: {reason}\n")


def test_what_cannot_be_written_is_named(report: Report, root: Path) -> None:
    (root / "file").write_text("")
    done = report("-o", root / "file" / "page.html")
    assert (done.code, done.err) == (
        1,
        f"{root}/file/page.html: cannot be written, File exists; name another file with -o\n",
    )


def test_a_page_is_of_a_time_or_of_a_plan(report: Report) -> None:
    done = report("--since", "HEAD", "--plan", "plan.json")
    assert done.code == 2
    assert "write --since or --plan, not both" in done.err
