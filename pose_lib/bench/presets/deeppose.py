"""Presets of the DeepPose chapter."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pose_lib.bench.presets.common import BATCH, DECAY, NOISE, Preset, fast
from pose_lib.models.deeppose import Norm
from pose_lib.training import Schedule

__all__ = ["DEEPPOSE", "DeepPosePreset"]


@dataclass(frozen=True, kw_only=True)
class DeepPosePreset(Preset):
    """Sizes and schedules; ``window`` is ``size``, because a box of any size is shown at ``side`` pixels."""

    side: int
    """Side of the network's input; the paper's 220."""
    first: tuple[int, int]
    """Kernel and stride of the first convolution."""
    maps: tuple[int, int, int, int, int]
    widths: tuple[int, int]
    norm: Norm
    shift: float
    """Largest move of stage 1's training boxes, in parts of their side."""
    zoom: float
    """Largest change of their size, as a factor minus one."""
    crops: int
    """Simulated predictions for each joint of each training image."""
    observed: int
    """Training images on which the errors of the stage before are observed; 0 for all."""
    warm: bool
    """Whether a later stage's network starts from the weights of the stage before."""
    stages: tuple[Schedule, Schedule, Schedule]
    photographs: tuple[float, float, float] = (1.0, 1.0, 1.0)
    """On photographs, stages 1, 2 and 3 take so many times their steps."""

    def stages_on(self, dataset: str) -> tuple[Schedule, ...]:
        """The schedules of stages 1, 2 and 3 on a data set."""
        factors = (1.0, 1.0, 1.0) if dataset in ("synthetic", "mocap") else self.photographs
        return tuple(replace(s, steps=round(f * s.steps)) for s, f in zip(self.stages, factors, strict=True))


_SIDE = "The network sees boxes at 64 pixels instead of 220, and begins with kernels of 5 and a stride of 2."
_NARROW = "It has 32 to 96 maps and 512 hidden units a layer instead of 96 to 384 and 4096."
_DROPOUT = "Dropout is 0.1 instead of 0.6: at this number of training steps the published rate underfits."
_ADAM = "AdamW takes the steps, at a higher rate, instead of AdaGrad at 5e-4."
_NORM = "Batch normalisation stands before every ReLU, in place of the two layers of response normalisation."
_BOX = (
    "The first box of a photograph is a square around the labelled joints with a margin, not the whole "
    "picture: people fill half of a picture of the extended Leeds set, and nearly all of one of the first."
)
_WARM = "The networks of stages 2 and 3 start from the weights of the stage before, to be trained in minutes."
_SOME = "A stage's errors are observed on some of the training images, not on all."
_ZOOM = "Stage 1's training boxes vary a little in size, too, not only in place."

_SMALL = (_SIDE, _NARROW, _NORM, _DROPOUT, _ADAM, BATCH, DECAY, _ZOOM, NOISE, _SOME, _WARM, _BOX)

DEEPPOSE = {
    preset.name: preset
    for preset in (
        DeepPosePreset(
            name="smoke",
            size=64,
            window=64,
            seconds=0.4,
            step=20,
            test_step=20,
            side=32,
            first=(5, 2),
            maps=(8, 8, 8, 8, 8),
            widths=(32, 32),
            norm="batch",
            dropout=0.1,
            noise=0.2,
            shift=0.08,
            zoom=0.1,
            crops=4,
            observed=64,
            warm=True,
            crop="person",
            stages=(Schedule(3, 1e-4, 32), Schedule(3, 1e-4, 32), Schedule(2, 1e-4, 32)),
            departures=(*_SMALL, "A handful of training steps: the numbers mean nothing."),
        ),
        DeepPosePreset(
            name="quick",
            size=128,
            window=128,
            seconds=5,
            step=25,
            test_step=50,
            side=64,
            first=(5, 2),
            maps=(32, 64, 96, 96, 64),
            widths=(512, 512),
            norm="batch",
            dropout=0.1,
            noise=0.2,
            shift=0.08,
            zoom=0.1,
            crops=40,
            observed=1000,
            warm=True,
            crop="person",
            stages=(fast(1200), fast(600), fast(300)),
            photographs=(2.5, 4.0, 4.0),
            departures=_SMALL,
        ),
        DeepPosePreset(
            name="long",
            size=128,
            window=128,
            seconds=10,
            step=25,
            test_step=50,
            side=64,
            first=(5, 2),
            maps=(32, 64, 96, 96, 64),
            widths=(512, 512),
            norm="batch",
            dropout=0.1,
            noise=0.2,
            shift=0.08,
            zoom=0.1,
            crops=40,
            observed=2000,
            warm=True,
            crop="person",
            stages=(fast(3000), fast(1500), fast(800)),
            photographs=(4.0, 4.0, 4.0),
            departures=_SMALL,
        ),
        DeepPosePreset(
            name="paper",
            size=256,
            window=256,
            seconds=20,
            step=25,
            test_step=50,
            side=220,
            first=(11, 4),
            maps=(96, 256, 384, 384, 256),
            widths=(4096, 4096),
            norm="response",
            dropout=0.6,
            noise=0.0,
            shift=0.08,
            zoom=0.0,
            crops=40,
            observed=0,
            warm=False,
            stages=(
                Schedule(60_000, 5e-4, constant=True, adagrad=True),
                Schedule(100_000, 5e-4, constant=True, adagrad=True),
                Schedule(100_000, 5e-4, constant=True, adagrad=True),
            ),
        ),
    )
}
