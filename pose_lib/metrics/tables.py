"""From errors of single poses to what a page shows: means, tables and curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pose_lib.geometry.arrays import Numbers, as_array
from pose_lib.geometry.skeletons import H36M17, Skeleton
from pose_lib.metrics.samples import finite, known_labels

if TYPE_CHECKING:
    import pandas as pd  # imported where it is used: the other metrics are there sooner without it

__all__ = [
    "accuracy_over_threshold",
    "action_weighted_mean",
    "frame_weighted_mean",
    "per_action_table",
    "per_joint_table",
]


def frame_weighted_mean(errors: Numbers) -> float:
    """The mean over all poses, as the "All" column of Li & Chan 2014 and of Tekin et al. 2016 has it.

    Raises:
        ValueError: no errors, or one that is not finite.
    """
    return float(finite("errors", errors).mean())


def action_weighted_mean(errors: Numbers, actions: ArrayLike) -> float:
    """The mean of the actions' means: a short action counts as much as a long one.

    Args:
        errors: ``(N,)``.
        actions: ``(N,)`` names, such as ``data.table["action"]``.

    Raises:
        ValueError: no errors, one that is not finite, or an action that is missing.
    """
    return float(_by_action(errors, actions).mean().mean())


def per_action_table(errors: Numbers, actions: ArrayLike) -> pd.DataFrame:
    """Mean and standard deviation of the errors in each action, and the number of poses.

    The deviation is the one in the parentheses of Li & Chan 2014: over the single poses' errors.

    Args:
        errors: ``(N,)`` mm.
        actions: ``(N,)`` names.

    Returns:
        Rows by action, in the order of first appearance; columns ``mean``, ``std``, ``poses``.

    Raises:
        ValueError: as for :func:`action_weighted_mean`.
    """
    import pandas as pd

    groups = _by_action(errors, actions)
    return pd.DataFrame({"mean": groups.mean(), "std": groups.std(ddof=0), "poses": groups.size()})


def per_joint_table(errors: Numbers, skeleton: Skeleton = H36M17) -> pd.DataFrame:
    """Mean, standard deviation and median of each joint's error.

    Args:
        errors: ``(N, J)`` mm, from :func:`~pose_lib.metrics.per_joint_error`.
        skeleton: names the joints.

    Raises:
        ValueError: the errors have another number of joints than the skeleton, or one is not finite.
    """
    import pandas as pd

    values = finite("errors", errors)
    if values.ndim != 2 or values.shape[1] != len(skeleton):
        raise ValueError(
            f"errors have shape {values.shape}, expected (N, {len(skeleton)}) for {skeleton.name}"
        )
    columns = {"mean": values.mean(0), "std": values.std(0), "median": np.median(values, axis=0)}
    return pd.DataFrame(columns, index=pd.Index(skeleton.joints, name="joint"))


def accuracy_over_threshold(errors: Numbers, thresholds: Numbers) -> NDArray[np.float64]:
    """The fraction of errors that are at most the threshold, for each threshold (Fig. 3, Li & Chan 2014).

    Args:
        errors: ``(N,)`` or ``(N, J)``, 0 or more; NaN (no label) does not count, infinity is never within.
        thresholds: ``(K,)`` in the errors' unit, finite, 0 or more.

    Returns:
        ``(K,)`` or ``(K, J)``, which never falls with the threshold; NaN where there is nothing to count.

    Raises:
        ValueError: no errors or a negative one, no thresholds or one that is not a finite number, 0 or more.
    """
    values, at = np.sort(np.atleast_1d(as_array(errors)), axis=0), as_array(thresholds)
    if not values.size or (values < 0).any():
        least = f", the least {np.nanmin(values)}" if values.size else ""
        raise ValueError(f"expected errors (N,) or (N, J), 0 or more, got shape {values.shape}{least}")
    if not at.size or not ((at >= 0) & (at < np.inf)).all():
        raise ValueError(f"expected thresholds that are finite numbers, 0 or more, got {at.tolist()}")
    columns = values.reshape(len(values), -1).T
    counted = np.array([np.count_nonzero(~np.isnan(column)) for column in columns])
    below = np.stack(
        [np.searchsorted(c[:n], at, side="right") for c, n in zip(columns, counted, strict=True)], axis=-1
    )
    share = below / np.where(counted, counted, np.nan)
    return share.reshape(*at.shape, *values.shape[1:])


def _by_action(errors: Numbers, actions: ArrayLike) -> Any:
    import pandas as pd

    values, names = finite("errors", errors), known_labels("actions", actions)
    if values.ndim != 1 or values.shape != names.shape:
        raise ValueError(f"one error and one action per pose: got shapes {values.shape} and {names.shape}")
    return pd.Series(values).groupby(pd.Index(names, name="action"), sort=False)
