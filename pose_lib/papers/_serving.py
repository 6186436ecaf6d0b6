"""Trained networks of finished runs: loaded from their folders, exported to small files, and read again."""

from __future__ import annotations

import glob
import importlib
import importlib.util
import os
from pathlib import Path
from typing import Any

from pose_lib.bench.archive import read_archive
from pose_lib.bench.finished import FinishedRun, reopened
from pose_lib.bench.model_card import card_text, model_card
from pose_lib.bench.paper import Paper
from pose_lib.bench.predictor import Facts, Predictor
from pose_lib.bench.release import read_card, read_release, write_release
from pose_lib.bench.run import runs_root
from pose_lib.bench.setup import Setup
from pose_lib.bench.stored import collected, run_evidence
from pose_lib.bench.work import TIMES
from pose_lib.papers import all_papers, find
from pose_lib.paths import path_name, project_root
from pose_lib.storage import written

__all__ = [
    "checkpoints_root",
    "export",
    "exported",
    "load_network",
    "load_release",
    "part_of",
    "run_folder",
    "servable",
    "training_time",
]

CHECKPOINTS = "POSE_CHECKPOINTS"
"""Environment variable: the folder of exported networks."""


RELEASED = "long"
"""Preset of the networks that are exported: half of the published size, trained until more changes little."""


def checkpoints_root() -> Path:
    """Folder of exported networks: ``POSE_CHECKPOINTS`` or ``checkpoints`` in the checkout."""
    return Path(os.environ.get(CHECKPOINTS) or project_root() / "checkpoints")


def servable() -> tuple[Paper, ...]:
    """The papers whose networks can be loaded and exported: those with a part ``predictor``."""
    return tuple(paper for paper in all_papers() if _has_predictor(paper))


def part_of(paper: Paper) -> Any:
    """The class of a paper's predictor.

    Raises:
        KeyError: the paper has none; lists those that have one.
    """
    if not _has_predictor(paper):
        raise KeyError(
            f"{paper.name} has no predictor (a part predictor.py of its room with a value PREDICTOR); "
            f"there are those of {', '.join(p.name for p in servable())}"
        )
    return importlib.import_module(f"{paper.module}.predictor").PREDICTOR


def load_network(run: str | Path, data_root: str | Path | None = None) -> Predictor:
    """The network of a finished run, from crops to joints; see :class:`~pose_lib.bench.predictor.Predictor`.

    Args:
        run: its folder, or the file that ``pose-lib run --out`` wrote of a run whose folder is still there.
        data_root: folder of the data set's files, for a run on data that are not rendered: the means and
            units of the training are taken from its samples.

    Raises:
        FileNotFoundError: there is no complete run.
        KeyError: the paper's network cannot be loaded; lists those that can.
        RunError: the run cannot be opened any more; says why.
        CheckpointError: its weights are damaged.
    """
    predictor, _ = _opened(run_folder(Path(run)), data_root)
    return predictor


def export(run: Path, file: Path | None = None, data_root: Path | None = None) -> Path:
    """Write the network of a finished run with its card, as JSON and to be read; returns the file of weights.

    Args:
        run: as for :func:`load_network`.
        file: by default ``NAME.pt`` in :func:`checkpoints_root`, by the name of the paper.
        data_root: as for :func:`load_network`.

    Raises:
        CheckpointError: the network is too large, or a weight is not finite.
    """
    predictor, setup = _opened(run_folder(run), data_root)
    card = model_card(predictor, setup, run_evidence(setup.run.folder).rows)
    file = write_release(predictor, card, file or checkpoints_root() / f"{setup.paper.name}.pt")
    text = card_text(read_card(file))
    written(file.with_suffix(".md"), lambda part: part.write_text(text, encoding="utf-8"))
    return file


def load_release(file: Path, sha256: str = "") -> Predictor:
    """The network of a file that :func:`export` wrote; needs neither its run nor its data.

    Raises:
        FileNotFoundError: there is no such file.
        CheckpointError: the file, its card or their hash is wrong; see
            :func:`~pose_lib.bench.release.read_release`.
    """

    def build(facts: Facts) -> Predictor:
        predictor: Predictor = part_of(find(facts.paper))(facts)
        return predictor

    return read_release(file, build, sha256)


