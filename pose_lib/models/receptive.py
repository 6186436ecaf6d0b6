"""Receptive fields (Algorithm 1 of Li et al. 2014): from a neuron back to pixels, and average patches."""

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
    """Size of a convolution or pooling layer without padding."""

    stride: int
    filter_size: int


def local_layers(layers: Iterable[nn.Module]) -> tuple[LocalLayer, ...]:
    """The strides and filter sizes of convolutions and poolings, in order; ReLUs are skipped.

    Raises:
        TypeError: a layer is not local, such as a fully connected one.
        ValueError: a layer has padding or dilation, or is not square.
    """
    found = []
    for layer in layers:
        if isinstance(layer, nn.ReLU):
            continue
        if not isinstance(layer, nn.Conv2d | nn.MaxPool2d):
            raise TypeError(f"{type(layer).__name__} is not a local layer; give the layers before it only")
        size, stride, pad, spread = (
            _one(v) for v in (layer.kernel_size, layer.stride, layer.padding, layer.dilation)
        )
        if pad != 0 or spread != 1:
            raise ValueError(f"{layer} has padding or dilation; only layers without can be back-tracked")
        found.append(LocalLayer(stride, size))
    return tuple(found)


def backtrack(layers: Sequence[LocalLayer], positions: Tensor) -> Tensor:
    """Algorithm 1 of Li et al. 2014: the pixels from which neurons get their input.

    Args:
        layers: from the image to the neurons' layer.
        positions: ``(K, 2)`` x and y of the neurons in their map.

    Returns:
        ``(K, 4)``: x0 y0 of the first and x1 y1 of the last pixel, both inclusive.
    """
    low = high = positions
    for layer in reversed(layers):
        low = low * layer.stride
        high = high * layer.stride + layer.filter_size - 1
    return torch.cat([low, high], -1)


@torch.no_grad()
def maps_of(trunk: nn.Sequential, images: Tensor, depth: int) -> Tensor:
    """Feature maps ``(B, C, h, w)`` after the first ``depth`` modules of a trunk, without gradients."""
    maps: Tensor = trunk[:depth](images)
    return maps


@dataclass(frozen=True)
class Peaks:
    """The strongest neuron of each map in each image."""

    value: Tensor
    """``(B, C)``, its activation."""
    position: Tensor
    """``(B, C, 2)``, its x and y in the map."""


def peaks(maps: Tensor) -> Peaks:
    """The strongest neuron of each map in each image; maps ``(B, C, h, w)``."""
    value, place = maps.flatten(2).max(-1)
    width = maps.shape[-1]
    return Peaks(value, torch.stack([place % width, place // width], -1))


def average_patches(images: Tensor, found: Peaks, layers: Sequence[LocalLayer]) -> tuple[Tensor, Tensor]:
    """The mean over all images of the patch that each map's peak sees, and the number of patches in it.

    An image in which no neuron of a map is active is left out for that map.

    Args:
        images: ``(B, H, W, 3)`` of any number type.
        found: the peaks in these images.
        layers: from the image to the maps.

    Returns:
        ``(C, h, w, 3)`` float32 in the unit of the images, zero for a map that is never active; and ``(C,)``
        counts.
    """
    active, size = found.value > 0, patch_size(layers)
    mean = torch.zeros(active.shape[1], size, size, 3, device=images.device)
    for c in range(active.shape[1]):
        which = active[:, c].nonzero()[:, 0]
        if len(which):
            mean[c] = patches(images, which, found.position[which, c], layers).float().mean(0)
    return mean, active.sum(0)


def patch_size(layers: Sequence[LocalLayer]) -> int:
    """Side in pixels of the patch that one neuron sees."""
    return int(backtrack(layers, torch.zeros(1, 2, dtype=torch.long))[0, 2]) + 1


def patches(images: Tensor, which: Tensor, positions: Tensor, layers: Sequence[LocalLayer]) -> Tensor:
    """The patches that neurons see.

    Args:
        images: ``(B, H, W, 3)``.
        which: ``(K,)`` indices of the images.
        positions: ``(K, 2)`` x and y of the neurons in their map.
        layers: from the image to the map.

    Returns:
        ``(K, h, w, 3)`` of the type of the images.
    """
    corner = backtrack(layers, positions).to(images.device)
    steps = torch.arange(patch_size(layers), device=images.device)
    rows = corner[:, 1, None, None] + steps[:, None]
    return images[which[:, None, None], rows, corner[:, 0, None, None] + steps]


def _one(value: object) -> int:
    """A layer's size or stride along both axes.

    Raises:
        ValueError: they differ.
    """
    pair = value if isinstance(value, tuple) else (value, value)
    if pair[0] != pair[1]:
        raise ValueError(f"filters and strides must be square to be back-tracked; got {value}")
    return int(pair[0])
