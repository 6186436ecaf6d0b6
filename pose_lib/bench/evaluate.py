"""From predictions to scores of single samples, and from these to rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from torch import Tensor

from pose_lib.bench.measures import Measure, sequences_of
from pose_lib.bench.rows import Groups, Key, Row, Values, difference_row, label, row
from pose_lib.data.poses import PoseData

__all__ = ["Scores", "evaluate"]


@dataclass
class Scores:
    """Values of single samples for several systems and metrics, all on the same ``M`` samples."""

    groups: Groups
    """``(M, 2)`` the person and the take of each sample."""
    protocols: dict[str, str]
    """Metric to its protocol in words."""
    weights: dict[str, Values]
    """Metric to ``(M,)``: how much each sample counts."""
    values: dict[Key, dict[str, Values]] = field(default_factory=dict)
    """System to metric to ``(M,)``; NaN where the weight is 0."""

    @classmethod
    def on(cls, data: PoseData, protocols: Mapping[str, str]) -> Scores:
        """Scores to be filled by :meth:`add`, of metrics in which each sample counts the same."""
        ones = np.ones(len(data))
        return cls(sequences_of(data), dict(protocols), dict.fromkeys(protocols, ones))

    def add(self, key: Key, metric: str, values: Values) -> None:
        """Enter the values ``(M,)`` of one system and metric.

        Raises:
            KeyError: the metric is not among those of the scores; lists them.
            ValueError: there is not one value per sample.
        """
        if metric not in self.protocols:
            raise KeyError(f"no metric {metric!r} in these scores; there are: {', '.join(self.protocols)}")
        if np.shape(values) != (len(self.groups),):
            raise ValueError(
                f"{label(key)}, {metric}: {np.shape(values)} values for {len(self.groups)} samples"
            )
        self.values.setdefault(key, {})[metric] = np.asarray(values, dtype=np.float64)

    def of(self, key: Key, metric: str) -> Values:
        """``(M,)`` values of one system and metric.

        Raises:
            KeyError: it was not measured; lists the systems, or the system's metrics.
        """
        if key not in self.values:
            raise KeyError(f"no scores of {label(key)!r}; there are: {', '.join(map(label, self.values))}")
        if metric not in self.values[key]:
            raise KeyError(f"{label(key)} has no {metric!r}; it has: {', '.join(self.values[key])}")
        return self.values[key][metric]

    def metric(self, name: str) -> dict[Key, Values]:
        """``(M,)`` values of one metric, for each system that has it."""
        return {key: found[name] for key, found in self.values.items() if name in found}

    def rows(self) -> list[Row]:
        """One row per system and metric."""
        return [
            row(key, name, self.protocols[name], values, self.groups, self._shares(name))
            for key, metrics in self.values.items()
            for name, values in metrics.items()
        ]

    def differences(self, pairs: Iterable[tuple[Key, Key, str]]) -> list[Row]:
        """Paired differences ``first - second``, for those pairs of systems that were both measured.

        Raises:
            KeyError: a pair names a metric that these scores do not have; lists those they have.
        """
        found = []
        for first, second, name in pairs:
            if name not in self.protocols:
                raise KeyError(f"no metric {name!r} in these scores; there are: {', '.join(self.protocols)}")
            if name in self.values.get(first, {}) and name in self.values.get(second, {}):
                a, b = self.of(first, name), self.of(second, name)
                shares = self._shares(name)
                found.append(
                    difference_row(first, second, name, self.protocols[name], a, b, self.groups, shares)
                )
        return found

    def _shares(self, name: str) -> Values | None:
        """Weights where they differ; where all samples count the same, none are needed."""
        return None if (self.weights[name] == 1).all() else self.weights[name]


def evaluate(
    predictions: Mapping[Key, Tensor], truth: Tensor, test: PoseData, measures: Mapping[str, Measure]
) -> Scores:
    """Measure every system on the same samples.

    Args:
        predictions: system to poses ``(M, J, D)``, in the frame and unit of the truth.
        truth: ``(M, J, D)``; NaN where a 2D joint has no label.
        test: the samples.
        measures: what to measure. One without a single label on these samples is left out.
    """
    scores = Scores(sequences_of(test), {}, {})
    for key, predicted in predictions.items():
        for name, measure in measures.items():
            values, weights = measure.of(predicted, truth)
            if weights.any():
                scores.protocols[name], scores.weights[name] = measure.protocol, weights
                scores.add(key, name, values)
    return scores
