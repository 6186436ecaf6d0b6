"""The systems of the Tekin chapter: every row of its tables, its controls, and what they are trained on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import torch
from torch import Tensor, nn

from pose_lib.bench.evaluate import READINGS
from pose_lib.bench.experiment import BASELINES, Experiment3D
from pose_lib.bench.presets.tekin import TekinPreset
from pose_lib.metrics.limbs import Reading
from pose_lib.models.layers import ConvTrunk
from pose_lib.models.targets import PoseScale, from_parent_relative, squared_error, to_parent_relative
from pose_lib.models.tekin import AutoEncoder, Decoder, PoseNet, auto_encoder_loss, corrupt
from pose_lib.models.windows import DetectionHead, Windows, detection_loss
from pose_lib.training import Schedule, autocast

__all__ = ["SYSTEMS", "TekinExperiment"]

SYSTEMS = (*BASELINES, "KDE", "CNN", "Ours, no fine-tuning", "Ours, fine-tuned")
"""Rows of the main table, in the paper's order after the two baselines."""


@dataclass
class TekinExperiment(Experiment3D):
    """Trains and predicts; every stage is kept in the run's folder.

    Args:
        run: where stages are kept; its parameters name seed and device.
        train: training samples.
        test: test samples.
        preset: sizes and schedules.
    """

    readings: ClassVar[tuple[Reading, ...]] = READINGS
    preset: TekinPreset

    # --- what each stage learns ---------------------------------------------------------------------------

    def auto_encoder(
        self,
        name: str = "auto-encoder",
        widths: tuple[int, ...] = (2000,),
        sigmas: tuple[float, ...] = (40,),
        weight: float = 0.1,
        schedule: Schedule | None = None,
    ) -> AutoEncoder:
        """Figure 1 (a), Eq. (1): noise ``sigmas`` in mm a layer, contractive weight in the units of mm.

        Several layers are trained greedily, each on the codes of the one below, and then together.
        """
        schedule = schedule or self.preset.auto_encoder
        y, s = self.scale.to_vector(self.poses).to(self.device), self.scale.scale
        torch.manual_seed(self.seed)
        model = AutoEncoder(widths, y.shape[1]).to(self.device)
        below = y
        if len(widths) > 1:
            for i, sigma in enumerate(sigmas):
                part = model.layer(i)
                self._denoise(f"{name}-layer-{i + 1}", part, below, sigma / s, weight / s**2, schedule)
                with torch.no_grad():
                    below = part.encode(below)
        self._denoise(name, model, y, sigmas[0] / s, weight / s**2, schedule)
        return model

    def _denoise(
        self, name: str, model: AutoEncoder, y: Tensor, sigma: float, weight: float, schedule: Schedule
    ) -> None:
        def loss(which: Tensor, generator: torch.Generator) -> Tensor:
            clean = y[which]
            return auto_encoder_loss(model, clean, corrupt(clean, sigma, generator), weight)

        self.histories[name] = self.run.train(name, model, loss, len(y), schedule)

    @cached_property
    def detector(self) -> dict[str, Tensor]:
        """Weights of the convolutions after 2D joint detection, from which every CNN here starts."""
        p = self.preset
        windows = Windows.published(p.window)
        torch.manual_seed(self.seed)
        trunk = ConvTrunk()
        head = DetectionHead(
            trunk.features(p.window), len(self.train.skeleton), windows, (1024, 2048), p.dropout
        )
        model = nn.Sequential(trunk, head).to(self.device)
        joints = torch.from_numpy(self.train.joints_2d)

        def loss(which: Tensor, generator: torch.Generator) -> Tensor:
            x, offsets = self.images.random(which, generator)
            labels = windows.labels(joints[which] - offsets[:, None].float()).to(self.device)
            with autocast(self.device):
                logits = model(x)
            return detection_loss(logits.float(), labels)

        self.fit("detector", model, loss, p.detector)
        return {k: v.clone() for k, v in trunk.state_dict().items()}

    def network(self, targets: Tensor, widths: tuple[int, ...] = (1024, 2048, 4096)) -> PoseNet:
        """A fresh network on the detector's convolutions; it starts at the mean of its targets ``(N, D)``."""
        p = self.preset
        trunk = self.detector
        torch.manual_seed(self.seed + 1)
        gain = float((targets - targets.mean(0)).square().mean().sqrt())
        net = PoseNet(p.window, targets.shape[1], widths=widths, dropout=p.dropout, gain=gain)
        net.trunk.load_state_dict(trunk)
        net.start_at(targets.mean(0))
        return net.to(self.device)

    def regress(self, name: str, net: nn.Module, targets: Tensor, schedule: Schedule) -> nn.Module:
        """Squared error between a network's output and targets ``(N, D)``: Eq. (2) or Eq. (3)."""
        targets = targets.to(self.device)

        def loss(which: Tensor, generator: torch.Generator) -> Tensor:
            x, _ = self.images.random(which, generator)
            with autocast(self.device):
                y = net(x)
            return squared_error(y, targets[which])

        self.fit(name, net, loss, schedule)
        return net

    # --- rows of the tables -------------------------------------------------------------------------------

    def cnn(self) -> nn.Module:
        """Row *CNN*: the same network straight to the pose, with the samples of both stages of *ours*."""
        y = self.scale.to_vector(self.poses)
        net = self.regress("cnn", self.network(y), y, self.preset.cnn)
        self.predictions["CNN"] = self.scale.to_pose(self.predict(net))
        self.cost("CNN", net, ("detector", "cnn"))
        return net

    def ours(self, model: AutoEncoder, suffix: str = "") -> PoseNet:
        """Rows *Ours*: Eq. (2) to the code of the clean pose, then Eq. (3) with the decoder appended."""
        y = self.scale.to_vector(self.poses)
        with torch.no_grad():
            codes = model.encode(y.to(self.device))
        net = self.network(codes)
        self.regress(f"latent{suffix}", net, codes, self.preset.latent)
        net.append(Decoder(model).to(self.device))
        self.predictions[f"Ours, no fine-tuning{suffix}"] = self.scale.to_pose(self.predict(net))
        self.regress(f"tune{suffix}", net, y, self.preset.tune)
        self.predictions[f"Ours, fine-tuned{suffix}"] = self.scale.to_pose(self.predict(net))
        if not suffix:
            self.cost("Ours, fine-tuned", net, ("detector", "auto-encoder", "latent", "tune"))
        return net

    # --- controls that the paper lacks --------------------------------------------------------------------

    def controls(self) -> None:
        """What makes the paper's claims testable, each under the samples of the row *CNN*."""
        y = self.scale.to_vector(self.poses)
        # An extra hidden layer of the auto-encoder's size: more parameters, no structure learned before.
        wide = self.regress("extra-layer", self.network(y, (1024, 2048, 4096, 2000)), y, self.preset.cnn)
        self.predictions["CNN, extra layer"] = self.scale.to_pose(self.predict(wide))
        # An under-complete linear code in place of the over-complete one.
        basis = torch.linalg.svd(y - y.mean(0), full_matrices=False)
        kept = int((basis.S.square().cumsum(0) / basis.S.square().sum() < 0.99).sum()) + 1
        axes = basis.Vh[:kept]
        codes = (y - y.mean(0)) @ axes.T
        pca = self.regress("pca", self.network(codes), codes, self.preset.cnn)
        self.predictions["CNN, PCA output"] = self.scale.to_pose(self.predict(pca) @ axes + y.mean(0))
        # The auto-encoder without its contractive term.
        self.ours(self.auto_encoder("auto-encoder-plain", weight=0.0), ", no contraction")
        # Targets relative to the parent joint.
        skeleton = self.train.skeleton
        relative = to_parent_relative(self.poses, skeleton)
        scale = PoseScale.of(relative)
        z = scale.to_vector(relative)
        net = self.regress("parent-relative", self.network(z), z, self.preset.cnn)
        chained = scale.to_pose(self.predict(net))
        self.predictions["CNN, parent-relative"] = from_parent_relative(chained, skeleton)
