"""Labels of photographs: matrices and structs of MATLAB, and texts of sticks."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import numpy as np
from photo_files import HEIGHT, WIDTH, detection, flic_examples, places, stick_lines, sticks
from PIL import Image
from scipy.io import savemat
from scipy.sparse import csc_array

from fuzz.kind import Kind, damaged
from pose_lib.data.photos import dataset
from pose_lib.data.photos.cards import SETS
from pose_lib.data.photos.errors import PhotoError
from pose_lib.data.photos.people import People
from pose_lib.data.photos.stickmen import read_detections

__all__ = ["KINDS"]

FEW = 3
"""People in a data set of these kinds."""
NUMBERS = (np.nan, np.inf, -np.inf, 0.0, -1.0, -40.0, 1e6, 1e300, -1e300, 5e-324, 2**53 + 1.0, 0.5)
NAMES = (
    "..",
    "../../etc/passwd",
    "/etc/passwd",
    "",
    ".",
    "a" * 5000,
    "a\0b",
    "a\nb",
    "C:\\x.jpg",
    "x/../../y.jpg",
)
NAMES = (
    *NAMES,
    "\ud800.jpg",
    "é.jpg",
    " ",
    "~",
    "-",
    "con",
    "missing.jpg",
    "\x1b[31m.jpg",
    "%s{0}",
    "im0001.jpg/",
)


@cache
def jpeg(seed: int) -> bytes:
    """A small picture."""
    out = io.BytesIO()
    values = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    Image.fromarray(values).resize((WIDTH, HEIGHT)).save(out, "JPEG")
    return out.getvalue()


def few(name: str) -> Any:
    """The readers expect as few people as there are."""
    return patch.dict(SETS, {name: replace(SETS[name], pictures=FEW, people=FEW, training=FEW - 1)})


def arrays(people: People) -> list[np.ndarray]:
    """What must be finite: positions that count as visible, and the boxes of people who are not left out."""
    out: list[np.ndarray] = [people.joints[people.visible], people.sizes]
    assert people.visible.shape == people.joints.shape[:2]
    for crop in dataset.crops_of(people.name):
        kept, squares = dataset._boxed(people, crop)
        assert len(kept) > 0
        assert (squares[:, 2] > squares[:, 0]).all()
        out.append(squares)
    return out


def read_set(name: str) -> Callable[[Path], Sequence[np.ndarray]]:
    def read(place: Path) -> Sequence[np.ndarray]:
        with few(name):
            return arrays(dataset.read(name, place))

    return read


def written(rng: Random, content: dict[str, Any], variable: str) -> bytes:
    """A MATLAB file, plain or compressed, at times with other contents, version or bytes than it should."""
    out = io.BytesIO()
    options = {"do_compression": rng.random() < 0.3, "format": "5"}
    match rng.randrange(40):
        case 0:
            content = {"other": content[variable]}
        case 1:
            content = {variable: content[variable].astype(object)}
        case 2:
            content = {variable: "text"}
        case 3:
            content = {variable: csc_array(np.eye(4))}
        case 4:
            content = {variable: np.zeros((0, 0))}
        case 5:
            content = {variable: {"a": {"b": content[variable]}}}
        case 6 if content[variable].dtype.kind == "f":
            content = {variable: content[variable].astype(rng.choice(("f4", "c16", "i2", "u1", ">f8")))}
        case 7 if content[variable].dtype.kind == "f":
            content = {variable: content[variable].reshape(content[variable].shape[0], -1)}
            options = {"format": "4"}
        case _:
            pass
    with np.errstate(all="ignore"):
        savemat(out, content, **options)
    data = out.getvalue()
    return damaged(rng, data) if rng.random() < 0.4 else data


def make_leeds(rng: Random, folder: Path) -> Path:
    root = folder / "lsp_dataset"
    (root / "images").mkdir(parents=True)
    for i in range(FEW):
        (root / f"images/im{i + 1:04d}.jpg").write_bytes(jpeg(i))
    joints = np.concatenate([places(FEW, 14).transpose(2, 1, 0), np.zeros((1, 14, FEW))])
    joints[2, rng.randrange(14)] = rng.choice((0, 1))
    for _ in range(rng.choice((0, 0, 1, 2, 30))):
        joints[rng.choice((0, 0, 0, 1, 1, 1, 2)), rng.randrange(14), rng.randrange(FEW)] = rng.choice(NUMBERS)
    if rng.random() < 0.1:
        joints[:2, :, : rng.randint(1, FEW)] = rng.choice(NUMBERS)
    with np.errstate(all="ignore"):
        content = written(rng, {"joints": joints}, "joints")
    (root / "joints.mat").write_bytes(content)
    return root


def make_flic(rng: Random, folder: Path) -> Path:
    root = folder / "FLIC"
    (root / "images").mkdir(parents=True)
    rows = flic_examples(FEW)
    for i, row in enumerate(rows[0]):
        (root / "images" / row["filepath"]).write_bytes(jpeg(i))
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        row, field = rows[0, rng.randrange(FEW)], rng.choice(rows.dtype.names)
        row[field] = _other(rng, field, row[field])
    if rng.random() < 0.1:
        lost = rng.choice(rows.dtype.names)
        fewer = np.empty(rows.shape, dtype=[(name, "O") for name in rows.dtype.names if name != lost])
        for name in fewer.dtype.names or ():
            fewer[name] = rows[name]
        rows = fewer
    (root / "examples.mat").write_bytes(written(rng, {"examples": rows}, "examples"))
    return root


def _other(rng: Random, field: str, value: Any) -> Any:
    """Something else in a field of a struct."""
    match rng.randrange(7):
        case 0:
            return rng.choice(NAMES[:-2]).replace("\ud800", "d")
        case 1:
            return np.array([rng.choice(NUMBERS)])
        case 2:
            return rng.choice((np.zeros((0, 0)), np.zeros((3, 3, 3)), "yes", {"a": 1.0}, np.array([[True]])))
        case 3 if not isinstance(value, str):
            return np.asarray(value, dtype=float) * rng.choice((-1, 0, 1e12, np.nan, 1 + 1e-9))
        case _:
            if isinstance(value, str) or np.asarray(value).dtype.kind == "b" or np.size(value) == 0:
                return rng.choice(NAMES[:10])
            changed = np.array(value, dtype=float).copy().reshape(np.shape(value) or (1,))
            changed.reshape(-1)[rng.randrange(changed.size)] = rng.choice(NUMBERS)
            return changed


def make_detections(rng: Random, folder: Path) -> Path:
    people = sticks(FEW)
    rows = np.empty((1, FEW), dtype=[("stickmen", "O"), ("episode", "O"), ("frame", "O")])
    rows[0] = [detection(one, 2, i, i == 1) for i, one in enumerate(people)]
    found = rows[0, 0]["stickmen"]
    for _ in range(rng.choice((0, 1, 1, 2))):
        match rng.randrange(4):
            case 0:
                rows[0, rng.randrange(FEW)][rng.choice(("episode", "frame"))] = _other(rng, "", np.zeros(1))
            case 1:
                rows[0, rng.randrange(FEW)]["stickmen"] = _other(rng, "", np.zeros((1, 2)))
            case _:
                found[0, rng.randrange(2)]["det"] = _other(rng, "", np.arange(4.0))
    file = folder / "techrep2010_buffy_results.mat"
    file.write_bytes(written(rng, {"techrep2010_buffy": rows}, "techrep2010_buffy"))
    return file


def make_sticks(rng: Random, folder: Path) -> Path:
    root = folder / "SynchronicActivities"
    (root / "images").mkdir(parents=True)
    (root / "data").mkdir()
    lines = []
    for i, one in enumerate(sticks(FEW, seed=rng.randrange(100))):
        name = f"Some_Dance_{i:08d}.jpg"
        (root / "images" / name).write_bytes(jpeg(i))
        lines += [f"{name} 1 6", *stick_lines(one)]
    words = [
        "nan",
        "NaN NaN NaN NaN",
        "0 0 0 0",
        "inf",
        "1e999",
        "-5",
        "1_0",
        "0x10",
        "١",
        "1,5",
        "1e5",
        "1e-400",
    ]
    words += [
        "9" * 5000,
        "Infinity",
        "",
        "\x1a",
        "\ufeff",
        "\0",
        "1 6",
        "1000000000 6",
        "-1 6",
        "1 14",
        *NAMES,
    ]
    for _ in range(rng.choice((0, 1, 1, 2, 5))):
        at = rng.randrange(len(lines))
        parts = lines[at].split(" ")
        match rng.randrange(6):
            case 0:
                del lines[at]
                lines = lines or [""]
            case 1:
                lines.insert(at, rng.choice(words))
            case 2:
                lines[at] = rng.choice(words)
            case 3:
                lines.insert(at, rng.choice(lines))
            case _:
                parts[rng.randrange(len(parts))] = rng.choice(words)
                lines[at] = " ".join(parts)
    text = rng.choice(("\n", "\n", "\r\n", "\r", "\n\n")).join(lines) + rng.choice(
        ("", "\n", "\x1a", "\n\x1a")
    )
    encoding = rng.choice((*["utf-8"] * 10, "utf-8-sig", "utf-16", "utf-16-le", "latin-1"))
    data = text.encode(encoding, errors="replace")
    (root / "data/SynchronicActivities.txt").write_bytes(damaged(rng, data) if rng.random() < 0.4 else data)
    return root


KINDS = (
    Kind("leeds-mat", make_leeds, read_set("lsp"), (PhotoError,)),
    Kind("flic-mat", make_flic, read_set("flic"), (PhotoError,)),
    Kind("buffy-detections", make_detections, lambda f: list(read_detections(f).values()), (PhotoError,)),
    Kind("sticks", make_sticks, read_set("synchronic"), (PhotoError,)),
)
