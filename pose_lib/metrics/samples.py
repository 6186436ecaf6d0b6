"""Checks of what is averaged: values that are numbers, and labels that are there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pose_lib.geometry.arrays import Numbers, as_array

__all__ = ["finite", "known_labels"]

_LARGEST = 1e100
"""Squares and long sums of such values are still finite."""


def finite(name: str, values: Numbers) -> NDArray[np.float64]:
    """Values of which a mean can be taken, as float64.

    Args:
        name: what they are, for the message.
        values: any shape.

    Raises:
        ValueError: there are none, or one is not finite (or larger than 1e100); says how many and which.
    """
    array = as_array(values)
    if not array.size:
        raise ValueError(f"{name}: there are none (shape {array.shape})")
    wrong = np.argwhere(~(np.abs(array) <= _LARGEST))
    if len(wrong):
        raise ValueError(
            f"{name}: {len(wrong)} of {array.size} are not finite, the first at {wrong[0].tolist()}; "
            "leave such samples out, and say how many they are"
        )
    return array


def known_labels(name: str, labels: Any) -> NDArray[Any]:
    """Labels of samples, such as actions or sequences; a table would drop a missing one with its sample.

    Raises:
        ValueError: a label is None or NaN; says how many and which.
    """
    import pandas as pd  # imported where it is used: the other metrics are there sooner without it

    # Of a list with texts and NaN, NumPy would make texts, "nan" among them.
    missing = np.flatnonzero(pd.isna(np.asarray(labels, dtype=object)))
    if len(missing):
        raise ValueError(f"{name}: {len(missing)} of {len(labels)} are missing, the first at {missing[0]}")
    return np.asarray(labels)
