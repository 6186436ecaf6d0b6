"""Human3.6M by action: prepared crops, gathered for a request."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pose_lib.data.building import Shard, built, from_shards
from pose_lib.data.human36m.crops import resized_crops, stored_size
from pose_lib.data.human36m.describe import whole_card
from pose_lib.data.human36m.errors import Human36mError
from pose_lib.data.human36m.known import PUBLISHED_PROTOCOL
from pose_lib.data.human36m.layouts import missing_lines, require_source
from pose_lib.data.human36m.names import RECORDED_ACTIONS
from pose_lib.data.human36m.plans import Plan, plans, prepared
from pose_lib.data.human36m.prepare import prepare
from pose_lib.data.human36m.views import Source
from pose_lib.data.poses import ALL, PoseData
from pose_lib.extras import require
from pose_lib.storage import digest

if TYPE_CHECKING:
    from pose_lib.data.human36m.request import Human36mRequest

__all__ = ["load", "needs", "recorded_actions", "source_files"]


def needs(source: Source) -> None:
    """Check that the libraries which read a layout are installed.

    Raises:
        MissingExtraError: some are not; says how to install them.
    """
    modules = {"official": ("av", "cdflib", "h5py"), "h36m-fetch": ("h5py",)}
    require("human36m", *modules.get(source.layout, ()))


def recorded_actions(data_root: str | Path | None) -> tuple[str, ...]:
    """Actions of which a folder has both training and test subjects, and ``all`` of them together.

    Raises:
        FileNotFoundError: there is no such folder, or no view in it; says what is missing.
        Human36mError: no action has both, or the files that describe the layout are damaged.
    """
    source = require_source(data_root)
    splits = {(v.action, PUBLISHED_PROTOCOL.split_of(v.subject)) for v in source.views}
    both = [a for a in RECORDED_ACTIONS if {(a, "train"), (a, "test")} <= splits]
    if not both:
        raise Human36mError.of(
            source.root,
            f"no action has both training and test subjects ({PUBLISHED_PROTOCOL.label()}); missing are\n"
            f"{missing_lines(source)}",
        )
    return (*both, ALL)


def source_files(request: Human36mRequest) -> str:
    """A hash of the names, sizes and times of the files that a request's samples are made from."""
    return digest([plan.stamp for plan in _plans(request, require_source(request.data_root))])[:16]


def load(request: Human36mRequest) -> PoseData:
    """The samples of a request, all splits, ordered by subject, action, take, camera and frame.

    Crops that are not prepared are cut now; see :func:`pose_lib.data.human36m.prepare.prepare`.

    Raises:
        Human36mError: a file is damaged or does not fit the others.
        MissingExtraError: the libraries that read the files are not installed.
        PoseDataError: a folder in the cache is damaged.
        StorageError: the disk is full, or the cache cannot be written.
    """
    return built(request.folder, partial(_gather, request))


def _gather(request: Human36mRequest) -> PoseData:
    source = require_source(request.data_root)
    needs(source)
    todo = _plans(request, source)
    prepare(todo, title=f"preparing {request.action}")
    sets = [_prepared(plan) for plan in todo]
    left_out = [name for part in sets for name in str(part.card.parameters["left out"]).split(", ") if name]
    shards = [Shard(len(part), partial(resized_crops, part, request.size)) for part in sets]
    about = whole_card(
        request.sources,
        source.missing,
        left_out,
        action=request.action,
        size=request.size,
        step=request.step,
        test_step=request.test_step,
        layout=source.layout,
        files=request.files,
        views=digest(sorted(view.name for plan in todo for view in plan.views))[:16],
    )
    masks = all(part.masks is not None for part in sets)
    return from_shards(
        shards, request.size, about, request.folder, f"gathering {request.action}", masks=masks
    )


def _plans(request: Human36mRequest, source: Source) -> list[Plan]:
    actions = () if request.action == ALL else (request.action,)
    size = stored_size(request.size)
    return [
        plan
        for split, step in (("train", request.step), ("test", request.test_step))
        for plan in plans(source, size, step, request.sources, getattr(PUBLISHED_PROTOCOL, split), actions)
    ]


def _prepared(plan: Plan) -> PoseData:
    data = prepared(plan)
    if data is None:
        raise Human36mError(f"{plan.folder} has been removed by another process; try again")
    return data
