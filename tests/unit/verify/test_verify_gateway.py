"""What verify finds out about a gateway, end to end against one that behaves or misbehaves."""

import json
import os
import pty
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fake_gateway import DENIED, HTML, KEY, NO_DB, FakeGateway

Verify = Callable[..., Any]
NOT_LITELLM = "HTTP 200 with HTML instead of JSON: this is not LiteLLM, or something in front of it answered"


def run_verify(verify: Verify, *arguments: object) -> dict[str, Any]:
    """Run with `--json` and return the report; the exit code must say the same as the report."""
    done = verify("--json", *arguments)
    report: dict[str, Any] = json.loads(done.out)
    assert done.code == (0 if report["passed"] else 1)
    return report


def details(report: dict[str, Any], kind: str, outcome: str) -> dict[str, str]:
    return {result["name"]: result["detail"] for result in report[kind] if result["outcome"] == outcome}


def test_a_good_gateway_passes_and_the_summary_says_so(verify: Verify, gateway: FakeGateway, key_file: Path) -> None:
    gateway.models = {"echo": "good", "thinker": "reasoning", "old": "text", "vectors": "embeds", "painter": "good"}
    gateway.modes = {"old": "completion", "vectors": "embedding", "painter": "image_generation"}

    done = verify()

    lines = [line.rstrip() for line in done.out.splitlines()]
    assert (done.code, done.err) == (0, "")
    assert lines[:7] == [
        f"{gateway.url} (LiteLLM 1.106.2)",
        f"key in {key_file}",
        "passed  liveness    /health/liveliness answered 200",
        "passed  readiness   /health/readiness answered 200",
        "passed  no key      a request without a key was refused with 401",
        "passed  wrong key   a request with a wrong key was refused with 401",
        "passed  model list  /v1/models lists 5 models",
    ]
    assert [line.split()[:3] for line in lines[10:15]] == [
        ["echo", "chat", "layer-1"],
        ["thinker", "chat", "layer-1"],
        ["old", "completion", "layer-1"],
        ["vectors", "embedding", "layer-1"],
        ["painter", "image_generation", "-"],
    ]
    assert lines[16] == "painter: its mode is image_generation: a picture costs as much as many answers"
    assert re.fullmatch(r"4 of 4 models answered, 1 skipped, 5 checks passed in \d+\.\d s", lines[17])


def test_the_shape_of_the_report(verify: Verify, gateway: FakeGateway) -> None:
    report = run_verify(verify)

    times = report["models"][0].pop("ttft_seconds"), report["models"][0].pop("total_seconds")
    assert 0 < times[0] < times[1] < report.pop("seconds")
    assert report == {
        "url": gateway.url,
        "reached": True,
        "passed": True,
        "version": "1.106.2",
        "checks": [
            {"name": "liveness", "outcome": "passed", "status": 200, "detail": "/health/liveliness answered 200"},
            {"name": "readiness", "outcome": "passed", "status": 200, "detail": "/health/readiness answered 200"},
            {
                "name": "no key",
                "outcome": "passed",
                "status": 401,
                "detail": "a request without a key was refused with 401",
            },
            {
                "name": "wrong key",
                "outcome": "passed",
                "status": 401,
                "detail": "a request with a wrong key was refused with 401",
            },
            {"name": "model list", "outcome": "passed", "status": 200, "detail": "/v1/models lists 1 model"},
        ],
        "models": [
            {
                "name": "echo",
                "mode": "chat",
                "outcome": "passed",
                "deployment": "layer-1",
                "detail": "",
                "stand_in": False,
            }
        ],
    }


def test_the_report_goes_to_a_file_beside_the_summary(verify: Verify, tmp_path: Path) -> None:
    done = verify("--json-file", tmp_path / "report.json")

    assert json.loads((tmp_path / "report.json").read_text())["passed"] is True
    assert done.out.splitlines()[-1].startswith("1 of 1 model answered, 5 checks passed in ")


def test_json_to_standard_output_and_to_a_file_are_the_same(verify: Verify, tmp_path: Path) -> None:
    done = verify("--json", "--json-file", tmp_path / "report.json")

    assert done.out == (tmp_path / "report.json").read_text()
    assert done.err == ""


