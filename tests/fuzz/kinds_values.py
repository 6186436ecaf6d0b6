"""Numbers and words from the caller: poses for metrics, parameters of a run, and files of results."""

from __future__ import annotations

import io
import itertools
import json
import math
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import torch

from fuzz.kind import Kind, damaged
from pose_lib import metrics
from pose_lib.bench.evidence import Sequences
from pose_lib.bench.parameters import ParameterError
from pose_lib.bench.row_files import StoredError, read_rows
from pose_lib.bench.rows import constant_row, frame
from pose_lib.bench.setup import checked
from pose_lib.geometry import axis_angle, from_crop, iou, look_at, square_around, to_crop
from pose_lib.papers import find

__all__ = ["KINDS"]

NUMBERS = (math.nan, math.inf, -math.inf, 0.0, -1.0, 1e-320, 1e-30, 1e15, 1e30, 1e200, -1e308, 2.0**63)
SCALES = (1.0, 1.0, 1.0, 1e-3, 0.0, 1e-20, 1e20)
WORDS = ("", "x", "nan", "inf", "-1", "1e999", "1.5", "True", "../x", "x" * 5000, "é", "٣", "a\0b", '"', ",")


def poses(rng: Random, count: int, joints: int, dimensions: int) -> np.ndarray:
    """Poses in mm with, now and then, another scale and numbers that cannot be."""
    draw = np.random.default_rng(rng.getrandbits(32))
    values: np.ndarray = draw.normal(size=(count, joints, dimensions)) * 300 * rng.choice(SCALES)
    for _ in range(rng.choice((0, 0, 0, 0, 1, 3)) if values.size else 0):
        values[tuple(rng.randrange(n) for n in values.shape)] = rng.choice(NUMBERS)
    return values


def dressed(rng: Random, values: np.ndarray) -> Any:
    """The values in another type, order, stride or container."""
    with np.errstate(over="ignore", invalid="ignore"):
        match rng.randrange(13):
            case 0:
                return values[:, ::-1].copy()[:, ::-1]
            case 1:
                return values.astype(">f8")
            case 2:
                return values.astype(np.float16)
            case 3:
                return np.nan_to_num(values, posinf=1e9, neginf=-1e9).clip(-1e9, 1e9).astype(np.int64)
            case 4:
                return values.tolist()
            case 5:
                return torch.from_numpy(values).bfloat16()
            case 6:
                return torch.from_numpy(values).requires_grad_()
            case 7:
                return values.astype(object)
            case 8:
                return np.ma.masked_invalid(values)
            case 9:
                return np.asfortranarray(values).astype(np.float32)
            case 10:
                return torch.from_numpy(values).float()
            case 11:
                values.flags.writeable = False
                return values
            case _:
                return values


def known(result: Any, *inputs: Any) -> list[np.ndarray]:
    """What came out, less what is documented to be NaN or infinite where an input is missing or infinite.

    Whole inputs without a missing or absurd number give no such result.
    """
    parts = result if isinstance(result, tuple) else (result,)
    out = [np.asarray(p.detach().double() if isinstance(p, torch.Tensor) else p, dtype=float) for p in parts]
    whole = all(np.abs(as_plain(x)).max(initial=0) < 1e15 for x in inputs)
    return out if whole else [x[np.isfinite(x)] for x in out]


def as_plain(values: Any) -> np.ndarray:
    """Values as a plain array, NaN where they are none."""
    if isinstance(values, torch.Tensor):
        values = values.detach().double().numpy()
    if isinstance(values, np.ma.MaskedArray):
        values = values.filled(np.nan)
    array = np.asarray(values, dtype=float)
    return np.where(np.isnan(array), np.inf, array)


POSE_METRICS: dict[str, Callable[..., Any]] = {
    "mpjpe": metrics.mpjpe,
    "per_joint_error": metrics.per_joint_error,
    "pa_mpjpe": lambda a, b: metrics.pa_mpjpe(a, b)[0],
    "procrustes_align": lambda a, b: metrics.procrustes_align(a, b)[0],
    "limb_ratio_error": metrics.limb_ratio_error,
    "protocol": metrics.Protocol(without=("nose",)).errors,
}


