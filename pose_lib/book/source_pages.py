"""Pages of source code: the code, and a link to the book in place of the frame that the theme puts around it.

There are hundreds of them, and the frame takes as much space as the code.
"""

from __future__ import annotations

import re
from pathlib import Path

from pose_lib.book.policy import policy_tag

__all__ = ["slim_source_pages"]

_PARTS = {
    "root": re.compile(r'data-content_root="([^"]*)"'),
    "title": re.compile(r"<title>(.*?)</title>", re.DOTALL),
    "article": re.compile(r'<article class="bd-article">(.*?)</article>', re.DOTALL),
}
_SHEET = re.compile(r"<link [^>]*(?:/styles/|pygments\.css|/book\.css)[^>]*>")
"""Style sheets that a page of code needs."""
_ICON = re.compile(r'<link rel="icon"[^>]*>')
_FRAME = '<div class="bd-container">'
"""What only pages with the theme's frame have."""
_THEME = (
    'const chosen = localStorage.getItem("theme"); document.documentElement.dataset.theme = '
    '["light", "dark"].includes(chosen) ? chosen : '
    'matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";'
)


def slim_source_pages(html: Path) -> None:
    """Take the theme's frame from each page of source code in a folder of pages; others stay as they are."""
    for page in sorted((html / "_modules" / "pose_lib").rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        found = {name: part.search(text) for name, part in _PARTS.items()}
        if _FRAME in text and all(found.values()):
            parts = {name: match[1].strip() for name, match in found.items() if match}
            page.write_text(_page(text, **parts), encoding="utf-8")


def _page(text: str, root: str, title: str, article: str) -> str:
    """The page with its title and its code alone; ``root`` leads to the folder of the book."""
    sheets = [link for link in _SHEET.findall(text) if 'rel="stylesheet"' in link]
    icon = _ICON.search(text)
    _, _, book = title.partition("&#8212;")
    return f"""<!DOCTYPE html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
{policy_tag()}
<title>{title}</title>
<script>{_THEME}</script>
{"".join(sheets)}{icon[0] if icon else ""}
</head>
<body class="source-page">
<header><a href="{root}index.html">{book.strip() or "The book"}</a></header>
<main id="main-content">
{article}
</main>
</body>
</html>
"""
