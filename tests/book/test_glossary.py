"""The glossary: in alphabetical order, each word once, and found from the first page."""

from __future__ import annotations

import re

from pose_lib.book.build import BOOK_ROOT

TEXT = (BOOK_ROOT / "book/glossary.md").read_text(encoding="utf-8")
TERMS = re.findall(r"^(\w.*)\n  \S", TEXT, re.MULTILINE)


def test_terms_are_sorted_and_stand_once() -> None:
    assert len(TERMS) > 25
    assert sorted(TERMS, key=str.casefold) == TERMS
    assert len(set(TERMS)) == len(TERMS)


def test_pages_link_to_terms_that_exist() -> None:
    linked: set[str] = set()
    for page in (BOOK_ROOT / "book").rglob("*.md"):
        linked |= set(re.findall(r"\{term\}`([^`]+)`", page.read_text(encoding="utf-8")))
    assert linked
    assert linked <= set(TERMS)
