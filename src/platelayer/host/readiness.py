"""Questions to a LiteLLM on this host. None of them calls a model."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from time import monotonic, sleep

# A proxy in the environment must not catch requests to this host.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def is_ready(address: str, port: int) -> bool:
    """Tell whether `/health/readiness` answers 200."""
    try:
        with _OPENER.open(f"http://{_url_host(address)}:{port}/health/readiness", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def list_model_names(address: str, port: int, key: str) -> set[str]:
    """Return the names that `/v1/models` lists for a key. Raises OSError."""
    request = urllib.request.Request(
        f"http://{_url_host(address)}:{port}/v1/models", headers={"Authorization": f"Bearer {key}"}
    )
    with _OPENER.open(request, timeout=30) as answer:
        return {str(entry["id"]) for entry in json.load(answer)["data"]}


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.25) -> bool:
    """Ask again until the condition holds, and return True, or False when the time is up."""
    deadline = monotonic() + seconds
    while not condition():
        if monotonic() > deadline:
            return False
        sleep(pause)
    return True


def _url_host(address: str) -> str:
    """Return an address as a URL writes it; one that means "every interface" is asked on loopback."""
    if address in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{address}]" if ":" in address else address
