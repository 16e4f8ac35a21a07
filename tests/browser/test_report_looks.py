"""The page of `platelayer catalog report` as it looks: dark, on a phone, without scripts, with hostile words, large."""

import pytest
import report_pages as pages
from browsing import PHONE, WIDE, Browser, Opened, shown
from selenium.webdriver.common.by import By

# The ratio of every visible text's colour to what is behind it, where it is less than WCAG AA asks for.
CONTRAST = """
const channel = (value) => (value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
const light = (color) => {
  const [red, green, blue] = color.match(/[\\d.]+/g).map(Number).map(channel);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const behind = (element) => {
  for (; element; element = element.parentElement) {
    const color = getComputedStyle(element).backgroundColor;
    if (!color.endsWith(", 0)")) return color;
  }
};
return [...document.body.querySelectorAll("*")]
  .filter((each) => each.checkVisibility() && [...each.childNodes].some((node) => node.data?.trim()))
  .map((each) => {
    const [one, other] = [light(getComputedStyle(each).color), light(behind(each))].sort((a, b) => a - b);
    return [each.outerHTML.slice(0, 80), (other + 0.05) / (one + 0.05)];
  })
  .filter(([, ratio]) => ratio < 4.5);
"""


@pytest.mark.parametrize("page", [pages.changed, pages.planned])
@pytest.mark.parametrize("size", [WIDE, PHONE])
@pytest.mark.parametrize(("scheme", "is_light"), [("light", True), ("dark", False)])
def test_text_is_readable_in_light_and_dark(
    opened: Opened, browser: Browser, page, size: tuple[int, int], scheme: str, is_light: bool
) -> None:
    browser.look(size, scheme)
    opened(page())
    paper = browser.run("return getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(255, 255, 255)") == is_light
    assert browser.run(CONTRAST) == []


def test_on_a_phone_values_have_the_names_of_their_columns(opened: Opened, browser: Browser) -> None:
    browser.look(PHONE)
    opened(pages.plain())
    for table in ("models", "providers"):
        labels = browser.run(f"""
            const table = document.querySelector("table.{table}");
            const label = (cell) => getComputedStyle(cell, "::before").content.replaceAll('"', "");
            return Array.from(table.tBodies[0].rows[0].cells, label)
              .map((label, place) => [label, table.tHead.rows[0].cells[place].textContent.trim()])
              .filter(([label]) => label !== "none");
        """)
        assert len(labels) >= 5
        assert [label for label, _ in labels] == [column for _, column in labels]


def test_hostile_words_are_text_and_do_nothing(opened: Opened) -> None:
    browser = opened(pages.hostile(), "#sort=mode")
    assert sorted(shown(browser)) == sorted(pages.HOSTILE)
    for word in pages.HOSTILE:
        browser.run("location.hash = new URLSearchParams({ mode: arguments[0], ability: arguments[0] })", word)
        assert shown(browser) == [word]
    assert browser.run("return [window.harm, document.images.length, document.scripts.length]") == [None, 0, 1]


def test_a_script_that_gets_in_all_the_same_is_not_run(opened: Opened) -> None:
    page = pages.plain().replace("<main>", "<main><script>window.harm = 1</script>")
    browser = opened(page)
    assert browser.run("return window.harm") is None
    (refusal,) = browser.chrome.get_log("browser")
    assert "Content Security Policy" in refusal["message"]


def test_without_scripts_it_is_a_plain_table(opened: Opened, browser: Browser) -> None:
    browser.look(script=False)
    opened(pages.changed())
    assert shown(browser) == pages.IDS
    assert not browser.chrome.find_element(By.TAG_NAME, "form").is_displayed()
    assert browser.chrome.find_elements(By.CSS_SELECTOR, "table button") == []


# What a reader waits for: until two frames after the key were painted.
TYPING = """
const [text, done] = arguments;
const field = document.forms[0].elements.q;
const begun = performance.now();
field.value = text;
field.dispatchEvent(new Event("input", { bubbles: true }));
requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begun)));
"""


def test_five_thousand_models_are_no_burden(opened: Opened) -> None:
    html = pages.large(5000)
    browser = opened(html)
    timing = "const [page] = performance.getEntriesByType('navigation'); return page.loadEventEnd"
    figures = {"MB": len(html) / 1e6, "opened ms": browser.run(timing)}
    for text in ("m", "model-4", ""):
        figures[f"typed '{text}' ms"] = browser.chrome.execute_async_script(TYPING, text)
    print({name: round(figure, 2) for name, figure in figures.items()})
    size = figures.pop("MB")
    assert size < 3
    # On a machine with nothing else to do all of them are below half a second. Work that grows with the square of the
    # models takes minutes.
    assert max(figures.values()) < 30_000
