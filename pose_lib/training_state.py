"""The state of a training: kept every few seconds, and taken up again after an interruption."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

from pose_lib import checkpoints
from pose_lib.checkpoints import CheckpointError

__all__ = ["History", "keep", "resume"]


@dataclass
class History:
    """The loss of a training, its other measurements, and its time."""

    step: list[int] = field(default_factory=list)
    """The last step of each interval, counted from 1."""
    loss: list[float] = field(default_factory=list)
    """The mean loss in each interval."""
    seconds: float = 0.0
    """Training time; of a resumed training, without the interruption."""
    watched: dict[str, list[list[float]]] = field(default_factory=dict)
    """Pairs (step, value) by the name of a measurement; see ``watch`` of :func:`fit`."""

    @classmethod
    def read(cls, fields: Any, file: Path) -> History:
        """The history that a file holds.

        Raises:
            CheckpointError: it is none.
        """
        try:
            history = cls(**fields)
            steps, losses = [int(step) for step in history.step], [float(loss) for loss in history.loss]
            if len(steps) != len(losses) or not all(map(math.isfinite, [*losses, float(history.seconds)])):
                raise ValueError("its numbers do not fit together")
            watched = {name: [[float(x) for x in pair] for pair in v] for name, v in history.watched.items()}
        except (TypeError, ValueError, AttributeError, RuntimeError) as error:
            raise CheckpointError(
                f"{file} holds no history of a training ({error}); delete it and run again"
            ) from error
        return cls(steps, losses, float(history.seconds), watched)


def keep(
    file: Path,
    model: nn.Module,
    optimiser: torch.optim.Optimizer,
    average: nn.Module | None,
    step: int,
    history: History,
) -> None:
    """Write the state of a training after a step."""
    state = {
        "model": model.state_dict(),
        "optimiser": optimiser.state_dict(),
        "average": average.state_dict() if average is not None else {},
        "step": step,
        "history": vars(history),
    }
    checkpoints.save(state, file)


def resume(
    file: Path,
    model: nn.Module,
    optimiser: torch.optim.Optimizer,
    average: nn.Module | None,
    steps: int,
    device: torch.device,
) -> tuple[History, int]:
    """Give network, optimiser and average the state that a file holds; returns the history and the next step.

    Raises:
        CheckpointError: the file is damaged, or of another training; names it.
    """
    state = checkpoints.load(file, "model", "optimiser", "average", "step", "history", device=device)
    checkpoints.load_into(model, state["model"], file)
    if average is not None:
        checkpoints.load_into(average, state["average"], file)
    fixed = _fixed(optimiser)
    try:
        optimiser.load_state_dict(state["optimiser"])
        first = int(state["step"])
        if not 0 <= first <= steps:
            raise ValueError(f"step {first} of {steps}")
        if _fixed(optimiser) != fixed:
            raise ValueError("its optimiser has other settings")
        for weight, kept in optimiser.state.items():
            for name, value in kept.items():
                if value.shape not in (weight.shape, ()) or not bool(value.isfinite().all()):
                    raise ValueError(f"{name} of its optimiser does not fit the weights")
    except (ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
        raise CheckpointError(f"{file} is of another training ({error}); delete it and run again") from error
    return History.read(state["history"], file), first


def _fixed(optimiser: torch.optim.Optimizer) -> list[dict[str, Any]]:
    """What of an optimiser's settings no step changes."""
    return [{k: v for k, v in g.items() if k not in ("params", "lr")} for g in optimiser.param_groups]
