"""The page as text: nothing of a catalog becomes markup, and nothing comes from outside."""

import hashlib
import re
from base64 import b64encode
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest
from report_samples import catalog, model

from platelayer.catalog.guards import EFFECTS, Refusal
from platelayer.catalog.plan import CatalogPlan, FieldDifference, ModelChange
from platelayer.catalog.result import RefreshResult
from platelayer.page.news import make_news_of_plan
from platelayer.page.report_page import render_page

HOSTILE = "</script></td></style>--><img src=x onerror=alert(1)>{{ 7 * 7 }}&amp;\"'"


class Page(HTMLParser):
    """The tags of a page, and all of its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # It is where a line may break, and has no meaning.
        if tag != "wbr":
            self.tags.append(tag)
            self.attributes += [name for name, _ in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def page(word: str) -> str:
    """A page with a word in every place where foreign text can be."""
    found = model(word, mode=word, abilities=(word,), deprecation_date=word, variant=word)
    result = RefreshResult(
        provider="a",
        plan=CatalogPlan((ModelChange("changed", word, (FieldDifference(word, word, word),), (word,)),)),
        refusals=(Refusal("price", word, word, (word,)), Refusal("empty", "", word)),
        warnings=((word, word),),
        error=word,
    )
    source = replace(catalog("a", [found]), url=word)
    return render_page(word, {"a": source, "b": None}, {("a", word): (word,)}, make_news_of_plan([result], ["a"]))


def test_foreign_text_is_text_everywhere() -> None:
    hostile, harmless = Page(page(HOSTILE)), Page(page("harmless"))
    assert hostile.text == harmless.text.replace("harmless", HOSTILE)
    assert (hostile.tags, hostile.attributes) == (harmless.tags, harmless.attributes)


def test_nothing_comes_from_outside() -> None:
    html = page("harmless")
    assert not {"src", "href", "style", "onclick", "onload"} & set(Page(html).attributes)
    assert not [word for word in ("url(", "@import", "fetch(", "innerHTML") if word in html]


@pytest.mark.parametrize("tag", ["style", "script"])
def test_the_policy_allows_this_style_and_this_script_alone(tag: str) -> None:
    html = page("harmless")
    (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", html, flags=re.DOTALL)
    (policy,) = re.findall(r'Content-Security-Policy" content="(.*?)"', html)
    rules = dict(rule.split(" ", 1) for rule in unescape(policy).split("; "))
    assert rules[f"{tag}-src"] == f"'sha256-{b64encode(hashlib.sha256(inside.encode()).digest()).decode()}'"
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"


def test_the_same_catalogs_give_the_same_page() -> None:
    assert page("harmless") == page("harmless")


def test_what_is_not_refreshed_is_said_as_in_the_terminal() -> None:
    refusals = tuple(Refusal(guard, "", reason) for guard, reason in (("shrunken", "less"), ("unreadable", "wrong")))
    results = [
        RefreshResult(provider="a", refusals=refusals),
        RefreshResult(provider="b", error="no answer"),
    ]
    text = Page(render_page("lab", {"a": catalog("a", []), "b": None}, {}, make_news_of_plan(results, ["a", "b"]))).text
    assert (
        "\nnot refreshed, its last good catalog stays: less; if that is right, --accept a:shrunken "
        f"{EFFECTS['shrunken']}\nand wrong; if that is right, --accept a:unreadable {EFFECTS['unreadable']}\n"
    ) in text
    assert "\nnot refreshed, it has no catalog yet: no answer\n" in text
