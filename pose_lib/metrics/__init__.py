"""What is reported: errors in mm for 3D poses, hits for 2D ones, with tables and intervals."""

from pose_lib.metrics.intervals import Interval, bootstrap_interval, paired_interval
from pose_lib.metrics.limbs import limb_lengths, limb_ratio_error
from pose_lib.metrics.mpjpe import mpjpe, per_joint_error
from pose_lib.metrics.parts import pck, pcp, pdj, relative_distance, torso_accuracy
from pose_lib.metrics.procrustes import pa_mpjpe, procrustes_align
from pose_lib.metrics.protocol import Protocol
from pose_lib.metrics.tables import (
    accuracy_over_threshold,
    action_weighted_mean,
    frame_weighted_mean,
    per_action_table,
    per_joint_table,
)

__all__ = [
    "Interval",
    "Protocol",
    "accuracy_over_threshold",
    "action_weighted_mean",
    "bootstrap_interval",
    "frame_weighted_mean",
    "limb_lengths",
    "limb_ratio_error",
    "mpjpe",
    "pa_mpjpe",
    "paired_interval",
    "pck",
    "pcp",
    "pdj",
    "per_action_table",
    "per_joint_error",
    "per_joint_table",
    "procrustes_align",
    "relative_distance",
    "torso_accuracy",
]
