"""Every loss is computed where the network is: on a device whose tensors meet no others.

Torch's device ``meta`` has shapes and no values, and refuses tensors of the CPU as a GPU does.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import deeppose_runs
import hmlpe_runs
import li_chan_runs
import park_runs
import pytest
import torch
from torch import Tensor, nn

from pose_lib.bench.experiment import Experiment
from pose_lib.bench.run import Run
from pose_lib.models.cascade import ErrorDistribution
from pose_lib.models.parts.layers import ConvTrunk
from pose_lib.papers.heat_maps.presets import PRESETS as HEAT_MAPS
from pose_lib.papers.heat_maps.recipe import HeatMapExperiment
from pose_lib.papers.integral.presets import PRESETS as INTEGRAL
from pose_lib.papers.integral.recipe import IntegralExperiment
from pose_lib.papers.lifting.presets import PRESETS as LIFTING
from pose_lib.papers.lifting.recipe import LiftingExperiment
from pose_lib.papers.park.variants import VARIANTS
from pose_lib.papers.tekin_ae.presets import PRESETS as TEKIN
from pose_lib.papers.tekin_ae.recipe import TekinExperiment
from pose_lib.training import Schedule

SMOKE = {"preset": "smoke", "device": "cpu", "seed": 0}


class Reached(Exception):
    """The loss of the training of this name had gradients."""


def one_step(
    self: Run, name: str, model: nn.Module, loss: Any, samples: int, schedule: Schedule, *more: object
) -> None:
    """In place of a training: the gradients of one batch."""
    value: Tensor = loss(torch.arange(schedule.batch), torch.Generator().manual_seed(0))
    assert value.device.type == "meta"
    value.backward()
    assert any(p.grad is not None for p in model.parameters())
    raise Reached(name)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Callable[[Experiment], Any]:
    """Moves an experiment to the other device and ends its trainings after one step."""
    monkeypatch.setattr(Run, "train", one_step)
    # Torch has no covariance without values.
    monkeypatch.setattr("pose_lib.batches.colour_axes", lambda images: torch.zeros(3, 3, device="meta"))
    # There is no bf16 mode for this device.
    monkeypatch.setattr(torch, "autocast", lambda *_, **__: nullcontext())

    def moved(experiment: Experiment) -> Experiment:
        experiment.device = torch.device("meta")
        return experiment

    return moved


def reached(train: Callable[[], object]) -> str:
    """The name of the training that the call came to."""
    with pytest.raises(Reached) as found:
        train()
    return str(found.value)


def test_tekin(tmp_path: Path, elsewhere: Callable[[Experiment], Any]) -> None:
    run = Run("tekin_ae", {"preset": "smoke", "device": "cpu", "seed": 0}, "card", root=tmp_path)
    data = li_chan_runs.data
    made = elsewhere(TekinExperiment(run, data(64, "S1"), data(12, "S9"), TEKIN["smoke"]))
    assert reached(made.auto_encoder) == "auto-encoder"
    assert reached(lambda: made.detector) == "detector"
    made.detector = ConvTrunk().state_dict()
    assert reached(made.cnn) == "cnn"


def test_li_chan(tmp_path: Path, elsewhere: Callable[[Experiment], Any]) -> None:
    made = elsewhere(li_chan_runs.experiment(tmp_path))
    assert reached(made.pretrained) == "detector"
    assert reached(lambda: made.train_regressor("alone", made.network())) == "alone"
    assert reached(made.multi_task) == "hml"


@pytest.mark.parametrize("key", list(VARIANTS))
def test_park(key: Any, tmp_path: Path, elsewhere: Callable[[Experiment], Any]) -> None:
    made = elsewhere(park_runs.experiment(tmp_path))
    made.joints = made.joints.to("meta")
    assert reached(lambda: made.learn(key, VARIANTS[key]))


def test_deeppose(
    tmp_path: Path, elsewhere: Callable[[Experiment], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = elsewhere(deeppose_runs.experiment(tmp_path))
    assert reached(made.first_stage) == "stage-1"
    errors = ErrorDistribution(torch.zeros(14, 2), torch.full((14, 2), 0.1))
    monkeypatch.setattr(made, "observe", lambda *_: errors)
    first = made.network(torch.zeros(14, 2), 1.0)
    assert reached(lambda: made.next_stage([first])) == "stage-2"


@pytest.mark.parametrize("ratio", [0.0, 1.0, math.inf])
def test_hmlpe(ratio: float, tmp_path: Path, elsewhere: Callable[[Experiment], Any]) -> None:
    made = elsewhere(hmlpe_runs.opened(tmp_path))
    schedule = made.preset.learn
    assert reached(lambda: made.learn("both", made.network(), ratio, schedule, "learn")) == "both"


def test_integral(tmp_path: Path, elsewhere: Callable[[Experiment], Any]) -> None:
    run, data = Run("integral", SMOKE, "card", root=tmp_path), li_chan_runs.data
    made = elsewhere(IntegralExperiment(run, data(64, "S1"), data(12, "S9"), INTEGRAL["smoke"]))
    assert reached(made.learn) == "integral"
    assert reached(made.controls) == "mean-alone"
    assert reached(made.regression_head) == "regression-head"


def test_lifting(tmp_path: Path, elsewhere: Callable[[Experiment], Any]) -> None:
    run, data = Run("lifting", SMOKE, "card", root=tmp_path), li_chan_runs.data
    made = elsewhere(LiftingExperiment(run, data(64, "S1"), data(12, "S9"), LIFTING["smoke"]))
    assert reached(lambda: made.reader) == "heat-maps"
    assert reached(lambda: made.lift("Lifting", made.true["train"], made.true["test"])) == "lifting"


def test_heat_maps(tmp_path: Path, elsewhere: Callable[[Experiment], Any]) -> None:
    run, dots = Run("heat_maps", {**SMOKE, "dataset": "synthetic"}, "card", root=tmp_path), deeppose_runs.dots
    preset = replace(HEAT_MAPS["smoke"], size=deeppose_runs.SIZE, window=deeppose_runs.SIZE)
    made = elsewhere(HeatMapExperiment(run, dots(64, 0), dots(24, 1), preset))
    assert reached(made.learn) == "heat-maps"
    assert reached(made.controls) == "regression-head"
    assert made.upper is not None
    assert reached(elsewhere(made.upper).learn) == "upper-bodies"