def test_a_file_that_cannot_be_written_is_one_sentence(verify: Verify, tmp_path: Path) -> None:
    done = verify("--json", "--json-file", tmp_path)

    sentence = f"--json-file {tmp_path}: cannot be written (is a directory); write another path"
    assert (done.code, json.loads(done.out), done.err) == (1, {"error": sentence}, f"{sentence}\n")


def test_nothing_that_costs_more_than_a_few_tokens_is_asked(verify: Verify, gateway: FakeGateway) -> None:
    gateway.models = {"echo": "good", "old": "text", "vectors": "embeds"}
    gateway.modes = {"old": "completion", "vectors": "embedding"}

    run_verify(verify)

    assert not [path for path in gateway.asked if path.split("?")[0] == "/health"]
    prompt = "Reply with the one word: ready"
    asked = {body.pop("model"): body for body in gateway.bodies}
    assert asked == {
        "echo": {"max_tokens": 16, "stream": True, "messages": [{"role": "user", "content": prompt}]},
        "old": {"max_tokens": 16, "stream": True, "prompt": prompt},
        "vectors": {"input": "ready"},
    }


def test_without_completions_no_model_is_called(verify: Verify, gateway: FakeGateway) -> None:
    gateway.models = {"echo": "good", "dead": "fails"}

    report = run_verify(verify, "--skip-completions")

    assert gateway.bodies == []
    off = "completions are switched off"
    assert details(report, "models", "skipped") == {"echo": off, "dead": off}


def test_the_first_token_is_timed_apart_from_the_whole(verify: Verify, gateway: FakeGateway) -> None:
    gateway.models = {"echo": "slow"}

    model = run_verify(verify)["models"][0]

    assert model["ttft_seconds"] >= 0.1
    assert model["total_seconds"] - model["ttft_seconds"] >= 0.15


@pytest.mark.parametrize("limit", [1, 3])
def test_models_are_asked_in_parallel_up_to_the_limit(verify: Verify, gateway: FakeGateway, limit: int) -> None:
    gateway.models = {f"m{number}": "good" for number in range(6)}

    report = run_verify(verify, "--concurrency", limit)

    assert gateway.most_at_once == limit
    assert [model["name"] for model in report["models"]] == list(gateway.models)
    busy = sum(model["total_seconds"] for model in report["models"])
    assert busy <= limit * report["seconds"], "waiting for a turn was counted as the model's time"


@pytest.mark.parametrize(
    ("setting", "answer", "check", "detail"),
    [
        (
            "without_key",
            (200, None),
            "no key",
            "a request without a key was answered with 200 instead of 401: anyone can use this gateway",
        ),
        (
            "without_key",
            (403, {"detail": "Forbidden"}),
            "no key",
            "a request without a key was not refused with 401: HTTP 403: Forbidden",
        ),
        (
            "without_key",
            (400, NO_DB),
            "no key",
            "a request without a key was not refused with 401: HTTP 400: No connected db.",
        ),
        (
            "with_wrong_key",
            (200, None),
            "wrong key",
            "a request with a wrong key was answered with 200 instead of 401: anyone can use this gateway",
        ),
        (
            "with_wrong_key",
            (400, {"error": {"message": "bad request", "type": "other"}}),
            "wrong key",
            "a request with a wrong key was not refused with 401: HTTP 400: bad request",
        ),
        (
            "health",
            (503, {"detail": "draining"}),
            "liveness",
            "/health/liveliness: HTTP 503: draining",
        ),
        (
            "health",
            (200, HTML),
            "readiness",
            f"/health/readiness: {NOT_LITELLM}",
        ),
    ],
)
def test_a_gateway_that_is_not_ready_or_serves_strangers_fails(
    verify: Verify, gateway: FakeGateway, setting: str, answer: tuple[int, Any], check: str, detail: str
) -> None:
    setattr(gateway, setting, answer)

    report = run_verify(verify)

    assert report["passed"] is False
    assert details(report, "checks", "failed")[check] == detail
    assert details(report, "models", "passed") == {"echo": ""}


