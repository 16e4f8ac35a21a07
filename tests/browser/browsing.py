"""A tab of the browser, and what its user sees of a report."""

from collections.abc import Callable

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

WIDE = (1366, 900)
PHONE = (360, 740)


class Browser:
    """A tab as its user has set it up."""

    def __init__(self, chrome: Chrome) -> None:
        self.chrome = chrome
        self.look(WIDE, "light", script=True)

    def look(self, size: tuple[int, int] = WIDE, scheme: str = "light", *, script: bool = True) -> None:
        """The size of the window, light or dark, and whether scripts run."""
        size_now = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size[0] <= 400}
        self.chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size_now)
        scheme_now = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        self.chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", scheme_now)
        self.chrome.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not script})

    def run(self, script: str, *arguments: object) -> object:
        """The value of a script's `return`."""
        return self.chrome.execute_script(script, *arguments)


Opened = Callable[..., Browser]


def shown(browser: Browser) -> list[str]:
    """The ids that a reader sees, from top to bottom."""
    rows = browser.chrome.find_elements(By.CSS_SELECTOR, "table.models tbody tr")
    return [row.find_element(By.TAG_NAME, "code").text for row in rows if row.is_displayed()]
