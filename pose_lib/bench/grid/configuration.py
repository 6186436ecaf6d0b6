"""A grid as a file: papers x data sets x actions x presets x budgets x seeds x controls, in groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product
from pathlib import Path
from typing import Any

from pose_lib.bench.grid.job import Job
from pose_lib.bench.paper import Paper
from pose_lib.bench.parameters import ParameterError, check_choice, check_flag, check_share, check_whole
from pose_lib.data.catalog import ALL, actions

__all__ = ["EACH", "Grid", "GridError", "read_grid"]

EACH = "each"
"""In a file, all actions that the people of the data set do, one job for each."""
_KINDS = ("all", "2d", "3d")
"""In a file, all papers, or those of one kind that take the data set."""
_AXES: Mapping[str, Sequence[Any]] = {
    "datasets": ("synthetic",),
    "actions": (ALL,),
    "presets": ("quick",),
    "budgets": (1,),
    "seeds": (0,),
    "controls": (False,),
}
_OF_GROUP = ("papers", *_AXES, "data_root")
_OF_GRID = ("device", "threads", "results", "runs")


class GridError(ValueError):
    """A file of a grid cannot be; the message names the file, the place in it, and what is expected."""


@dataclass(frozen=True)
class Grid:
    """The jobs of a file, in its order, each once, and how they are run."""

    name: str
    """The file's, without its ending."""
    jobs: tuple[Job, ...]
    device: str = "cpu"
    threads: int = 1
    """Of each job."""
    results: str = "results"
    """Folder that the rows are merged into, from the top of the checkout."""


def read_grid(file: Path, papers: Sequence[Paper]) -> Grid:
    """The grid of a YAML file.

    A group whose papers are named by their kind leaves out those that do not take a data set or lack a
    preset; a paper that is named itself must take both.

    Raises:
        GridError: the file cannot be read, or says something that cannot be; names the place.
    """
    import yaml  # type: ignore[import-untyped]

    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise GridError(f"{file} cannot be read as YAML: {error}") from error
    if not isinstance(content, dict):
        raise GridError(f"{file} must be a mapping with the keys {', '.join(_OF_GRID)}")
    try:
        _check_keys(content, _OF_GRID)
        device = check_choice("device", content.get("device", "cpu"), ("cpu", "cuda"))
        threads = check_whole("threads", content.get("threads", 1))
        if not threads:
            raise ParameterError("threads is 0; a job needs at least 1")
        results = content.get("results", "results")
        if not isinstance(results, str) or not results:
            raise ParameterError(f"results is {results!r}; it must be the path of a folder")
    except ParameterError as error:
        raise GridError(f"{file}: {error}") from error
    groups = content.get("runs")
    if not isinstance(groups, list) or not groups:
        raise GridError(f"{file}: runs must be a list of groups, each with the keys {', '.join(_OF_GROUP)}")
    jobs: dict[str, Job] = {}
    for number, group in enumerate(groups, 1):
        try:
            found = _expanded(group, papers, device)
        except (ParameterError, KeyError, OSError) as error:
            message = error.args[0] if isinstance(error, KeyError) else error
            raise GridError(f"{file}, group {number} of runs: {message}") from error
        for job in found:
            if jobs.setdefault(job.name, job) != job:
                raise GridError(f"{file}, group {number} of runs: {job.name} is there with another data_root")
    return Grid(file.stem, tuple(jobs.values()), device, threads, results)


def _expanded(group: object, papers: Sequence[Paper], device: str) -> list[Job]:
    """The jobs of one group."""
    if not isinstance(group, dict):
        raise ParameterError(f"is {group!r}; it must be a mapping with the keys {', '.join(_OF_GROUP)}")
    _check_keys(group, _OF_GROUP)
    root = group.get("data_root", "")
    if not isinstance(root, str):
        raise ParameterError(f"data_root is {root!r}; it must be the path of a folder")
    axes = {name: _values(group.get(name, default), name) for name, default in _AXES.items()}
    chosen, by_kind = _papers(group.get("papers"), papers)
    jobs = []
    for paper, dataset, preset in product(chosen, axes["datasets"], axes["presets"]):
        if by_kind and (dataset not in paper.datasets or preset not in paper.presets):
            continue
        dataset = check_choice(f"a data set of {paper.name}", dataset, paper.datasets)
        preset = check_choice(f"a preset of {paper.name}", preset, list(paper.presets))
        names = _actions(dataset, axes["actions"], root)
        for action, budget, seed, controls in product(
            names, axes["budgets"], axes["seeds"], axes["controls"]
        ):
            jobs.append(
                Job(
                    paper=paper.name,
                    dataset=dataset,
                    action=action,
                    preset=preset,
                    budget=check_share("budgets", budget),
                    seed=check_whole("seeds", seed),
                    controls=check_flag("controls", controls),
                    device=device,
                    data_root=root,
                )
            )
    if not jobs:
        raise ParameterError("no paper takes any of its data sets and presets, so it has no job")
    return jobs


def _check_keys(given: Mapping[Any, Any], known: Sequence[str]) -> None:
    unknown = [str(key) for key in given if key not in known]
    if unknown:
        raise ParameterError(f"unknown key {', '.join(unknown)}; there are: {', '.join(known)}")


def _values(given: object, name: str) -> list[Any]:
    values = list(given) if isinstance(given, list | tuple) else [given]
    if not values:
        raise ParameterError(f"{name} is an empty list; leave it out, or name one value at least")
    return values


def _papers(given: object, papers: Sequence[Paper]) -> tuple[list[Paper], bool]:
    """The papers of a group, and whether they are named by their kind."""
    if given in _KINDS:
        return [paper for paper in papers if given in ("all", paper.kind)], True
    known = {paper.name: paper for paper in papers}
    names = _values(given, "papers")
    return [known[check_choice("papers", name, [*known, *_KINDS])] for name in names], False


def _actions(dataset: str, given: Sequence[object], root: str) -> list[str]:
    """The actions of a data set that are meant; where its files are not at hand, as they are written."""
    if dataset != "synthetic" and EACH not in given:
        return [str(name) for name in given]
    known = actions(dataset, root or None)
    each = [name for name in known if name != ALL]
    meant = [each if name == EACH else [check_choice("actions", name, known)] for name in given]
    return list(dict.fromkeys(chain.from_iterable(meant)))
