"""The page on a reader's own picture: a picture on its side, boxes of other sizes, shortened JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from PIL import Image
from predictors import Known, facts
from samples import make

from pose_lib.bench.paper import Paper
from pose_lib.bench.parameters import ParameterError
from pose_lib.bench.prediction import predicted
from pose_lib.bench.rows import constant_row
from pose_lib.bench.run import Run
from pose_lib.bench.setup import USUAL, Setup
from pose_lib.book.style import description
from pose_lib.data.photos.own import OwnPicture
from pose_lib.papers import find
from pose_lib.papers.compare import own_picture, side_by_side


@pytest.fixture
def picture(tmp_path: Path) -> OwnPicture:
    Image.new("RGB", (80, 60), (10, 20, 30)).save(tmp_path / "a.png")
    return OwnPicture.read(tmp_path / "a.png")


def test_the_run_of_a_chapter_is_its_usual_one_and_is_made_if_it_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[tuple[str, Mapping[str, Any]]] = []

    def open_run(paper: Paper, given: Mapping[str, Any], root: Path | None) -> Setup:
        run, data = Run(paper.name, given, "card", root=tmp_path), make(8)
        return Setup(paper, run, data, data, None, root)

    def run_notebook(notebook: Path, given: Mapping[str, Any]) -> None:
        ran.append((notebook.name, given))
        open_run(find("park"), given, None).run.finish([constant_row("Baseline", "mpjpe", "p", 1.0, 8)])

    monkeypatch.setattr(side_by_side, "open_run", open_run)
    monkeypatch.setattr(side_by_side, "_run_notebook", run_notebook)
    for _ in range(2):
        found = own_picture.finished("park", "smoke", "cpu")
        assert found.run.complete
    ((name, given),) = ran
    assert name == "park.ipynb"
    assert given == {**USUAL, "preset": "smoke", "device": "cpu"}
    with pytest.raises(ParameterError, match="smoke"):
        own_picture.finished("park", "none")


def test_the_rendered_picture_is_stored_on_its_side_and_read_upright(tmp_path: Path) -> None:
    file = tmp_path / "turned.jpg"
    sample = own_picture.write_rendered(file, 64)
    with Image.open(file) as stored:
        assert stored.getexif()[0x0112] == 6
        turned = np.asarray(stored.convert("RGB")).astype(int)
    seen = np.asarray(OwnPicture.read(file).shown).astype(int)
    wanted = sample.images[0].astype(int)
    assert len(sample) == 1
    assert np.abs(seen - wanted).mean() < 8
    assert np.abs(turned - wanted).mean() > 2 * np.abs(seen - wanted).mean()


def test_a_box_is_four_numbers_or_nothing() -> None:
    assert own_picture.box_of(" ") is None
    assert own_picture.box_of("1 2.5, 3,4") == (1, 2.5, 3, 4)
    for text in ("1 2 3", "a b c d", "1 2 3 4 5"):
        with pytest.raises(ParameterError, match="it must be four numbers"):
            own_picture.box_of(text)


def test_boxes_of_other_sizes_show_more_or_less_of_the_same_crop() -> None:
    known, data = Known(facts(size=32, window=32)), make(6, size=32)
    errors = own_picture.box_errors(known, data, (0.5, 1.0, 2.0))
    assert list(errors.index) == [0.5, 1.0, 2.0]
    assert errors.nunique() == 1, "this network sees no picture"
    smaller, right, larger = (torch.round(x * known.std[:, None, None]) for x in known.shown)
    crop = torch.tensor(data.images[0]).permute(2, 0, 1).float()
    assert torch.equal(right[0], crop)
    assert float(smaller.var((2, 3)).mean()) < float(right.var((2, 3)).mean()), "smoother"
    assert torch.equal(larger[0, :, :8, :8], crop[:, :1, :1].expand(3, 8, 8)), "the border is repeated"


def test_figures_are_described_and_json_is_shortened(picture: OwnPicture) -> None:
    found = predicted(Known(facts()), picture)
    figure = own_picture.steps_figure(picture, found, Known(facts()))
    assert "the joints that the network predicts" in description(figure)
    assert len(figure.axes) == 3
    plt.close(figure)
    content = json.loads(own_picture.shortened(found))
    assert content["skeleton"]["joints"] == ["hip", "right_hip", "..."]
    assert len(content["joints_3d"]["values"]) == 3
    table = own_picture.as_table({"box": "square"})
    assert table.loc["box"].tolist() == ["square"]
