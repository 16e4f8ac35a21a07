"""A plan on the page of `platelayer catalog report`: what matters is in sight, and the rest is found."""

import report_pages as pages
from browsing import Browser, Opened, shown
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait


def added(browser: Browser) -> list[WebElement]:
    """The closed list of each provider."""
    return browser.chrome.find_elements(By.CSS_SELECTOR, "details:has(ul.added)")


def are_open(browser: Browser) -> list[bool]:
    return [each.get_property("open") for each in added(browser)]


def search(browser: Browser, text: str) -> str:
    """What the page says of what it found."""
    field = browser.chrome.find_element(By.NAME, "q")
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys(text)
    return browser.chrome.find_element(By.TAG_NAME, "output").text


def test_what_may_hurt_is_in_sight_and_long_lists_are_counted(opened: Opened) -> None:
    news = opened(pages.planned()).chrome.find_element(By.CSS_SELECTOR, "section").text.split("\n")
    assert news == [
        "Plan of a refresh",
        "torn held back in part",
        "held back: a paid model would cost nothing 1",
        "if that is right, --accept torn:free takes the new prices",
        *("stays", "would be free"),
        *("gone 1", "leaves"),
        *("re-priced, USD per million tokens 1", "dear", "input 1.00 → 2.00 +100.0 %"),
        *("limits changed, tokens 1", "small", "context 8,192 → 4,096"),
        "added, USD per million tokens 26",
        "calm",
        *("gone 1", "leaves"),
        *("re-priced, USD per million tokens 1", "dear", "input 1.00 → 2.00 +100.0 %"),
        *("limits changed, tokens 1", "small", "context 8,192 → 4,096"),
        "added, USD per million tokens 26",
    ]


def test_a_long_list_opens_with_a_key(opened: Opened) -> None:
    browser = opened(pages.planned())
    summary = added(browser)[0].find_element(By.TAG_NAME, "summary")
    summary.send_keys(Keys.ENTER)
    assert are_open(browser) == [True, False]
    assert browser.run("return getComputedStyle(arguments[0]).outlineStyle", summary) == "solid"


def test_a_search_opens_what_it_finds_and_closes_it_again(opened: Opened) -> None:
    browser = opened(pages.planned())
    assert search(browser, "torn new-25") == "1 of 58 models, and 1 line of what changed"
    assert are_open(browser) == [True, False]
    assert search(browser, "new-2") == "14 of 58 models, and 14 lines of what changed"
    assert are_open(browser) == [True, True]
    assert search(browser, "stays") == "2 of 58 models, and 1 line of what changed"
    assert are_open(browser) == [False, False]


def test_what_a_reader_opened_stays_open(opened: Opened) -> None:
    browser = opened(pages.planned())
    added(browser)[0].find_element(By.TAG_NAME, "summary").click()
    search(browser, "new-25")
    search(browser, Keys.DELETE)
    assert are_open(browser) == [True, False]


def test_a_model_that_is_gone_is_found_where_it_is_told_of(opened: Opened) -> None:
    browser = opened(pages.planned())
    assert search(browser, "leaves") == "0 of 58 models, and 2 lines of what changed"
    assert shown(browser) == []
    assert browser.chrome.find_element(By.CLASS_NAME, "none").text == "No model fits. Search for less, or press Clear."
    search(browser, Keys.DELETE)
    assert not browser.chrome.find_element(By.CLASS_NAME, "none").is_displayed()


def test_the_browsers_own_search_opens_a_list(opened: Opened) -> None:
    browser = opened(pages.planned(), "#:~:text=vendor/new%2D25")
    WebDriverWait(browser.chrome, 10).until(lambda _: are_open(browser) == [True, False])


def test_paper_shows_closed_lists(opened: Opened, browser: Browser) -> None:
    opened(pages.planned())
    text = "return [...document.querySelectorAll('ul.added')].map((list) => list.innerText.includes('new-25'))"
    browser.chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        heights = browser.run("return [...document.querySelectorAll('ul.added')].map((list) => list.clientHeight)")
        assert browser.run(text) == [True, True]
        assert min(heights) > 300
    finally:
        browser.chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_what_served_as_means_is_told(opened: Opened) -> None:
    head = opened(pages.plain()).chrome.find_element(By.CSS_SELECTOR, ".models th:last-child")
    assert head.text == "Served as"
    assert head.get_attribute("title") == "The names under which clients ask for this model"
