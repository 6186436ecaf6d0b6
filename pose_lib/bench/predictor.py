"""A trained network with all that leads from crops to joints: neither its run nor its data are needed.

What a network was trained with beyond its weights (the mean colour, the unit of its targets) is part of the
predictor: constants in :class:`Facts`, tensors among its buffers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from pose_lib.batches import ImageBatches
from pose_lib.bench.experiment import Experiment
from pose_lib.bench.run import Run
from pose_lib.data.augment import centre_offsets, crop, to_network
from pose_lib.geometry.skeletons import SKELETONS, Sides, Skeleton

__all__ = ["Answer", "Facts", "FactsError", "Predictor"]

_LARGEST = 16_384
"""No side, width or count of a network is larger; a file that claims more is refused before it is built."""
_BATCH = 64
_MARGINS = {"human3.6m": 0.1, "mpi-inf-3dhp": 0.15}
_RENDERED = 0.09


class FactsError(ValueError):
    """What a file says of its network cannot be; names the entry and what was expected."""


class Answer(NamedTuple):
    """What a network says of ``N`` crops; None for what it does not predict."""

    joints_2d: Tensor | None
    """``(N, J, 2)`` in pixels of the crops."""
    joints_3d: Tensor | None
    """``(N, J, 3)`` mm relative to the skeleton's root; x right, y down, z away from the camera."""


@dataclass(frozen=True)
class Facts:
    """What a network is, in numbers and words that JSON can hold.

    Raises:
        FactsError: a value of another type, a number out of range, or an unknown skeleton.
    """

    paper: str
    system: str
    """Its row in the tables of its chapter."""
    skeleton_name: str
    sides: Sides
    """Whose left and right its joints are."""
    size: int
    """Side of the crops in pixels."""
    window: int
    """Side in pixels of the middle of a crop, which the network sees."""
    shows: str
    """What a box is to be around, such as ``the whole body``."""
    margin: float
    """Free space on each side of that in the crops of the training, as a fraction of its longer side."""
    numbers: Mapping[str, Any]
    """Numbers of the paper's own, from which its network is built."""

    def __post_init__(self) -> None:
        """Refuse what no network can be."""
        for name in ("paper", "system", "skeleton_name", "shows"):
            if not isinstance(getattr(self, name), str):
                raise FactsError(f"{name} is {getattr(self, name)!r}; it must be a text")
        if self.skeleton_name not in SKELETONS:
            raise FactsError(
                f"skeleton {self.skeleton_name!r} is not known; there are: {', '.join(SKELETONS)}"
            )
        if self.sides not in ("person", "observer"):
            raise FactsError(f"sides is {self.sides!r}; it can be: person, observer")
        if not isinstance(self.numbers, Mapping):
            raise FactsError(f"numbers is {self.numbers!r}; it must be a mapping")
        for name, value in {
            "size": self.size,
            "window": self.window,
            "margin": self.margin,
            **self.numbers,
        }.items():
            for number in value if isinstance(value, list | tuple) else (value,):
                _check(name, number)
        if not 0 < self.window <= self.size:
            raise FactsError(f"a window of {self.window} pixels does not lie in crops of {self.size}")

    @classmethod
    def whole_body(
        cls,
        paper: str,
        system: str,
        skeleton: Skeleton,
        run: Run,
        numbers: Mapping[str, Any],
        *,
        size: int,
        window: int,
    ) -> Self:
        """Those of a network of whole people, whose joints are named from their own point of view."""
        return cls(
            paper=paper,
            system=system,
            skeleton_name=skeleton.name,
            sides="person",
            size=size,
            window=window,
            shows="the whole body",
            margin=_margin_in_crops(str(run.parameters.get("dataset", ""))),
            numbers=numbers,
        )

    @property
    def skeleton(self) -> Skeleton:
        """The joints that are predicted."""
        return SKELETONS[self.skeleton_name]

    def plain(self) -> dict[str, Any]:
        """As values that JSON and a checkpoint can hold; :meth:`read` reads them back."""
        return {**asdict(self), "numbers": {k: _plain(v) for k, v in self.numbers.items()}}

    @classmethod
    def read(cls, given: object) -> Self:
        """What :meth:`plain` gave.

        Raises:
            FactsError: an entry is missing, unknown or cannot be.
        """
        names = [field.name for field in fields(cls)]
        if not isinstance(given, Mapping) or set(given) != set(names):
            raise FactsError(f"a network must be described by exactly: {', '.join(names)}")
        return cls(**given)

    def number(self, name: str) -> Any:
        """One of :attr:`numbers`; a list as a tuple.

        Raises:
            FactsError: there is none of that name.
        """
        if name not in self.numbers:
            raise FactsError(f"{self.paper} needs the number {name!r}, and it is not given")
        value = self.numbers[name]
        return tuple(value) if isinstance(value, list) else value


