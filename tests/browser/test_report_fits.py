"""The page of `platelayer catalog report` fits its window, and what is in it stays where it is."""

import re
from typing import get_args

import pytest
import report_pages as pages
from browsing import Browser, Opened
from report_samples import catalog, model
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from platelayer.page.report_page import render_page
from platelayer.schema.inventory import Mode

# What stands out on the right, where it does not scroll in a box of its own.
OUTSIDE = """
const edge = document.scrollingElement.clientWidth;
return [...document.querySelectorAll("body *:not(.models thead *)")]
  .filter((each) => each.checkVisibility() && each.getBoundingClientRect().right > edge)
  .map((each) => each.outerHTML.slice(0, 80));
"""
# The lines of an element's text, as they are broken.
LINES = """
const lines = new Map();
const walker = document.createTreeWalker(arguments[0], NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  for (let at = 0; at < walker.currentNode.length; at++) {
    const range = document.createRange();
    range.setStart(walker.currentNode, at);
    range.setEnd(walker.currentNode, at + 1);
    const top = range.getBoundingClientRect().top;
    lines.set(top, (lines.get(top) ?? "") + range);
  }
}
return [...lines.values()];
"""
# Where the points of a column's prices stand.
POINTS = """
return Array.from(document.querySelectorAll(".models tbody td:nth-child(4)"), (cell) => {
  const range = document.createRange();
  range.setStart(cell.firstChild, cell.textContent.indexOf("."));
  range.setEnd(cell.firstChild, cell.textContent.indexOf(".") + 1);
  return Math.round(range.getBoundingClientRect().left);
});
"""
HEADS = """
return Array.from(document.querySelectorAll(".models thead button"), (button) => {
  const { x, y, width, height } = button.getBoundingClientRect();
  return [x, y, width, height];
});
"""


@pytest.mark.parametrize("page", [pages.long, pages.hostile, pages.planned])
@pytest.mark.parametrize("width", [1920, 1280, 1200, 1199, 1024, 768, 390, 360])
def test_the_page_scrolls_in_one_direction(opened: Opened, browser: Browser, width: int, page) -> None:
    browser.look((width, 800))
    opened(page())
    browser.run("for (const list of document.querySelectorAll('details')) list.open = true")
    # Without the bar at the side, which takes its width from the page.
    needed, room = browser.run("const page = document.scrollingElement; return [page.scrollWidth, page.clientWidth]")
    assert needed <= room
    assert browser.run(OUTSIDE) == []


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("separator", "/:-_")
def test_long_names_break_after_a_separator(opened: Opened, browser: Browser, width: int, separator: str) -> None:
    browser.look((width, 800))
    identity = separator.join(["abcdefghi"] * 12)
    opened(render_page("lab", {"one": catalog("one", [model(identity)])}, {("one", identity): (identity,)}))
    for selector in (".models code", ".models td:last-child"):
        lines = browser.run(LINES, browser.chrome.find_element(By.CSS_SELECTOR, selector))
        assert "".join(lines) == identity
        assert len(lines) > 1
        assert {line[-1] for line in lines[:-1]} == {separator}


@pytest.mark.parametrize("width", [1920, 1300, 1200, 360])
def test_no_mode_is_broken_within_a_word(opened: Opened, browser: Browser, width: int) -> None:
    browser.look((width, 800))
    modes = sorted(get_args(Mode))
    opened(render_page("lab", {"one": catalog("one", [model(mode, mode=mode) for mode in modes])}, {}))
    for mode, cell in zip(modes, browser.chrome.find_elements(By.CSS_SELECTOR, ".models td:nth-child(3)"), strict=True):
        lines = [line.strip() for line in browser.run(LINES, cell)]
        assert lines in ([mode], re.findall("[a-z]+_?", mode))


def test_the_points_of_prices_stand_one_below_the_other(opened: Opened) -> None:
    prices = ("0", "2.5", "150", "0.075", "0.0075")
    browser = opened(
        render_page("lab", {"one": catalog("one", [model(usd, prices={"input": usd}) for usd in prices])}, {})
    )
    points = browser.run(POINTS)
    assert len(points) == len(prices)
    assert max(points) - min(points) <= 1


def test_sorting_moves_no_header(opened: Opened) -> None:
    browser = opened(pages.plain())
    before = browser.run(HEADS)
    for button in browser.chrome.find_elements(By.CSS_SELECTOR, ".models thead button"):
        button.send_keys(Keys.ENTER)
        assert browser.run(HEADS) == before


@pytest.mark.parametrize("width", [1280, 390])
def test_the_header_stays_in_sight(opened: Opened, browser: Browser, width: int) -> None:
    browser.look((width, 800))
    opened(pages.planned())
    browser.run("scrollTo(0, document.body.scrollHeight - innerHeight - 300)")
    assert browser.run("return document.querySelector('.models thead').getBoundingClientRect().top") == 0


def test_a_search_does_not_move_its_field(opened: Opened, browser: Browser) -> None:
    browser.look((1280, 700))
    opened(pages.planned())
    field = browser.chrome.find_element(By.NAME, "q")
    browser.run("arguments[0].scrollIntoView({ block: 'center' })", field)
    place = "return Math.round(arguments[0].getBoundingClientRect().top)"
    before = browser.run(place, field)
    clear = browser.chrome.find_element(By.CSS_SELECTOR, "button[type=reset]")
    for step in (lambda: field.send_keys("new"), lambda: field.send_keys("nothing"), clear.click, clear.click):
        step()
        assert abs(browser.run(place, field) - before) <= 1
