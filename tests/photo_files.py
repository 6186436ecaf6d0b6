"""Small data sets of photographs, written in the formats of the real ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

from pose_lib.data.photos.cards import SETS
from pose_lib.data.photos.flic import COLUMNS
from pose_lib.geometry.skeletons import FLIC11

WIDTH, HEIGHT = 120, 90


def shrink(
    monkeypatch: pytest.MonkeyPatch, name: str, pictures: int, people: int = 0, training: int | None = None
) -> None:
    """Make the readers expect a data set as small as the one that a test writes."""
    facts = SETS[name]
    training = facts.training if training is None else training
    small = replace(facts, pictures=pictures, people=people or pictures, training=training)
    monkeypatch.setitem(SETS, name, small)


def picture(file: Path, seed: int = 0, size: tuple[int, int] = (WIDTH, HEIGHT)) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    coarse = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    Image.fromarray(coarse).resize(size, Image.Resampling.BILINEAR).save(file, quality=90)


def places(n: int, joints: int, seed: int = 0) -> np.ndarray:
    """Random joints ``(n, joints, 2)`` in MATLAB's pixels, inside a picture."""
    rng = np.random.default_rng(seed)
    return rng.uniform([5, 5], [WIDTH - 5, HEIGHT - 5], (n, joints, 2))


