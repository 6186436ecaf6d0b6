"""Kernel dependency estimation (Weston et al. 2002), the method that Tekin et al. 2016 start from.

Image features and poses are both lifted by random Fourier features of a Gaussian kernel. Ridge regression
maps one lift to the other. The pose is recovered by solving the pre-image problem, a step that the
auto-encoder of the paper makes unnecessary.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from pose_lib.data.seeds import seed_of

__all__ = ["FourierFeatures", "KernelDependencyEstimation", "median_distance"]


def median_distance(x: Tensor, sample: int = 500) -> float:
    """Median Euclidean distance between rows of ``(N, D)``, over an evenly spaced sample."""
    part = x[:: max(1, len(x) // sample)]
    distances = torch.pdist(part)
    return float(distances.median())


@dataclass(frozen=True)
class FourierFeatures:
    """``z(x) = sqrt(2/D) cos(W x + b)``, whose inner products approximate a Gaussian kernel.

    Rahimi & Recht 2007.
    """

    weights: Tensor
    """``(inputs, D)``"""
    phases: Tensor
    """``(D,)``"""

    @classmethod
    def draw(cls, inputs: int, count: int, bandwidth: float, *names: str | int) -> FourierFeatures:
        """``count`` random features of vectors of length ``inputs``.

        Args:
            inputs: length of a vector.
            count: number of features, ``D``.
            bandwidth: of the Gaussian kernel.
            names: of the random stream.
        """
        generator = torch.Generator().manual_seed(seed_of("fourier", *names))
        weights = torch.randn((inputs, count), generator=generator) / bandwidth
        phases = torch.rand(count, generator=generator) * (2 * math.pi)
        return cls(weights, phases)

    def angles(self, x: Tensor) -> Tensor:
        """``W x + b`` for ``(N, inputs)``."""
        return torch.addmm(self.phases, x, self.weights)

    def __call__(self, x: Tensor) -> Tensor:
        """``(N, inputs)`` to ``(N, D)``."""
        return self.angles(x).cos_().mul_(math.sqrt(2 / len(self.phases)))


class KernelDependencyEstimation:
    """Fit on features ``(N, F)`` and flat poses ``(N, P)``; predict poses of new features.

    Args:
        inputs: number of random features of the image.
        outputs: number of random features of the pose.
        ridge: weight of the ridge term, in units of the mean eigenvalue of the inputs' Gram matrix.
        neighbours: number of training poses whose weighted mean the pre-image search starts from.
        seed: of the random features.
    """

    def __init__(
        self,
        inputs: int = 2000,
        outputs: int = 1000,
        ridge: float = 0.05,
        neighbours: int = 20,
        seed: int = 0,
    ) -> None:
        self.inputs, self.outputs, self.ridge = inputs, outputs, ridge
        self.neighbours, self.seed = neighbours, seed

    def fit(self, features: Tensor, poses: Tensor) -> KernelDependencyEstimation:
        """Learn the map from the lift of ``features (N, F)`` to that of ``poses (N, P)``."""
        self.mean, self.scale = poses.mean(0), float(poses.std(0).square().mean().sqrt())
        y = (poses - self.mean) / self.scale
        self.lift_x = FourierFeatures.draw(
            features.shape[1], self.inputs, median_distance(features), self.seed, "x"
        )
        self.lift_y = FourierFeatures.draw(y.shape[1], self.outputs, median_distance(y), self.seed, "y")
        z, w = self.lift_x(features), self.lift_y(y)
        self.offset = w.mean(0)
        gram = z.T @ z
        gram.diagonal().add_(self.ridge * float(gram.diagonal().mean()))
        self.map = torch.linalg.solve(gram, z.T @ (w - self.offset))
        self.codes, self.poses = w, y
        return self

    def lifted(self, features: Tensor) -> Tensor:
        """Predicted lifts of the poses, ``(M, outputs)``, from features ``(M, F)``."""
        lifts: Tensor = self.lift_x(features) @ self.map + self.offset
        return lifts

    def predict(self, features: Tensor, steps: int = 60, chunk: int = 512) -> Tensor:
        """Poses ``(M, P)`` of features ``(M, F)``: the pre-images of the predicted lifts."""
        found = [self.pre_image(self.lifted(part), steps) for part in torch.split(features, chunk)]
        poses: Tensor = torch.cat(found) * self.scale + self.mean
        return poses

    def start(self, lifts: Tensor) -> Tensor:
        """Start of the pre-image search: the mean of the training poses with the closest lifts.

        The weights are their kernel values, at least 1e-6.
        """
        kernel = lifts @ self.codes.T
        value, index = kernel.topk(min(self.neighbours, len(self.codes)), dim=1)
        weight = value.clamp_min(1e-6)
        return (self.poses[index] * (weight / weight.sum(1, keepdim=True))[..., None]).sum(1)

    def pre_image(self, lifts: Tensor, steps: int = 60) -> Tensor:
        """``argmin_y ||z(y) - lift||^2`` by gradient descent, all rows at once.

        A step that does not lower a row's distance is rejected and that row's step size halved, so the result
        of a row is never worse than its start.
        """
        y = self.start(lifts)
        size = torch.full((len(y), 1), 0.5)
        distance, gradient = self.distance(y, lifts)
        for _ in range(steps):
            trial = y - size * gradient
            trial_distance, trial_gradient = self.distance(trial, lifts)
            better = (trial_distance < distance)[:, None]
            y = torch.where(better, trial, y)
            gradient = torch.where(better, trial_gradient, gradient)
            distance = torch.minimum(distance, trial_distance)
            size = torch.where(better, size * 1.3, size * 0.5)
        return y

    def distance(self, y: Tensor, lifts: Tensor) -> tuple[Tensor, Tensor]:
        """``||z(y) - lift||^2``, ``(M,)``, and its gradient with respect to ``y``, ``(M, P)``."""
        angles = self.lift_y.angles(y)
        scale = math.sqrt(2 / self.outputs)
        residual = scale * angles.cos() - lifts
        gradient = (-2 * scale * residual * angles.sin()) @ self.lift_y.weights.T
        return residual.square().sum(1), gradient
