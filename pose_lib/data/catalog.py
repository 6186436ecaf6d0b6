"""Data sets by name: their actions, and their samples, which are made once and then mapped from disk."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from pose_lib.data.building import built, from_shards
from pose_lib.data.human36m.request import Human36mRequest
from pose_lib.data.mpi_inf_3dhp.request import MpiInf3dhpRequest
from pose_lib.data.photos.cards import PHOTO_SETS
from pose_lib.data.poses import ALL, DataCard, PoseData, PoseDataError
from pose_lib.data.request import MocapRequest, PhotoRequest, Request, SyntheticRequest, sources_of

__all__ = [
    "ALL",
    "DATASETS",
    "SEQUENCE_SETS",
    "AnyRequest",
    "actions",
    "load",
    "made_by_other_code",
    "request",
]

SEQUENCE_SETS = ("synthetic", "mocap", "human3.6m", "mpi-inf-3dhp")
"""Data sets whose samples are frames of sequences: neighbouring frames are much alike."""
AnyRequest = Request | Human36mRequest | MpiInf3dhpRequest
"""What a data set can be asked for."""
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
    if dataset == "human3.6m":
        from pose_lib.data.human36m import dataset as human36m

        return human36m.recorded_actions(data_root)
    if dataset == "mpi-inf-3dhp":
        from pose_lib.data.mpi_inf_3dhp import dataset as mpi_inf_3dhp

        mpi_inf_3dhp.require_root(data_root)
        return (ALL,)
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
    test_step: int = 0,
    data_root: str | Path | None = None,
    crop: str | None = None,
    seed: int = 0,
) -> AnyRequest:
    """The request that the parameters of a notebook describe; those that a data set does not have are unused.

    Args:
        dataset: one of :data:`DATASETS`.
        action: one of :func:`actions`.
        size: side of a crop in pixels.
        step: frames (at 50 Hz) from one sample to the next (not for photographs).
        seconds: length of a generated take (``synthetic`` only).
        test_step: the step of test people (not for ``mocap``); 0 stands for ``step``.
        data_root: folder of the real files (all but ``synthetic``).
        crop: what a crop of a photograph shows; the default is the data set's own.
        seed: names the random streams of motion and appearance (of rendered people).

    Raises:
        KeyError: no such data set, action or crop; lists those that exist.
        FileNotFoundError: the data set needs ``data_root``.
        PoseDataError: ``crop`` is given for a data set that is cropped in one way.
        ValueError: a size, step or length that is too small.
    """
    if dataset in PHOTO_SETS:
        if action != ALL:
            raise KeyError(f"{dataset} has no action {action!r}; it has: {ALL}")
        return PhotoRequest(dataset=dataset, data_root=data_root, size=size, crop=crop)
    if dataset not in SEQUENCE_SETS:
        raise KeyError(f"no data set {dataset!r}; there are: {', '.join(DATASETS)}")
    if crop is not None:
        who = "people" if dataset in ("human3.6m", "mpi-inf-3dhp") else "rendered people"
        raise PoseDataError(f"{dataset}: {who} are cropped in one way, and crop is {crop!r}")
    if dataset == "human3.6m":
        return Human36mRequest(action=action, data_root=data_root, size=size, step=step, test_step=test_step)
    if dataset == "mpi-inf-3dhp":
        if action != ALL:
            raise KeyError(f"{dataset} has no action {action!r}; it has: {ALL}")
        return MpiInf3dhpRequest(data_root=data_root, size=size, step=step, test_step=test_step)
    if dataset == "mocap":
        return MocapRequest(action=action, data_root=data_root, size=size, step=step, seed=seed)
    return SyntheticRequest(
        action=action, size=size, step=step, seconds=seconds, test_step=test_step, seed=seed
    )


def load(request: AnyRequest, device: str = "cpu") -> PoseData:
    """The samples of a request, all splits, made once and then mapped from the folder of the cache.

    Args:
        request: what is asked for.
        device: where people are rendered.

    Raises:
        Human36mError: a file of Human3.6M is damaged, or does not fit the others.
        MocapError: a motion capture file is damaged.
        MpiError: a file of MPI-INF-3DHP is damaged.
        PhotoError: a picture or a file of labels is damaged, or they do not belong together.
        PoseDataError: the folder in the cache is damaged.
        StorageError: the disk is full, or the cache cannot be written.
    """
    if isinstance(request, PhotoRequest):
        from pose_lib.data.photos import dataset as photos

        return photos.load(request)
    if isinstance(request, Human36mRequest):
        from pose_lib.data.human36m import dataset as human36m

        return human36m.load(request)
    return built(request.folder, partial(_rendered, request, device))


def made_by_other_code(card: DataCard) -> bool:
    """Whether the code has changed since a set in the cache was made, so that no request asks for it."""
    if card.name not in DATASETS:
        return False
    files = str(card.parameters.get("files", "")) if card.name in PHOTO_SETS else ""
    members = [part.partition(":")[0] for part in files.split()]
    return card.sources != sources_of(card.name, members)


def _rendered(request: SyntheticRequest | MocapRequest | MpiInf3dhpRequest, device: str) -> PoseData:
    if isinstance(request, MpiInf3dhpRequest):
        from pose_lib.data.mpi_inf_3dhp import dataset as mpi_inf_3dhp

        parts, about = mpi_inf_3dhp.shards(request)
        return from_shards(parts, request.size, about, request.folder, "cutting MPI-INF-3DHP")
    if isinstance(request, SyntheticRequest):
        from pose_lib.data.synthetic import dataset as synthetic

        parts, about = synthetic.shards(request, device=device), synthetic.request_card(request)
    else:
        from pose_lib.data.mocap import dataset as mocap

        parts, about = mocap.shards(request, device=device)
    title = f"rendering {request.action}"
    return from_shards(parts, request.size, about, request.folder, title, masks=True, device=device)
