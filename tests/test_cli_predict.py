"""``pose-lib predict`` and ``export`` as a user types them, on networks of random weights."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from predictors import exported

from pose_lib.bench.prediction import Prediction
from pose_lib.cli import main
from pose_lib.storage import checksum


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two pictures of one name, and the folder of checkpoints with three networks."""
    monkeypatch.setenv("POSE_CHECKPOINTS", str(tmp_path / "checkpoints"))
    for paper in ("park", "li_chan", "hmlpe"):
        exported(paper, tmp_path / "checkpoints" / f"{paper}.pt")
    random = np.random.default_rng(0)
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        pixels = random.integers(0, 256, (120, 90, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / folder / "me.jpg")
    return tmp_path


@pytest.mark.parametrize(
    ("method", "endings"),
    [("park", ["html", "json", "png"]), ("li_chan", ["html", "json"]), ("hmlpe", ["json", "png"])],
)
def test_each_method_writes_what_it_predicts(
    photos: Path, method: str, endings: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    out = photos / "out"
    given = [str(photos / "one"), str(photos / "two" / "me.jpg")]
    assert main(["predict", *given, "--method", method, "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert "It knows nothing." in said.err, "the first limit of the card is said"
    names = {f"me.jpg.{method}{number}.{ending}" for number in ("", ".2") for ending in endings}
    assert {Path(line).name for line in said.out.split("\n") if line} == names
    assert {p.name for p in out.iterdir()} == names | ({"plotly.min.js"} if "html" in endings else set())
    found = Prediction.from_json((out / f"me.jpg.{method}.json").read_text(encoding="utf-8"))
    assert found.sha256 == checksum(photos / "checkpoints" / f"{method}.pt")
    assert (found.joints_2d is not None, found.joints_3d is not None) == ("png" in endings, "html" in endings)
    assert found.sides == ("observer" if method == "hmlpe" else "person")


def test_a_box_is_for_one_picture(photos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, out = photos / "one", ["--out", str(photos / "out")]
    box = ["--box", "20", "10", "70", "110"]
    assert main(["predict", str(one), *box, *out, "--format", "webp", "--self-contained"]) == 0
    names = sorted(p.name for p in (photos / "out").iterdir())
    assert names == ["me.jpg.park.html", "me.jpg.park.json", "me.jpg.park.webp"]
    found = json.loads((photos / "out" / "me.jpg.park.json").read_text(encoding="utf-8"))
    assert found["box"]["given"]
    assert found["box"]["x0_y0_x1_y1"] == [-17.0, -2.0, 107.0, 122.0]
    assert main(["predict", str(one), str(photos / "two"), *box, *out]) == 1
    assert "--box is for one picture, and there are 2" in capsys.readouterr().err
    assert main(["predict", str(one), "--box", "70", "10", "20", "110", *out]) == 1
    assert "X0 < X1" in capsys.readouterr().err


def test_what_is_no_picture_is_named_and_the_others_are_done(
    photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (photos / "one" / "aaa.jpg").write_text("a text")
    assert main(["predict", str(photos / "one"), "--out", str(photos / "out")]) == 1
    said = capsys.readouterr()
    assert "aaa.jpg is no picture; expected a JPEG, PNG or WebP file" in said.err
    assert len(said.out.splitlines()) == 3


def test_a_network_that_is_not_there_comes_with_the_commands_that_make_it(
    photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = str(photos / "one" / "me.jpg")
    (photos / "checkpoints" / "park.pt").unlink()
    assert main(["predict", picture, "--out", str(photos / "out")]) == 1
    said = capsys.readouterr().err
    assert "pose-lib run park -p preset long -p action all --out park.zip" in said
    assert "pose-lib export park.zip" in said
    assert "make grid GRID=release TARGET=release" in said
    assert re.search(r"takes about \d+ minutes|was not measured yet", said)
    assert main(["predict", picture, "--method", "direct"]) == 1
    assert "direct has no predictor" in capsys.readouterr().err
    assert main(["predict", picture, "--method", "tekin_ae"]) == 1
    assert "no network of tekin_ae is trained for pictures" in capsys.readouterr().err
    assert main(["predict", picture, "--method", "resnet"]) == 1
    assert "no paper 'resnet'" in capsys.readouterr().err
    assert not (photos / "out").exists()


def test_a_file_of_weights_is_checked_before_it_is_used(
    photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture, file = str(photos / "one" / "me.jpg"), photos / "checkpoints" / "hmlpe.pt"
    given = ["predict", picture, "--checkpoint", str(file), "--out", str(photos / "out")]
    assert main([*given, "--sha256", checksum(file)]) == 0
    assert main([*given, "--sha256", "f" * 64]) == 1
    assert "do not use it" in capsys.readouterr().err


def test_export_of_what_is_no_finished_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(tmp_path)]) == 1
    assert "holds no complete run" in capsys.readouterr().err
    assert main(["export", str(tmp_path / "none.zip")]) == 1
    assert "no run" in capsys.readouterr().err
    (tmp_path / "none.zip").write_text("hello")
    assert main(["export", str(tmp_path / "none.zip")]) == 1
    assert "is no file of `pose-lib run --out`" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("predict", ["IMAGE", "--method", "--box", "--self-contained", "rendered people"]),
        ("export", ["--out", "--data-root"]),
    ],
)
def test_help_says_what_there_is(command: str, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert all(word in said for word in words)
