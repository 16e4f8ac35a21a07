"""A real browser: Debian's chromium, without a window. `tests/set-up-machine chromium` installs it."""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browsing import Browser
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

# The pages are made of the same samples as in the unit tests.
sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "page"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chrome]:
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not program or not driver:
        pytest.fail("there is no chromium with a chromedriver; run tests/set-up-machine chromium", pytrace=False)
    options = ChromeOptions()
    options.binary_location = program
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    # Named, the driver is not looked for anywhere else.
    started = Chrome(options=options, service=Service(driver))
    yield started
    started.quit()


@pytest.fixture
def browser(chromium: Chrome) -> Iterator[Browser]:
    """A tab in which nothing may go wrong: what its console says at the end is an error."""
    chromium.get("about:blank")
    chromium.get_log("browser")
    yield Browser(chromium)
    assert chromium.get_log("browser") == []


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Callable[..., Browser]:
    """Open a page from its text, as a file on the reader's disk."""

    def opened(html: str, fragment: str = "") -> Browser:
        path = tmp_path / "page.html"
        path.write_text(html)
        browser.chrome.get(f"{path.as_uri()}{fragment}")
        return browser

    return opened