def test_without_a_database_a_400_refuses_a_wrong_key(verify: Verify, gateway: FakeGateway) -> None:
    gateway.with_wrong_key = (400, NO_DB)

    report = run_verify(verify)

    detail = "a request with a wrong key was refused with 400 no_db_connection, as LiteLLM does without a database"
    assert report["passed"] is True
    assert report["checks"][3] == {"name": "wrong key", "outcome": "passed", "status": 400, "detail": detail}


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        ((401, DENIED), "HTTP 401: Authentication Error"),
        (
            (400, NO_DB),
            "HTTP 400: No connected db. "
            "(LiteLLM without a database answers this to every key but its master key; check the key)",
        ),
    ],
)
def test_the_operators_own_key_may_be_the_wrong_one(
    verify: Verify, gateway: FakeGateway, key_file: Path, answer: tuple[int, Any], detail: str
) -> None:
    gateway.with_wrong_key = answer
    key_file.write_text("sk-of-yesterday")

    report = run_verify(verify)

    assert details(report, "checks", "failed") == {"model list": detail}
    assert report["models"] == []


def test_an_empty_model_list_fails(verify: Verify, gateway: FakeGateway) -> None:
    gateway.models = {}

    report = run_verify(verify)

    assert details(report, "checks", "failed") == {"model list": "/v1/models lists no model for this key"}


@pytest.mark.parametrize(
    ("behaviour", "mode", "detail"),
    [
        (
            "fails",
            "chat",
            "HTTP 500: litellm.InternalServerError: Connection error. LiteLLM: model group 'dead' failed.",
        ),
        ("talkative", "chat", ("HTTP 400: " + "no " * 1000)[:299] + "…"),
        ("no done", "chat", "the stream ended without [DONE]"),
        ("error event", "chat", "an error in the stream: upstream went away"),
        ("empty", "chat", "the stream ended without any text"),
        ("cut", "chat", "{url} closed the connection before its answer was complete"),
        ("hang", "chat", "{url} gave no complete answer within 2 s"),
        ("hang midway", "chat", "{url} gave no complete answer within 2 s"),
        ("html", "chat", NOT_LITELLM),
        ("html", "embedding", NOT_LITELLM),
        ("embeds nothing", "embedding", "HTTP 200, but the answer holds no embedding"),
        ("ranks nothing", "rerank", "HTTP 200, but the answer holds no results"),
        ("ranks nothing", "moderation", "HTTP 200, but the answer holds no results"),
        ("responds nothing", "responses", "HTTP 200, but the answer holds no output"),
        ("transcribes nothing", "audio_transcription", "HTTP 200, but the answer holds no text"),
    ],
)
def test_a_model_that_fails_says_why_and_the_others_are_still_asked(
    verify: Verify, gateway: FakeGateway, behaviour: str, mode: str, detail: str
) -> None:
    gateway.models = {"bad": behaviour, "echo": "good"}
    gateway.modes = {"bad": mode}

    report = run_verify(verify, "--timeout", "2" if "hang" in behaviour else "10")

    assert details(report, "models", "failed") == {"bad": detail.format(url=gateway.url)}
    assert details(report, "models", "passed") == {"echo": ""}


def test_loopback_is_never_asked_through_a_proxy(
    verify: Verify, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")

    assert run_verify(verify)["passed"]


def test_each_mode_is_asked_what_fits_it(verify: Verify, gateway: FakeGateway) -> None:
    gateway.modes = {"ranks": "rerank", "moderates": "moderation", "responds": "responses",
                     "transcribes": "audio_transcription"}  # fmt: skip
    gateway.models = {name: name for name in gateway.modes}

    report = run_verify(verify)

    assert details(report, "models", "passed") == dict.fromkeys(gateway.modes, "")


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("image_generation", "a picture costs as much as many answers"),
        ("audio_speech", "the names of voices differ from server to server"),
        ("realtime", "it takes a WebSocket; try it with a client for speech"),
        (
            "dreaming",
            "nobody knows what to ask it; known are chat, completion, responses, embedding, rerank, moderation, "
            "audio_transcription",
        ),
    ],
)
def test_a_mode_that_is_not_tried_says_why(verify: Verify, gateway: FakeGateway, mode: str, reason: str) -> None:
    gateway.models = {"odd": "fails"}
    gateway.modes = {"odd": mode}

    report = run_verify(verify)

    assert details(report, "models", "skipped") == {"odd": f"its mode is {mode}: {reason}"}


