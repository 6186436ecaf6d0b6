"""What the Tekin chapter trains on what: auto-encoder, network to the code, fine-tuning, controls."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import torch
from torch import Tensor, nn

from pose_lib.bench.experiment_3d import STREAM, Experiment3D
from pose_lib.bench.measures import READINGS
from pose_lib.bench.rows import label
from pose_lib.metrics.limbs import Reading
from pose_lib.models.parts.layers import ConvTrunk
from pose_lib.models.parts.targets import PoseScale, from_parent_relative, to_parent_relative
from pose_lib.models.parts.windows import DetectionHead, Windows, detection_loss
from pose_lib.models.tekin_ae import (
    AutoEncoder,
    Decoder,
    PoseNet,
    auto_encoder_loss,
    corrupt,
    regression_loss,
)
from pose_lib.papers.tekin_ae.sizes import TekinPreset
from pose_lib.training import Schedule, autocast

__all__ = ["AFTER", "DEEP", "NO_CONTRACTION", "TekinExperiment"]

AFTER = f"{STREAM}-after"
"""Name of the random streams of fine-tuning, which sees other windows and colours than the stage before."""
DEEP = "300-300"
"""Setting of the rows whose auto-encoder has two hidden layers of 300 units, the other one of the paper."""
NO_CONTRACTION = "no contraction"
"""Setting of the rows whose auto-encoder was trained without the contractive term."""


@dataclass
class TekinExperiment(Experiment3D):
    """Trains and predicts; what takes long is kept in the run's folder."""

    readings: ClassVar[tuple[Reading, ...]] = READINGS
    preset: TekinPreset

    @cached_property
    def vectors(self) -> Tensor:
        """The training poses ``(N, P)`` in units of their deviation."""
        return self.scale.to_vector(self.poses)

    # --- (a) the auto-encoder -----------------------------------------------------------------------------

    def auto_encoder(
        self,
        name: str = "auto-encoder",
        widths: tuple[int, ...] = (2000,),
        sigmas: tuple[float, ...] = (40,),
        weight: float = 0.1,
        schedule: Schedule | None = None,
    ) -> AutoEncoder:
        """Figure 1 (a), Eq. (1): noise of ``sigmas`` mm per layer, contractive weight in the units of mm.

        Several layers are trained greedily, each on the codes of the one below, and then together.
        """
        schedule = schedule or self.preset.auto_encoder
        y, s = self.vectors.to(self.device), self.scale.scale
        torch.manual_seed(self.seed)
        model = AutoEncoder(widths, y.shape[1]).to(self.device)
        below = y
        if len(widths) > 1:
            for i, sigma in enumerate(sigmas):
                part = model.layer(i)
                self.denoise(f"{name}-layer-{i + 1}", part, below, sigma / s, weight / s**2, schedule)
                with torch.no_grad():
                    below = part.encode(below)
        self.denoise(name, model, y, sigmas[0] / s, weight / s**2, schedule)
        return model

    def denoise(
        self, name: str, model: AutoEncoder, y: Tensor, sigma: float, weight: float, schedule: Schedule
    ) -> None:
        """Minimise Eq. (1) over poses (or codes) ``y (N, P)`` with noise of deviation ``sigma``."""

        def loss(which: Tensor, generator: torch.Generator) -> Tensor:
            clean = y[which]
            return auto_encoder_loss(model, clean, corrupt(clean, sigma, generator), weight)

        self.fit(name, model, loss, schedule, samples=len(y), stream=name)

    # --- the convolutions that every network starts from --------------------------------------------------

    @cached_property
    def detector(self) -> dict[str, Tensor]:
        """Weights of the convolutions after 2D joint detection, from which every network here starts."""
        p, joints = self.preset, torch.from_numpy(self.train.joints_2d)
        windows = Windows.published(p.window)
        torch.manual_seed(self.seed)
        trunk = ConvTrunk()
        head = DetectionHead(trunk.features(p.window), joints.shape[1], windows, (1024, 2048), p.dropout)
        model = nn.Sequential(trunk, head).to(self.device)

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

    def regress(
        self, name: str, net: PoseNet, targets: Tensor, schedule: Schedule, stream: str = STREAM
    ) -> PoseNet:
        """Squared error between a network's output and targets ``(N, D)``: Eq. (2) or Eq. (3).

        Networks of one ``stream`` see the same windows and colours.
        """
        targets = targets.to(self.device)

        def loss(which: Tensor, generator: torch.Generator) -> Tensor:
            x, _ = self.images.random(which, generator)
            with autocast(self.device):
                y = net(x)
            return regression_loss(y, targets[which])

        self.fit(name, net, loss, schedule, stream=stream)
        return net

    # --- rows of the tables -------------------------------------------------------------------------------

    def cnn(self) -> PoseNet:
        """Row *CNN*: the same network straight to the pose, with the samples of both stages of *ours*."""
        net = self.regress("cnn", self.network(self.vectors), self.vectors, self.preset.cnn)
        self.keep("CNN", net)
        self.cost("CNN", net, ("detector", "cnn"))
        return net

    def latent(self, model: AutoEncoder, setting: str = "") -> PoseNet:
        """Row *Ours, no fine-tuning*: (b), Eq. (2), to the code of the clean pose, then the decoder."""
        with torch.no_grad():
            codes = model.encode(self.vectors.to(self.device))
        net = self.regress(label(("latent", setting)), self.network(codes), codes, self.preset.latent)
        net.append(Decoder(model).to(self.device))
        self.keep("Ours, no fine-tuning", net, setting)
        return net

    def fine_tuned(self, net: PoseNet, setting: str = "") -> PoseNet:
        """Row *Ours, fine-tuned*: (c), Eq. (3), network and appended decoder together on the pose itself."""
        self.regress(label(("tune", setting)), net, self.vectors, self.preset.tune, AFTER)
        self.keep("Ours, fine-tuned", net, setting)
        if not setting:
            self.cost("Ours, fine-tuned", net, ("detector", "auto-encoder", "latent", "tune"))
        return net

    def keep(self, system: str, net: nn.Module, setting: str = "") -> None:
        """Note what a network predicts for the test samples."""
        self.predictions[(system, setting) if setting else system] = self.scale.to_pose(self.predict(net))

    # --- controls that the paper lacks --------------------------------------------------------------------

    def controls(self) -> None:
        """The paper's other auto-encoder, and what makes its claims testable; with the samples of *CNN*."""
        self.extra_layer()
        self.linear_code()
        self.deep_code()
        self.plain_code()
        self.parent_relative()

    def extra_layer(self) -> None:
        """A hidden layer of the code's size: more parameters, no structure learned before."""
        y = self.vectors
        net = self.network(y, (1024, 2048, 4096, 2000))
        self.keep("CNN, extra layer", self.regress("extra-layer", net, y, self.preset.cnn))

    def linear_code(self) -> None:
        """An under-complete linear code instead: the principal axes that hold 99 % of the variance."""
        y = self.vectors
        basis = torch.linalg.svd(y - y.mean(0), full_matrices=False)
        kept = int((basis.S.square().cumsum(0) / basis.S.square().sum() < 0.99).sum()) + 1
        axes = basis.Vh[:kept]
        codes = (y - y.mean(0)) @ axes.T
        net = self.regress("pca", self.network(codes), codes, self.preset.cnn)
        self.predictions["CNN, PCA output"] = self.scale.to_pose(self.predict(net) @ axes + y.mean(0))

    def deep_auto_encoder(self) -> AutoEncoder:
        """The paper's other auto-encoder: two layers of 300 units, with noise of 40 and 20 mm."""
        return self.auto_encoder("auto-encoder-deep", (300, 300), (40, 20))

    def deep_code(self) -> None:
        """Both rows of the method on :meth:`deep_auto_encoder`."""
        self.fine_tuned(self.latent(self.deep_auto_encoder(), DEEP), DEEP)

    def plain_auto_encoder(self) -> AutoEncoder:
        """The auto-encoder without its contractive term."""
        return self.auto_encoder("auto-encoder-plain", weight=0.0)

    def plain_code(self) -> None:
        """Both rows of the method on the auto-encoder without contraction."""
        self.fine_tuned(self.latent(self.plain_auto_encoder(), NO_CONTRACTION), NO_CONTRACTION)

    def parent_relative(self) -> None:
        """Targets relative to the parent joint."""
        skeleton = self.train.skeleton
        relative = to_parent_relative(self.poses, skeleton)
        scale = PoseScale.of(relative)
        z = scale.to_vector(relative)
        net = self.regress("parent-relative", self.network(z), z, self.preset.cnn)
        poses = from_parent_relative(scale.to_pose(self.predict(net)), skeleton)
        self.predictions["CNN, parent-relative"] = poses
