"""LinKDE (Ionescu et al. 2014): kernel dependency estimation from histograms of gradients to poses.

The kernel on the image is an exponentiated chi-square one, that on the pose a Gaussian one, and both are
approximated by random features. The paper's text was not at hand: this follows the code that came with
Human3.6M in its kernels, its regression, and where its search for the pre-image starts. The chi-square kernel
is approximated as in Vempati et al. 2010, by a map of the additive kernel (Vedaldi & Zisserman 2012) and
random Fourier features (Rahimi & Recht 2007) of a Gaussian kernel on that map.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

import torch
from torch import Tensor

from pose_lib.models.kde import FourierFeatures, KernelDependencyEstimation, median_distance

__all__ = [
    "ChiSquareFeatures",
    "InputKernel",
    "LinKDE",
    "PreImages",
    "Start",
    "chi_square_distance",
    "chi_square_map",
]

InputKernel = Literal["chi-square", "Gaussian"]
"""Kernel on the descriptors: an exponentiated chi-square one, or a Gaussian one for comparison."""
Start = Literal["regression", "nearest"]
"""Where the pre-image search starts: the pose that ridge regression gives, as in the code that came with
Human3.6M, or the mean of the training poses with the closest lifts."""

ORDER, PERIOD = 2, 0.5
"""Frequencies of the chi-square map beside zero, and the step between them. Five numbers per entry of the
histogram, as many as in the code that came with Human3.6M; the step is Vedaldi and Zisserman's."""
_SAMPLE = 500
"""Training samples that the bandwidth of the kernel on the image is estimated from."""
_KEPT = 20_000
"""Training poses, at most, among which the closest are looked up."""


def chi_square_distance(x: Tensor, y: Tensor) -> Tensor:
    """``sum_i (x_i - y_i)^2 / (x_i + y_i)`` for all pairs of histograms ``(N, F)``, ``(M, F)``: ``(N, M)``.

    An entry that is zero in both adds nothing. For small sets: it takes memory for ``N M F`` numbers.
    """
    total = x[:, None] + y
    ratio = (x[:, None] - y).square() / torch.where(total > 0, total, 1)
    return ratio.sum(-1)


def chi_square_map(x: Tensor) -> Tensor:
    """Features whose inner product is near ``sum_i 2 x_i y_i / (x_i + y_i)``: ``(N, F)`` to ``(N, 5 F)``.

    The kernel's spectrum ``1 / cosh(pi w)`` is sampled at a few frequencies (Vedaldi & Zisserman 2012). The
    squared distance of two mapped histograms is then a few per cent below :func:`chi_square_distance`.
    """
    log = x.clamp_min(torch.finfo(x.dtype).tiny).log()
    parts = [(x * PERIOD).sqrt()]
    for j in range(1, ORDER + 1):
        amplitude = (2 * PERIOD / math.cosh(math.pi * j * PERIOD) * x).sqrt()
        parts += [amplitude * (j * PERIOD * log).cos(), amplitude * (j * PERIOD * log).sin()]
    return torch.cat(parts, 1)


@dataclass(frozen=True)
class ChiSquareFeatures(FourierFeatures):
    """Random features of ``exp(-chi^2(x, y) / (2 s^2))``, with :func:`chi_square_distance` as ``chi^2``.

    They are those of a Gaussian kernel on the mapped histograms (Vempati et al. 2010).
    """

    def angles(self, x: Tensor) -> Tensor:
        """``W h(x) + b`` for histograms ``(N, F)`` and their map ``h``."""
        return super().angles(chi_square_map(x))


class PreImages(NamedTuple):
    """Poses ``(M, P)`` in the unit of the training poses."""

    regressed: Tensor
    """By ridge regression to the pose itself: *LinKRR*."""
    found: Tensor
    """By the pre-image search: *LinKDE*."""


