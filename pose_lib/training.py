"""The one training loop: seeded step by step, resumable, with mixed precision where the hardware has it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from pose_lib.data.seeds import seed_of
from pose_lib.progress import Progress

__all__ = ["History", "Schedule", "autocast", "fit", "has_bf16", "save_atomically"]


@dataclass(frozen=True)
class Schedule:
    """How long, how fast and in what pieces a network learns.

    The learning rate rises linearly over ``warmup`` of the steps, and falls to zero along a half cosine;
    where a paper says so, ``constant=True`` keeps it, or ``halve_every`` so many steps halves it. AdamW
    takes the steps, or with a ``momentum`` plain gradient descent, or with ``adagrad=True`` AdaGrad.
    """

    steps: int
    lr: float
    batch: int = 128
    warmup: float = 0.05
    constant: bool = False
    weight_decay: float = 0.0
    momentum: float | None = None
    halve_every: int | None = None
    adagrad: bool = False

    def rate(self, step: int) -> float:
        """Learning rate of a step, counted from 0."""
        if self.halve_every is not None:
            return self.lr * 0.5 ** (step // self.halve_every)
        if self.constant:
            return self.lr
        rise = max(1.0, self.warmup * self.steps)
        if step < rise:
            return self.lr * (step + 1) / rise
        return 0.5 * self.lr * (1 + math.cos(math.pi * (step - rise) / max(1.0, self.steps - rise)))

    def optimiser(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        """A fresh optimiser for these parameters."""
        if self.momentum is not None:
            return torch.optim.SGD(
                parameters, self.lr, self.momentum, weight_decay=self.weight_decay, fused=True
            )
        if self.adagrad:
            weights = list(parameters)
            fused = all(w.device.type == "cpu" for w in weights)  # torch has no other fused AdaGrad
            return torch.optim.Adagrad(weights, self.lr, weight_decay=self.weight_decay, fused=fused)
        return torch.optim.AdamW(parameters, self.lr, weight_decay=self.weight_decay, fused=True)


@dataclass
class History:
    """Loss over the steps, as means over stretches, and the seconds it took."""

    step: list[int] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)
    seconds: float = 0.0
    watched: dict[str, list[list[float]]] = field(default_factory=dict)
    """Name to pairs (step, value) of what :func:`fit` was asked to watch."""


def has_bf16(device: torch.device | str) -> bool:
    """Whether matrix products in bf16 run on units of their own, rather than being emulated."""
    device = torch.device(device)
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    capabilities: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()
    return bool(capabilities.get("amx_bf16") or capabilities.get("avx512_bf16") or capabilities.get("bf16"))


def autocast(device: torch.device | str) -> AbstractContextManager[Any]:
    """bf16 autocast where :func:`has_bf16`, nothing elsewhere."""
    device = torch.device(device)
    return torch.autocast(device.type, torch.bfloat16, enabled=has_bf16(device))


def save_atomically(state: Any, file: Path) -> None:
    """Write a checkpoint beside its place and move it there: a reader never sees half of one."""
    part = file.with_name(file.name + ".part")
    torch.save(state, part)
    part.replace(file)


def fit(
    model: nn.Module,
    loss: Callable[[Tensor, torch.Generator], Tensor],
    samples: int,
    schedule: Schedule,
    *,
    name: str,
    seed: int,
    checkpoint: Path | None = None,
    device: torch.device | str = "cpu",
    save_every: float = 20.0,
    watch: Callable[[int], Mapping[str, float] | None] | None = None,
    stream: str | None = None,
) -> History:
    """Minimise a loss over shuffled batches.

    Every random number of a step (which samples, crops, noise, dropout) follows from ``(seed, name, step)``
    alone, so a run that was killed goes on from its last checkpoint to the same weights. Networks that are
    to be compared see the same batches if they share a ``stream``.

    Args:
        loss: called with the indices ``(B,)`` of a batch and a seeded CPU generator; gives a scalar.
        samples: number of samples to draw indices from.
        name: what is trained: the title of the progress line, and part of the seed if no ``stream`` is given.
        checkpoint: file to save to every ``save_every`` seconds, and to go on from if it is there.
        watch: called with the number of each step before it is taken, and with their count at the end. It may
            change a weight of the loss, and measure the network: what it returns is kept in the history. It
            must draw no random numbers.
        stream: part of the seed instead of the name.

    Raises:
        FloatingPointError: the loss is no longer finite; says at which step.
        ValueError: there are fewer samples than a batch takes.
    """
    device, stream = torch.device(device), stream or name
    if samples < schedule.batch:
        raise ValueError(f"{name}: {samples} samples cannot fill a batch of {schedule.batch}")
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimiser = schedule.optimiser(parameters)
    history, first = History(), 0
    if checkpoint is not None and checkpoint.is_file():
        state = torch.load(checkpoint, map_location=device, weights_only=True)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        history = History(**state["history"])
        first = int(state["step"])
    per_epoch = samples // schedule.batch
    order = torch.empty(0, dtype=torch.long)
    begun = saved = time.monotonic()
    before = history.seconds
    stretch = max(1, schedule.steps // 60)
    total = torch.zeros((), device=device)
    count = 0
    model.train()
    # Dropout draws from torch's global stream; it is seeded inside and given back as it was.
    with (
        Progress(schedule.steps, name, unit="steps") as progress,
        torch.random.fork_rng(devices=[device] if device.type == "cuda" else []),
    ):
        for step in range(first, schedule.steps):
            _watch(watch, step, model, history)
            epoch, place = divmod(step, per_epoch)
            if place == 0 or len(order) == 0:
                shuffle = torch.Generator().manual_seed(seed_of(seed, stream, "epoch", epoch))
                order = torch.randperm(samples, generator=shuffle)
            generator = torch.Generator().manual_seed(seed_of(seed, stream, "step", step))
            torch.manual_seed(seed_of(seed, stream, "dropout", step))
            for group in optimiser.param_groups:
                group["lr"] = schedule.rate(step)
            value = loss(order[place * schedule.batch : (place + 1) * schedule.batch], generator)
            optimiser.zero_grad(set_to_none=True)
            value.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            total += value.detach()
            count += 1
            if (step + 1) % stretch == 0 or step + 1 == schedule.steps:
                mean = float(total) / count
                if not math.isfinite(mean):
                    raise FloatingPointError(
                        f"{name}: the loss is {mean} at step {step}; lower the learning rate"
                    )
                history.step.append(step + 1)
                history.loss.append(mean)
                total.zero_()
                count = 0
                history.seconds = before + time.monotonic() - begun
                if checkpoint is not None and time.monotonic() - saved > save_every:
                    _checkpoint(checkpoint, model, optimiser, step + 1, history)
                    saved = time.monotonic()
            progress(step + 1, f"loss {history.loss[-1]:.4g}" if history.loss else "")
        _watch(watch, schedule.steps, model, history)
    history.seconds = before + time.monotonic() - begun
    model.eval()
    return history


def _watch(
    watch: Callable[[int], Mapping[str, float] | None] | None, step: int, model: nn.Module, history: History
) -> None:
    measured = watch(step) if watch else None
    if measured:
        model.train()
        for name, value in measured.items():
            history.watched.setdefault(name, []).append([float(step), float(value)])


def _checkpoint(
    file: Path, model: nn.Module, optimiser: torch.optim.Optimizer, step: int, history: History
) -> None:
    state = {
        "model": model.state_dict(),
        "optimiser": optimiser.state_dict(),
        "step": step,
        "history": vars(history),
    }
    save_atomically(state, file)