def test_the_reason_for_a_failure_is_one_line_beneath_the_table(verify: Verify, gateway: FakeGateway) -> None:
    gateway.models = {"dead": "fails", "echo": "good"}

    done = verify()

    lines = done.out.splitlines()
    reason = "dead: HTTP 500: litellm.InternalServerError: Connection error. LiteLLM: model group 'dead' failed."
    assert done.code == 1
    assert lines[-2] == reason
    assert lines[-1].startswith("1 of 2 models answered, 5 checks passed in ")


def test_reasoning_that_is_never_shown_counts_as_an_answer(verify: Verify, gateway: FakeGateway) -> None:
    gateway.models = {"thinker": "hidden reasoning"}

    model = run_verify(verify)["models"][0]

    assert (model["outcome"], model["ttft_seconds"]) == ("passed", None)
    assert model["detail"] == "all its 16 tokens were hidden reasoning"


def test_who_answered_in_the_place_of_a_model_is_told_and_counted(verify: Verify, gateway: FakeGateway) -> None:
    """The fake's answers always come from the deployment layer-1."""

    def row(name: str, deployment: str, order: int | None = None) -> dict[str, Any]:
        params = {"model": "openai/x"} | ({"order": order} if order else {})
        return {"model_name": name, "litellm_params": params, "model_info": {"id": deployment}}

    gateway.models = {"local": "good", "upside-down": "good", "auto": "good", "shared": "good"}
    gateway.info = [
        row("local", "local/box"),
        row("upside-down", "layer-1", 2),
        row("upside-down", "layer-0", 1),
        row("auto", "layer-1", 1),
        row("auto", "layer-2", 2),
        row("shared", "other"),
        row("shared", "layer-1"),
    ]

    done = verify()

    lines = done.out.splitlines()
    assert done.code == 0
    assert "local: layer-1 answered in its place, local/box did not" in lines
    assert "upside-down: layer-1 answered in its place, layer-0 did not" in lines
    assert lines[-1].startswith("4 of 4 models answered, 2 of them by a fallback or a later layer, 5 checks passed in ")


def test_the_names_of_a_wildcard_are_not_tried(verify: Verify, gateway: FakeGateway) -> None:
    def row(name: str, model: str, deployment: str) -> dict[str, Any]:
        return {"model_name": name, "litellm_params": {"model": model}, "model_info": {"id": deployment}}

    made = ["openai/gpt-4", "openai/gpt-5"]
    gateway.listed = ["alias", "echo", "openai/*", *made, "azure/*", "azure/one"]
    gateway.models = {"alias": "good", "echo": "good"}
    gateway.info = [row("echo", "x/echo", "e/1"), row("alias", "x/echo", "e/1"), row("azure/one", "azure/one", "az")]
    gateway.info += [row(name, name, "any") for name in made]
    gateway.configured = {"az": "azure/*"}

    report = run_verify(verify)

    assert [body["model"] for body in gateway.bodies] == ["alias", "echo"]
    assert details(report, "models", "skipped") == {
        "openai/*": "wildcard with 2 names, not tried",
        "azure/*": "wildcard with 1 name, not tried",
    }


def test_only_the_models_asked_for_are_tried(verify: Verify, gateway: FakeGateway) -> None:
    gateway.models = {"a": "good", "b": "fails", "c": "good"}

    report = run_verify(verify, "--model", "c", "--model", "a")

    assert [model["name"] for model in report["models"]] == ["c", "a"]


def test_a_model_that_is_not_served_is_wrong_usage(verify: Verify, gateway: FakeGateway) -> None:
    gateway.models = {"a": "good", "b": "good"}

    sentence = "--model z: the gateway lists no such model; write one of: a, b"
    assert verify("--model", "z") == (2, "", f"{sentence}\n")
    as_json = verify("--model", "z", "--json")
    assert (as_json.code, json.loads(as_json.out), as_json.err) == (2, {"error": sentence}, f"{sentence}\n")
    assert gateway.bodies == []


HINT = "; is the gateway running, and is its address right?"


