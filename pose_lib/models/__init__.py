"""One file per paper and per baseline: networks, their targets and their decoding.

Named here are the networks and the baselines. Losses, targets and decoding are in the paper's own module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pose_lib.lazy import lazy_names

__all__ = [
    "HMLPE",
    "AutoEncoder",
    "Cascade",
    "Decoder",
    "DeepPoseNet",
    "FourierFeatures",
    "HeatMapNet",
    "IntegralNet",
    "KernelDependencyEstimation",
    "LiChanNet",
    "LiftingNet",
    "LinKDE",
    "ParkNet",
    "PoseNet",
    "StructNet",
    "mean_pose",
    "nearest_pose",
]

if TYPE_CHECKING:
    from pose_lib.models.baselines import mean_pose, nearest_pose
    from pose_lib.models.cascade import Cascade
    from pose_lib.models.deeppose import DeepPoseNet
    from pose_lib.models.heat_maps import HeatMapNet
    from pose_lib.models.hmlpe import HMLPE
    from pose_lib.models.kde import FourierFeatures, KernelDependencyEstimation
    from pose_lib.models.li_chan import LiChanNet
    from pose_lib.models.lifting import LiftingNet
    from pose_lib.models.linkde import LinKDE
    from pose_lib.models.park import ParkNet
    from pose_lib.models.soft_argmax import IntegralNet
    from pose_lib.models.structnet import StructNet
    from pose_lib.models.tekin_ae import AutoEncoder, Decoder, PoseNet
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "baselines": ("mean_pose", "nearest_pose"),
            "cascade": ("Cascade",),
            "deeppose": ("DeepPoseNet",),
            "heat_maps": ("HeatMapNet",),
            "hmlpe": ("HMLPE",),
            "kde": ("FourierFeatures", "KernelDependencyEstimation"),
            "li_chan": ("LiChanNet",),
            "lifting": ("LiftingNet",),
            "linkde": ("LinKDE",),
            "park": ("ParkNet",),
            "soft_argmax": ("IntegralNet",),
            "structnet": ("StructNet",),
            "tekin_ae": ("AutoEncoder", "Decoder", "PoseNet"),
        },
    )
