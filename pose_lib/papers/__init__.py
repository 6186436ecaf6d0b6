"""The papers, one room each, and whatever other method is a file beside them or registered by a package.

A room is a package or a file of this folder with a value ``PAPER``. Other packages register theirs through
the entry-point group ``pose_lib.papers``, whose entries name such a module.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pose_lib.bench.evidence import Evidence
    from pose_lib.bench.paper import Paper
    from pose_lib.bench.predictor import Predictor
    from pose_lib.bench.setup import Setup

__all__ = [
    "GROUP",
    "all_papers",
    "begin",
    "collected",
    "execute",
    "export_network",
    "find",
    "load_network",
    "stored",
    "stored_rivals",
]

GROUP = "pose_lib.papers"
"""Entry-point group of other packages' methods."""
_NO_ROOM = "compare"


@lru_cache(maxsize=1)
def all_papers() -> tuple[Paper, ...]:
    """All papers and methods, by year of publication and then by name.

    Raises:
        ImportError: a registered module has no ``PAPER``, or two have the same name; names it.
    """
    names = [
        f"{__name__}.{found.name}"
        for found in pkgutil.iter_modules(__path__)
        if found.name != _NO_ROOM and not found.name.startswith("_")
    ]
    names += [entry.value for entry in entry_points(group=GROUP)]
    rooms: dict[str, Paper] = {}
    for name in names:
        paper = getattr(importlib.import_module(name), "PAPER", None)
        if paper is None:
            raise ImportError(f"{name} has no value PAPER; see the page 'Add a method'")
        if paper.name in rooms:
            raise ImportError(f"{name} and {rooms[paper.name].module} are both called {paper.name!r}")
        rooms[paper.name] = paper
    return tuple(sorted(rooms.values(), key=lambda paper: (paper.year, paper.name)))


def find(name: str) -> Paper:
    """A paper by name.

    Raises:
        KeyError: lists the names that exist.
    """
    for paper in all_papers():
        if paper.name == name:
            return paper
    raise KeyError(f"no paper {name!r}; there are: {', '.join(p.name for p in all_papers())}")


def begin(name: str, namespace: Mapping[str, Any]) -> Setup:
    """The first call of a paper's notebook: check its parameters, load its data, open its run.

    Args:
        name: of the paper.
        namespace: the notebook's ``globals()``.

    Raises:
        ParameterError: an unknown parameter, action, data set, preset or device; the valid ones are listed.
    """
    from pose_lib.bench.setup import begin

    return begin(find(name), namespace)


def stored(name: str) -> Evidence:
    """All stored runs of a paper, with a column ``stale`` that says which were made by other code.

    Raises:
        StoredError: the file is damaged; names it.
        KeyError: lists the names that exist.
    """
    from pose_lib.bench.staleness import marked
    from pose_lib.bench.stored import stored

    return marked(stored(name), find(name))


def stored_rivals(paper: Paper) -> dict[str, Evidence]:
    """The stored runs of the papers that a paper's claims compare it with, by name, as of :func:`stored`."""
    return {name: stored(name) for name in paper.rivals}


def collected(name: str) -> Evidence:
    """As :func:`stored`, with complete runs of the local run folder in place of equal ones."""
    from pose_lib.bench.staleness import marked
    from pose_lib.bench.stored import collected

    return marked(collected(name), find(name))


def load_network(run: str | Path, data_root: str | Path | None = None) -> Predictor:
    """The trained network of a finished run, from crops (uint8) to joints in pixels and in mm.

    Args:
        run: folder of the run, or the file that ``pose-lib run --out`` wrote.
        data_root: folder of the data set's files, for a run on data that are not rendered.

    Raises:
        FileNotFoundError: there is no complete run.
        KeyError: networks of this paper cannot be loaded; lists those that can.
        RunError: the run cannot be opened any more; says why.
    """
    from pose_lib.papers._serving import load_network

    return load_network(run, data_root)


def export_network(run: str | Path, file: Path | None = None, data_root: str | Path | None = None) -> Path:
    """Write the network of a finished run as a small file in bf16, with its card beside it; returns the file.

    Args:
        run: as for :func:`load_network`.
        file: ends in ``.pt``; by default the paper's own in the folder of checkpoints.
        data_root: as for :func:`load_network`.

    Raises:
        CheckpointError: the network is too large for such a file, or a weight is not finite.
    """
    from pose_lib.papers._serving import export

    return export(Path(run), file, Path(data_root) if data_root else None)


def execute(notebook: Path, parameters: Mapping[str, str | int | float | bool]) -> Path:
    """The executed copy of a notebook, made now unless it is there already and nothing has changed.

    Which changes count depends on the notebook: for a paper's its own room and its own stored runs, with
    those of papers that its claims compare it with; for one that compares papers those of all it compares.
    For one that shows what a benchmark has measured, its stored lines count.

    Raises:
        FileNotFoundError: there is no such notebook.
        ParameterError: the notebook has no parameter of that name.
        papermill.exceptions.PapermillExecutionError: a cell failed; names it and shows its traceback.
    """
    from pose_lib.bench.execute import execute
    from pose_lib.papers.compare import BENCHMARKS, shown_by

    rooms = shown_by(notebook.stem)
    modules = [module for room in rooms for module in room.all_modules]
    names = {name for room in rooms for name in (room.name, *room.rivals)}
    names |= set(BENCHMARKS.get(notebook.stem, ()))
    return execute(notebook, parameters, sorted(names), modules)
