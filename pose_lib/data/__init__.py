"""Where poses come from: one container, and one loader per data set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pose_lib.lazy import lazy_names

__all__ = [
    "ALL",
    "DATASETS",
    "DataCard",
    "MocapRequest",
    "PhotoRequest",
    "PoseData",
    "PoseDataError",
    "SyntheticRequest",
    "actions",
    "concatenate",
    "load",
    "observer_sides",
    "to_skeleton",
    "upper_bodies",
]

if TYPE_CHECKING:
    from pose_lib.data.catalog import ALL, DATASETS, actions, load
    from pose_lib.data.mapping import observer_sides, to_skeleton
    from pose_lib.data.poses import DataCard, PoseData, PoseDataError, concatenate
    from pose_lib.data.request import MocapRequest, PhotoRequest, SyntheticRequest
    from pose_lib.data.upper_body import upper_bodies
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "catalog": ("ALL", "DATASETS", "actions", "load"),
            "mapping": ("observer_sides", "to_skeleton"),
            "poses": ("DataCard", "PoseData", "PoseDataError", "concatenate"),
            "request": ("MocapRequest", "PhotoRequest", "SyntheticRequest"),
            "upper_body": ("upper_bodies",),
        },
    )
