"""A run: one notebook with its parameters, in one folder that can be cut off and gone on with.

The folder's name ends in a fingerprint of everything that decides the numbers: the package's sources, the
parameters, the data's card. The same fingerprint means the same numbers, so finished stages are read back
rather than computed again.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from torch import Tensor, nn

from pose_lib.bench.quality import Counts, quality_rows
from pose_lib.bench.system import provenance
from pose_lib.paths import project_root, sources_hash
from pose_lib.progress import say
from pose_lib.training import History, Schedule, fit, save_atomically

__all__ = ["Run", "RunError", "runs_root"]


class RunError(RuntimeError):
    """A run's folder is not what it should be."""


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
        settings: further things that decide the numbers, such as the preset's fields.
    """

    paper: str
    parameters: Mapping[str, str | int | float | bool]
    data: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    root: Path | None = None
    counts: Mapping[str, Counts] = field(default_factory=dict)
    """Split to its unusual samples; they become rows of the run."""

    def __post_init__(self) -> None:
        """Make the folder and write down what it belongs to."""
        # Where the data lie and how the run is shown change no number.
        decisive = {k: v for k, v in self.parameters.items() if k != "data_root"}
        identity = {
            "sources": sources_hash("book", "cli.py"),
            "parameters": decisive,
            "settings": self.settings,
            "data": self.data,
        }
        text = json.dumps(identity, sort_keys=True, default=str)
        self.fingerprint = hashlib.sha256(text.encode()).hexdigest()[:12]
        p = self.parameters
        name = "-".join(str(p[k]) for k in ("dataset", "action", "preset") if k in p)
        root = self.root or runs_root()
        self.folder = root / self.paper / f"{name}-s{p.get('seed', 0)}-{self.fingerprint}"
        (self.folder / "stages").mkdir(parents=True, exist_ok=True)
        self._write(
            "run.json",
            {"paper": self.paper, "fingerprint": self.fingerprint, **json.loads(text), **self.about()},
        )

    def about(self) -> dict[str, str]:
        """The machine and versions of this run."""
        return provenance(str(self.parameters.get("device", "cpu")))

    def _write(self, name: str, content: Any) -> None:
        part = self.folder / f"{name}.part"
        part.write_text(json.dumps(content, indent=1, default=str), encoding="utf-8")
        part.replace(self.folder / name)

    def _arrays(self, name: str, arrays: Mapping[str, npt.NDArray[np.float32]]) -> None:
        part = self.folder / f"{name}.part.npz"
        np.savez(part, **arrays)  # type: ignore[arg-type]
        part.replace(self.folder / f"{name}.npz")

    @property
    def complete(self) -> bool:
        """Whether the run has ended and its rows are written."""
        return (self.folder / "complete.json").is_file()

    def stage(self, name: str, build: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The tensors and numbers of a stage: read back if it is done, else built and kept.

        Raises:
            RunError: the stage's file is damaged; names it.
        """
        file = self.folder / "stages" / f"{name}.pt"
        if file.is_file():
            try:
                stored: dict[str, Any] = torch.load(file, map_location="cpu", weights_only=True)
            except Exception as error:
                raise RunError(f"{file} is damaged ({error}); delete it and run again") from error
            return stored
        begun = time.monotonic()
        result = build()
        result.setdefault("seconds", time.monotonic() - begun)
        save_atomically(result, file)
        return result

    def train(
        self,
        name: str,
        model: nn.Module,
        loss: Callable[[Tensor, torch.Generator], Tensor],
        samples: int,
        schedule: Schedule,
        watch: Callable[[int], Mapping[str, float] | None] | None = None,
        stream: str | None = None,
    ) -> History:
        """Train a network as a stage of this run; a finished one is loaded instead, a cut one goes on."""
        checkpoint = self.folder / "stages" / f"{name}.checkpoint"
        device = str(self.parameters.get("device", "cpu"))

        def build() -> dict[str, Any]:
            seed = int(self.parameters.get("seed", 0))
            history = fit(
                model,
                loss,
                samples,
                schedule,
                name=name,
                seed=seed,
                checkpoint=checkpoint,
                device=device,
                watch=watch,
                stream=stream,
            )
            return {"model": model.state_dict(), "history": vars(history), "seconds": history.seconds}

        result = self.stage(name, build)
        checkpoint.unlink(missing_ok=True)
        model.load_state_dict(result["model"])
        model.eval()
        return History(**result["history"])

    def finish(
        self,
        rows: pd.DataFrame,
        samples: Mapping[str, Mapping[str, npt.NDArray[np.float64]]],
        predictions: Mapping[str, Tensor] | None = None,
    ) -> pd.DataFrame:
        """Write the tidy rows with their provenance, and mark the run as complete.

        Args:
            rows: one a system and metric.
            samples: system to metric to the values of the single samples, kept for paired statistics.
            predictions: system to its poses for the test samples, kept for comparisons of papers.
        """
        arrays = {
            f"{s}|{m}": v.astype(np.float32) for s, metrics in samples.items() for m, v in metrics.items()
        }
        self._arrays("samples", arrays)
        self._arrays("predictions", {s: p.float().numpy() for s, p in (predictions or {}).items()})
        about = {
            "paper": self.paper,
            **{k: v for k, v in self.parameters.items() if k != "data_root"},
            "fingerprint": self.fingerprint,
            "date": datetime.now(UTC).date().isoformat(),
            **self.about(),
        }
        rows = pd.concat([rows, quality_rows(self.counts)], ignore_index=True)
        tidy = rows.assign(**about)
        tidy = tidy[[*about, *rows.columns.difference(list(about), sort=False)]]
        part = self.folder / "rows.csv.part"
        tidy.to_csv(part, index=False)
        part.replace(self.folder / "rows.csv")
        if not self.complete:
            self._write("complete.json", {"rows": len(tidy), "date": about["date"]})
            say(f"run {self.fingerprint} complete")
        return tidy