def write_lsp(root: Path, n: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """``lsp_dataset``: places (n, 14, 2) and flags (n, 14), 1 for hidden."""
    folder = root / "lsp_dataset"
    xy = places(n, 14)
    hidden = np.random.default_rng(1).integers(0, 2, (n, 14)).astype(float)
    for i in range(n):
        picture(folder / f"images/im{i + 1:04d}.jpg", i)
    savemat(folder / "joints.mat", {"joints": np.concatenate([xy.transpose(2, 1, 0), hidden.T[None]])})
    return xy, hidden


def write_lspet(root: Path, n: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """``lspet_dataset``: positions, meaningless where hidden, and flags, 1 for visible."""
    folder = root / "lspet_dataset"
    xy = places(n, 14, seed=2)
    visible = (np.random.default_rng(3).uniform(size=(n, 14)) < 0.8).astype(float)
    visible[0] = 1
    xy[visible == 0] = (-250.0, 782.0)
    for i in range(n):
        picture(folder / f"images/im{i + 1:05d}.jpg", i)
    joints = np.concatenate([xy.transpose(1, 2, 0), visible.T[:, None]], axis=1)
    savemat(folder / "joints.mat", {"joints": joints})
    return xy, visible


def write_parse(root: Path, n: int = 5) -> np.ndarray:
    folder = root / "PARSE"
    xy = places(n, 14, seed=4)
    for i in range(n):
        picture(folder / f"im{i + 1:04d}.jpg", i)
    savemat(folder / "labels.mat", {"ptsAll": xy.transpose(1, 2, 0)})
    return xy


def flic_examples(n: int, coords: np.ndarray | None = None) -> np.ndarray:
    """The struct of ``examples.mat``; the last third of the people test."""
    kind = [
        (f, "O")
        for f in ("poselet_hit_idx", "moviename", "coords", "filepath", "imgdims", "currframe", "torsobox")
    ]
    out = np.empty((1, n), dtype=[*kind, ("istrain", "O"), ("istest", "O")])
    for i in range(n):
        row = out[0, i]
        row["poselet_hit_idx"] = np.arange(3)
        row["moviename"] = "some-film" if i % 2 else "another-film"
        row["coords"] = full_coords(i) if coords is None else coords[i]
        row["filepath"] = f"{row['moviename']}-{i:08d}.jpg"
        row["imgdims"] = np.array([HEIGHT, WIDTH, 3], dtype=np.uint16)
        row["currframe"] = i
        row["torsobox"] = np.array([40, 30, 70, 80], dtype=np.float32)
        row["istest"] = np.array([[i >= n * 2 // 3]])
        row["istrain"] = np.array([[i < n * 2 // 3]])
    return out


def full_coords(seed: int) -> np.ndarray:
    """``coords`` (2, 29) of someone who faces the camera: only eleven columns are labelled."""
    coords = np.full((2, 29), np.nan)
    xy = places(1, 11, seed)[0]
    for left, right in FLIC11.pairs:
        if xy[left, 0] < xy[right, 0]:
            xy[[left, right]] = xy[[right, left]]
    coords[:, list(COLUMNS)] = xy.T
    return coords


def write_flic(root: Path, n: int = 6, name: str = "FLIC", examples: np.ndarray | None = None) -> np.ndarray:
    folder = root / name
    rows = flic_examples(n) if examples is None else examples
    for i, row in enumerate(rows[0]):
        picture(folder / "images" / row["filepath"], i)
    savemat(folder / "examples.mat", {"examples": rows})
    return rows


def sticks(n: int, seed: int = 0) -> np.ndarray:
    """People ``(n, 6, 2, 2)`` with arms that hang, folded or raised, in the picture's own pixels."""
    rng = np.random.default_rng(seed)
    out = np.empty((n, 6, 2, 2))
    for i in range(n):
        x, y = rng.uniform([50, 25], [70, 35])
        out[i, 0] = [[x, y + 8], [x + 1, y + 45]]
        out[i, 5] = [[x, y - 15], [x, y + 6]]
        for side, (upper, lower) in ((-1, (1, 3)), (1, (2, 4))):
            shoulder = np.array([x + side * 14, y + 10])
            bend = rng.uniform(-0.6, 0.6)
            elbow = shoulder + 20 * np.array([side * np.sin(abs(bend)), np.cos(bend)])
            turn = rng.uniform(-2.2, 0.4)
            wrist = elbow + 16 * np.array([side * np.sin(turn), np.cos(turn)])
            out[i, upper] = [shoulder, elbow]
            out[i, lower] = [elbow + rng.uniform(-1, 1, 2), wrist]
    return out


def stick_lines(one: np.ndarray) -> list[str]:
    return [" " + " ".join(f"{v:.1f}" for v in stick.reshape(-1)) + " " for stick in one]


def write_buffy(root: Path, each: int = 3, missed: int = 1) -> np.ndarray:
    """Episodes 2 to 6 of ``each`` frames; the first ``missed`` test people are not detected."""
    folder, people, results = root / "BUFFY", [], []
    (folder / "data").mkdir(parents=True)
    for episode in (2, 3, 4, 5, 6):
        lines = []
        for i, one in enumerate(sticks(each, seed=episode)):
            frame = 10 * episode + i
            lines += [str(frame), *stick_lines(one)]
            picture(folder / f"images/buffy_s5e{episode}_original/{frame:06d}.jpg", frame)
            people.append(one)
            if episode in (2, 5, 6):
                results.append(detection(one, episode, frame, len(results) < missed))
        (folder / f"data/buffy_s5e{episode}_sticks.txt").write_text("\n".join(lines) + "\n")
    rows = np.empty((1, len(results)), dtype=[("stickmen", "O"), ("episode", "O"), ("frame", "O")])
    rows[0] = results
    savemat(folder / "techrep2010_buffy_results.mat", {"techrep2010_buffy": rows})
    return np.stack(people)


def detection(one: np.ndarray, episode: int, frame: int, missed: bool) -> tuple[Any, int, int]:
    if missed:
        return np.empty((1, 0)), episode, frame
    x, y = one[5].mean(0)
    found = np.empty((1, 2), dtype=[("coor", "O"), ("det", "O"), ("detscore", "O")])
    found[0, 0] = (np.zeros((4, 6)), np.array([0, 0, 5, 5], dtype=np.uint16), 0.1)
    found[0, 1] = (np.zeros((4, 6)), np.round([x - 22, y - 11, x + 22, y + 30]).astype(np.uint16), 1.0)
    return found, episode, frame


def write_stickmen(root: Path, name: str, counts: list[int]) -> np.ndarray:
    """``ethz``, ``synchronic`` or ``family`` with ``counts`` people in the pictures."""
    facts = SETS[name]
    folder = root / facts.folders[0]
    (folder / "data").mkdir(parents=True)
    people = sticks(sum(counts), seed=9)
    lines, done = [], 0
    for i, count in enumerate(counts):
        file = f"Some_Dance_{i:08d}.jpg" if name == "synchronic" else f"{i:06d}_a.jpg"
        lines.append(file if name == "ethz" else f"{file} {count} 6")
        for one in people[done : done + count]:
            lines += stick_lines(one)
        done += count
        picture(folder / "images" / file, i)
    (folder / facts.marker[0]).write_text("\n".join(lines) + "\n")
    return people