def exported(name: str) -> Path:
    """The file of a paper's exported network.

    Raises:
        KeyError: no such paper, or one without a predictor or whose network is not offered.
        FileNotFoundError: there is no such file; says which commands make it, and about how long they take.
    """
    if not part_of(find(name)).released:
        raise KeyError(
            f"no network of {name} is trained for pictures; load that of a run in Python, or predict with "
            f"{', '.join(paper.name for paper in servable() if part_of(paper).released)}"
        )
    file = checkpoints_root() / f"{name}.pt"
    if not file.is_file():
        raise FileNotFoundError(
            f"no trained network of {name}: {file} is not there. Train and export it:\n"
            f"  pose-lib run {name} -p preset {RELEASED} -p action all --out {name}.zip\n"
            f"  pose-lib export {name}.zip --out {file}\n"
            "or train all that can be used here: make grid GRID=release TARGET=release\n"
            f"{training_time(name)}"
        )
    return file


def training_time(name: str) -> str:
    """About how long a run of a paper at the preset of the release takes, from runs that were measured.

    Where none has trained the whole schedule, the time of the longest one is taken in proportion.
    """
    rows = collected(name).rows
    if len(rows):
        rows = rows[
            (rows["preset"] == RELEASED) & (rows["dataset"] == "synthetic") & ~rows["controls"].astype(bool)
        ]
    measured = rows[rows["metric"].isin(TIMES)] if len(rows) else rows
    what = "to train and measure everything that the chapter compares"
    if not len(measured) and len(rows):
        measured, what = rows[rows["metric"] == "train-seconds"], "to train the networks of its main table"
    if not len(measured):
        return (
            "How long it takes was not measured yet: `pose-lib grid plan workflow/release.yaml` estimates it."
        )
    budget = float(measured["budget"].max())
    run = measured[measured["budget"] == budget].groupby("fingerprint")["value"].sum().sort_values()
    fingerprint = run.index[len(run) // 2]
    about = measured[measured["fingerprint"] == fingerprint].iloc[0]
    minutes = run.loc[fingerprint] / budget / 60
    share = "" if budget == 1 else f", of which {budget:g} was run and the rest is reckoned from it"
    return (
        f"A run like it ({about['dataset']} {about['action']}, {RELEASED}) takes about {minutes:.0f} minutes"
        f"{share}, {what}, with {about['threads']} thread(s) of "
        f"{about['processor']}. Rendering the people comes on top, once."
    )


def run_folder(run: Path) -> Path:
    """The folder of a run that is given by its folder, or by the file that ``pose-lib run --out`` wrote.

    Raises:
        FileNotFoundError: there is no such folder or file, or its run is not in the folder of runs.
        StoredError: the file is none of a run.
    """
    if run.is_dir():
        return run
    if not run.is_file():
        raise FileNotFoundError(f"no run {run}: name its folder, such as one of {runs_root()}/NAME/")
    about = read_archive(run).rows.iloc[0]
    paper, fingerprint = str(about["paper"]), str(about["fingerprint"])
    found = sorted((runs_root() / path_name(paper)).glob(f"*-{glob.escape(fingerprint)}"))
    if not found:
        raise FileNotFoundError(
            f"{run} is of the run {fingerprint} of {paper}, whose folder is not in {runs_root()}: it was "
            "made on another machine, or removed; run it here"
        )
    return found[0]


def _opened(folder: Path, data_root: str | Path | None) -> tuple[Predictor, Setup]:
    paper = find(FinishedRun(folder).paper)
    part, root = part_of(paper), Path(data_root) if data_root else None
    setup = reopened(paper, folder, root)
    return part.of(part.experiment.of(setup)), setup


def _has_predictor(paper: Paper) -> bool:
    package = importlib.util.find_spec(paper.module)
    if package is None or package.submodule_search_locations is None:
        return False
    return importlib.util.find_spec(f"{paper.module}.predictor") is not None
