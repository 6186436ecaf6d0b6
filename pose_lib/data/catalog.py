"""Data sets by name: their actions, and their samples, which are made once and then mapped from disk."""

from __future__ import annotations

from pathlib import Path

from pose_lib.data.photos.cards import PHOTO_SETS
from pose_lib.data.poses import ALL, PoseData, PoseDataError
from pose_lib.data.request import MocapRequest, PhotoRequest, Request, SyntheticRequest
from pose_lib.progress import Progress

__all__ = ["ALL", "DATASETS", "SEQUENCE_SETS", "actions", "load", "request"]

SEQUENCE_SETS = ("synthetic", "mocap")
"""Data sets whose samples are frames of sequences: neighbouring frames are much alike."""
DATASETS = (*SEQUENCE_SETS, *PHOTO_SETS)
"""Names that the parameter ``dataset`` can take."""


def actions(dataset: str, data_root: str | Path | None = None) -> tuple[str, ...]:
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


def request(
    dataset: str,
    action: str,
    *,
    size: int,
    step: int,
    seconds: float,
    data_root: str | Path | None = None,
    crop: str | None = None,
    seed: int = 0,
) -> Request:
    """The request that the parameters of a notebook describe; those that a data set does not have are unused.

    Args:
        dataset: one of :data:`DATASETS`.
        action: one of :func:`actions`.
        size: side of a crop in pixels.
        step: frames (at 50 Hz) from one sample to the next (not for photographs).
        seconds: length of a generated take (``synthetic`` only).
        data_root: folder of the real files (all but ``synthetic``).
        crop: what a crop of a photograph shows; the default is the data set's own.
        seed: names the random streams of motion and appearance (not for photographs).

    Raises:
        KeyError: no such data set, action or crop; lists those that exist.
        FileNotFoundError: the data set needs ``data_root``.
        PoseDataError: ``crop`` is given for a data set of rendered people.
        ValueError: a size, step or length that is too small.
    """
    if dataset in PHOTO_SETS:
        if action != ALL:
            raise KeyError(f"{dataset} has no action {action!r}; it has: {ALL}")
        return PhotoRequest(dataset=dataset, data_root=data_root, size=size, crop=crop)
    if dataset not in SEQUENCE_SETS:
        raise KeyError(f"no data set {dataset!r}; there are: {', '.join(DATASETS)}")
    if crop is not None:
        raise PoseDataError(f"{dataset}: rendered people are cropped in one way, and crop is {crop!r}")
    if dataset == "mocap":
        return MocapRequest(action=action, data_root=data_root, size=size, step=step, seed=seed)
    return SyntheticRequest(action=action, size=size, step=step, seconds=seconds, seed=seed)


def load(request: Request, device: str = "cpu") -> PoseData:
    """The samples of a request, all splits, made once and then mapped from the folder of the cache.

    Args:
        request: what is asked for.
        device: where people are rendered.

    Raises:
        MocapError: a motion capture file is damaged.
        PhotoError: a picture or a file of labels is damaged, or they do not belong together.
    """
    if isinstance(request, PhotoRequest):
        from pose_lib.data.photos import dataset as photos

        return photos.load(request)
    if not (request.folder / "manifest.json").is_file():
        _render(request, device).save(request.folder)
    return PoseData.load(request.folder)


def _render(request: SyntheticRequest | MocapRequest, device: str) -> PoseData:
    with Progress(1, f"rendering {request.action}", unit="crops") as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar(done)

        if isinstance(request, SyntheticRequest):
            from pose_lib.data.synthetic import dataset as synthetic

            return synthetic.load(request, device=device, progress=progress)
        from pose_lib.data.mocap import dataset as mocap

        return mocap.load(request, device=device, progress=progress)
