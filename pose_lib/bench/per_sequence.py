"""One number per sequence: what is added, subtracted and resampled when runs are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pose_lib.bench.rows import Groups, Values

__all__ = ["PerSequence", "aligned"]


@dataclass(frozen=True)
class PerSequence:
    """Means of a metric over the samples of each sequence of a run."""

    names: Groups
    """``(S, 2)`` person and take."""
    value: Values
    """``(S,)``"""
    weight: Values
    """``(S,)``, all above 0."""

    def minus(self, other: PerSequence) -> PerSequence:
        """The paired difference, on the sequences in which both count the same."""
        names, weight, (a, b) = aligned([self, other])
        return PerSequence(names, a - b, weight)


def aligned(several: Sequence[PerSequence]) -> tuple[Groups, Values, npt.NDArray[np.float64]]:
    """Names ``(S, 2)``, weights ``(S,)`` and values ``(K, S)`` where all count a sequence the same."""
    places = [{(str(p), str(t)): i for i, (p, t) in enumerate(one.names)} for one in several]
    first = several[0]
    kept = [
        name
        for name, i in places[0].items()
        if all(
            name in place and one.weight[place[name]] == first.weight[i]
            for one, place in zip(several, places, strict=True)
        )
    ]
    order = [[place[name] for name in kept] for place in places]
    values = np.array([one.value[which] for one, which in zip(several, order, strict=True)])
    return first.names[order[0]], first.weight[order[0]], values.reshape(len(several), len(kept))
