"""Links of built pages: within the book to a file and a place in it, to other hosts on a list."""

from __future__ import annotations

from pathlib import Path

import pytest

from pose_lib.book import build
from pose_lib.book.links import broken_links, external_links


@pytest.fixture
def html(tmp_path: Path) -> Path:
    folder = tmp_path / "_build" / "html"
    (folder / "book").mkdir(parents=True)
    (folder / "index.html").write_text(
        '<a href="book/one.html#here">a</a><a class="x" href="https://example.org/?a=1&amp;b=2">b</a>'
        '<a href="mailto:x@example.org">c</a><a href="#">d</a>'
    )
    (folder / "book/one.html").write_text(
        '<p id="here"><a href="../index.html">a</a><a href="#h%C3%A9">b</a><i id="hé">'
    )
    return folder


def test_links_that_lead_somewhere_are_not_named(html: Path) -> None:
    assert broken_links(html) == []


@pytest.mark.parametrize("link", ["none.html", "one.html#nowhere", "#nowhere", "../none.txt"])
def test_a_link_that_leads_nowhere_is_named_with_its_page(html: Path, link: str) -> None:
    (html / "book/two.html").write_text(f'<a href="{link}">')
    assert broken_links(html) == [f"book/two.html: {link}"]


def test_addresses_on_other_hosts_are_listed_with_their_pages(html: Path) -> None:
    assert external_links(html) == {"https://example.org/?a=1&b=2": ["index.html"]}


def test_a_build_lists_them_and_is_refused_for_links_that_lead_nowhere(html: Path) -> None:
    root = html.parents[1]
    build._check_links(root)
    listed = (root / "_build" / build.EXTERNAL_LINKS).read_text()
    assert listed == "https://example.org/?a=1&b=2\tindex.html\n"
    (html / "book/two.html").write_text('<a href="none.html">')
    with pytest.raises(build.BuildError, match=r"book/two\.html: none\.html"):
        build._check_links(root)
