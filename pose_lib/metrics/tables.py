"""From errors of single poses to what a page shows: means, tables and curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from pose_lib.geometry.skeletons import H36M17, Skeleton

if TYPE_CHECKING:
    import pandas as pd  # imported where it is used: the other metrics are there sooner without it

__all__ = [
    "accuracy_over_threshold",
    "action_weighted_mean",
    "frame_weighted_mean",
    "per_action_table",
    "per_joint_table",
]


def frame_weighted_mean(errors: ArrayLike | Tensor) -> float:
    """The mean over all poses, as the "All" column of Li & Chan 2014 and of Tekin et al. 2016 has it."""
    return float(_array(errors).mean())


def action_weighted_mean(errors: ArrayLike | Tensor, actions: ArrayLike) -> float:
    """The mean of the actions' means: a short action counts as much as a long one.

    Args:
        errors: ``(N,)``.
        actions: ``(N,)`` names, such as ``data.table["action"]``.
    """
    return float(_by_action(errors, actions).mean().mean())


def per_action_table(errors: ArrayLike | Tensor, actions: ArrayLike) -> pd.DataFrame:
    """Mean and standard deviation of the errors in each action, and the number of poses.

    The deviation is the one in the parentheses of Li & Chan 2014: over the single poses' errors.

    Args:
        errors: ``(N,)`` mm.
        actions: ``(N,)`` names.

    Returns:
        Rows by action, in the order of first appearance; columns ``mean``, ``std``, ``poses``.
    """
    import pandas as pd

    groups = _by_action(errors, actions)
    return pd.DataFrame({"mean": groups.mean(), "std": groups.std(ddof=0), "poses": groups.size()})


def per_joint_table(errors: ArrayLike | Tensor, skeleton: Skeleton = H36M17) -> pd.DataFrame:
    """Mean, standard deviation and median of each joint's error.

    Args:
        errors: ``(N, J)`` mm, from :func:`~pose_lib.metrics.per_joint_error`.
        skeleton: names the joints.

    Raises:
        ValueError: the errors have another number of joints than the skeleton.
    """
    import pandas as pd

    values = _array(errors)
    if values.ndim != 2 or values.shape[1] != len(skeleton):
        raise ValueError(
            f"errors have shape {values.shape}, expected (N, {len(skeleton)}) for {skeleton.name}"
        )
    columns = {"mean": values.mean(0), "std": values.std(0), "median": np.median(values, axis=0)}
    return pd.DataFrame(columns, index=pd.Index(skeleton.joints, name="joint"))


def accuracy_over_threshold(
    errors: ArrayLike | Tensor, thresholds: ArrayLike | Tensor
) -> NDArray[np.float64]:
    """The fraction of errors that are at most the threshold, for each threshold (Fig. 3, Li & Chan 2014).

    Args:
        errors: ``(N,)`` or ``(N, J)``; NaN (no label) does not count.
        thresholds: ``(K,)`` in the errors' unit.

    Returns:
        ``(K,)`` or ``(K, J)``, never falling; NaN where there is nothing to count.
    """
    values, at = np.sort(_array(errors), axis=0), _array(thresholds)
    columns = values.reshape(len(values), -1).T
    counted = np.array([np.count_nonzero(~np.isnan(column)) for column in columns])
    below = np.stack(
        [np.searchsorted(c[:n], at, side="right") for c, n in zip(columns, counted, strict=True)], axis=-1
    )
    share = below / np.where(counted, counted, np.nan)
    return share.reshape(*at.shape, *values.shape[1:])


def _by_action(errors: ArrayLike | Tensor, actions: ArrayLike) -> Any:
    import pandas as pd

    values, names = _array(errors), np.asarray(actions)
    if values.ndim != 1 or values.shape != names.shape:
        raise ValueError(f"one error and one action per pose: got shapes {values.shape} and {names.shape}")
    return pd.Series(values).groupby(pd.Index(names, name="action"), sort=False)


def _array(values: ArrayLike | Tensor) -> NDArray[np.float64]:
    """Values as float64 in NumPy, so that long means lose nothing."""
    if isinstance(values, torch.Tensor):
        values = values.detach().cpu().numpy()
    return np.asarray(values, dtype=np.float64)
