"""The commands ``pose-lib predict`` and ``pose-lib export``: trained networks on pictures of one's own."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pose_lib.paths import path_name

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from pose_lib.bench.prediction import Prediction
    from pose_lib.data.photos.own import OwnPicture

__all__ = ["add", "export", "predict"]

_AFTERWORD = (
    "The networks have learned from rendered people unless their cards say otherwise, and find nobody "
    "themselves: give a box, or a picture that one person fills. Without a trained network at hand, the "
    "command says how to train one."
)


def add(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add both commands."""
    predict = commands.add_parser(
        "predict", help="predict the pose in pictures of your own", epilog=_AFTERWORD
    )
    predict.add_argument(
        "images", type=Path, nargs="+", metavar="IMAGE", help="JPEG, PNG or WebP file, or a folder"
    )
    predict.add_argument(
        "--method", default="park", help="li_chan (3D), park (2D and 3D; default) or hmlpe (2D)"
    )
    predict.add_argument(
        "--checkpoint", type=Path, metavar="FILE", help="of `pose-lib export`; default: its own"
    )
    predict.add_argument("--sha256", default="", metavar="HEX", help="refuse a checkpoint with another hash")
    predict.add_argument(
        "--box",
        type=float,
        nargs=4,
        metavar=("X0", "Y0", "X1", "Y1"),
        help="close around the person (hmlpe: the upper body), in pixels of one picture; default: all of it",
    )
    predict.add_argument("--out", type=Path, default=Path("predicted"), help="folder; default: predicted")
    predict.add_argument("--format", choices=("png", "webp"), default="png", help="of the 2D picture")
    predict.add_argument(
        "--self-contained", action="store_true", help="3D pages that can be moved alone (5 MB each)"
    )
    export = commands.add_parser(
        "export", help="write the network of a finished run as a small file with a card"
    )
    export.add_argument("run", type=Path, help="folder of the run, or the file of `run --out`")
    export.add_argument("--out", type=Path, metavar="FILE", help="ends in .pt; default: checkpoints/NAME.pt")
    export.add_argument("--data-root", type=Path, help="files of the run's data set, unless it was rendered")


def export(chosen: argparse.Namespace) -> int:
    """Do what ``pose-lib export`` says; returns the exit status."""
    from pose_lib.bench.release import card_file
    from pose_lib.papers._serving import export

    file = export(chosen.run, chosen.out, chosen.data_root)
    for written in (file, card_file(file), file.with_suffix(".md")):
        print(written)
    return 0


def predict(chosen: argparse.Namespace) -> int:
    """Do what ``pose-lib predict`` says; a picture that cannot be used is named, and the others are done.

    Returns the exit status, 1 where a picture was refused.
    """
    from pose_lib.bench.prediction import predicted
    from pose_lib.bench.release import read_card
    from pose_lib.data.photos.own import OwnPicture, PictureError, find_pictures
    from pose_lib.papers._serving import exported, load_release

    files = find_pictures(chosen.images)
    if chosen.box and len(files) > 1:
        raise PictureError(
            f"--box is for one picture, and there are {len(files)}: run the command once for each"
        )
    checkpoint = chosen.checkpoint or exported(chosen.method)
    predictor, card = load_release(checkpoint, chosen.sha256), read_card(checkpoint)
    print(f"{predictor.facts.system} of {checkpoint}: {card['limits'][0]}", file=sys.stderr)
    refused = 0
    taken: set[str] = set()
    for file in files:
        try:
            picture = OwnPicture.read(file)
            found = predicted(predictor, picture, tuple(chosen.box) if chosen.box else None, card["sha256"])
        except PictureError as error:
            print(f"pose-lib: {error}", file=sys.stderr)
            refused += 1
            continue
        for place in _write(found, picture, chosen, taken):
            print(place)
    return int(refused > 0)


def _write(found: Prediction, picture: OwnPicture, chosen: argparse.Namespace, taken: set[str]) -> list[Path]:
    """Write all that there is of one prediction; the names of two pictures of the same name differ."""
    from pose_lib.book.predictions import save_overlay, save_page
    from pose_lib.storage import written

    name = f"{path_name(found.picture)}.{path_name(found.paper)}"
    number = next(i for i in range(1, len(taken) + 2) if f"{name}.{i}" not in taken)
    taken.add(f"{name}.{number}")
    start = chosen.out / (name if number == 1 else f"{name}.{number}")
    chosen.out.mkdir(parents=True, exist_ok=True)
    text = found.to_json()
    files = [written(Path(f"{start}.json"), lambda part: part.write_text(text, encoding="utf-8"))]
    if found.joints_2d is not None:
        files.append(save_overlay(found, picture.shown, Path(f"{start}.{chosen.format}")))
    if found.joints_3d is not None:
        files.append(save_page(found, Path(f"{start}.html"), whole=chosen.self_contained))
    return files
