"""Where the links of built pages lead: those within the book are checked, those to other hosts are listed."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

__all__ = ["broken_links", "external_links"]

_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]+)"')
_ANCHOR = re.compile(r'\b(?:id|name)="([^"]+)"')


def broken_links(folder: Path) -> list[str]:
    """Links within a folder of pages that lead to no file, or to no such place in it: ``page: link``."""

    @cache
    def anchors(page: Path) -> frozenset[str]:
        return frozenset(map(html.unescape, _ANCHOR.findall(page.read_text(encoding="utf-8"))))

    folder = folder.resolve()
    found: list[str] = []
    for page, links in _links(folder).items():
        for link in links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = page.parent / unquote(parts.path) if parts.path else page
            target = target.resolve()
            there = target.is_file()
            if there and parts.fragment and target.suffix == ".html":
                there = unquote(parts.fragment) in anchors(target)
            if not there:
                found.append(f"{page.relative_to(folder)}: {link}")
    return found


def external_links(folder: Path) -> dict[str, list[str]]:
    """Addresses on other hosts in alphabetical order, each with the pages that lead there."""
    found: dict[str, list[str]] = defaultdict(list)
    for page, links in _links(folder).items():
        for link in links:
            if urlsplit(link).scheme in ("http", "https"):
                found[link].append(str(page.relative_to(folder)))
    return dict(sorted(found.items()))


def _links(folder: Path) -> dict[Path, list[str]]:
    """The distinct links of each page, in their order; parts of the theme are no pages."""
    pages = sorted(p for p in folder.rglob("*.html") if p.relative_to(folder).parts[0] != "_static")
    return {
        page: list(dict.fromkeys(map(html.unescape, _LINK.findall(page.read_text("utf-8")))))
        for page in pages
    }
