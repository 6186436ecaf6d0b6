"""What the DeepPose chapter varies, and the names of these rows."""

from __future__ import annotations

from pose_lib.bench.rows import Key

__all__ = ["CROPS", "HELD", "crops_key", "sigma_key", "sigmas_of"]

CROPS = (1, 10, 40)
"""Simulated predictions per joint to compare; the paper's number is the last."""
HELD = "held-pdj-0.20"
"""PDJ at 0.2 on images kept from training, by :mod:`~pose_lib.bench.held_out`: the paper chooses by it."""


def sigma_key(sigma: float) -> Key:
    """The row of stage 2 with joint boxes of ``sigma`` diameters."""
    return "Stage 2", f"sigma {sigma:g}"


def crops_key(crops: int) -> Key:
    """The row of stage 2 with so many simulated predictions per joint."""
    return "Stage 2", f"{crops} crop{'s' * (crops > 1)}"


def sigmas_of(upper_body: bool) -> tuple[float, ...]:
    """Sizes of the joints' boxes to compare, in diameters: those that the paper tried.

    On whole bodies also a size of 1, half of the chosen one, for claim DP-7.
    """
    return (0.8, 1.0, 1.2) if upper_body else (1.0, 1.5, 1.7, 2.0, 2.3)
