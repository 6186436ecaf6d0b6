"""The systems of the Li & Chan chapter: both recipes, and the controls that the paper lacks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor, nn

from pose_lib.bench.experiment import BASELINES, Experiment3D
from pose_lib.bench.presets.li_chan import LiChanPreset
from pose_lib.models.li_chan import LiChanNet, TanhTargets, multi_task_cost, regression_cost
from pose_lib.models.windows import Windows, detection_loss
from pose_lib.training import autocast

__all__ = ["SYSTEMS", "LiChanExperiment"]

SYSTEMS = (*BASELINES, "KDE", "DconvMP", "DconvMP-HML")
"""Rows of the main table: the two baselines, then as in the paper, whose LinKDE the row KDE stands for."""

_BATCHES = "li_chan"
"""Name of the random streams: whatever is compared sees the same windows and colours in the same order."""


@dataclass
class LiChanExperiment(Experiment3D):
    """Trains and predicts; every stage is kept in the run's folder.

    Args:
        run: where stages are kept; its parameters name seed and device.
        train: training samples.
        test: test samples.
        preset: sizes and schedules.
    """

    preset: LiChanPreset

    @cached_property
    def targets(self) -> TanhTargets:
        """Joints relative to their parents, Eq. (1)."""
        return TanhTargets.of(self.poses, self.train.skeleton)

    @cached_property
    def windows(self) -> Windows:
        """30-pixel windows 10 pixels apart, as in the authors' code."""
        return Windows.published(self.preset.window)

    def network(
        self,
        targets: TanhTargets | None = None,
        windows: Windows | None = None,
        *,
        trunk: dict[str, Tensor] | None = None,
        dropout: float | None = None,
    ) -> LiChanNet:
        """A fresh network, always from the same weights, that starts at the mean of its targets.

        Args:
            targets: by default those of the chapter.
            windows: by default those of the chapter.
            trunk: weights of convolutions to start from.
            dropout: by default that of the preset.
        """
        p, targets = self.preset, targets or self.targets
        torch.manual_seed(self.seed)
        net = LiChanNet(
            p.window,
            len(self.train.skeleton),
            windows or self.windows,
            widths=p.widths,
            dropout=p.dropout if dropout is None else dropout,
        )
        net.start_at(targets.to_vector(self.poses).mean(0))
        if trunk is not None:
            net.trunk.load_state_dict(trunk)
        return net.to(self.device)

    # --- what each stage learns ---------------------------------------------------------------------------

    def train_both(
        self,
        name: str,
        net: LiChanNet,
        targets: TanhTargets | None = None,
        windows: Windows | None = None,
    ) -> LiChanNet:
        """Both tasks at once, Eq. (6)."""
        targets, windows = targets or self.targets, windows or self.windows
        vectors = targets.to_vector(self.poses).to(self.device)
        unit = self.preset.unit / targets.scale

        def loss(which: Tensor, generator: torch.Generator) -> Tensor:
            x, labels, known = self.labelled(which, generator, windows)
            with autocast(self.device):
                predicted, logits = net.both(x)
            return multi_task_cost(predicted, vectors[which], logits, labels, known, unit)

        self.fit(name, net, loss, self.preset.joint, stream=_BATCHES)
        return net

    def train_detector(self, name: str, net: LiChanNet) -> LiChanNet:
        """The second term of Eq. (6) alone."""
        model = net.detector()

        def loss(which: Tensor, generator: torch.Generator) -> Tensor:
            x, labels, known = self.labelled(which, generator, self.windows)
            with autocast(self.device):
                logits = model(x)
            return 0.5 * detection_loss(logits.float(), labels, known)

        self.fit(name, model, loss, self.preset.detector, stream=_BATCHES)
        return net

    def train_regressor(self, name: str, net: LiChanNet) -> LiChanNet:
        """The first term of Eq. (6) alone."""
        model = net.regressor()
        vectors = self.targets.to_vector(self.poses).to(self.device)
        unit = self.preset.unit / self.targets.scale

        def loss(which: Tensor, generator: torch.Generator) -> Tensor:
            x, _ = self.images.random(which, generator)
            with autocast(self.device):
                predicted = model(x)
            return 0.5 * regression_cost(predicted, vectors[which], unit)

        self.fit(name, model, loss, self.preset.regressor, stream=_BATCHES)
        return net

    def labelled(
        self, which: Tensor, generator: torch.Generator, windows: Windows
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Random crops ``(B, 3, W, W)``, labels ``(B, J, L)``, and which joints are known ``(B, J)``."""
        x, offsets = self.images.random(which, generator)
        joints = (self._joints[which] - offsets[:, None].float()).to(self.device)
        return x, windows.labels(joints), ~joints.isnan().any(-1)

    @cached_property
    def _joints(self) -> Tensor:
        return torch.from_numpy(self.train.joints_2d)

    # --- rows of the tables -------------------------------------------------------------------------------

    def multi_task(self) -> LiChanNet:
        """Row *DconvMP-HML*."""
        net = self.train_both("hml", self.network())
        self._keep("DconvMP-HML", net)
        self.cost("DconvMP-HML", net.regressor(), ("hml",))
        return net

    def pretrained(self) -> LiChanNet:
        """Row *DconvMP*: detection first; then its convolutions, with a fresh head, for regression alone."""
        detector = self.train_detector("detector", self.network())
        net = self.network(trunk=detector.trunk.state_dict())
        self.train_regressor("pretrained", net)
        self._keep("DconvMP", net)
        self.cost("DconvMP", net.regressor(), ("detector", "pretrained"))
        return net

    def _keep(self, system: str, net: nn.Module, targets: TanhTargets | None = None) -> None:
        self.predictions[system] = (targets or self.targets).to_pose(self.predict(net))

    # --- controls that the paper lacks --------------------------------------------------------------------

    def controls(self) -> None:
        """What makes the paper's claims testable; all but the first train both tasks at once."""
        self._keep("Regression alone", self.train_regressor("alone", self.network()))
        root = TanhTargets.of(self.poses, self.train.skeleton, "root")
        self._keep(
            "HML, root-relative", self.train_both("root-relative", self.network(root), targets=root), root
        )
        literal = Windows.literal(self.preset.window)
        small = self.train_both("10-10-windows", self.network(windows=literal), windows=literal)
        self._keep("HML, 10/10 windows", small)
        # The paper drops 0.25 of the units; its authors' code keeps 0.25 of them.
        for share in (0.25, 0.75):
            if share != self.preset.dropout:
                net = self.train_both(f"dropout-{share}", self.network(dropout=share))
                self._keep(f"HML, dropout {share}", net)
        tiny = self.network()
        torch.manual_seed(self.seed)
        tiny.start_as_published(float(self.images.std.mean()))
        self._keep("HML, published start", self.train_both("published-start", tiny))
