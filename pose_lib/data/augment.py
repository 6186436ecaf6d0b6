"""Crops and colour noise as batched tensor operations, on the device of the images."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["centre_offsets", "colour_axes", "colour_noise", "crop", "random_offsets", "to_network"]


def random_offsets(n: int, size: int, window: int, generator: torch.Generator | None = None) -> Tensor:
    """``(n, 2)`` x and y of the top-left corner of windows placed uniformly in a square image.

    Li & Chan 2014, and Tekin et al. 2016 after them, take random 112-pixel windows of 128-pixel images. They
    do not say from which range of offsets; here it is the whole range.
    """
    return torch.randint(0, size - window + 1, (n, 2), generator=generator)


def centre_offsets(n: int, size: int, window: int) -> Tensor:
    """``(n, 2)`` top-left corners of the window in the middle of the image, as used for testing."""
    return torch.full((n, 2), (size - window) // 2)


def crop(images: Tensor, which: Tensor, offsets: Tensor, window: int) -> Tensor:
    """Cut one window out of each chosen image.

    Args:
        images: uint8 ``(N, S, S, 3)``.
        which: ``(B,)`` indices into ``images``.
        offsets: ``(B, 2)`` x and y of the top-left corners.
        window: side of the window in pixels.

    Returns:
        uint8 ``(B, window, window, 3)``.
    """
    # Rows of a window are contiguous, so that each is one block of the flat images: copying blocks is over 20
    # times as fast as reading one pixel after the other.
    side, which, offsets = images.shape[1], which.to(images.device), offsets.to(images.device)
    rows = offsets[:, 1, None] + torch.arange(window, device=images.device)
    first = 3 * ((which[:, None] * side + rows) * side + offsets[:, :1])
    blocks = images.reshape(-1).unfold(0, 3 * window, 1).index_select(0, first.flatten())
    return blocks.view(len(which), window, window, 3)


def to_network(crops: Tensor, mean: Tensor, std: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
    """``(B, H, W, 3)`` uint8 to normalised ``(B, 3, H, W)``, channels last in memory.

    Args:
        mean: ``(3,)`` or ``(B, 3)``, in grey levels of 0 to 255; one per image adds colour noise.
        std: ``(3,)``, in the same unit.
    """
    scale = 1.0 / std
    shift = (-mean * scale).reshape(-1, 1, 1, 3)
    normalised: Tensor = torch.addcmul(shift, crops.float(), scale)
    return normalised.to(dtype).permute(0, 3, 1, 2)


def colour_axes(images: Tensor, sample: int = 256) -> Tensor:
    """``(3, 3)`` principal axes of the RGB values of pixels, each a column of length sqrt(eigenvalue).

    These are ``[e1 e2 e3]`` and ``sqrt(alpha)`` of Eq. (7), Li & Chan 2014, in grey levels of 0 to 255.
    """
    step = max(1, len(images) // sample)
    pixels = images[::step].reshape(-1, 3)[::7].double()
    values, vectors = torch.linalg.eigh(torch.cov(pixels.T))
    axes: Tensor = vectors * values.clamp_min(0).sqrt()
    return axes.float()


def colour_noise(n: int, axes: Tensor, sigma: float, generator: torch.Generator | None = None) -> Tensor:
    """``(n, 3)`` random shifts of RGB, one for all pixels of a sample: Eq. (7), Li & Chan 2014."""
    g = torch.randn((n, 3), generator=generator).to(axes.device) * sigma
    shift: Tensor = g @ axes.T
    return shift
