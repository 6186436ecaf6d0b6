"""A complete run opened again: read, never trained."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pose_lib.bench.complete import RunError, is_complete
from pose_lib.bench.data_quality import complete_samples
from pose_lib.bench.fingerprint import settings_hash
from pose_lib.bench.in_force import preset_in_force
from pose_lib.bench.paper import Paper
from pose_lib.bench.run import Run
from pose_lib.bench.setup import Setup, request_of
from pose_lib.bench.work import Work
from pose_lib.data import catalog
from pose_lib.paths import path_name

__all__ = ["FinishedRun", "reopened"]


class FinishedRun(Run):
    """The folder of a complete run: its trainings are read back, and what it lacks is refused.

    Args:
        folder: of the run, such as ``runs/NAME/synthetic-Walking-quick-s0-0123456789ab``.

    Raises:
        FileNotFoundError: the folder holds no complete run.
        RunError: its ``run.json`` is damaged.
    """

    def __init__(self, folder: Path) -> None:
        if not is_complete(folder):
            raise FileNotFoundError(
                f"{folder} holds no complete run; run it to its end, or name another folder"
            )
        file = folder / "run.json"
        try:
            about = json.loads(file.read_text(encoding="utf-8"))
            self.paper, self.fingerprint = str(about["paper"]), str(about["fingerprint"])
            self.code, self.data, self.settings = (
                str(about["code"]),
                str(about["data"]),
                dict(about["settings"]),
            )
            self.parameters: dict[str, Any] = dict(about["parameters"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise RunError(f"{file} is damaged ({error!r}); delete {folder} and run again") from error
        self.folder, self.work, self.origin = folder, Work(), about

    def _cached(self, name: str, build: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        file = self.folder / "cached" / f"{path_name(name)}.pt"
        if not file.is_file():
            raise RunError(f"{file} is missing: the run was made by other code, or was cleaned; run it again")
        return super()._cached(name, build)


def reopened(paper: Paper, folder: Path, data_root: Path | None = None) -> Setup:
    """What the notebook of a finished run worked with: its samples, its sizes, and its folder to read from.

    The samples are those of the cache; where they are no longer there, they are made again.

    Args:
        paper: whose run it is.
        folder: of the run.
        data_root: folder of the data set's files, for a run on data that are not rendered.

    Raises:
        FileNotFoundError: the folder holds no complete run, or the data set needs ``data_root``.
        RunError: the run is another paper's, or its preset or its data are no longer what they were.
    """
    run = FinishedRun(folder)
    if run.paper != paper.name:
        raise RunError(f"{folder} is a run of {run.paper}, not of {paper.name}")
    given = run.parameters
    try:
        preset = preset_in_force(paper, given["preset"], given["dataset"], given["budget"])
        request = request_of(given, preset, data_root, preset.size)
    except KeyError as error:
        raise RunError(f"{folder}: its parameters are no longer valid ({error}); run it again") from error
    if settings_hash(preset.settings()) != settings_hash(run.settings):
        raise RunError(f"{folder}: the preset {given['preset']} has changed since; run it again")
    data = catalog.load(request)
    if data.card.fingerprint() != run.data:
        raise RunError(
            f"{folder}: its data are no longer those that it was trained on ({data.card.name}); run it "
            "again, or give the folder with the same files"
        )
    train, test = (complete_samples(data.split(name)) for name in ("train", "test"))
    return Setup(paper, run, train, test, preset, data_root)
