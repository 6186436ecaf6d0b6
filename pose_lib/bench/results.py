"""What an experiment has found so far: predictions, training histories, costs."""

from __future__ import annotations

from dataclasses import dataclass, field

from torch import Tensor

from pose_lib.bench.rows import Key, Row
from pose_lib.training_state import History

__all__ = ["Results"]


@dataclass
class Results:
    """Filled while an experiment trains; its rows are made from it at the end."""

    predictions: dict[Key, Tensor] = field(default_factory=dict)
    """System to its poses for the test samples: root-relative ``(M, J, 3)`` mm, or ``(M, J, 2)`` pixels."""
    histories: dict[str, History] = field(default_factory=dict)
    """By the name of the training."""
    costs: list[Row] = field(default_factory=list)
