"""What the Li & Chan chapter trains on what: two recipes of one network, and controls."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor, nn

from pose_lib.bench.experiment_3d import Experiment3D
from pose_lib.bench.rows import Key
from pose_lib.models.li_chan import LiChanNet, TanhTargets, multi_task_loss, regression_loss
from pose_lib.models.parts.windows import Windows, detection_loss
from pose_lib.papers.li_chan.sizes import LiChanPreset
from pose_lib.training import Loss, autocast

__all__ = ["ROOT_RELATIVE", "LiChanExperiment"]

ROOT_RELATIVE: Key = ("DconvMP-HML", "root-relative")
"""The control whose targets are joints relative to the root."""


@dataclass
class LiChanExperiment(Experiment3D):
    """Trains and predicts; what takes long is kept in the run's folder."""

    preset: LiChanPreset

    @cached_property
    def targets(self) -> TanhTargets:
        """Joints relative to their parents, Eq. (1)."""
        return TanhTargets.of(self.poses, self.train.skeleton)

    @cached_property
    def windows(self) -> Windows:
        """30-pixel windows 10 pixels apart, as in the authors' code."""
        return Windows.published(self.preset.window)

    @cached_property
    def joints(self) -> Tensor:
        """``(N, J, 2)`` joints in pixels of the stored training crops."""
        return torch.from_numpy(self.train.joints_2d)

    def network(
        self,
        targets: TanhTargets | None = None,
        windows: Windows | None = None,
        *,
        trunk: dict[str, Tensor] | None = None,
        dropout: float | None = None,
    ) -> LiChanNet:
        """A fresh network, always from the same weights, that starts at the mean of its targets.

        Targets and windows are by default the chapter's, dropout the preset's; ``trunk`` holds weights of
        convolutions.
        """
        p, targets = self.preset, targets or self.targets
        torch.manual_seed(self.seed)
        net = LiChanNet(
            p.window,
            len(self.train.skeleton),
            windows or self.windows,
            widths=p.widths,
            dropout=p.dropout if dropout is None else dropout,
            pixel=p.pixel,
        )
        net.start_at(targets.to_vector(self.poses).mean(0))
        if trunk is not None:
            net.trunk.load_state_dict(trunk)
        return net.to(self.device)

    # --- the losses of a batch ----------------------------------------------------------------------------

    def labelled(
        self, which: Tensor, generator: torch.Generator, windows: Windows
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Random crops ``(B, 3, W, W)``, labels ``(B, J, L)``, and which joints are known ``(B, J)``."""
        x, offsets = self.images.random(which, generator)
        joints = (self.joints[which] - offsets[:, None].float()).to(self.device)
        return x, windows.labels(joints), ~joints.isnan().any(-1)

    def detector_loss(self, model: nn.Module) -> Loss:
        """The second term of Eq. (6): detection alone, by a model from images to logits."""

        def loss(which: Tensor, generator: torch.Generator) -> Tensor:
            x, labels, known = self.labelled(which, generator, self.windows)
            with autocast(self.device):
                logits = model(x)
            return 0.5 * detection_loss(logits.float(), labels, known)

        return loss

    def regressor_loss(self, model: nn.Module, unit: float = 1.0) -> Loss:
        """The first term of Eq. (6): regression alone.

        ``unit`` is the length that counts as one, in the unit of the targets.
        """
        vectors = self.targets.to_vector(self.poses).to(self.device)

        def loss(which: Tensor, generator: torch.Generator) -> Tensor:
            x, _ = self.images.random(which, generator)
            with autocast(self.device):
                predicted = model(x)
            return 0.5 * regression_loss(predicted, vectors[which], unit)

        return loss

    def joint_loss(self, net: LiChanNet, targets: TanhTargets, windows: Windows, unit: float = 1.0) -> Loss:
        """Eq. (6): both tasks on the same images; ``unit`` as for :meth:`regressor_loss`."""
        vectors = targets.to_vector(self.poses).to(self.device)

        def loss(which: Tensor, generator: torch.Generator) -> Tensor:
            x, labels, known = self.labelled(which, generator, windows)
            with autocast(self.device):
                predicted, logits = net.both(x)
            return multi_task_loss(predicted, vectors[which], logits, labels, known, unit)

        return loss

    # --- trainings ----------------------------------------------------------------------------------------

    def train_detector(self, name: str, net: LiChanNet) -> LiChanNet:
        """Detection alone."""
        model = net.detector()
        self.fit(name, model, self.detector_loss(model), self.preset.detector)
        return net

    def train_regressor(self, name: str, net: LiChanNet) -> LiChanNet:
        """Regression alone."""
        model, unit = net.regressor(), self.preset.unit / self.targets.scale
        self.fit(name, model, self.regressor_loss(model, unit), self.preset.regressor)
        return net

    def train_both(
        self, name: str, net: LiChanNet, targets: TanhTargets | None = None, windows: Windows | None = None
    ) -> LiChanNet:
        """Both tasks at once; targets and windows are by default those of the chapter."""
        targets, windows = targets or self.targets, windows or self.windows
        loss = self.joint_loss(net, targets, windows, self.preset.unit / targets.scale)
        self.fit(name, net, loss, self.preset.joint)
        return net

    # --- rows of the tables -------------------------------------------------------------------------------

    def pretrained(self) -> LiChanNet:
        """Row *DconvMP*: detection first; then its convolutions, with a fresh head, for regression alone."""
        detector = self.train_detector("detector", self.network())
        net = self.network(trunk=detector.trunk.state_dict())
        self.train_regressor("pretrained", net)
        self.keep("DconvMP", net)
        self.cost("DconvMP", net.regressor(), ("detector", "pretrained"))
        return net

    def multi_task(self) -> LiChanNet:
        """Row *DconvMP-HML*: both tasks at once."""
        net = self.train_both("hml", self.network())
        self.keep("DconvMP-HML", net)
        self.cost("DconvMP-HML", net.regressor(), ("hml",))
        return net

    def keep(self, key: Key, net: LiChanNet, targets: TanhTargets | None = None) -> None:
        """Note what a network predicts for the test samples."""
        self.predictions[key] = (targets or self.targets).to_pose(self.predict(net))

    # --- controls that the paper lacks --------------------------------------------------------------------

    def controls(self) -> None:
        """What makes the paper's claims testable; all but the first train both tasks at once."""
        self.keep("Regression alone", self.train_regressor("alone", self.network()))
        self.root_relative()
        self.literal_windows()
        # The paper drops 0.25 of the units; its authors' code keeps 0.25 of them.
        for share in (0.25, 0.75):
            if share != self.preset.dropout:
                net = self.train_both(f"dropout-{share}", self.network(dropout=share))
                self.keep(("DconvMP-HML", f"dropout {share}"), net)
        self.published_start()

    def root_relative(self) -> None:
        """Joints relative to the root as targets."""
        targets = TanhTargets.of(self.poses, self.train.skeleton, "root")
        net = self.train_both("root-relative", self.network(targets), targets=targets)
        self.keep(ROOT_RELATIVE, net, targets)

    def literal_windows(self) -> None:
        """The windows of the paper's text: 10 pixels wide, side by side."""
        windows = Windows.literal(self.preset.window)
        net = self.train_both("10-10-windows", self.network(windows=windows), windows=windows)
        self.keep(("DconvMP-HML", "10/10 windows"), net)

    def published_start(self) -> None:
        """The small initial weights of the authors' code."""
        net = self.network()
        torch.manual_seed(self.seed)
        net.start_as_published()
        self.keep(("DconvMP-HML", "published start"), self.train_both("published-start", net))
