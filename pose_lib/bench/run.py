"""A run: one notebook with its parameters, in one folder from which an interrupted run resumes.

The folder's name ends in a fingerprint of all that decides the numbers. The same fingerprint means the same
numbers, so what is finished is read back rather than computed again.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from pose_lib import checkpoints
from pose_lib.bench.complete import RunError, file_of, is_complete, mark_complete
from pose_lib.bench.data_quality import Counts, count_rows
from pose_lib.bench.evaluate import Scores
from pose_lib.bench.evidence import Evidence, Sequences
from pose_lib.bench.fingerprint import NO_CODE, identity, settings_hash
from pose_lib.bench.machine import provenance
from pose_lib.bench.rows import NAMES, Key, Row, frame, split_key
from pose_lib.bench.work import Work
from pose_lib.paths import path_name, project_root
from pose_lib.progress import say
from pose_lib.storage import digest, locked, writing, written
from pose_lib.training import Schedule, fit
from pose_lib.training_state import History

__all__ = ["FOLDER_NOTE", "Run", "load_predictions", "runs_root"]


FOLDER_NOTE = "POSE_RUN_NOTE"
"""Environment variable: the file to which a notebook writes the place of its run's folder."""


def runs_root() -> Path:
    """Folder of all runs: ``POSE_RUNS`` if it is set, else ``runs`` in the checkout."""
    return Path(os.environ.get("POSE_RUNS") or project_root() / "runs")


