"""Data sets by name: which actions each has, and their samples, built once and then mapped from disk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pose_lib.data.photos.cards import PHOTO_SETS
from pose_lib.data.poses import PoseData, PoseDataError, concatenate
from pose_lib.paths import cache_root, sources_hash
from pose_lib.progress import Progress

__all__ = ["ALL", "DATASETS", "actions", "load"]

DATASETS = ("synthetic", "mocap", *PHOTO_SETS)
"""Names that the parameter ``dataset`` can take."""
ALL = "all"
"""All actions of the generated people together; of photographs the only one."""


def actions(dataset: str, data_root: Path | None = None) -> tuple[str, ...]:
    """Names of the actions that a data set has.

    Raises:
        KeyError: there is no such data set; lists those that exist.
        FileNotFoundError: the data set needs a folder; says which and where to get it.
    """
    if dataset == "synthetic":
        from pose_lib.data.synthetic.motion import ACTIONS

        return (*ACTIONS, ALL)
    if dataset == "mocap":
        from pose_lib.data.mocap import dataset as mocap

        return mocap.actions(mocap.require_root(data_root))
    if dataset in PHOTO_SETS:
        from pose_lib.data.photos import dataset as photos

        photos.require(dataset, data_root)
        return (ALL,)
    raise KeyError(f"no data set {dataset!r}; there are: {', '.join(DATASETS)}")


def load(
    dataset: str,
    action: str,
    *,
    size: int,
    step: int,
    seconds: float,
    seed: int,
    data_root: Path | None = None,
    device: str = "cpu",
    crop: str | None = None,
) -> PoseData:
    """The samples of one action, all splits.

    Crops are kept under the cache folder, by a hash of the arguments, the package's data sources
    and the real files they were made from.

    Args:
        size: side of the crops in pixels.
        step: every how many 50 Hz frames there is a sample; photographs are all taken.
        seconds: length of a generated take (``synthetic`` only).
        seed: names the random streams of motion and appearance.
        data_root: folder of the real files (all but ``synthetic``).
        device: where people are rendered.
        crop: what a crop of a photograph shows: ``image``, ``person`` or ``upper``; the default is the data
            set's own (:func:`pose_lib.data.photos.dataset.crops_of`).

    Raises:
        KeyError: no such data set, action or crop; lists those that exist.
        FileNotFoundError: the data set needs ``data_root``.
        PoseDataError: ``crop`` is given for people that are rendered.
    """
    valid = actions(dataset, data_root)
    if action not in valid:
        raise KeyError(f"{dataset} has no action {action!r}; it has: {', '.join(valid)}")
    if dataset in PHOTO_SETS:
        from pose_lib.data.photos import dataset as photos

        return photos.load(dataset, data_root, size=size, crop=crop)
    if crop is not None:
        raise PoseDataError(f"{dataset}: rendered people have one crop, and crop is {crop!r}")
    arguments = {"dataset": dataset, "action": action, "size": size, "step": step, "seed": seed}
    arguments |= {"seconds": seconds} if dataset == "synthetic" else {"files": _listing(data_root)}
    arguments["sources"] = sources_hash(only=("data", "geometry"))
    key = hashlib.sha256(json.dumps(arguments, sort_keys=True).encode()).hexdigest()[:12]
    folder = cache_root() / f"{dataset}-{action}-{size}px-{key}"
    if not (folder / "manifest.json").is_file():
        make = _build_all if dataset == "synthetic" and action == ALL else _build
        make(dataset, action, size, step, seconds, seed, data_root, device).save(folder)
    return PoseData.load(folder)


def _build(
    dataset: str,
    action: str,
    size: int,
    step: int,
    seconds: float,
    seed: int,
    data_root: Path | None,
    device: str,
) -> PoseData:
    with Progress(1, f"rendering {action}", unit="crops") as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar(done)

        report: Callable[[int, int], None] = progress
        if dataset == "synthetic":
            from pose_lib.data.synthetic import dataset as synthetic

            return synthetic.load(
                action, size=size, step=step, seconds=seconds, seed=seed, device=device, progress=report
            )
        from pose_lib.data.mocap import dataset as mocap

        return mocap.load(
            action,
            mocap.require_root(data_root),
            size=size,
            step=step,
            seed=seed,
            device=device,
            progress=report,
        )


def _build_all(
    dataset: str,
    action: str,
    size: int,
    step: int,
    seconds: float,
    seed: int,
    data_root: Path | None,
    device: str,
) -> PoseData:
    """Every generated action, one after the other."""
    names = [name for name in actions(dataset) if name != action]
    parts = [_build(dataset, name, size, step, seconds, seed, data_root, device) for name in names]
    card = parts[0].card
    return concatenate(parts, replace(card, parameters={**card.parameters, "action": action}))


def _listing(root: Path | None) -> list[tuple[str, int]]:
    """Names and sizes of the files that motion is read from."""
    wanted = {".bvh", ".amc", ".asf", ".csv"}
    files = sorted(f for f in root.rglob("*") if f.suffix.lower() in wanted) if root else []
    return [(str(f.relative_to(root)), f.stat().st_size) for f in files if root]
