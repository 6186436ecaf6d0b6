"""From a neuron back to the pixels that it sees: Algorithm 1 of Li et al. 2014, and what is made with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

__all__ = [
    "LocalLayer",
    "Peaks",
    "average_patches",
    "backtrack",
    "local_layers",
    "maps_of",
    "patch_size",
    "patches",
    "peaks",
]


@dataclass(frozen=True)
class LocalLayer:
    """What back-tracking needs of a convolution or a pooling layer; pads are excluded."""

    stride: int
    filter_size: int


def local_layers(layers: Iterable[nn.Module]) -> tuple[LocalLayer, ...]:
    """The strides and filter sizes of convolutions and poolings, in order; ReLUs change neither.

    Raises:
        TypeError: a layer that is not local, such as a fully connected one.
        ValueError: a layer with padding or dilation, for which a patch would not be the whole story.
    """
    found = []
    for layer in layers:
        if isinstance(layer, nn.ReLU):
            continue
        if not isinstance(layer, nn.Conv2d | nn.MaxPool2d):
            raise TypeError(f"{type(layer).__name__} is not local: back-tracking stops before it")
        size, stride, pad, spread = (
            _one(v) for v in (layer.kernel_size, layer.stride, layer.padding, layer.dilation)
        )
        if pad != 0 or spread != 1:
            raise ValueError(f"{layer} has padding or dilation; only valid layers can be back-tracked")
        found.append(LocalLayer(stride, size))
    return tuple(found)


def backtrack(layers: Sequence[LocalLayer], positions: Tensor) -> Tensor:
    """Algorithm 1 of Li et al. 2014: the pixels from which neurons get their input.

    Args:
        layers: from the image to the neurons' layer.
        positions: ``(K, 2)`` x and y of the neurons in their map.

    Returns:
        ``(K, 4)`` x0 y0 x1 y1 of the first and the last pixel, both inside.
    """
    low = high = positions
    for layer in reversed(layers):
        low = low * layer.stride
        high = high * layer.stride + layer.filter_size - 1
    return torch.cat([low, high], -1)


@torch.no_grad()
def maps_of(trunk: nn.Sequential, images: Tensor, depth: int) -> Tensor:
    """Feature maps ``(B, C, h, w)`` after the first ``depth`` modules of a trunk."""
    maps: Tensor = trunk[:depth](images)
    return maps


@dataclass(frozen=True)
class Peaks:
    """Where each map is strongest in each image."""

    value: Tensor
    """``(B, C)`` activation there."""
    position: Tensor
    """``(B, C, 2)`` x and y in the map."""


def peaks(maps: Tensor) -> Peaks:
    """The strongest neuron of each map of each image: ``(B, C, h, w)``."""
    value, place = maps.flatten(2).max(-1)
    width = maps.shape[-1]
    return Peaks(value, torch.stack([place % width, place // width], -1))


def average_patches(images: Tensor, found: Peaks, layers: Sequence[LocalLayer]) -> tuple[Tensor, Tensor]:
    """The mean over all images of the patch behind each map's peak, and how many patches it is made of.

    An image in which a map is silent gives it no patch.

    Args:
        images: ``(B, H, W, 3)`` of any number type.
        found: the peaks in these images.
        layers: from the image to the maps.

    Returns:
        ``(C, h, w, 3)`` float32 in the unit of the images, zero for a map that is silent everywhere; and
        ``(C,)`` counts.
    """
    alive, size = found.value > 0, patch_size(layers)
    mean = torch.zeros(alive.shape[1], size, size, 3, device=images.device)
    for c in range(alive.shape[1]):
        which = alive[:, c].nonzero()[:, 0]
        if len(which):
            mean[c] = patches(images, which, found.position[which, c], layers).float().mean(0)
    return mean, alive.sum(0)


def patch_size(layers: Sequence[LocalLayer]) -> int:
    """Side in pixels of what one neuron sees."""
    return int(backtrack(layers, torch.zeros(1, 2, dtype=torch.long))[0, 2]) + 1


def patches(images: Tensor, which: Tensor, positions: Tensor, layers: Sequence[LocalLayer]) -> Tensor:
    """What the neurons at ``positions`` ``(K, 2)`` see of the images ``which`` ``(K,)``.

    Returns:
        ``(K, h, w, 3)`` of the type of the images ``(B, H, W, 3)``.
    """
    corner = backtrack(layers, positions).to(images.device)
    steps = torch.arange(patch_size(layers), device=images.device)
    rows = corner[:, 1, None, None] + steps[:, None]
    return images[which[:, None, None], rows, corner[:, 0, None, None] + steps]


def _one(value: object) -> int:
    """A layer's size or stride along both axes.

    Raises:
        ValueError: it is not the same along both.
    """
    pair = value if isinstance(value, tuple) else (value, value)
    if pair[0] != pair[1]:
        raise ValueError(f"filters and strides must be square to be back-tracked; got {value}")
    return int(pair[0])
