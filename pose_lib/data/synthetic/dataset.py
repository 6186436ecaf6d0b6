"""The default data set: thirteen people, fifteen actions and four cameras, rendered when asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch

from pose_lib.data.building import Shard
from pose_lib.data.poses import ALL, DataCard, PoseData, concatenate
from pose_lib.data.synthetic.describe import card
from pose_lib.data.synthetic.motion import ACTIONS, generate
from pose_lib.data.synthetic.people import SUBJECTS, TAKES, TEST
from pose_lib.data.synthetic.rig import RIG, camera
from pose_lib.data.synthetic.shots import Shots, from_shots, render_motion
from pose_lib.data.synthetic.timing import arange
from pose_lib.data.synthetic.wardrobe import redyed

if TYPE_CHECKING:
    from pose_lib.data.request import SyntheticRequest

__all__ = ["CAMERAS", "load", "request_card", "shards"]

CAMERAS = tuple(c.name for c in RIG)
SCENE = 500
"""Frames (ten seconds) after which room, light and the colours of the clothes change. The five training
people have too little variety of clothing: with fixed clothes and rooms a network would recognise those."""

Progress = Callable[[int, int], None]
"""Called with the number of crops that are done and their total."""


def load(
    request: SyntheticRequest,
    *,
    subjects: Sequence[str] = SUBJECTS,
    cameras: Sequence[str] = CAMERAS,
    device: torch.device | str = "cpu",
    progress: Progress | None = None,
) -> PoseData:
    """Perform an action and render it: both takes of every subject, every camera.

    Every ``step``-th frame of the people in ``TRAIN`` is of the split ``train``, every ``test_step``-th of
    those in ``TEST`` of the split ``test``. Samples are ordered by action (where all are asked for), subject,
    take, camera and frame. The same arguments give the same poses everywhere, and the
    same images on the same kind of device.

    Args:
        request: action, size, steps, length of a take, and seed.
        subjects: some of ``SUBJECTS``.
        cameras: some of ``CAMERAS``.
        device: where to render.
        progress: called after every take.

    Raises:
        ValueError: unknown subject or camera; lists the valid ones.
    """
    parts = shards(request, subjects=subjects, cameras=cameras, device=device)
    total = sum(part.samples for part in parts)
    made: list[PoseData] = []
    for part in parts:
        made.append(part.make())
        if progress is not None:
            progress(sum(map(len, made)), total)
    return concatenate(made, request_card(request, subjects, cameras))


def shards(
    request: SyntheticRequest,
    *,
    subjects: Sequence[str] = SUBJECTS,
    cameras: Sequence[str] = CAMERAS,
    device: torch.device | str = "cpu",
) -> list[Shard]:
    """The takes of :func:`load`, in the order of its samples, each rendered when it is asked for.

    Raises:
        ValueError: unknown subject or camera; lists the valid ones.
    """
    _check("subject", subjects, SUBJECTS)
    _check("camera", cameras, CAMERAS)
    actions = ACTIONS if request.action == ALL else (request.action,)
    return [
        Shard(
            len(_frames(request, subject)) * len(cameras),
            partial(_take, part, subject, take, cameras, device),
        )
        for part in (replace(request, action=action) for action in actions)
        for subject in subjects
        for take in TAKES
    ]


def _frames(request: SyntheticRequest, subject: str) -> npt.NDArray[np.intp]:
    """The frames of a take that become samples."""
    return np.arange(0, len(arange(request.seconds)), request.test_step if subject in TEST else request.step)


def _take(
    request: SyntheticRequest, subject: str, take: int, cameras: Sequence[str], device: torch.device | str
) -> PoseData:
    """One take, seen by some cameras."""
    action, size, seed = request.action, request.size, request.seed
    motion = generate(action, subject, take, seconds=request.seconds, seed=seed)
    frames = _frames(request, subject)
    sampled = motion.at(frames)
    shots: list[Shots] = []
    tables: list[pd.DataFrame] = []
    for name in cameras:
        for scene in np.unique(frames // SCENE):
            part = sampled.at(np.flatnonzero(frames // SCENE == scene))
            names = (action, subject, take, name, int(scene), seed)
            shots.append(
                render_motion(
                    part.points,
                    part.body,
                    redyed(part.outfit, *names) if scene else part.outfit,
                    camera(name),
                    props=part.props,
                    companion=part.companion,
                    size=size,
                    names=names,
                    device=device,
                )
            )
        tables.append(
            pd.DataFrame(
                {
                    "subject": subject,
                    "action": action,
                    "sequence": take,
                    "camera": name,
                    "frame": frames,
                    "split": "test" if subject in TEST else "train",
                    "width": camera(name).width,
                    "height": camera(name).height,
                }
            )
        )
    return from_shots(shots, tables, request_card(request, [subject], cameras))


def request_card(
    request: SyntheticRequest, subjects: Sequence[str] = SUBJECTS, cameras: Sequence[str] = CAMERAS
) -> DataCard:
    """The card of what a request gives."""
    return card(
        request.sources,
        action=request.action,
        size=request.size,
        step=request.step,
        test_step=request.test_step,
        seconds=request.seconds,
        seed=request.seed,
        subjects=" ".join(subjects),
        cameras=" ".join(cameras),
    )


def _check(what: str, given: Sequence[str], known: Sequence[str]) -> None:
    for name in given:
        if name not in known:
            raise ValueError(f"unknown {what} {name!r}; choose from {', '.join(known)}")
    if not given:
        raise ValueError(f"no {what} given; choose from {', '.join(known)}")