def measured(rng: Random) -> Sequence[np.ndarray]:
    """One metric on random poses."""
    joints, dimensions = rng.choice((17, 17, 17, 1, 0, 2)), rng.choice((3, 3, 3, 2, 1))
    count = rng.choice((4, 4, 1, 0))
    pred, true = (dressed(rng, poses(rng, count, joints, dimensions)) for _ in range(2))
    name = rng.choice((*POSE_METRICS, "hits", "root", "intervals", "means", "accuracy", "geometry"))
    if name in POSE_METRICS:
        return known(POSE_METRICS[name](pred, true), pred, true)
    number = rng.choice((*NUMBERS, 0.2, 0.5, True, None, "0.5"))
    if name == "root":
        root = rng.choice((-1, 0, 3, 16, 17, True, None, 1.0, "hip", np.int64(2)))
        return known(metrics.mpjpe(pred, true, root), pred, true)
    if name == "hits":
        limb = rng.choice(((0, 1), (4, 5), (1, 1), (-1, 2), (0, 99), (True, 0), (0.0, 1), ()))
        reference = rng.choice((np.full(count, 200.0), np.array([number] * count), [1.0], number))
        found = rng.choice(
            (
                partial(metrics.pcp, pred, true, [limb], number, strict=rng.random() < 0.5),
                partial(metrics.pdj, pred, true, limb, number),
                partial(metrics.pck, pred, true, reference, number),
                partial(metrics.torso_accuracy, pred, true, reference, [number, 20]),
            )
        )()
        hits = np.asarray(found, dtype=float)
        return [hits[~np.isnan(hits)]]  # NaN: no label
    draw = np.random.default_rng(rng.getrandbits(32))
    values = dressed(rng, poses(rng, rng.choice((0, 1, 30)), 1, 1)[:, :, 0])
    flat = (
        values.reshape(-1)
        if isinstance(values, np.ndarray | torch.Tensor)
        else list(itertools.chain(*values))
    )
    if name == "means":
        labels = [rng.choice(("a", "b", "c", None) if rng.random() < 0.1 else "abc") for _ in flat]
        table = metrics.per_action_table(flat, labels)
        return [table.to_numpy(), np.array([metrics.action_weighted_mean(flat, labels)])]
    if name == "accuracy":
        at = [rng.choice((number, 10.0, 20.0)) for _ in range(rng.choice((0, 1, 3)))]
        share = metrics.accuracy_over_threshold(abs(flat) if isinstance(flat, np.ndarray) else flat, at)
        return [share] if np.isfinite(as_plain(flat)).all() else []
    if name == "intervals":
        options: dict[str, Any] = {
            "weights": rng.choice((None, None, draw.integers(0, 3, len(flat)), [number] * len(flat))),
            "groups": rng.choice((None, draw.integers(0, 5, len(flat)), [number] * len(flat))),
            "level": rng.choice((0.95, 0.95, number)),
            "resamples": rng.choice((50, 50, 0, -1, number)),
        }
        return [np.array(metrics.bootstrap_interval(flat, **options))]
    return shapes(rng, pred)


def shapes(rng: Random, points: Any) -> Sequence[np.ndarray]:
    """Boxes, crops and rotations of random numbers."""
    with np.errstate(over="ignore", invalid="ignore"):
        boxes = np.sort(poses(rng, 4, 1, 4)[:, 0], axis=-1)[:, [0, 1, 2, 3]]
    side = rng.choice((64, 64, 0, -1, True, math.nan))
    a, b = (poses(rng, 1, 1, 3)[0, 0] for _ in range(2))
    match rng.randrange(5):
        case 0:
            return known(square_around(points, rng.choice((0.1, -0.5, math.nan))), points)
        case 1:
            return known(to_crop(points, boxes, side), points, boxes)
        case 2:
            return known(from_crop(points, boxes, side), points, boxes)
        case 3:
            return [iou(boxes[:, None], boxes[None]).numpy()]
        case _:
            return [*known(axis_angle(a, b[0]), a, b), look_at(a, b, [0, 0, 1]).numpy()]


def write_seed(rng: Random, folder: Path) -> Path:
    """The case's own seed: the numbers are too many for a file that a person would read."""
    place = folder / "seed.json"
    place.write_text(json.dumps(rng.getrandbits(64)))
    return place


def read_metric(place: Path) -> Sequence[np.ndarray]:
    return measured(Random(json.loads(place.read_text())))


# --- parameters -------------------------------------------------------------------------------------------

GIVEN: dict[str, Any] = {
    "action": "Walking",
    "dataset": "synthetic",
    "data_root": "",
    "preset": "smoke",
    "budget": 1.0,
    "precision": "float32",
    "seed": 0,
    "device": "cpu",
    "controls": False,
}
VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    7,
    2024,
    -1,
    2**64,
    10**400,
    1.5,
    b"x",
    (),
    [],
    {},
    Path(".."),
)
NAMES = (
    "walking",
    "sitting down",
    "Quick",
    "AUTO",
    "meta",
    "hpu",
    "cuda:99",
    "mps",
    "~nosuchuser",
    "~",
    "..",
)


