"""A predicted pose: its places are those of the picture, and JSON keeps all of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from predictors import Known, facts

from pose_lib.bench.prediction import FRAME, PIXELS, SCHEMA, Prediction, PredictionError, predicted
from pose_lib.data.photos.own import OwnPicture


@pytest.fixture
def picture(tmp_path: Path) -> OwnPicture:
    pixels = np.random.default_rng(0).integers(0, 256, (150, 200, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a b.png")
    return OwnPicture.read(tmp_path / "a b.png")


@pytest.fixture
def found(picture: OwnPicture) -> Prediction:
    return predicted(Known(facts()), picture, (40.0, 30.0, 90.0, 130.0), "abc")


def test_places_in_the_window_become_places_in_the_picture(found: Prediction) -> None:
    # The box is 100 high: with its margin 124 pixels, shown at 64, and the window leaves out 4 on each side.
    assert found.box == (65.0 - 62, 80.0 - 62, 65.0 + 62, 80.0 + 62)
    x, y = (3 + (28 + 4) * 124 / 64, 18 + (14 + 4) * 124 / 64)
    assert found.joints_2d is not None
    assert found.joints_2d[5] == pytest.approx((x, y), abs=0.01)
    assert found.joints_3d is not None
    assert found.joints_3d[0] == (-500.0, -480.0, -460.0)
    assert (found.picture, found.width, found.height) == ("a b.png", 200, 150)


def test_the_whole_picture_is_the_box_where_none_is_given(picture: OwnPicture) -> None:
    found = predicted(Known(facts()), picture)
    assert found.box == (0.0, -25.0, 200.0, 175.0)
    assert not found.box_given


def test_the_network_sees_the_box_normalised(picture: OwnPicture) -> None:
    known = Known(facts(size=56))
    with torch.no_grad():
        known.mean.fill_(100.0)
        known.std.fill_(50.0)
    predicted(known, picture, (10.0, 10.0, 66.0, 66.0))
    square = picture.crop(np.array([3.28, 3.28, 72.72, 72.72], dtype=np.float32), 56)
    assert torch.allclose(
        known.shown[0][0].permute(1, 2, 0) * 50 + 100, torch.tensor(square).float(), atol=1e-3
    )


def test_a_predictor_takes_crops_of_its_size_alone() -> None:
    known = Known(facts())
    for wrong in (
        np.zeros((1, 65, 65, 3), np.uint8),
        np.zeros((0, 64, 64, 3), np.uint8),
        np.zeros((1, 64, 64, 3)),
    ):
        with pytest.raises(ValueError, match=r"takes uint8 \(N, 64, 64, 3\)"):
            known(wrong)
    answer = known(np.zeros((130, 64, 64, 3), np.uint8))
    assert [len(x) for x in known.shown] == [64, 64, 2]
    assert answer.joints_2d is not None
    assert answer.joints_2d.shape == (130, 17, 2)


def test_json_keeps_everything_and_names_units_and_sides(found: Prediction) -> None:
    assert Prediction.from_json(found.to_json()) == found
    flat = replace(found, joints_3d=None)
    assert Prediction.from_json(flat.to_json()) == flat
    content = json.loads(found.to_json())
    assert content["schema"] == SCHEMA
    assert content["joints_2d"]["unit"] == content["box"]["unit"] == PIXELS
    assert content["joints_3d"]["unit"] == FRAME
    assert content["skeleton"]["sides"] == "person"
    assert content["skeleton"]["joints"][0] == content["skeleton"]["root"] == "hip"
    assert len(content["joints_3d"]["values"]) == len(content["skeleton"]["parents"]) == 17


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        (("schema",), "pose-lib prediction 0", "schema must be"),
        (("picture",), None, "another type"),
        (("skeleton", "name"), "octopus", "octopus"),
        (("skeleton", "sides"), "both", "joints or sides"),
        (("skeleton", "joints"), ["hip"], "joints or sides"),
        (("joints_2d", "unit"), "metres", "unit is 'metres'"),
        (("joints_3d", "values"), [[0, 0, 0]], "expected 17 times 3"),
        (("joints_2d", "values"), [[0, float("inf")]] * 17, "finite"),
        (("box", "x0_y0_x1_y1"), [1, 2, 3], "expected 1 times 4"),
    ],
)
def test_json_that_is_no_prediction_is_refused(
    found: Prediction, place: tuple[str, ...], value: Any, words: str
) -> None:
    content = json.loads(found.to_json())
    inner = content
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value
    with pytest.raises(PredictionError, match=words):
        Prediction.from_json(json.dumps(content))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000])
def test_text_that_is_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(PredictionError):
        Prediction.from_json(text)
