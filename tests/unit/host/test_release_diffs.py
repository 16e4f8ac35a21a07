"""Secret files of a release: closed to others, taken along by a step back, and never shown."""

from pathlib import Path

from platelayer.host.release_diffs import build_diffs
from platelayer.host.releases import ENVIRONMENT, Release, ReleaseFile, Releases

CREDENTIALS = "g.credentials.json"


def serve(releases: Releases, secret: str | None, *, previous: str | None = None) -> Release:
    """Let a release serve whose variable and credential file hold a secret."""
    files = {ENVIRONMENT: ReleaseFile(f"G_KEY='{secret}'\n", 0o600, private=True), "a.py": ReleaseFile("a\n", 0o640)}
    if secret:
        files[CREDENTIALS] = ReleaseFile(secret, 0o600, private=True)
    release = Release(files, "/opt/1", "127.0.0.1", 4000)
    releases.prepare()
    releases.accept(releases.stage(release), release)
    releases.point(current=release.id, previous=previous)
    return release


def diff(releases: Releases, **files: str) -> list[dict[str, str]]:
    return build_diffs(releases, {ENVIRONMENT: releases.read(ENVIRONMENT), **files}, releases.read_runtime())


def test_a_credential_file_is_the_services_own_and_comes_back_with_its_release(tmp_path: Path) -> None:
    releases = Releases(tmp_path)
    first = serve(releases, "planted-1")
    file = tmp_path / "current" / CREDENTIALS
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("planted-1", 0o600)
    second = serve(releases, None, previous=first.id)
    assert not file.exists()
    releases.point(current=first.id, previous=second.id)
    assert file.read_text() == "planted-1"


def test_a_diff_names_a_credential_file_and_shows_nothing_of_it(tmp_path: Path) -> None:
    releases = Releases(tmp_path)
    serve(releases, "planted-1")
    header = {"before_header": f"{CREDENTIALS} (hidden)", "after_header": f"{CREDENTIALS} (hidden)"}
    assert diff(releases, **{CREDENTIALS: "planted-1"}) == []
    assert diff(releases, **{CREDENTIALS: "planted-2", "a.py": "b\n"}) == [
        {"before_header": "a.py", "after_header": "a.py", "before": "a\n", "after": "b\n"},
        header | {"before": "old value\n", "after": "new value\n"},
    ]
    assert diff(releases, **{f"x{CREDENTIALS}": "planted-3"})[0]["before"] == ""
    assert "planted" not in str(diff(releases, **{ENVIRONMENT: "G_KEY='planted-2'\n", CREDENTIALS: "planted-2"}))