def read_parameters(place: Path) -> Sequence[np.ndarray]:
    rng = Random(json.loads(place.read_text()))
    changed = rng.sample(list(GIVEN), rng.choice((1, 1, 1, 2)))
    values: dict[str, Any] = {name: rng.choice((*VALUES, *NUMBERS, *WORDS, *NAMES)) for name in changed}
    found, root = checked(find("tekin_ae"), GIVEN | values)
    assert root is None or root.is_dir()
    assert [type(found[n]) for n in ("budget", "seed", "controls")] == [float, int, bool]
    assert all(type(found[n]) is str for n in ("action", "dataset", "preset", "precision", "device"))
    return [np.array([found["budget"], found["seed"]], dtype=float)]


# --- files of results -------------------------------------------------------------------------------------


@cache
def rows() -> str:
    found = [
        constant_row(("CNN", f"setting {i}"), metric, "mm, mean", 10.0 + i, 7, (9.0, 14.5))
        for i in range(4)
        for metric in ("mpjpe", "pa-mpjpe")
    ]
    about = {k: v for k, v in GIVEN.items() if k not in ("device", "data_root")}
    table = frame(found).assign(paper="method", **about, fingerprint="0123456789ab", commit="1e5", threads=2)
    return str(table.to_csv(index=False))


def write_rows(rng: Random, folder: Path) -> Path:
    place = folder / "method.csv"
    if rng.random() < 0.4:
        place.write_bytes(damaged(rng, rows().encode()))
        return place
    lines = [line.split(",") for line in rows().replace('"mm, mean"', "mm").splitlines()]
    for _ in range(rng.randint(1, 2)):
        line = rng.randrange(len(lines))
        match rng.randrange(6):
            case 0:
                lines.insert(rng.randrange(len(lines)), list(lines[line]))
            case 1 if len(lines) > 1:
                del lines[line]
            case 2:
                rng.shuffle(lines[line])
            case 3:
                lines[line].pop()
            case _:
                lines[line][rng.randrange(len(lines[line]))] = rng.choice((*WORDS, *map(str, NUMBERS)))
    text = rng.choice(("\n", "\n", "\r\n", "\r")).join([",".join(cells) for cells in lines] + [""])
    place.write_bytes(text.encode(rng.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp037")), "replace"))
    return place


def read_table(place: Path) -> Sequence[np.ndarray]:
    found = read_rows(place)
    assert not found[["system", "setting", "against", "metric", "paper", "action"]].isna().any().any()
    assert all(pd.api.types.is_numeric_dtype(found[n]) for n in ("seed", "samples", "budget"))
    return [found[["value", "low", "high", "budget", "seed", "samples"]].to_numpy(float)]


@cache
def sequences() -> bytes:
    keys = {("CNN", "", "mpjpe"): 0, ("CNN", "wide", "mpjpe"): 1}
    file = io.BytesIO()
    found = Sequences(keys, np.array([["a", "1"], ["a", "2"], ["b", "1"]]), np.ones((2, 3)), np.ones((2, 3)))
    np.savez(file, **arrays_of(found))  # type: ignore[arg-type]
    return file.getvalue()


def arrays_of(found: Sequences) -> dict[str, np.ndarray]:
    keys = np.array(list(found.keys))
    return {"keys": keys, "names": found.names, "total": found.total, "weight": found.weight}


def write_sequences(rng: Random, folder: Path) -> Path:
    place = folder / "0123456789ab.npz"
    if rng.random() < 0.5:
        place.write_bytes(damaged(rng, sequences()))
        return place
    with np.load(io.BytesIO(sequences())) as stored:
        content = dict(stored)
    name = rng.choice(list(content))
    match rng.randrange(7):
        case 0:
            del content[name]
        case 1:
            content[name] = content[name].astype(object)
        case 2:
            content[name] = content[name].astype(str)
        case 3:
            content[name] = content[name][: rng.randrange(2)]
        case 4:
            content[name] = content[name][None]
        case 5:
            content[name] = content[rng.choice(list(content))]
        case _:
            content[rng.choice(("total", "weight"))][0, rng.randrange(3)] = rng.choice(NUMBERS)
    rng.choice((np.savez, np.savez_compressed))(place, **content)
    return place


def read_sequences(place: Path) -> Sequence[np.ndarray]:
    found = Sequences.load(place)
    found.difference("CNN", ("CNN", "wide"), "mpjpe")
    return [found.total, found.weight]


KINDS = (
    Kind("metric-values", write_seed, read_metric, (ValueError,), places=False),
    Kind("parameters", write_seed, read_parameters, (ParameterError,), places=False),
    Kind("results-csv", write_rows, read_table, (StoredError,)),
    Kind("sequences-npz", write_sequences, read_sequences, (StoredError,)),
)