def test_an_unreachable_gateway_is_one_sentence(command: Verify, key_file: Path) -> None:
    with socket.socket() as taken:  # bound but not listening: connections are refused
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        done = command("--url", url, "--key-file", key_file)
        as_json = command("--url", url, "--key-file", key_file, "--json")

    sentence = f"{url} cannot be reached: connection refused{HINT}"
    assert done == (1, "", sentence + "\n")
    assert (as_json.code, as_json.err) == (1, sentence + "\n")
    report = json.loads(as_json.out)
    assert (report["reached"], report["passed"], report["models"]) == (False, False, [])
    assert report["checks"] == [{"name": "liveness", "outcome": "failed", "status": None, "detail": sentence}]


def test_a_silent_gateway_is_one_sentence(verify: Verify, gateway: FakeGateway) -> None:
    gateway.silent = True

    assert verify("--timeout", "0.2") == (1, "", f"{gateway.url} gave no complete answer within 0.2 s{HINT}\n")
    assert gateway.asked == ["/health/liveliness"]


def test_an_address_that_does_not_speak_tls_is_one_sentence(
    command: Verify, gateway: FakeGateway, key_file: Path
) -> None:
    url = gateway.url.replace("http:", "https:")

    advice = "check whether its address begins with http:// or https://"
    done = command("--url", url, "--key-file", key_file)
    assert done == (1, "", f"{url} cannot be reached over TLS: {advice}{HINT}\n")


def test_a_name_that_does_not_exist_is_one_sentence(command: Verify, key_file: Path) -> None:
    done = command("--url", "http://gateway.invalid", "--key-file", key_file)

    assert (done.code, done.out) == (1, "")
    assert re.fullmatch(r"http://gateway\.invalid cannot be found: [^\n]+" + re.escape(HINT) + "\n", done.err)


def test_the_key_is_in_no_output_even_when_the_gateway_echoes_it(
    verify: Verify, gateway: FakeGateway, tmp_path: Path
) -> None:
    gateway.models = {"leaky": "echoes key", KEY: "good"}

    done = verify("--json-file", tmp_path / "report.json")
    as_json = verify("--json")

    everything = done.out + done.err + as_json.out + as_json.err + (tmp_path / "report.json").read_text()
    assert KEY not in everything
    assert KEY[:8] not in everything
    leaky = json.loads(as_json.out)["models"][0]
    assert leaky["deployment"] == "[key]/1"
    assert leaky["detail"].startswith("HTTP 401: xxx")


def test_the_environment_may_name_gateway_and_key(
    command: Verify, gateway: FakeGateway, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLATELAYER_URL", f"{gateway.url}/v1/")
    monkeypatch.setenv("PLATELAYER_KEY_FILE", str(key_file))

    assert command().code == 0


@pytest.mark.parametrize("columns", [46, 80])
def test_on_a_terminal_every_row_fits_its_width(gateway: FakeGateway, key_file: Path, columns: int) -> None:
    gateway.models = {"openrouter/anthropic/claude-sonnet-4.5-with-a-long-name": "good", "[red]x[/red]": "good"}
    code = "from platelayer.cli.main import main; main()"
    ours, theirs = pty.openpty()
    environment = os.environ | {"COLUMNS": str(columns), "TERM": "xterm"}
    arguments = ["verify", "--url", gateway.url, "--key-file", str(key_file)]
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=theirs, stderr=theirs, env=environment
    ) as child:
        os.close(theirs)
        seen = b""
        while piece := _read(ours):
            seen += piece
    os.close(ours)

    assert child.returncode == 0
    summary = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen.decode().rpartition(f"{gateway.url} (LiteLLM")[2])
    _, key_line, *table, total = summary.replace("\r", "").splitlines()
    assert key_line == f"key in {key_file}"  # a path is never folded, so that it can be copied
    assert max(map(len, table)) <= columns
    assert "[red]x[/red]" in "".join(table)
    assert sum(line.endswith("passed") for line in map(str.rstrip, table)) == 2
    assert total.startswith("2 of 2 models answered, 5 checks passed in ")


def _read(terminal: int) -> bytes:
    """Return what the other end wrote, nothing once it is closed."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""