class Predictor(nn.Module, ABC):
    """From crops to joints; :meth:`forward` is what a reader calls.

    A paper's predictor is made in two ways: from its facts alone, with weights to be loaded, and from its
    finished experiment.
    """

    mean: Tensor
    std: Tensor
    experiment: ClassVar[type[Experiment]]
    """Of the paper."""
    released: ClassVar[bool] = True
    """Whether ``pose-lib predict`` offers it by its name, trained by the grid of the release."""
    limits: ClassVar[tuple[str, ...]] = ()
    """What it cannot do, in sentences for its card."""

    def __init__(self, facts: Facts) -> None:
        super().__init__()
        self.facts = facts
        self.register_buffer("mean", torch.zeros(3))
        self.register_buffer("std", torch.ones(3))

    @classmethod
    @abstractmethod
    def of(cls, experiment: Any) -> Self:
        """The predictor of a finished experiment, of the type :attr:`experiment`."""

    @abstractmethod
    def answer(self, x: Tensor) -> Answer:
        """Joints of normalised windows ``(B, 3, W, W)``; 2D ones in pixels of the window."""

    def normalise_as(self, images: ImageBatches) -> None:
        """Take mean and deviation of the colours from the images of the training."""
        self.mean.copy_(images.mean)
        self.std.copy_(images.std)

    @torch.no_grad()
    def forward(self, images: Tensor | npt.NDArray[np.uint8]) -> Answer:
        """Joints of crops, uint8 ``(N, S, S, 3)`` with ``S`` of :attr:`facts`, in batches, without gradients.

        Raises:
            ValueError: crops of another shape or type.
        """
        crops = torch.as_tensor(np.ascontiguousarray(images) if isinstance(images, np.ndarray) else images)
        size, window = self.facts.size, self.facts.window
        if crops.shape[1:] != (size, size, 3) or crops.dtype != torch.uint8 or not len(crops):
            raise ValueError(
                f"crops are {crops.dtype} {tuple(crops.shape)}; {self.facts.system} takes uint8 "
                f"(N, {size}, {size}, 3)"
            )
        self.eval()
        found = [self.answer(self._windows(crops[i : i + _BATCH])) for i in range(0, len(crops), _BATCH)]
        edge = (size - window) // 2
        flat = [part.joints_2d + edge for part in found if part.joints_2d is not None]
        deep = [part.joints_3d for part in found if part.joints_3d is not None]
        return Answer(torch.cat(flat) if flat else None, torch.cat(deep) if deep else None)

    def _windows(self, crops: Tensor) -> Tensor:
        every, window = torch.arange(len(crops)), self.facts.window
        middle = crop(crops.contiguous(), every, centre_offsets(len(crops), self.facts.size, window), window)
        return to_network(middle, self.mean, self.std)


def _margin_in_crops(dataset: str) -> float:
    """Free space around a person in the crops of a data set, as a fraction of the longer side of the box.

    For rendered people it is the median around the silhouette, as a user would draw a box; their own boxes
    are made from joints, which lie within it.
    """
    return _MARGINS.get(dataset, _RENDERED)


def _check(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LARGEST:
        raise FactsError(f"{name} is {value!r}; it must be a number from 0 to {_LARGEST}")


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
