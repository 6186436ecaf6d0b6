"""Recordings at another frame rate: rotations are filtered, not points, so that bones keep their lengths."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from pose_lib.data.mocap.recording import Recording

__all__ = ["resample", "resample_values"]

LOBES = 3
"""Zero crossings of the sinc on either side; the window ends at the last one."""


def resample(recording: Recording, fps: float) -> Recording:
    """The same motion at another rate.

    Unit quaternions of continuous sign are filtered and normalised, which between two close rotations is
    spherical interpolation.

    Args:
        recording: at any rate.
        fps: frames/s of the result; its first frame is the first of the recording.
    """
    from scipy.spatial.transform import Rotation

    turned = recording.orientations
    quaternions = Rotation.from_matrix(turned.reshape(-1, 3, 3)).as_quat().reshape(*turned.shape[:2], 4)
    # q and -q are the same rotation: take the one nearer to the frame before
    flips = np.where((quaternions[1:] * quaternions[:-1]).sum(-1) < 0, -1.0, 1.0)
    quaternions[1:] *= np.cumprod(flips, axis=0)[..., None]
    smooth = resample_values(quaternions, recording.fps, fps)
    matrices = Rotation.from_quat(smooth.reshape(-1, 4)).as_matrix()
    return replace(
        recording,
        fps=fps,
        translations=resample_values(recording.translations, recording.fps, fps),
        orientations=matrices.reshape(-1, turned.shape[1], 3, 3),
    )


def resample_values(values: npt.NDArray[np.float64], source: float, target: float) -> npt.NDArray[np.float64]:
    """Values ``(T, ...)`` at another rate, through a windowed sinc.

    The filter cuts at half of the lower of the two rates, against aliasing. Beyond its ends a motion is
    extended by point reflection, so that one of constant speed keeps its speed.
    """
    frames = len(values)
    if frames == 1:
        return values
    # a hundredth of a frame of tolerance: frame times are written with few digits
    times = np.arange(int((frames - 1) / source * target + 0.01) + 1) * (source / target)
    scale = min(1.0, target / source)
    reach = int(np.ceil(LOBES / scale))
    taps = np.floor(times).astype(int)[:, None] + np.arange(-reach, reach + 2)
    distance = (taps - times[:, None]) * scale
    weights = np.sinc(distance) * np.sinc(distance / LOBES) * (np.abs(distance) < LOBES)
    weights /= weights.sum(axis=1, keepdims=True)
    ends = [(reach + 1, reach + 2), *[(0, 0)] * (values.ndim - 1)]
    padded = np.pad(values, ends, mode="reflect", reflect_type="odd")
    result = np.zeros((len(times), *values.shape[1:]))
    for tap, weight in zip((taps + reach + 1).T, weights.T, strict=True):
        result += weight.reshape(-1, *[1] * (values.ndim - 1)) * padded[tap]
    return result
