"""What the package has written itself, damaged: sets in the cache, files of tensors, runs, their archives."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from random import Random

import numpy as np
import torch
from samples import make
from torch import nn

from fuzz.kind import Kind, damaged
from pose_lib.bench.archive import read_archive, write_archive
from pose_lib.bench.complete import RunError
from pose_lib.bench.evaluate import Scores
from pose_lib.bench.row_files import StoredError
from pose_lib.bench.run import Run, load_predictions
from pose_lib.bench.stored import run_evidence
from pose_lib.checkpoints import CheckpointError
from pose_lib.data.manifest import damage
from pose_lib.data.poses import PoseData, PoseDataError
from pose_lib.training import Schedule, fit

__all__ = ["KINDS"]

Files = dict[str, bytes]


def _written(write: Callable[[Path], Path]) -> Files:
    """The content of a folder below a new one."""
    with tempfile.TemporaryDirectory() as place:
        folder = write(Path(place))
        return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def _with_fault(rng: Random, files: Files, folder: Path) -> Path:
    """The files in a folder, one of them damaged, exchanged with another, emptied, doubled or lost."""
    name = rng.choice(sorted(files))
    content: bytes | None = files[name]
    match rng.randrange(6):
        case 0:
            content = None
        case 1:
            content = files[rng.choice(sorted(files))]
        case 2 if name.endswith(".json"):
            content = _other_json(rng, files[name])
        case _:
            content = damaged(rng, files[name])
    for other, whole in files.items():
        if other != name or content is not None:
            (folder / other).parent.mkdir(parents=True, exist_ok=True)
            (folder / other).write_bytes(content if other == name and content is not None else whole)
    return folder


def _other_json(rng: Random, content: bytes) -> bytes:
    """One value of an object, at any depth, exchanged."""
    whole = json.loads(content)
    at = whole
    while True:
        key = rng.choice(sorted(at))
        if not (isinstance(at[key], dict) and at[key]) or rng.random() < 0.3:
            break
        at = at[key]
    at[key] = rng.choice([None, -1, 1e400, "x", [], {}, "../../x", 10**30, True])
    return json.dumps(whole).encode()


@lru_cache(maxsize=1)
def _set() -> Files:
    def write(place: Path) -> Path:
        make().save(place / "set")
        return place / "set"

    return _written(write)


def _read_set(folder: Path) -> Sequence[np.ndarray]:
    data = PoseData.load(folder)
    if wrong := damage(folder):  # what only the checksums show
        raise PoseDataError(wrong)
    assert data.joints_3d is not None
    return data.joints_2d, data.joints_3d, data.boxes


def _net() -> nn.Module:
    torch.manual_seed(0)
    return nn.Linear(3, 3)


@lru_cache(maxsize=1)
def _checkpoint() -> bytes:
    x = torch.randn(32, 3, generator=torch.Generator().manual_seed(0))

    def write(place: Path) -> Path:
        net, file = _net(), place / "x.checkpoint"
        # The interval of six steps saves one checkpoint before the last step.
        fit(
            net,
            lambda w, g: (net(x[w]) - x[w]).square().mean(),
            32,
            Schedule(8, 0.1, 16),
            name="net",
            seed=0,
            checkpoint=file,
            save_every=-1.0,
        )
        return place

    return _written(write)["x.checkpoint"]


def _make_checkpoint(rng: Random, folder: Path) -> Path:
    file = folder / "x.checkpoint"
    if rng.random() < 0.3:
        file.write_bytes(_checkpoint())
        state = torch.load(file, weights_only=True)
        at = rng.choice([state, state["optimiser"], state["history"], state["model"]])
        key = rng.choice(sorted(at, key=str))
        at[key] = rng.choice([None, -1, 10**9, "x", [], {}, torch.full((2, 2), torch.nan), torch.zeros(3)])
        torch.save(state, file)
    else:
        file.write_bytes(damaged(rng, _checkpoint()))
    return file


def _read_checkpoint(file: Path) -> Sequence[np.ndarray]:
    net = _net()
    x = torch.randn(32, 3, generator=torch.Generator().manual_seed(0))
    fit(
        net,
        lambda w, g: (net(x[w]) - x[w]).square().mean(),
        32,
        Schedule(8, 0.1, 16),
        name="net",
        seed=0,
        checkpoint=file,
    )
    return [p.detach().numpy() for p in net.parameters()]


@lru_cache(maxsize=1)
def _run() -> Files:
    def write(place: Path) -> Path:
        parameters = {
            "seed": 0,
            "device": "cpu",
            "action": "Walking",
            "dataset": "synthetic",
            "preset": "smoke",
        }
        parameters |= {"budget": 1.0, "precision": "auto", "controls": False}  # type: ignore[dict-item]
        run = Run("method", parameters, "card", root=place)  # type: ignore[arg-type]
        scores = Scores.on(make(4), {"mpjpe": "mm"})
        scores.add("CNN", "mpjpe", np.full(4, 1.0))
        run.finish(scores.rows(), [scores], {"CNN": torch.ones(4, 17, 3)})
        return run.folder

    files = _written(write)
    return {name: content for name, content in files.items() if not name.startswith("locks" + os.sep)}


@lru_cache(maxsize=1)
def _archive() -> bytes:
    def write(place: Path) -> Path:
        run = place / "run"
        for name, content in _run().items():
            (run / name).parent.mkdir(parents=True, exist_ok=True)
            (run / name).write_bytes(content)
        (place / "sent").mkdir()
        return write_archive(run, place / "sent" / "run.zip").parent

    return _written(write)["run.zip"]


def _make_archive(rng: Random, folder: Path) -> Path:
    file = folder / "run.zip"
    file.write_bytes(damaged(rng, _archive()))
    return file


def _read_archive(file: Path) -> Sequence[np.ndarray]:
    return [read_archive(file).rows["value"].to_numpy()]


def _read_run(folder: Path) -> Sequence[np.ndarray]:
    evidence = run_evidence(folder)
    poses = load_predictions(folder)
    return [evidence.rows["value"].to_numpy(), *(p.numpy() for p in poses.values())]


KINDS = (
    Kind("cached-set", lambda r, f: _with_fault(r, _set(), f), _read_set, (PoseDataError,)),
    Kind("checkpoint", _make_checkpoint, _read_checkpoint, (CheckpointError,)),
    Kind(
        "run",
        lambda r, f: _with_fault(r, _run(), f),
        _read_run,
        (RunError, StoredError, FileNotFoundError),
    ),
    Kind("run-archive", _make_archive, _read_archive, (StoredError,)),
)
