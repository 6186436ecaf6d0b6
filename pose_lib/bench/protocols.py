"""The protocols of the book's tables by name, as data: what ``pose-lib evaluate`` can measure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from torch import Tensor

from pose_lib.bench.measures import Measure, measures_2d, measures_3d, protocol_of
from pose_lib.bench.rows import Values
from pose_lib.data.poses import PoseData
from pose_lib.metrics import Protocol

__all__ = ["PROTOCOLS", "NamedProtocol", "protocol_named"]

_PCP = ("pcp", "pcp-upper-arm", "pcp-lower-arm", "pcp-upper-leg", "pcp-lower-leg")


@dataclass(frozen=True, kw_only=True)
class NamedProtocol:
    """What is measured on poses of two or of three dimensions, and how."""

    name: str
    words: str
    dimensions: Literal[2, 3]
    metrics: tuple[str, ...] = ()
    """Of those in :mod:`pose_lib.bench.measures`; those of limbs that a skeleton lacks are left out."""
    errors: tuple[Protocol, ...] = ()
    """Further errors in mm; people and frame step are those of the samples."""
    swapped: bool = False
    """PCP accepts limbs with their ends exchanged."""

    def measures(self, data: PoseData) -> dict[str, Measure]:
        """Metric to how it is measured on some samples.

        Args:
            data: the samples, with their people, actions and takes.
        """
        if self.dimensions == 2:
            known = measures_2d(data, swapped=self.swapped)
        else:
            known = measures_3d(data, ("pairs",))
        found = {name: known[name] for name in self.metrics if name in known}
        for error in self.errors:
            like = protocol_of(data)
            exact = replace(error, subjects=like.subjects, frame_step=like.frame_step)
            name = "-".join([exact.name.lower(), *(f"without-{joint}" for joint in exact.without)])
            name += "-by-action" if exact.mean == "actions" else ""
            found[name] = Measure(name, exact.label(), _Errors(exact, data))
        return found


@dataclass(frozen=True)
class _Errors:
    """Values and weights of single poses whose weighted mean is that of the protocol."""

    protocol: Protocol
    data: PoseData

    def __call__(self, predicted: Tensor, truth: Tensor) -> tuple[Values, Values]:
        values = self.protocol.errors(predicted, truth).double().cpu().numpy()
        if self.protocol.mean == "frames":
            return values, np.ones(len(values))
        _, place, count = np.unique(self.data.table["action"], return_inverse=True, return_counts=True)
        return values, np.asarray(1.0 / count[place] * len(values) / len(count), dtype=np.float64)


PROTOCOLS = (
    NamedProtocol(
        name="3d",
        words="the book's 3D tables: 17 joints with the root among them, roots aligned, mean over frames; "
        "the same after the best rotation and scale; limb-length ratios",
        dimensions=3,
        metrics=(
            "mpjpe",
            "pa-mpjpe",
            "degenerate",
            "limb-ratio-lower",
            "limb-ratio-upper",
            "limb-ratio-full",
        ),
    ),
    NamedProtocol(
        name="3d-without-root",
        words="MPJPE divided by 16: the root, whose error is 0, is not counted",
        dimensions=3,
        errors=(Protocol(without=("hip",)),),
    ),
    NamedProtocol(
        name="3d-by-action",
        words="MPJPE and PA-MPJPE, each action counted the same, however many frames it has",
        dimensions=3,
        errors=(Protocol(mean="actions"), Protocol(alignment="procrustes", mean="actions")),
    ),
    NamedProtocol(
        name="2d",
        words="the book's 2D tables: strict PCP at 0.5 of arms and legs, PDJ at 0.1 and 0.2 of the torso",
        dimensions=2,
        metrics=(*_PCP, "pdj-0.10", "pdj-0.20"),
    ),
    NamedProtocol(
        name="2d-loose",
        words="PCP at 0.5 in its loose reading: the mean of both ends' distances counts",
        dimensions=2,
        metrics=tuple(name.replace("pcp", "pcp-loose") for name in _PCP),
    ),
    NamedProtocol(
        name="2d-exchanged",
        words="strict PCP at 0.5 that accepts limbs with their ends exchanged",
        dimensions=2,
        metrics=_PCP,
        swapped=True,
    ),
    NamedProtocol(
        name="2d-curve",
        words="PDJ at each threshold from 0.05 to 0.5 of the torso's diameter",
        dimensions=2,
        metrics=tuple(f"pdj-{i / 20:.2f}" for i in range(1, 11)),
    ),
)
"""All of them."""


def protocol_named(name: str, dimensions: int) -> NamedProtocol:
    """A protocol by its name; without a name, that of the book's tables.

    Raises:
        KeyError: no such protocol, or it is for poses of other dimensions; lists those that fit.
    """
    fitting = {p.name: p for p in PROTOCOLS if p.dimensions == dimensions}
    chosen = name or f"{dimensions}d"
    if chosen not in fitting:
        raise KeyError(f"no protocol {name!r} for poses in {dimensions}D; there are: {', '.join(fitting)}")
    return fitting[chosen]
