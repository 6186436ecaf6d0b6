"""Pages of source code keep their code, their links and their policy, and lose the theme's frame."""

from __future__ import annotations

from pathlib import Path

from pose_lib.book.policy import policy_tag
from pose_lib.book.source_pages import slim_source_pages

PAGE = """<!DOCTYPE html>
<html lang="en" data-content_root="../../">
<head>
<meta charset="utf-8" />
<title>pose_lib.one &#8212; A book</title>
<link href="../../_static/styles/theme.css?digest=1" rel="stylesheet" />
<link rel="stylesheet" type="text/css" href="../../_static/pygments.css?v=2" />
<link rel="stylesheet" type="text/css" href="../../_static/copybutton.css?v=3" />
<link rel="icon" href="../../_static/icon.png"/>
<script src="../../_static/doctools.js"></script>
</head>
<body><div class="bd-container"><nav>much</nav><article class="bd-article">
<h1>Source code for pose_lib.one</h1><pre>x = <a id="x">1</a></pre>
</article></div></body></html>
"""


def test_a_page_of_code_keeps_what_it_shows_and_is_changed_once(tmp_path: Path) -> None:
    page, other = tmp_path / "_modules/pose_lib/one.html", tmp_path / "notebooks/one.html"
    for file in (page, other):
        file.parent.mkdir(parents=True)
        file.write_text(PAGE, encoding="utf-8")
    slim_source_pages(tmp_path)
    text = page.read_text(encoding="utf-8")
    for part in (
        '<h1>Source code for pose_lib.one</h1><pre>x = <a id="x">1</a></pre>',
        "<title>pose_lib.one &#8212; A book</title>",
        '<a href="../../index.html">A book</a>',
        "theme.css?digest=1",
        "pygments.css?v=2",
        "icon.png",
        policy_tag(),
    ):
        assert text.count(part) == 1, part
    assert not any(part in text for part in ("copybutton", "doctools", "<nav>"))
    assert other.read_text(encoding="utf-8") == PAGE
    slim_source_pages(tmp_path)
    assert page.read_text(encoding="utf-8") == text


def test_a_page_that_is_not_understood_stays_as_it_is(tmp_path: Path) -> None:
    page = tmp_path / "_modules/pose_lib/one.html"
    page.parent.mkdir(parents=True)
    page.write_text(PAGE.replace("bd-article", "body"), encoding="utf-8")
    slim_source_pages(tmp_path)
    assert "<nav>" in page.read_text(encoding="utf-8")
