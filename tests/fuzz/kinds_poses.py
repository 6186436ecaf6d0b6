"""Files of anybody's poses, packed and not, with damaged bytes and with arrays that cannot be."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from fuzz.kind import Kind, damaged
from pose_lib.bench.own_poses import PoseFileError, read_poses

__all__ = ["KINDS"]

_COUNT = 6


def _arrays() -> dict[str, Any]:
    poses = np.random.default_rng(0).normal(0, 300, (2, _COUNT, 17, 3))
    about = {"action": np.full(_COUNT, "Walking"), "frame": np.arange(_COUNT), "skeleton": np.array("h36m17")}
    return {"predictions": poses[0], "predictions_other": poses[1], "truth": poses[1], **about}


@cache
def _packed(compressed: bool) -> bytes:
    file = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(file, **_arrays())
    return file.getvalue()


def _make(rng: Random, folder: Path) -> Path:
    """Damaged bytes, or an array that is lost, exchanged, cut or of another type."""
    place = folder / "mine.npz"
    if rng.random() < 0.7:
        place.write_bytes(damaged(rng, _packed(rng.random() < 0.5)))
        return place
    content = _arrays()
    name, other = rng.choice(list(content)), rng.choice(list(content))
    match rng.randrange(5):
        case 0:
            del content[name]
        case 1:
            content[name] = content[other]
        case 2:
            content[name] = content[name].astype(rng.choice((str, object)))
        case 3:
            content[name] = content[name].reshape(-1)[: rng.randrange(3)]
        case _:
            content["predictions"][0, 0, 0] = rng.choice((np.nan, np.inf, 1e30, -1e308))
    np.savez(place, **content)
    return place


def _read(file: Path) -> Sequence[np.ndarray]:
    poses = read_poses(file)
    return [system.numpy() for system in poses.systems.values()]


KINDS = (Kind("own-poses", _make, _read, (PoseFileError,)),)
