"""The button under each table: what it downloads, from a page on the disk, under the policy of every page."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import browser
import pandas as pd
import pytest

from pose_lib.book.build import BOOK_ROOT
from pose_lib.book.policy import policy_tag
from pose_lib.book.tables import results_table

HTML = BOOK_ROOT / "_build" / "html"
PAGES = sorted((HTML / "notebooks").glob("*.html"))


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Three tables of an article, of which one is a listing of code, and one outside of it."""
    shutil.copy(BOOK_ROOT / "book" / "_static" / "downloads.js", tmp_path)
    table = pd.DataFrame(
        {"MPJPE (mm)": ["100.5 [90, 110]", "-3"], "note": ['a "word", or two', "=1+1"]},
        index=["CNN", "ü <b>"],
    )
    spans = (
        "<table><tr><th colspan=2>a</th><th rowspan=2>b</th></tr><tr><td>c</td><td>d\n  e</td></tr>"
        "<tr><td>+f</td><td>+1.5</td><td></td></tr></table>"
    )
    file = tmp_path / "chapter.html"
    file.write_text(
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">{policy_tag()}'
        '<script src="downloads.js" defer></script></head>'
        "<body><table><tr><td>menu</td></tr></table><article>"
        f"{results_table(table, caption='numbers').to_html()}{spans}"
        '<table class="highlighttable"><tr><td>1</td></tr></table></article></body></html>',
        encoding="utf-8",
    )
    return file


def downloaded(tab: browser.Page, number: int, folder: Path, name: str) -> list[list[str]]:
    """Press the button of a table, and read the file that the browser saves."""
    tab.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    tab.run(f"document.querySelectorAll('.pose-csv')[{number}].click()")
    tab.wait(lambda: (folder / name).is_file() and (folder / name).stat().st_size > 0, name)
    text = (folder / name).read_bytes().decode("utf-8-sig")
    assert text.endswith("\r\n")
    return list(csv.reader(io.StringIO(text)))


def test_a_table_is_downloaded_as_it_is_shown(tab: browser.Page, page: Path, tmp_path: Path) -> None:
    tab.open(page.as_uri())
    assert tab.run("document.querySelectorAll('.pose-csv').length") == 2
    first = downloaded(tab, 0, tmp_path, "chapter-table-1.csv")
    assert first == [
        ["", "MPJPE (mm)", "note"],
        ["CNN", "100.5 [90, 110]", 'a "word", or two'],
        ["ü <b>", "-3", "'=1+1"],
    ]
    second = downloaded(tab, 1, tmp_path, "chapter-table-2.csv")
    assert second == [["a", "", "b"], ["c", "d e", ""], ["'+f", "+1.5", ""]]
    assert not tab.errors


def test_the_buttons_can_be_told_apart_and_reached(tab: browser.Page, page: Path) -> None:
    tab.open(page.as_uri())
    names = tab.run("[...document.querySelectorAll('.pose-csv')].map((b) => b.getAttribute('aria-label'))")
    assert len(set(names)) == len(names) == 2
    assert all("CSV" in name for name in names)
    assert tab.run("[...document.querySelectorAll('.pose-csv')].every((b) => b.tabIndex === 0)")


@pytest.mark.skipif(not PAGES, reason="the book is not built: run `make book`")
@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_every_table_of_a_chapter_has_its_button(tab: browser.Page, file: Path) -> None:
    tab.open(file.as_uri())
    tables = "[...document.querySelectorAll('article table.dataframe, article table.table')]"
    below = "(t.closest('.table-scroll') ?? t).nextElementSibling"
    without = f"{tables}.filter((t) => !{below}?.matches('.pose-csv')).length"
    assert tab.run(without) == 0
