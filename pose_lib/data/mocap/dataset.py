"""Real motion in rendered bodies: the clips of an action, seen by the cameras of the synthetic set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch

from pose_lib.data.mocap.clips import Clip, clips_of, find_clips, read_clip, require_root
from pose_lib.data.mocap.describe import card
from pose_lib.data.mocap.mapping import ANKLE_HEIGHT, TOE_HEIGHT
from pose_lib.data.poses import PoseData
from pose_lib.data.seeds import seed_of
from pose_lib.data.synthetic.bodies import BODY_PARENTS, BODY_POINTS, SUBJECTS, TAKES, Body, body, outfit
from pose_lib.data.synthetic.dataset import CAMERAS, Shots, render_motion
from pose_lib.data.synthetic.rig import camera
from pose_lib.geometry.skeletons import H36M17

if TYPE_CHECKING:
    from pose_lib.data.request import MocapRequest

__all__ = ["Window", "actions", "clip_body", "load", "require_root", "split", "windows"]

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

    Samples are ordered by clip, window, camera and frame. A performer is a subject, and each of a performer's
    clips a sequence, numbered from 1. Every performer keeps the bone lengths of the recording, and gets the
    girths, skin and hair of one of the seven bodies.

    Args:
        request: action, folder, size, step and seed.
        cameras: some of the rig's.
        device: where to render.
        progress: called with the number of crops that are done and their total.

    Raises:
        MocapError: a file is damaged.
    """
    action, size, step, seed = request.action, request.size, request.step, request.seed
    clips = [read_clip(entry, request.root) for entry in clips_of(action, find_clips(request.root))]
    testing, rule = split(clips)
    scenes = [
        (clip, test, window) for clip, test in zip(clips, testing, strict=True) for window in windows(clip)
    ]
    total = sum(len(_frames(window, step)) for _, _, window in scenes) * len(cameras)
    shots: list[Shots] = []
    tables: list[pd.DataFrame] = []
    for clip, test, window in scenes:
        frames = _frames(window, step)
        if not len(frames):
            continue
        points = clip.points[frames] - [*window.centre, 0.0]
        person, take = clip_body(clip), TAKES[seed_of("clothes", clip.name) % len(TAKES)]
        for name in cameras:
            names = (action, clip.name, window.start, name, seed)
            shots.append(
                render_motion(
                    points,
                    person,
                    outfit(_look(clip.performer), take),
                    camera(name),
                    size=size,
                    names=names,
                    device=device,
                )
            )
            columns = {"subject": clip.performer, "action": action, "sequence": _number(clip, clips)}
            splits = np.where(test[frames], "test", "train")
            tables.append(pd.DataFrame({**columns, "camera": name, "frame": frames, "split": splits}))
            if progress is not None:
                progress(sum(map(len, tables)), total)
    return PoseData(
        images=np.concatenate([s.images for s in shots]),
        joints_2d=np.concatenate([s.joints_2d for s in shots]),
        joints_3d=np.concatenate([s.joints_3d for s in shots]),
        visible=np.concatenate([s.visible for s in shots]),
        boxes=np.concatenate([s.boxes for s in shots]),
        table=pd.concat(tables, ignore_index=True),
        skeleton=H36M17,
        card=card(
            clips,
            testing,
            rule,
            request.sources,
            action=action,
            size=size,
            step=step,
            seed=seed,
            files=request.files,
        ),
    )


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
    """A body with the performer's bone lengths, and the girths and looks of one of the seven subjects."""
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
    """The subject whose girths, looks and clothes a performer gets; chosen by name."""
    return SUBJECTS[seed_of("look", performer) % len(SUBJECTS)]


def _held_out(names: list[str]) -> set[str]:
    count = max(1, round(len(names) * HELD_OUT))
    return set(sorted(names, key=lambda name: seed_of("held out", name))[:count])


def _frames(window: Window, step: int) -> npt.NDArray[np.intp]:
    first = -(-window.start // step) * step
    return np.arange(first, window.stop, step)


def _number(clip: Clip, clips: Sequence[Clip]) -> int:
    return [other.name for other in clips if other.performer == clip.performer].index(clip.name) + 1
