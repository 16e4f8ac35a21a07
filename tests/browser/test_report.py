"""The page of `platelayer catalog report` in use: sorted, searched, filtered, and passed on as a link."""

from urllib.parse import parse_qs

import pytest
import report_pages as pages
from browsing import Browser, Opened, shown
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select


def field(browser: Browser, name: str) -> WebElement:
    return browser.chrome.find_element(By.NAME, name)


def head(browser: Browser, label: str) -> WebElement:
    (found,) = (
        button
        for button in browser.chrome.find_elements(By.CSS_SELECTOR, "table.models thead button")
        if button.text == label
    )
    return found


def sorted_by(browser: Browser) -> dict[str, str | None]:
    heads = browser.chrome.find_elements(By.CSS_SELECTOR, "table.models th[aria-sort]")
    return {head.text: head.get_attribute("aria-sort") for head in heads}


def fragment(browser: Browser) -> dict[str, list[str]]:
    return parse_qs(str(browser.run("return location.hash.slice(1)")))


def choose(browser: Browser, name: str, value: str) -> None:
    """With keys: the driver's own way of choosing tells the page less than a person's hand does."""
    choices = [option.text for option in Select(field(browser, name)).options]
    field(browser, name).send_keys(Keys.HOME, *[Keys.ARROW_DOWN] * choices.index(value))


@pytest.mark.parametrize(
    ("label", "ascending", "descending"),
    [
        ("Input", [5, 3, 4, 0, 2, 1], [2, 0, 4, 3, 5, 1]),
        ("Cache read", [3, 0, 1, 2, 4, 5], [3, 0, 1, 2, 4, 5]),
        ("Context", [0, 3, 2, 1, 4, 5], [2, 3, 0, 1, 4, 5]),
        ("Model", [0, 2, 3, 1, 4, 5], [5, 4, 1, 3, 2, 0]),
        ("Provider", [0, 1, 2, 3, 4, 5], [2, 3, 4, 5, 0, 1]),
        ("Served as", [0, 2, 1, 3, 4, 5], [2, 0, 1, 3, 4, 5]),
    ],
)
def test_numbers_sort_as_numbers_and_what_is_unknown_comes_last(
    opened: Opened, label: str, ascending: list[int], descending: list[int]
) -> None:
    browser = opened(pages.plain())
    assert shown(browser) == pages.IDS
    for way, expected in (("ascending", ascending), ("descending", descending)):
        head(browser, label).click()
        assert shown(browser) == [pages.IDS[place] for place in expected]
        assert sorted_by(browser) == {label: way}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("gpt", ["openai/gpt-5", "openai/gpt-5-mini"]),
        ("5 OPENAI mini", ["openai/gpt-5-mini"]),
        ("novita", ["glm-4.7", "router"]),
        ("auto-chat", ["glm-4.7", "openai/gpt-5"]),
        ("auto-chat openrouter", ["openai/gpt-5"]),
        # Badges, prices and modes are not searched.
        ("missing", []),
        ("embedding", ["text-embedding"]),
        ("  ", pages.IDS),
    ],
)
def test_the_search_wants_every_word(opened: Opened, typed: str, expected: list[str]) -> None:
    browser = opened(pages.plain())
    field(browser, "q").send_keys(typed)
    assert shown(browser) == expected
    status = browser.chrome.find_element(By.TAG_NAME, "output").text
    assert status == ("6 models" if expected == pages.IDS else f"{len(expected)} of 6 models")


def test_filters_work_together(opened: Opened) -> None:
    browser = opened(pages.changed())
    choose(browser, "ability", "tools")
    assert shown(browser) == ["glm-4.7", "openai/gpt-5"]
    choose(browser, "provider", "openrouter")
    assert shown(browser) == ["openai/gpt-5"]
    choose(browser, "ability", "all")
    choose(browser, "mode", "embedding")
    assert shown(browser) == ["text-embedding"]
    choose(browser, "mode", "all")
    field(browser, "free").click()
    assert shown(browser) == ["z-ai/glm-4.7:free"]
    browser.chrome.find_element(By.CSS_SELECTOR, "button[type=reset]").click()
    assert shown(browser) == pages.IDS


def test_what_changed_stands_first_and_can_be_filtered(opened: Opened) -> None:
    browser = opened(pages.changed())
    assert browser.chrome.find_element(By.TAG_NAME, "h2").text == "Changed since HEAD~3"
    news = browser.chrome.find_element(By.CSS_SELECTOR, "ul.repriced").text.split("\n")
    assert news == ["glm-4.7", "input 1.00 → 1.20 +20.0 %", "output \N{EN DASH} → 4.00", "auto-chat"]
    assert "gone" in browser.chrome.find_element(By.CSS_SELECTOR, "ul.gone").text
    field(browser, "changed").click()
    assert shown(browser) == [name for name in pages.IDS if name != "text-embedding"]
    field(browser, "q").send_keys("novita glm")
    marks = [mark.text for mark in browser.chrome.find_elements(By.CLASS_NAME, "mark") if mark.is_displayed()]
    assert marks == ["re-priced", "new limits", "changed"]


def test_a_link_carries_what_is_shown(opened: Opened) -> None:
    browser = opened(pages.plain(), "#q=openai&sort=-input&ability=tools")
    assert shown(browser) == ["openai/gpt-5"]
    assert sorted_by(browser) == {"Input": "descending"}
    choose(browser, "ability", "all")
    field(browser, "q").send_keys(" & gpt")
    head(browser, "Output").click()
    assert fragment(browser) == {"q": ["openai & gpt"], "sort": ["output"]}
    browser.run("location.hash = 'free=on'")
    assert shown(browser) == ["z-ai/glm-4.7:free"]


def test_a_link_to_what_this_page_does_not_have_shows_everything(opened: Opened) -> None:
    browser = opened(pages.plain(), "#provider=nobody&mode=&sort=-nothing&other=1&changed=on")
    assert shown(browser) == pages.IDS
    assert Select(field(browser, "provider")).first_selected_option.text == "all"


def test_it_is_usable_without_a_mouse(opened: Opened) -> None:
    browser = opened(pages.plain())
    names = [field(browser, name).accessible_name for name in ("q", "provider", "mode", "ability", "free")]
    assert names == ["Search", "Provider", "Mode", "Ability", "free"]
    field(browser, "q").send_keys(Keys.TAB * 7, Keys.ENTER)
    assert browser.chrome.switch_to.active_element.text == "Model"
    assert sorted_by(browser) == {"Model": "ascending"}
    assert browser.run("return getComputedStyle(document.activeElement).outlineStyle") == "solid"
