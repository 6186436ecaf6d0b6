"""Real motion in rendered bodies: the clips of an action, seen by the cameras of the synthetic set."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch

from pose_lib.data.building import Shard
from pose_lib.data.mocap.clips import Clip, clips_of, find_clips, read_clip, require_root
from pose_lib.data.mocap.describe import card
from pose_lib.data.mocap.mapping import ANKLE_HEIGHT, FPS, TOE_HEIGHT
from pose_lib.data.mocap.recording import MocapError
from pose_lib.data.mocap.turning import Performance, performance_count
from pose_lib.data.poses import DataCard, PoseData, concatenate
from pose_lib.data.seeds import seed_of
from pose_lib.data.synthetic.bodies import BODY_PARENTS, BODY_POINTS, Body, body
from pose_lib.data.synthetic.dataset import CAMERAS
from pose_lib.data.synthetic.people import SUBJECTS, TAKES
from pose_lib.data.synthetic.rig import camera
from pose_lib.data.synthetic.shots import from_shots, render_motion
from pose_lib.data.synthetic.wardrobe import outfit, redyed

if TYPE_CHECKING:
    from pose_lib.data.request import MocapRequest

__all__ = ["Window", "actions", "clip_body", "load", "require_root", "shards", "split", "windows"]

REACH = 1500.0
"""Largest distance of the hip from the middle of the scene in mm, as for the subjects of Human3.6M."""
HELD_OUT = 2 / 7
"""Share of performers, clips or frames in the test split, as two of Human3.6M's seven subjects."""


@dataclass(frozen=True)
class Window:
    """A part of a clip that stays near one place, which becomes the middle of the scene."""

    start: int
    stop: int
    """The first frame after it."""
    centre: tuple[float, float]
    """mm in the clip's world."""


def actions(data_root: str | Path) -> tuple[str, ...]:
    """Actions of the clips in a folder: names of Human3.6M's actions, and others in lower case."""
    return tuple(sorted({entry.action for entry in find_clips(data_root) if entry.action}))


def load(
    request: MocapRequest,
    *,
    cameras: Sequence[str] = CAMERAS,
    device: torch.device | str = "cpu",
    progress: Callable[[int, int], None] | None = None,
) -> PoseData:
    """Render the clips of an action.

    Samples are ordered by clip, window, performance, camera and frame. A performer is a subject, and each of
    a performer's clips a sequence, numbered from 1. Every performer keeps the bone lengths of the recording,
    and gets the girths, skin and hair of one of the rendered people.

    Every window is turned about the vertical. Where there is little motion, training clips are performed
    several times, see :mod:`~pose_lib.data.mocap.turning`; the table's columns ``performance``, ``turned``
    (degrees) and ``mirrored`` tell. Test clips are performed once.

    Args:
        request: action, folder, size, step and seed.
        cameras: some of the rig's.
        device: where to render.
        progress: called after every window with the number of crops that are done and their total.

    Raises:
        MocapError: a file is damaged.
    """
    parts, about = shards(request, cameras=cameras, device=device)
    total = sum(part.samples for part in parts)
    made: list[PoseData] = []
    for part in parts:
        made.append(part.make())
        if progress is not None:
            progress(sum(map(len, made)), total)
    return concatenate(made, about)


def shards(
    request: MocapRequest, *, cameras: Sequence[str] = CAMERAS, device: torch.device | str = "cpu"
) -> tuple[list[Shard], DataCard]:
    """The windows of :func:`load`, in the order of its samples, each rendered when it is asked for; the card.

    Raises:
        MocapError: a file is damaged, or there is no frame to render.
    """
    clips = [read_clip(entry, request.root) for entry in clips_of(request.action, find_clips(request.root))]
    testing, rule = split(clips)
    count = performance_count(sum(float((~test).sum()) for test in testing) / FPS)
    about = card(
        clips,
        testing,
        rule,
        request.sources,
        action=request.action,
        size=request.size,
        step=request.step,
        seed=request.seed,
        files=request.files,
        performances=count,
    )
    parts = []
    for clip, test in zip(clips, testing, strict=True):
        for window in windows(clip):
            for number in range(count):
                played = Performance(number, count, (request.action, clip.name, window.start, request.seed))
                frames = _frames(window, request.step, played.phase(request.step))
                frames = frames[~test[frames]] if number else frames
                if len(frames):
                    table = _table(frames, test, played).assign(
                        subject=clip.performer, action=request.action, sequence=_number(clip, clips)
                    )
                    make = partial(_render, request, clip, window, played, table, cameras, device, about)
                    parts.append(Shard(len(frames) * len(cameras), make))
    if not parts:
        raise MocapError(f"{request.root}: no clip of {request.action} has a frame at step {request.step}")
    return parts, about


