"""The tables of a chapter for poses that were made elsewhere."""

from __future__ import annotations

import pandas as pd

from pose_lib.bench.evaluate import Scores
from pose_lib.bench.own_poses import OwnPoses
from pose_lib.bench.rows import Key, label
from pose_lib.book.metric_titles import metric_title
from pose_lib.book.result_cells import with_bounds
from pose_lib.metrics import per_action_table, per_joint_error

__all__ = ["by_action", "by_joint", "own_tables", "summary"]


def own_tables(poses: OwnPoses, scores: Scores) -> dict[str, pd.DataFrame]:
    """Title to table: all metrics, then the first one by action, and in 3D the error of each joint.

    Args:
        poses: what was measured.
        scores: of these poses.
    """
    first = metric_title(next(iter(scores.protocols)))
    found = {"Each metric, with its 95 % interval over people and takes": summary(scores)}
    if poses.data.table["action"].nunique() > 1:
        found[f"{first} by action"] = by_action(poses, scores)
    if poses.dimensions == 3:
        found["Error by joint (mm), roots aligned"] = by_joint(poses)
    return found


def summary(scores: Scores) -> pd.DataFrame:
    """One line per metric, one column per system: ``value [low, high]``."""
    rows = scores.rows()
    cells = {
        (row.metric, label((row.system, row.setting))): with_bounds(
            row.value, row.low, row.high, ".3f" if "limb" in row.metric else ".1f"
        )
        for row in rows
    }
    metrics, systems = list(scores.protocols), list(map(label, scores.values))
    return pd.Series(cells).unstack().reindex(index=metrics, columns=systems).rename(metric_title)


def by_action(poses: OwnPoses, scores: Scores) -> pd.DataFrame:
    """The mean of the first metric over the poses of each action that have it, one column per system."""
    metric, actions = next(iter(scores.protocols)), poses.data.table["action"].to_numpy()
    known = scores.weights[metric] > 0
    columns = {
        label(key): per_action_table(values[known], actions[known])["mean"].round(1)
        for key, values in scores.metric(metric).items()
    }
    return pd.DataFrame(columns)


def by_joint(poses: OwnPoses) -> pd.DataFrame:
    """The mean error of each joint in mm, roots aligned, one column per system."""

    def of(key: Key) -> list[float]:
        errors = per_joint_error(poses.systems[key], poses.truth, poses.data.skeleton.root)
        return [round(float(value), 1) for value in errors.mean(0)]

    index = pd.Index([joint.replace("_", " ") for joint in poses.data.skeleton.joints], name="joint")
    return pd.DataFrame({label(key): of(key) for key in poses.systems}, index=index)
