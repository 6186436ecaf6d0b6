"""What the maps of a trained network respond to: peaks, the patches behind them, and the joints nearby."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pose_lib.batches import ImageBatches
from pose_lib.bench.evaluate import Scores
from pose_lib.bench.rows import Values
from pose_lib.data.poses import PoseData
from pose_lib.models.hmlpe import HMLPE
from pose_lib.models.receptive import (
    LocalLayer,
    Peaks,
    average_patches,
    backtrack,
    local_layers,
    maps_of,
    peaks,
)
from pose_lib.papers.hmlpe.recipe import HmlpeExperiment
from pose_lib.training import autocast

__all__ = [
    "DEPTHS",
    "MAP_DISTANCES",
    "Maps",
    "map_distances",
    "map_scores",
    "mean_patches",
    "nearest_joints",
]

DEPTHS = {2: 6, 3: 9}
"""Convolution to the number of the trunk's modules up to the end of its ReLU."""
MAP_DISTANCES = {convolution: f"map-distance-{convolution}" for convolution in DEPTHS}
"""Convolution to the metric of its maps in :func:`map_scores`."""

_PROTOCOL = (
    "mean over maps of the distance from the middle of the peak's patch to the joint that it is nearest to "
    "on training images (window = 1)"
)


@dataclass(frozen=True)
class Maps:
    """The peaks of one layer's maps in the centre windows of some samples."""

    found: Peaks
    layers: tuple[LocalLayer, ...]
    side: int

    @classmethod
    def of(cls, net: HMLPE, images: ImageBatches, convolution: int) -> Maps:
        """Peaks of all maps after a convolution, 2 or 3, in all centre windows."""
        depth = DEPTHS[convolution]
        with autocast(images.store.device):
            parts = [peaks(maps_of(net.trunk.layers, x, depth).float()) for x in images.centred(32)]
        value, position = (
            torch.cat([getattr(p, name).cpu() for p in parts]) for name in ("value", "position")
        )
        return cls(Peaks(value, position), local_layers(list(net.trunk.layers)[:depth]), images.window)

    def centres(self) -> Tensor:
        """``(N, C, 2)`` middle of the patch behind each peak, the window's side being 1."""
        n, c, _ = self.found.position.shape
        spans = backtrack(self.layers, self.found.position.flatten(0, 1)).view(n, c, 4)
        return (spans[..., :2] + spans[..., 2:] + 1) / 2 / self.side

    def distances(self, joints: Tensor) -> Tensor:
        """``(N, C, J)`` from these middles to joints ``(N, J, 2)``; NaN if inactive or missing."""
        gap = torch.linalg.vector_norm(self.centres()[:, :, None] - joints[:, None], dim=-1)
        active: Tensor = gap.masked_fill((self.found.value <= 0)[..., None], torch.nan)
        return active


def _joints(experiment: HmlpeExperiment, data: PoseData) -> Tensor:
    p = experiment.preset
    return (torch.from_numpy(np.array(data.joints_2d)) - (p.side - p.view) / 2) / p.view


def nearest_joints(experiment: HmlpeExperiment, net: HMLPE, convolution: int) -> tuple[Tensor, Tensor]:
    """For each map the joint that its peaks are nearest to on training images, and how far they are from it.

    Returns:
        ``(C,)`` indices and ``(C,)`` mean distances, the window's side being 1; infinite for a map that is
        active on none of these images.
    """
    images = experiment.trained_images
    mean = Maps.of(net, images, convolution).distances(_joints(experiment, experiment.sample)).nanmean(0)
    nearest = mean.nan_to_num(nan=torch.inf).min(1)
    return nearest.indices, nearest.values


def map_distances(experiment: HmlpeExperiment, net: HMLPE, convolution: int) -> Values:
    """``(M,)`` for each test sample: how far peaks are from their maps' joints, mean over the maps."""
    which, distance = nearest_joints(experiment, net, convolution)
    maps = Maps.of(net, experiment.test_images, convolution)
    gaps = maps.distances(_joints(experiment, experiment.test))
    active = distance.isfinite().nonzero()[:, 0]
    return np.asarray(gaps[:, active, which[active]].nanmean(1).double().numpy())


def map_scores(experiment: HmlpeExperiment, net: HMLPE) -> Scores:
    """These distances for the trained network, and for one with its initial weights."""
    scores = Scores.on(experiment.test, dict.fromkeys(MAP_DISTANCES.values(), _PROTOCOL))
    for system, one in {"HMLPE": net, "Untrained": experiment.network()}.items():
        for convolution, metric in MAP_DISTANCES.items():
            scores.add(system, metric, map_distances(experiment, one, convolution))
    return scores


def mean_patches(experiment: HmlpeExperiment, net: HMLPE, convolution: int) -> tuple[Tensor, Tensor]:
    """Average patches of all maps over the training sample, ``(C, h, w, 3)`` grey levels; their counts."""
    maps = Maps.of(net, experiment.trained_images, convolution)
    p = experiment.preset
    edge = (p.side - p.view) // 2
    images = np.array(experiment.sample.images[:, edge : edge + p.view, edge : edge + p.view])
    return average_patches(torch.from_numpy(images), maps.found, maps.layers)
