"""What the README says of the results is made from the stored rows, and from no older ones."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from PIL import Image

from pose_lib.papers.compare.readme import PICTURE, rows_digest, write_readme
from pose_lib.paths import checkout

README = checkout() / "README.md"


def test_the_results_are_of_the_rows_that_are_stored() -> None:
    text = README.read_text(encoding="utf-8")
    found = re.findall(r"<!-- results of rows (\w+) -->", text)
    assert found == [rows_digest()], "rows have joined: run `python -m pose_lib.papers.compare.readme`"
    with Image.open(checkout() / PICTURE) as picture:
        assert picture.width >= 600


@pytest.mark.slow
def test_the_section_is_what_the_rows_and_the_claims_say_now(tmp_path: Path) -> None:
    (tmp_path / PICTURE).parent.mkdir(parents=True)
    shutil.copy(README, tmp_path)
    copy = tmp_path / "README.md"
    text = README.read_text(encoding="utf-8")
    start, end = text.index("<!-- results of rows"), text.index("<!-- end of results -->")
    copy.write_text(text[:start] + "<!-- results of rows 0 -->\nold\n" + text[end:], encoding="utf-8")
    write_readme(tmp_path)
    found = copy.read_text(encoding="utf-8")
    assert found == text, "run `python -m pose_lib.papers.compare.readme`"
    assert len(re.findall(r"^\d\. \S", text[start:end], re.MULTILINE)) == 5
    assert "| all | " in text[start:end]
    assert (tmp_path / PICTURE).stat().st_size <= 100_000


def test_a_readme_without_the_section_is_refused(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# A title\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no section between"):
        write_readme(tmp_path)


def test_the_digest_changes_with_the_rows(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("a\n", encoding="utf-8")
    first = rows_digest(tmp_path)
    (tmp_path / "one.csv").write_text("b\n", encoding="utf-8")
    assert rows_digest(tmp_path) != first