@dataclass
class Run:
    """Opens (or makes) the folder of a run.

    Args:
        paper: name of the notebook.
        parameters: those of the notebook, all of them.
        data: fingerprint of the data card.
        settings: fields of the preset in force.
        code: hash of the code that decides the numbers.
        root: folder of all runs, if not :func:`runs_root`.
        counts: split to its unusual samples; they become rows of the run.
        data_code: hash of the code that makes the samples of the data set.
    """

    paper: str
    parameters: Mapping[str, str | int | float | bool]
    data: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""
    root: Path | None = None
    counts: Mapping[str, Counts] = field(default_factory=dict)
    data_code: str = ""

    def __post_init__(self) -> None:
        """Make the folder and write down what it belongs to."""
        self.identity = identity(self.code, self.parameters, self.settings, self.data)
        self.fingerprint = digest([self.paper, self.identity])[:12]
        self.work = Work()
        p = self.parameters
        name = "-".join(str(p[k]) for k in ("dataset", "action", "preset") if k in p)
        root = self.root or runs_root()
        readable = path_name(f"{name}-s{p.get('seed', 0)}")
        self.folder = root / path_name(self.paper) / f"{readable}-{self.fingerprint}"
        if not (self.folder / "run.json").is_file():
            with writing(self.folder):
                (self.folder / "cached").mkdir(parents=True, exist_ok=True)
            about = {"paper": self.paper, "fingerprint": self.fingerprint, **self.identity, **self.about()}
            self._write("run.json", about)

    @property
    def device(self) -> str:
        """Where the run computes."""
        return str(self.parameters.get("device", "cpu"))

    @property
    def seed(self) -> int:
        """Of all random streams of the run."""
        return int(self.parameters.get("seed", 0))

    def about(self) -> dict[str, str]:
        """The machine and versions of this run."""
        return provenance(self.device)

    def _write(self, name: str, content: Any) -> None:
        text = json.dumps(content, indent=1, default=str)
        written(self.folder / name, lambda part: part.write_text(text, encoding="utf-8"))

    @property
    def complete(self) -> bool:
        """Whether the run has ended and its rows are written."""
        return is_complete(self.folder)

    def cached(self, name: str, build: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Tensors and numbers by name: read back if they are there, else built and kept.

        Of two processes one builds, and the other waits for it.

        Raises:
            CheckpointError: the file is damaged; names it.
            StorageError: it cannot be written.
        """
        result = self._cached(name, build)
        self.work.seconds[name] = float(result["seconds"])
        return result

    def _cached(self, name: str, build: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        file = self.folder / "cached" / f"{path_name(name)}.pt"
        if not file.is_file():
            with locked(self.folder / "locks" / path_name(name), f"{self.paper}, {name}"):
                if not file.is_file():
                    start = time.monotonic()
                    result = build()
                    result.setdefault("seconds", time.monotonic() - start)
                    checkpoints.save(result, file)
                    return result
        return checkpoints.load(file, "seconds")

    def train(
        self,
        name: str,
        model: nn.Module,
        loss: Callable[[Tensor, torch.Generator], Tensor],
        samples: int,
        schedule: Schedule,
        watch: Callable[[int], Mapping[str, float] | None] | None = None,
        stream: str | None = None,
        ahead: Callable[[Tensor], None] | None = None,
    ) -> History:
        """Train a network; a finished one is loaded instead, an interrupted one resumes.

        Arguments as for :func:`pose_lib.training.fit`.
        """
        checkpoint = self.folder / "cached" / f"{path_name(name)}.checkpoint"

        def build() -> dict[str, Any]:
            history = fit(
                model,
                loss,
                samples,
                schedule,
                name=name,
                seed=self.seed,
                checkpoint=checkpoint,
                device=self.device,
                watch=watch,
                stream=stream,
                ahead=ahead,
            )
            return {"model": model.state_dict(), "history": vars(history), "seconds": history.seconds}

        result = self.cached(name, build)
        self.work.train(name, model, schedule)
        checkpoint.unlink(missing_ok=True)
        whole = checkpoint.with_suffix(".pt")
        checkpoints.load_into(model, result.get("model"), whole)
        model.eval()
        return History.read(result.get("history"), whole)

    def finish(
        self,
        rows: Sequence[Row],
        scores: Sequence[Scores] = (),
        predictions: Mapping[Key, Tensor] | None = None,
    ) -> Evidence:
        """Write the rows with their provenance, and mark the run as complete.

        Args:
            rows: of all systems.
            scores: of single samples; what they sum to per sequence is kept, so that any two systems can be
                compared later.
            predictions: system to its poses for the test samples, kept for comparisons of papers.

        Raises:
            ValueError: two rows have the same system, setting, metric and system compared with; names them.
        """
        about = {
            "paper": self.paper,
            **{k: v for k, v in self.parameters.items() if k not in ("data_root", "precision")},
            "precision": self.identity["environment"]["precision"],
            "device": self.identity["environment"]["device"],
            "fingerprint": self.fingerprint,
            "code": self.code or NO_CODE,
            "settings": settings_hash(self.settings),
            "data": self.data or NO_CODE,
            "data_code": self.data_code or NO_CODE,
            "date": datetime.now(UTC).date().isoformat(),
            **self.about(),
        }
        tidy = frame([*rows, *count_rows(self.counts), *self.work.rows(self.folder / "cached")])
        twice = tidy[tidy.duplicated(NAMES)]
        if len(twice):
            named = ", ".join(sorted({f"{row.metric} of {row.system}" for row in twice.itertuples()}))
            raise ValueError(f"{self.paper} has two rows each for {named}; give one of them another name")
        tidy = tidy.assign(**about)[[*about, *tidy.columns]]
        sequences = Sequences.of(scores)
        with locked(self.folder / "locks" / "finish", f"{self.paper}, writing its rows"):
            new = not self.complete
            made = [
                written(self.folder / "sequences.npz", sequences.save),
                written(
                    self.folder / "predictions.npz", lambda part: _save_predictions(predictions or {}, part)
                ),
                written(self.folder / "rows.csv", lambda part: tidy.to_csv(part, index=False)),
            ]
            mark_complete(self.folder, made, about["date"])
            if new:
                say(f"run {self.fingerprint} complete")
        return Evidence(tidy, {self.fingerprint: sequences})


def _save_predictions(predictions: Mapping[Key, Tensor], file: Path) -> None:
    keys = np.array([split_key(key) for key in predictions], dtype=np.str_).reshape(len(predictions), 2)
    arrays = {f"poses-{i}": poses.float().numpy() for i, poses in enumerate(predictions.values())}
    with file.open("wb") as handle:
        np.savez(handle, keys=keys, **arrays)  # type: ignore[arg-type]


def load_predictions(folder: Path) -> dict[Key, Tensor]:
    """System to poses ``(M, J, D)``, as a complete run keeps them.

    Raises:
        FileNotFoundError: the folder holds no complete run.
        RunError: the file is missing or damaged; names it.
    """
    file = file_of(folder, "predictions.npz")
    try:
        with file.open("rb") as handle, np.load(handle, allow_pickle=False) as arrays:
            keys = [(str(system), str(setting)) for system, setting in arrays["keys"]]
            return {
                (key if key[1] else key[0]): torch.from_numpy(arrays[f"poses-{i}"])
                for i, key in enumerate(keys)
            }
    except Exception as error:
        raise RunError(f"{file} is damaged ({error}); delete {folder} and run again") from error
