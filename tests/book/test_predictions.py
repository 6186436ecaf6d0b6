"""A predicted pose as files: the joints lie where they should, and pages ask no other host."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import browser
import numpy as np
import pytest
from PIL import Image
from predictors import Known, facts

from pose_lib.bench.prediction import Prediction, predicted
from pose_lib.book.policy import policy_tag
from pose_lib.book.predictions import overlay, pose_page, save_overlay, save_page
from pose_lib.book.style import description
from pose_lib.data.photos.own import OwnPicture

NAME = "a <b> & 'c'.png"


@pytest.fixture
def picture(tmp_path: Path) -> OwnPicture:
    Image.new("RGB", (300, 200), (128, 128, 128)).save(tmp_path / NAME)
    return OwnPicture.read(tmp_path / NAME)


@pytest.fixture
def found(picture: OwnPicture) -> Prediction:
    return predicted(Known(facts()), picture, (100.0, 50.0, 200.0, 150.0))


@pytest.mark.parametrize("kind", ["png", "webp"])
def test_joints_are_drawn_at_their_places_at_the_size_of_the_picture(
    found: Prediction, picture: OwnPicture, tmp_path: Path, kind: str
) -> None:
    drawn = Image.open(save_overlay(found, picture.shown, tmp_path / f"out.{kind}"))
    assert drawn.size == (300, 200)
    assert drawn.format == kind.upper()
    assert not drawn.getexif()
    changed = np.abs(np.asarray(drawn.convert("RGB")).astype(int) - 128).max(-1) > 40
    x0, y0, x1, y1 = found.box
    changed[[round(y0), round(y0) - 1, round(y1), round(y1) - 1]] = False  # the box
    changed[:, [round(x0), round(x0) - 1, round(x1), round(x1) - 1]] = False
    y, x = np.nonzero(changed)
    assert found.joints_2d is not None
    assert (x.mean() + 0.5, y.mean() + 0.5) == pytest.approx(found.joints_2d[0], abs=1.5)


def test_a_smaller_copy_of_the_picture_is_drawn_on_at_its_own_scale(found: Prediction) -> None:
    figure = overlay(found, Image.new("RGB", (150, 100)))
    assert figure.canvas.get_width_height() == (150, 100)
    assert "blue is left and orange is right, the person's own" in description(figure)


def test_what_a_network_does_not_predict_is_not_drawn(
    found: Prediction, picture: OwnPicture, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="predicts no places"):
        overlay(replace(found, joints_2d=None), picture.shown)
    with pytest.raises(ValueError, match="predicts no pose in space"):
        pose_page(replace(found, joints_3d=None))
    with pytest.raises(ValueError, match="written as png or webp"):
        save_overlay(found, picture.shown, tmp_path / "out.tiff")


def test_a_page_shows_the_pose_and_asks_no_other_host(
    tab: browser.Page, found: Prediction, tmp_path: Path
) -> None:
    for number, whole in enumerate((False, True)):
        folder = tmp_path / str(number)
        folder.mkdir()
        page = save_page(found, folder / "pose.html", whole=whole)
        assert {p.name for p in folder.iterdir()} == {"pose.html"} | (set() if whole else {"plotly.min.js"})
        text = page.read_text(encoding="utf-8")
        assert policy_tag() in text
        assert "<b>" not in re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
        tab.open(page.as_uri())
        tab.wait(lambda: tab.run("!!document.querySelector('.main-svg')"), "the figure")
        assert not tab.errors
        assert all(address.startswith(("file:", "data:", "blob:")) for address in tab.requests)
        assert "a <b> & 'c'.png" in tab.run("document.querySelector('main').getAttribute('aria-label')")
        assert NAME in tab.run("document.title")
