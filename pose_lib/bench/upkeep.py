"""What runs and caches leave on the disk: what is damaged, and what nothing will use any more."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from filelock import FileLock, Timeout

from pose_lib import checkpoints
from pose_lib.bench import complete
from pose_lib.bench.execute import is_current
from pose_lib.bench.fingerprint import code_of_recipe
from pose_lib.bench.in_force import preset_in_force
from pose_lib.bench.paper import Paper
from pose_lib.bench.run import runs_root
from pose_lib.checkpoints import CheckpointError
from pose_lib.data.catalog import made_by_other_code
from pose_lib.data.manifest import MANIFEST, damage
from pose_lib.data.poses import PoseData, PoseDataError
from pose_lib.paths import cache_root
from pose_lib.storage import DAY, is_abandoned, remove

__all__ = ["Outdated", "damaged", "outdated", "remove_outdated"]


@dataclass(frozen=True)
class Outdated:
    """A folder or file that nothing will read again."""

    place: Path
    why: str

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        files = [self.place] if self.place.is_file() else self.place.rglob("*")
        return sum(f.stat().st_blocks * 512 for f in files if f.is_file() and not f.is_symlink())


def damaged() -> Iterator[tuple[Path, str]]:
    """Every set in the cache and every run, with what is wrong with it, or nothing; reads them whole."""
    for folder in _sets():
        yield folder, damage(folder)
    for folder in _runs():
        wrong = complete.damage(folder) if complete.is_complete(folder) else ""
        for file in sorted((folder / "cached").glob("*.pt")):
            try:
                checkpoints.load(file)
            except CheckpointError as error:
                wrong = wrong or str(error)
        yield folder, wrong


def outdated(papers: Sequence[Paper]) -> list[Outdated]:
    """What nothing will use any more: made by other code, or left by a process that was killed.

    Runs and sets that are in use, and those of which this cannot be told, are not among them.

    Args:
        papers: all that there are; a run of any other is outdated.
    """
    found: list[Outdated] = []
    for folder in _sets():
        why = _why_set(folder)
        found += [Outdated(folder, why)] if why else []
    known = {paper.name: paper for paper in papers}
    codes = {name: code_of_recipe(paper.deciding_modules) for name, paper in known.items()}
    for folder in _runs():
        why = _why_run(folder, known, codes)
        found += [Outdated(folder, why)] if why and not _in_use(folder) else []
    for folder in _folders(runs_root() / "executed"):
        if not is_current(folder):
            found.append(Outdated(folder, "the notebook, its code or its data have changed"))
    given_up = {item.place for item in found}
    for root in (cache_root(), runs_root()):
        for place in root.rglob("*") if root.is_dir() else ():
            if not given_up & {place, *place.parents} and _is_left(place):
                given_up.add(place)
                found.append(Outdated(place, "left by a process that was killed"))
    return found


def remove_outdated(items: Sequence[Outdated]) -> None:
    """Remove them, each whole."""
    for item in items:
        remove(item.place)


def _folders(root: Path) -> list[Path]:
    return sorted(f for f in root.iterdir() if f.is_dir()) if root.is_dir() else []


def _sets() -> list[Path]:
    return [folder for folder in _folders(cache_root()) if (folder / MANIFEST).is_file()]


def _runs() -> list[Path]:
    return [f for paper in _folders(runs_root()) for f in _folders(paper) if (f / "run.json").is_file()]


def _why_set(folder: Path) -> str:
    try:
        card = PoseData.load(folder).card
    except PoseDataError:
        return "damaged"
    return "made by other code" if made_by_other_code(card) else ""


def _why_run(folder: Path, papers: dict[str, Paper], codes: dict[str, str]) -> str:
    try:
        about = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        paper, torch_then = about["paper"], about["environment"]["torch"]
        code, preset, budget = about["code"], about["parameters"]["preset"], about["parameters"]["budget"]
        dataset = about["parameters"]["dataset"]
    except (ValueError, KeyError, TypeError):
        return "damaged"
    if paper not in papers:
        return f"there is no paper {paper}"
    if code != codes[paper]:
        return "made by other code"
    if torch_then != str(torch.__version__):
        return f"made with torch {torch_then}"
    if preset not in papers[paper].presets:
        return f"there is no preset {preset}"
    in_force = preset_in_force(papers[paper], preset, dataset, budget)
    now = json.dumps(in_force.settings(), default=str, sort_keys=True)
    if json.dumps(about["settings"], default=str, sort_keys=True) != now:
        return f"the preset {preset} has changed"
    return ""


def _in_use(run: Path) -> bool:
    """Whether a process works in the folder of a run now."""
    for file in (run / "locks").glob("*"):
        try:
            with FileLock(file, timeout=0):
                pass
        except Timeout:
            return True
    return False


def _is_left(place: Path) -> bool:
    if place.name.endswith(".building"):
        return time.time() - place.stat().st_mtime > DAY
    return place.name.endswith(".part") and is_abandoned(place)
