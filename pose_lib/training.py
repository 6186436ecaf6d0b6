"""The training loop of every network: seeded per step, resumable, in bf16 where the hardware supports it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

import torch
from torch import Tensor, nn

from pose_lib.averaging import Average
from pose_lib.data.seeds import seed_of
from pose_lib.memory import kept_memory
from pose_lib.progress import Progress
from pose_lib.training_state import History, keep, resume

__all__ = [
    "Loss",
    "Precision",
    "Schedule",
    "autocast",
    "fit",
    "has_bf16",
    "precision",
    "set_precision",
]

Loss = Callable[[Tensor, torch.Generator], Tensor]
"""From the indices ``(B,)`` of a batch and a seeded CPU generator to a scalar."""
Precision = Literal["auto", "bf16", "float32"]
"""Arithmetic of the networks: bf16 where the hardware has units for it (``auto``), always, or never."""

_setting: Precision = "auto"


@dataclass(frozen=True)
class Schedule:
    """Number of steps, learning rate, batch size and optimiser of a training.

    The learning rate rises linearly at first, then falls to zero along a half cosine, unless ``constant`` or
    ``halve_every`` says otherwise. The optimiser is AdamW, unless ``momentum`` or ``adagrad`` says otherwise.
    """

    steps: int
    lr: float
    """The highest learning rate."""
    batch: int = 128
    """Samples per step."""
    warmup: float = 0.05
    """Share of the steps in which the learning rate rises."""
    constant: bool = False
    """Keep the learning rate constant."""
    weight_decay: float = 0.0
    momentum: float | None = None
    """Use gradient descent with this momentum."""
    halve_every: int | None = None
    """Halve the learning rate after every so many steps; no warm-up."""
    adagrad: bool = False
    """Use AdaGrad."""
    clip: float | None = None
    """The largest norm that the gradients of all weights together may have; longer ones are shortened."""
    average: float = 0.0
    """Share of the steps, the last ones, over which the weights are averaged; the average is the result."""

    def scaled(self, share: float) -> Schedule:
        """The same schedule with ``share`` of its steps, at least one; ``halve_every`` is scaled as well.

        Raises:
            ValueError: the share is not a positive finite number.
        """
        if not (math.isfinite(share) and share > 0):
            raise ValueError(f"the share of a schedule must be a positive finite number, not {share}")

        def steps(count: int) -> int:
            return max(1, round(count * share))

        halve_every = None if self.halve_every is None else steps(self.halve_every)
        return replace(self, steps=steps(self.steps), halve_every=halve_every)

    @property
    def average_from(self) -> int:
        """The first step, counted from 0, whose weights are part of the average."""
        return min(round(self.steps * (1 - self.average)), self.steps - 1)

    def rate(self, step: int) -> float:
        """Learning rate at a step, counted from 0."""
        if self.halve_every is not None:
            return self.lr * 0.5 ** (step // self.halve_every)
        if self.constant:
            return self.lr
        rise = max(1.0, self.warmup * self.steps)
        if step < rise:
            return self.lr * (step + 1) / rise
        return 0.5 * self.lr * (1 + math.cos(math.pi * (step - rise) / max(1.0, self.steps - rise)))

    def optimiser(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        """A new optimiser for these parameters."""
        if self.momentum is not None:
            return torch.optim.SGD(
                parameters, self.lr, self.momentum, weight_decay=self.weight_decay, fused=True
            )
        if self.adagrad:
            weights = list(parameters)
            fused = all(w.device.type == "cpu" for w in weights)  # torch's fused AdaGrad is for CPUs only
            return torch.optim.Adagrad(weights, self.lr, weight_decay=self.weight_decay, fused=fused)
        return torch.optim.AdamW(parameters, self.lr, weight_decay=self.weight_decay, fused=True)


def has_bf16(device: torch.device | str) -> bool:
    """Whether the device has units for matrix products in bf16, so that they are not emulated."""
    device = torch.device(device)
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    capabilities: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()
    return bool(capabilities.get("amx_bf16") or capabilities.get("avx512_bf16") or capabilities.get("bf16"))


def set_precision(setting: str) -> None:
    """Choose the arithmetic of :func:`autocast` for the rest of this process.

    Args:
        setting: ``auto`` (as at the start): bf16 where :func:`has_bf16`, else float32; ``bf16``: everywhere,
            emulated where the hardware has no units for it; ``float32``: everywhere.

    Raises:
        ValueError: the setting is none of these; lists them.
    """
    global _setting
    if setting not in get_args(Precision):
        raise ValueError(f"no precision {setting!r}; there are {', '.join(get_args(Precision))}")
    _setting = setting  # type: ignore[assignment]


def precision(device: torch.device | str) -> Literal["bf16", "float32"]:
    """The arithmetic of :func:`autocast` on a device, ``auto`` resolved."""
    if _setting == "auto":
        return "bf16" if has_bf16(device) else "float32"
    return _setting


def autocast(device: torch.device | str) -> AbstractContextManager[Any]:
    """A context in which matrix products are bf16 where :func:`precision` is, else float32."""
    device = torch.device(device)
    return torch.autocast(device.type, torch.bfloat16, enabled=precision(device) == "bf16")


def fit(
    model: nn.Module,
    loss: Loss,
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
    ahead: Callable[[Tensor], None] | None = None,
) -> History:
    """Minimise a loss over shuffled batches.

    All random numbers of a step (choice of samples, crops, noise, dropout) are seeded by ``(seed, name,
    step)`` alone. An interrupted training therefore resumes from its last checkpoint and ends with the same
    weights. Networks to be compared see the same batches if they share a ``stream``.

    Args:
        model: the network, on ``device``.
        loss: called with the indices ``(B,)`` of a batch and a seeded CPU generator; returns a scalar.
        samples: number of samples, of which the indices are taken.
        schedule: steps, learning rate, batch size and optimiser.
        name: of the training: title of the progress line, and part of the seed if no ``stream`` is given.
        seed: of all random numbers.
        checkpoint: file to save to, and to resume from if it exists.
        device: of the model.
        save_every: seconds between checkpoints.
        watch: called with the number of each step before the step, and with their count at the end. It may
            change a weight of the loss or measure the network; what it returns is kept in the history. It
            must not use torch's global random numbers.
        stream: part of the seed instead of the name.
        ahead: called in each step, once its batch is taken, with the indices of the next one, so that its
            images can be read while the gradients are computed.

    Returns:
        The history; the model is left in evaluation mode.

    Raises:
        CheckpointError: the checkpoint is damaged, or of another network; names it.
        FloatingPointError: the loss is no longer finite; says at which step.
        StorageError: the checkpoint cannot be written.
        ValueError: there are fewer samples than in a batch.
    """
    device, stream = torch.device(device), stream or name
    if samples < schedule.batch:
        raise ValueError(f"{name}: {samples} samples cannot fill a batch of {schedule.batch}")
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimiser = schedule.optimiser(parameters)
    average = Average(model) if schedule.average else None
    history, first = History(), 0
    if checkpoint is not None and checkpoint.is_file():
        history, first = resume(checkpoint, model, optimiser, average, schedule.steps, device)
    batches = _Batches(samples, schedule.batch, seed, stream)
    start = saved = time.monotonic()
    earlier = history.seconds
    interval = max(1, schedule.steps // 60)
    total = torch.zeros((), device=device)
    count = 0
    model.train()
    # Dropout uses torch's global random numbers: they are seeded inside and restored afterwards.
    with (
        kept_memory(),
        Progress(schedule.steps, name, unit="steps") as progress,
        torch.random.fork_rng(devices=[device] if device.type == "cuda" else []),
    ):
        for step in range(first, schedule.steps):
            _watch(watch, step, model, history)
            generator = torch.Generator().manual_seed(seed_of(seed, stream, "step", step))
            torch.manual_seed(seed_of(seed, stream, "dropout", step))
            for group in optimiser.param_groups:
                group["lr"] = schedule.rate(step)
            value = loss(batches.at(step), generator)
            if ahead is not None and step + 1 < schedule.steps:
                ahead(batches.at(step + 1))
            optimiser.zero_grad(set_to_none=True)
            value.backward()  # type: ignore[no-untyped-call]
            if schedule.clip is not None:
                nn.utils.clip_grad_norm_(parameters, schedule.clip, foreach=True)
            optimiser.step()
            if average is not None and step >= schedule.average_from:
                average.update(model)
            total += value.detach()
            count += 1
            if (step + 1) % interval == 0 or step + 1 == schedule.steps:
                mean = float(total) / count
                if not math.isfinite(mean):
                    raise FloatingPointError(
                        f"{name}: the loss is {mean} at step {step}; lower the learning rate"
                    )
                history.step.append(step + 1)
                history.loss.append(mean)
                total.zero_()
                count = 0
                history.seconds = earlier + time.monotonic() - start
                if checkpoint is not None and time.monotonic() - saved > save_every:
                    keep(checkpoint, model, optimiser, average, step + 1, history)
                    saved = time.monotonic()
            progress(step + 1, f"loss {history.loss[-1]:.4g}" if history.loss else "")
        if average is not None:
            average.give(model)
        _watch(watch, schedule.steps, model, history)
    history.seconds = earlier + time.monotonic() - start
    model.eval()
    return history


class _Batches:
    """The indices of each step's batch: every epoch is a seeded permutation of the samples."""

    def __init__(self, samples: int, batch: int, seed: int, stream: str) -> None:
        self.samples, self.batch, self.seed, self.stream = samples, batch, seed, stream
        self.per_epoch = samples // batch
        self.orders: dict[int, Tensor] = {}

    def at(self, step: int) -> Tensor:
        """Indices ``(B,)`` of the samples of a step."""
        epoch, place = divmod(step, self.per_epoch)
        if epoch not in self.orders:
            shuffle = torch.Generator().manual_seed(seed_of(self.seed, self.stream, "epoch", epoch))
            kept = {e: order for e, order in self.orders.items() if e == epoch - 1}
            self.orders = {**kept, epoch: torch.randperm(self.samples, generator=shuffle)}
        return self.orders[epoch][place * self.batch : (place + 1) * self.batch]


def _watch(
    watch: Callable[[int], Mapping[str, float] | None] | None, step: int, model: nn.Module, history: History
) -> None:
    measured = watch(step) if watch else None
    if measured:
        model.train()
        for name, value in measured.items():
            history.watched.setdefault(name, []).append([float(step), float(value)])