def _table(frames: npt.NDArray[np.intp], test: npt.NDArray[np.bool_], played: Performance) -> pd.DataFrame:
    """Rows of the frames of one performance, without what is the same in the whole clip."""
    columns = {"subject": "", "action": "", "sequence": 0, "camera": "", "frame": frames}
    rows = pd.DataFrame({**columns, "split": np.where(test[frames], "test", "train")})
    return rows.assign(
        performance=played.number, turned=round(math.degrees(played.angle), 1), mirrored=played.mirrored
    )


def _render(
    request: MocapRequest,
    clip: Clip,
    window: Window,
    played: Performance,
    table: pd.DataFrame,
    cameras: Sequence[str],
    device: torch.device | str,
    about: DataCard,
) -> PoseData:
    """The frames of a table, which lie in one window, seen by each camera."""
    points = played.of(clip.points[table["frame"]] - [*window.centre, 0.0])
    person, take = clip_body(clip), TAKES[seed_of("clothes", clip.name) % len(TAKES)]
    shots = []
    for name in cameras:
        names = (request.action, clip.name, window.start, played.number, name, request.seed)
        clothes = outfit(_look(clip.performer), take)
        clothes = redyed(clothes, *names) if played.number else clothes
        shots.append(
            render_motion(
                points, person, clothes, camera(name), size=request.size, names=names, device=device
            )
        )
    return from_shots(shots, [table.assign(camera=name) for name in cameras], about)


def split(clips: Sequence[Clip]) -> tuple[list[npt.NDArray[np.bool_]], str]:
    """For each clip, which of its frames are in the test split, and the rule in words.

    Two in seven performers are held out, at least one; of a single performer two in seven clips; of a
    single clip its last part. Which ones are held out depends on names alone.
    """
    performers = sorted({clip.performer for clip in clips})
    if len(performers) > 1:
        held = _held_out(performers)
        rule = f"performers held out: {', '.join(sorted(held))}"
        return [np.full(len(clip.points), clip.performer in held) for clip in clips], rule
    if len(clips) > 1:
        held = _held_out([clip.name for clip in clips])
        rule = f"one performer, clips held out: {', '.join(sorted(held))}"
        return [np.full(len(clip.points), clip.name in held) for clip in clips], rule
    count = len(clips[0].points)
    return [np.arange(count) >= round(count * (1 - HELD_OUT))], "one clip, its last part held out"


def windows(clip: Clip) -> Iterator[Window]:
    """Cut a clip into the longest parts in which the hip stays within :data:`REACH` of one place."""
    path = clip.points[:, BODY_POINTS.index("hip"), :2]
    start = 0
    while start < len(path):
        low = np.minimum.accumulate(path[start:])
        high = np.maximum.accumulate(path[start:])
        inside = np.linalg.norm(high - low, axis=-1) / 2 <= REACH
        length = len(inside) if inside.all() else int(np.argmin(inside))
        x, y = (low[length - 1] + high[length - 1]) / 2
        yield Window(start, start + length, (float(x), float(y)))
        start += length


def clip_body(clip: Clip) -> Body:
    """A body with the performer's bone lengths, and the girths and looks of one of the rendered people."""
    look = body(_look(clip.performer))
    frame = clip.points[0]
    bone = dict(zip(BODY_POINTS, np.linalg.norm(frame - frame[list(BODY_PARENTS)], axis=-1), strict=True))
    one_side = {
        "hip": "hip",
        "thigh": "knee",
        "shank": "ankle",
        "foot": "toe",
        "shoulder": "shoulder",
        "upper_arm": "elbow",
        "forearm": "wrist",
        "hand": "hand",
    }
    lengths = {name: (bone[f"left_{end}"] + bone[f"right_{end}"]) / 2 for name, end in one_side.items()}
    trunk = {"spine": "spine", "chest": "thorax", "neck": "nose", "head": "head"}
    lengths |= {name: bone[end] for name, end in trunk.items()}
    lengths |= {"ankle": ANKLE_HEIGHT * clip.stature, "toe": TOE_HEIGHT * clip.stature}
    scale = clip.stature / look.stature
    return replace(
        look,
        subject=clip.performer,
        stature=clip.stature,
        lengths=MappingProxyType({name: float(length) for name, length in lengths.items()}),
        girths=MappingProxyType({name: girth * scale for name, girth in look.girths.items()}),
    )


def _look(performer: str) -> str:
    """The rendered person whose girths, looks and clothes a performer gets; chosen by name."""
    return SUBJECTS[seed_of("look", performer) % len(SUBJECTS)]


def _held_out(names: list[str]) -> set[str]:
    count = max(1, round(len(names) * HELD_OUT))
    return set(sorted(names, key=lambda name: seed_of("held out", name))[:count])


def _frames(window: Window, step: int, phase: int) -> npt.NDArray[np.intp]:
    """Every ``step``-th frame of the clip that lies in the window, from frame ``phase``."""
    first = -(-(window.start - phase) // step) * step + phase
    return np.arange(first, window.stop, step)


def _number(clip: Clip, clips: Sequence[Clip]) -> int:
    return [other.name for other in clips if other.performer == clip.performer].index(clip.name) + 1
