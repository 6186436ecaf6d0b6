"""The ledger in a browser: filtered by hand and by address, and whole without its script."""

from __future__ import annotations

import re
from pathlib import Path

import browser
import ledger_rooms
import pytest
from docutils import nodes

from pose_lib.book.build import BOOK_ROOT
from pose_lib.book.claim_cards import claim_cards, heading_anchor
from pose_lib.book.policy import policy_tag

KEYS = {"ArrowDown": 40, "Tab": 9, "Enter": 13}
SHOWN = "[...document.querySelectorAll('.claim')].filter((c) => c.offsetParent).map((c) => c.id)"
ALL = ["A-1", "A-2", "A-3", "A-4", "A-5", "A-6", "A-7", "B-1"]


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> str:
    with pytest.MonkeyPatch.context() as patch:
        return claim_cards(ledger_rooms.made_up(tmp_path_factory.mktemp("rooms"), patch)).data


@pytest.fixture(scope="module")
def page(cards: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a page with the cards of made-up papers, under the policy of the book."""
    folder = tmp_path_factory.mktemp("page")
    for name in ("ledger.js", "ledger.css"):
        (folder / name).write_bytes((BOOK_ROOT / "book/_static" / name).read_bytes())
    head = f'{policy_tag()}<link rel="stylesheet" href="ledger.css"><script src="ledger.js" defer></script>'
    for name, more in (("with", head), ("without", policy_tag())):
        text = f'<!DOCTYPE html><html lang="en"><meta charset="utf-8">{more}<body>{cards}</body></html>'
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return folder.as_uri()


def press(tab: browser.Page, key: str) -> None:
    about = {"key": key, "code": key, "windowsVirtualKeyCode": KEYS[key]}
    tab.call("Input.dispatchKeyEvent", type="rawKeyDown", **about)
    if key == "Enter":
        tab.call("Input.dispatchKeyEvent", type="char", text="\r", **about)
    tab.call("Input.dispatchKeyEvent", type="keyUp", **about)


def choose(tab: browser.Page, name: str, value: str) -> list[str]:
    """The claims that are shown after a choice."""
    tab.run(
        f"""(() => {{ const made = document.querySelector('select[name={name}]'); made.value = '{value}';
        made.dispatchEvent(new Event('change', {{bubbles: true}})); }})()"""
    )
    shown = tab.run(SHOWN)
    assert tab.run("document.querySelector('output').textContent") == f"{len(shown)} of {len(ALL)} claims"
    return list(shown)


def test_each_filter_shows_what_fits_and_they_work_together(tab: browser.Page, page: str) -> None:
    tab.open(f"{page}/with.html")
    assert tab.run(SHOWN) == ALL
    assert choose(tab, "paper", "ledger_second") == ["B-1"]
    assert tab.run("document.getElementById('claims-ledger_first').offsetParent") is None
    assert choose(tab, "paper", "ledger_first") == ALL[:-1]
    assert choose(tab, "verdict", "reproduced") == ["A-1", "A-7"]
    assert choose(tab, "data", "synthetic") == ["A-1"]
    assert choose(tab, "data", "lsp") == []
    tab.run("document.querySelector('button[type=reset]').click()")
    tab.wait(lambda: tab.run(SHOWN) == ALL, "all claims after a reset")
    assert not tab.errors


def test_the_filter_is_worked_with_keys_alone(tab: browser.Page, page: str) -> None:
    tab.open(f"{page}/with.html")
    press(tab, "Tab")
    assert tab.run("document.activeElement.name") == "paper"
    press(tab, "ArrowDown")
    tab.wait(lambda: tab.run(SHOWN) == ALL[:-1], "the claims of the first paper")
    press(tab, "Tab")
    assert tab.run("document.activeElement.name") == "verdict"
    press(tab, "ArrowDown")
    first = tab.run("document.activeElement.value")
    tab.wait(lambda: len(tab.run(SHOWN)) < len(ALL) - 1, f"the claims with the verdict {first}")
    for _ in range(2):
        press(tab, "Tab")
    assert tab.run("document.activeElement.type") == "reset"
    press(tab, "Enter")
    tab.wait(lambda: tab.run(SHOWN) == ALL, "all claims after a reset")


def test_an_address_can_ask_for_a_choice_or_for_one_claim(tab: browser.Page, page: str) -> None:
    tab.open("about:blank")
    tab.open(f"{page}/with.html#paper=ledger_first&verdict=contradicted")
    assert tab.run(SHOWN) == ["A-2"]
    tab.run("location.hash = '#B-1'")
    tab.wait(lambda: tab.run(SHOWN) == ALL, "a claim that was filtered away")
    tab.run("location.hash = '#verdict=none-such'")
    tab.wait(lambda: tab.run("document.querySelector('[name=verdict]').value") == "", "no unknown choice")
    assert tab.run(SHOWN) == ALL


def test_without_its_script_all_claims_are_there_and_no_dead_control(tab: browser.Page, page: str) -> None:
    tab.open(f"{page}/without.html")
    assert tab.run(SHOWN) == ALL
    assert tab.run("document.querySelector('.claims-filter').offsetParent") is None


def test_words_are_text_clauses_are_single_and_reasons_follow(cards: str) -> None:
    assert "It &lt;i&gt;helps&lt;/i&gt;." in cards
    assert "<i>" not in cards
    found = {
        m[1]: m[0] for m in re.finditer(r'<article class="claim" id="([^"]+)".*?</article>', cards, re.DOTALL)
    }
    assert found["A-2"].count("<li>") == 2
    assert "The bad one was trained too briefly." in found["A-2"]
    assert 'href="ledger_first.html#look-inside"' in found["A-2"]
    assert "No reason has been written down" in found["A-3"]
    assert "Why, probably" not in found["A-1"]
    assert re.search(r"<td>-10 \[-11.1,\s-8.88\]</td>", found["A-1"])
    assert "<td>synthetic: long" in found["A-1"]
    assert "no stored run has measured it" in found["A-4"]
    assert "below(&quot;good&quot;" in found["A-1"]
    assert 'href="../book/api/papers.html#module-ledger_first"' in found["A-1"]
    assert "as code" not in found["A-5"]
    assert re.search(r"<th scope=\"col\">difference</th>", found["A-1"])


def test_a_clause_with_many_lines_is_folded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *_ = ledger_rooms.made_up(tmp_path, monkeypatch)
    lines = first.clauses[0].lines
    object.__setattr__(first.clauses[0], "lines", lines.loc[lines.index.repeat(5)])
    assert "<summary>5 comparisons: 5 reproduced</summary>" in claim_cards([first]).data


@pytest.mark.parametrize("heading", ["Results beside the paper", "Do its claims hold?", "A: b, (c) 2"])
def test_anchors_are_those_of_sphinx(heading: str) -> None:
    assert heading_anchor(heading) == nodes.make_id(heading)


def test_a_chapter_has_the_anchors_that_the_ledger_links_to() -> None:
    page = BOOK_ROOT / "_build/html/notebooks/claims.html"
    if not page.is_file():
        pytest.skip("the book is not built: run `make book`")
    for name, anchor in set(re.findall(r'href="(\w+)\.html#([^"]+)">', page.read_text(encoding="utf-8"))):
        chapter = (page.parent / f"{name}.html").read_text(encoding="utf-8")
        assert f'id="{anchor}"' in chapter, f"{name}.html has no {anchor}"
