"""Links between the repository's Markdown files lead somewhere."""

import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from posixpath import normpath
from urllib.parse import unquote

_FENCE = re.compile(r"^( {0,3})(`{3,}|~{3,}).*?^ {0,3}\2[`~]*\s*$", re.M | re.S)
_INLINE_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.S)
_LINK = re.compile(r"\]\(\s*<?([^)<>\s]+)>?(?:\s+[\"'][^)]*[\"'])?\s*\)")
_REFERENCE = re.compile(r"^ {0,3}\[[^\]]+\]:\s*<?(\S+?)>?(?:\s+[\"'(].*)?$", re.M)
_HTML = re.compile(r"<(?:a|img|source)\b[^>]*?\b(?:href|src|srcset)=[\"']([^\"']+)[\"']", re.I)
_ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.\-]*:|//)", re.I)
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.+?)\s*#*\s*$", re.M)
_NAMED_ANCHOR = re.compile(r"<a\b[^>]*?\b(?:id|name)=[\"']([^\"']+)[\"']", re.I)


def link_findings(path: str, text: str, tree: set[str], read: Callable[[str], str]) -> list[str]:
    """Check every link of one Markdown file against the tree's files; `read` gives the text of one of them."""
    folders = {str(folder) for name in tree for folder in PurePosixPath(name).parents}
    findings = []
    for number, link in _links(text):
        if _ELSEWHERE.match(link):
            continue
        file, _, anchor = unquote(link).partition("#")
        target = path
        if file:
            folder = "" if file.startswith("/") else str(PurePosixPath(path).parent)
            target = normpath(f"{folder}/{file}".lstrip("/"))
        if target not in tree and target not in folders:
            findings.append(f"{path}:{number}: {link} leads nowhere")
        elif anchor and target.endswith(".md") and anchor not in _anchors(read(target) if file else text):
            findings.append(f"{path}:{number}: {link} names a heading that {target} does not have")
    return findings


def _links(text: str) -> Iterator[tuple[int, str]]:
    without_code = _INLINE_CODE.sub(_blank, _FENCE.sub(_blank, text))
    for pattern in (_LINK, _REFERENCE, _HTML):
        for match in pattern.finditer(without_code):
            yield without_code.count("\n", 0, match.start()) + 1, match[1]


def _blank(match: re.Match[str]) -> str:
    """Take code away, keep its line breaks."""
    return "x" + "\n" * match[0].count("\n")


def _anchors(text: str) -> set[str]:
    """Return the anchors that GitHub gives a file's headings, and those written as HTML."""
    without_code = _FENCE.sub(_blank, text)
    anchors: set[str] = set(_NAMED_ANCHOR.findall(without_code))
    for heading in _HEADING.findall(without_code):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        unique, count = slug, 0
        while unique in anchors:
            count += 1
            unique = f"{slug}-{count}"
        anchors.add(unique)
    return anchors