class LinKDE(KernelDependencyEstimation):
    """Fit on histograms ``(N, F)`` and flat poses ``(N, P)``; predict poses of new histograms.

    Ridge regression from the lift of the histogram predicts two things at once: the lift of the pose, and the
    pose itself, where the search for the pre-image of the predicted lift starts. A predicted *lift* of this
    class is both, ``(M, outputs + P)``. Training samples are lifted in chunks: memory holds the normal
    equations, not the lifts of all samples.

    Args:
        inputs: number of random features of the image.
        outputs: number of random features of the pose.
        ridge: weight of the ridge term, in units of the mean variance of a feature of the image.
        kernel: on the histograms.
        start: of the pre-image search.
        neighbours: number of training poses whose weighted mean the search starts from if ``start`` says so.
        seed: of the random features.
    """

    def __init__(
        self,
        inputs: int = 2000,
        outputs: int = 1000,
        ridge: float = 0.05,
        kernel: InputKernel = "chi-square",
        start: Start = "regression",
        neighbours: int = 20,
        seed: int = 0,
    ) -> None:
        super().__init__(inputs, outputs, ridge, neighbours, seed)
        self.kernel, self.starts_at = kernel, start

    def fit(self, features: Tensor, poses: Tensor, chunk: int = 1024) -> LinKDE:
        """Learn the map from the lift of ``features (N, F)`` to poses ``(N, P)`` and their lifts."""
        self.mean, self.scale = poses.mean(0), float(poses.std(0).square().mean().sqrt())
        y = (poses - self.mean) / self.scale
        part = features[:: max(1, len(features) // _SAMPLE)]
        kind = ChiSquareFeatures if self.kernel == "chi-square" else FourierFeatures
        mapped = chi_square_map(part) if self.kernel == "chi-square" else part
        bandwidth = median_distance(mapped)
        self.lift_x = kind.draw(mapped.shape[1], self.inputs, bandwidth, self.seed, "x")
        self.lift_y = FourierFeatures.draw(y.shape[1], self.outputs, median_distance(y), self.seed, "y")
        targets = self.outputs + y.shape[1]
        gram, cross = torch.zeros(self.inputs, self.inputs), torch.zeros(self.inputs, targets)
        z_mean, w_mean = torch.zeros(self.inputs), torch.zeros(targets)
        for x, t in zip(torch.split(features, chunk), torch.split(y, chunk), strict=True):
            z, w = self.lift_x(x), torch.cat([self.lift_y(t), t], 1)
            gram.addmm_(z.T, z)
            cross.addmm_(z.T, w)
            z_mean += z.sum(0) / len(y)
            w_mean += w.sum(0) / len(y)
        gram.addr_(z_mean, z_mean, alpha=-len(y))
        cross.addr_(z_mean, w_mean, alpha=-len(y))
        gram.diagonal().add_(self.ridge * float(gram.diagonal().mean()))
        self.map = torch.cholesky_solve(cross, torch.linalg.cholesky(gram))
        self.offset = w_mean - z_mean @ self.map
        self.poses = y[:: -(-len(y) // _KEPT)]
        self.codes = self.lift_y(self.poses)
        return self

    def pre_images(self, features: Tensor, steps: int = 60, chunk: int = 512) -> PreImages:
        """Both predictions for histograms ``(M, F)``: without the output kernel, and with it."""
        regressed, found = [], []
        for part in torch.split(features, chunk):
            lifts = self.lifted(part)
            regressed.append(lifts[:, self.outputs :])
            found.append(self.pre_image(lifts, steps))
        poses = (torch.cat(parts) * self.scale + self.mean for parts in (regressed, found))
        return PreImages(*poses)

    def start(self, lifts: Tensor) -> Tensor:
        """Where the pre-image search starts, ``(M, P)``, for lifts ``(M, outputs + P)``."""
        if self.starts_at == "regression":
            return lifts[:, self.outputs :]
        return super().start(lifts[:, : self.outputs])

    def distance(self, y: Tensor, lifts: Tensor) -> tuple[Tensor, Tensor]:
        """``||z(y) - lift||^2``, ``(M,)``, and its gradient ``(M, P)``, for lifts ``(M, outputs + P)``."""
        return super().distance(y, lifts[:, : self.outputs])
