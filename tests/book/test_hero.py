"""The picture of the front page: large, in colour, described, and part of the page."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
from PIL import Image

from pose_lib.book.hero import HEIGHT, WIDTH, hero, picture_html


def test_the_picture_is_a_large_webp_with_people_views_and_a_skeleton() -> None:
    html = picture_html(hero(), "Cameras & <people>").data
    size, text = (re.search(pattern, html) for pattern in (r'width="(\d+)" height="(\d+)"', r'alt="([^"]+)"'))
    assert size
    assert text
    assert "four cameras" in text[1]
    assert "<figcaption>Cameras &amp; &lt;people&gt;</figcaption>" in html
    data = base64.b64decode(re.search(r"data:image/webp;base64,([^\"]+)", html)[1])  # type: ignore[index]
    assert len(data) < 300_000
    picture = Image.open(io.BytesIO(data))
    assert picture.format == "WEBP"
    assert picture.size == (int(size[1]), int(size[2])) == (WIDTH, HEIGHT)
    assert WIDTH >= 1200
    pixels = np.asarray(picture.convert("RGBA"), dtype=np.float32)
    views, space, people = pixels[:, :HEIGHT], pixels[:, HEIGHT : WIDTH - HEIGHT], pixels[:, -HEIGHT:]
    # The photographs of the scene are opaque and colourful; the drawing between them is not filled.
    for part in (views, people):
        assert (part[..., 3] > 250).mean() > 0.97
        assert part[..., :3].std() > 25
    drawn = space[..., 3] > 128
    assert 0.01 < drawn.mean() < 0.3
    assert (drawn & (space[..., 2] - space[..., 0] > 60)).sum() > 500  # the person's left side is blue
    assert (drawn & (space[..., 0] - space[..., 2] > 60)).sum() > 500  # the right side orange
