"""Times of changes, smooth transitions between values, and slow random movement."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = [
    "FPS",
    "Array",
    "Mask",
    "arange",
    "bump",
    "drift",
    "ease",
    "hermite",
    "holds",
    "lower",
    "soften",
    "track",
]

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

FPS = 50
"""Frames per second, those of Human3.6M."""


def arange(seconds: float) -> Array:
    """Times (T,) in s of the frames of ``seconds`` seconds."""
    return np.arange(max(1, round(seconds * FPS)), dtype=np.float64) / FPS


def ease(x: Array) -> Array:
    """From 0 at ``x <= 0`` to 1 at ``x >= 1`` with least jerk (Flash & Hogan 1985)."""
    x = np.clip(x, 0.0, 1.0)
    return x * x * x * (10.0 + x * (6.0 * x - 15.0))


def bump(x: Array) -> Array:
    """0 outside of (0, 1), 1 in its middle, twice continuously differentiable."""
    x = np.clip(x, 0.0, 1.0)
    return 64.0 * (x * (1.0 - x)) ** 3


def drift(rng: np.random.Generator, t: Array, amplitude: float, period: float) -> Array:
    """Movement (T,) about 0: four sine waves of periods near ``period`` s and deviation ``amplitude``."""
    periods = period * np.array([0.61, 0.87, 1.27, 1.93]) * rng.uniform(0.9, 1.1, 4)
    waves = np.sin(2 * np.pi * (t[:, None] / periods + rng.uniform(0, 1, 4)))
    weights = np.array([0.35, 0.6, 0.6, 0.4])
    return np.asarray(amplitude * np.sqrt(2) * waves @ (weights / np.linalg.norm(weights)))


def holds(
    rng: np.random.Generator, seconds: float, hold: tuple[float, float], move: tuple[float, float]
) -> tuple[Array, Array]:
    """Starts and durations (K,) in s of changes: each lasts for ``move``, followed by a rest of ``hold``."""
    starts, durations, now = [], [], rng.uniform(0.3, 1.0) * hold[0]
    while now < seconds:
        starts.append(now)
        durations.append(rng.uniform(*move))
        now += durations[-1] + rng.uniform(*hold)
    return np.array(starts), np.array(durations)


def track(t: Array, starts: Array, durations: Array, values: Array) -> Array:
    """Values (T, ...) that stay at ``values[k]`` and change to ``values[k + 1]`` from ``starts[k]`` on.

    ``values`` has one entry more than there are starts; a change ends before the next one begins.
    """
    if not len(starts):
        return np.broadcast_to(values[0], t.shape + values.shape[1:]).copy()
    k = np.searchsorted(starts, t, side="right")
    last = np.maximum(k - 1, 0)
    weight = np.where(k > 0, ease((t - starts[last]) / durations[last]), 0.0)
    weight = weight.reshape(weight.shape + (1,) * (values.ndim - 1))
    return np.asarray(values[last] + weight * (values[last + 1] - values[last]))


def hermite(t: Array, knots: Array, values: Array, slopes: Array) -> Array:
    """Quintic spline (T, ...) through ``values`` (K, ...) with ``slopes``, without acceleration at the knots.

    Constant before the first knot and after the last.
    """
    k = np.clip(np.searchsorted(knots, t, side="right") - 1, 0, len(knots) - 2)
    span = knots[k + 1] - knots[k]
    x = np.clip((t - knots[k]) / span, 0.0, 1.0)
    shape = x.shape + (1,) * (values.ndim - 1)
    rise = ease(x).reshape(shape)
    out = x * (1 - x) ** 3 * (1 + 3 * x)
    into = -(x**3) * (1 - x) * (4 - 3 * x)
    tangents = (span * out).reshape(shape) * slopes[k] + (span * into).reshape(shape) * slopes[k + 1]
    return np.asarray(values[k] + rise * (values[k + 1] - values[k]) + tangents)


def soften(x: Array, seconds: float) -> Array:
    """Gaussian smoothing along the first axis, of standard deviation ``seconds``; the ends are repeated."""
    from scipy.ndimage import gaussian_filter1d

    return np.asarray(gaussian_filter1d(x, seconds * FPS, axis=0, mode="nearest", truncate=3.0))


def lower(x: Array, seconds: float) -> Array:
    """A smooth curve (T, ...) nowhere above ``x``: its running minimum, smoothed over the same width."""
    from scipy.ndimage import gaussian_filter1d, minimum_filter1d

    reach = max(1, round(seconds * FPS))
    least = minimum_filter1d(x, 2 * reach + 1, axis=0, mode="nearest")
    return np.asarray(gaussian_filter1d(least, reach / 2.5, axis=0, mode="nearest", radius=reach))
