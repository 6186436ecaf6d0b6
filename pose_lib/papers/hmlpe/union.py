"""The union of data sets on which Li et al. 2014 train before the target set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pose_lib.data import catalog
from pose_lib.data.request import PhotoRequest

if TYPE_CHECKING:
    from pose_lib.bench.setup import Setup
    from pose_lib.data.poses import PoseData

__all__ = ["MIXED", "UNION_ZOOM", "union_of"]

MIXED = ("buffy", "flic")
"""Target sets that the paper trains on after their union with others."""

UNION_ZOOM = 0.5
"""Random change of size of a union's boxes: people fill them differently from one data set to another."""


def union_of(setup: Setup) -> PoseData | None:
    """The samples of the union, from those of its data sets that are there; None for other targets.

    Its test samples are the test parts of the target sets that are there, on which Table 3 is measured.

    Raises:
        FileNotFoundError: the run's data set needs ``data_root``.
    """
    if setup.run.parameters["dataset"] not in MIXED:
        return None
    wanted = PhotoRequest(dataset="hmlpe-mixture", data_root=setup.data_root, size=setup.preset.size)
    return catalog.load(wanted)
