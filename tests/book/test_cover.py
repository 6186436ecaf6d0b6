"""The picture of the README."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pose_lib.book import cover
from pose_lib.book.build import BOOK_ROOT


def test_four_views_and_the_same_with_skeletons() -> None:
    picture = cover.cover(size=48)
    assert picture.shape == (96, 192, 3)
    above, below = picture[:48], picture[48:]
    views = [above[:, 48 * i : 48 * (i + 1)] for i in range(4)]
    assert all(np.any(views[0] != other) for other in views[1:])
    assert above.mean() < below.mean(), "the pictures behind the skeletons are pale"


def test_the_readme_shows_it_with_words_for_those_who_cannot_see_it() -> None:
    text = (BOOK_ROOT / "README.md").read_text(encoding="utf-8")
    words, file = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", text)[0]
    assert len(words) > 40
    assert Path(file) == cover.PICTURE
    assert (BOOK_ROOT / file).stat().st_size <= 100_000
    with Image.open(BOOK_ROOT / file) as picture:
        assert picture.width >= 1000


def test_a_picture_too_large_for_a_repository_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (600, 1200, 3), dtype=np.uint8)
    monkeypatch.setattr(cover, "cover", lambda: noise)
    with pytest.raises(ValueError, match="at most 100,000"):
        cover.write_cover(tmp_path / "cover.webp")
    assert not list(tmp_path.iterdir())
