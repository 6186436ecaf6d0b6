"""The 3D papers side by side: one schedule shape, one setting, one nearest pose; and what they depart in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from pose_lib.bench.experiment_3d import Experiment3D
from pose_lib.bench.paper import Paper
from pose_lib.bench.presets import DEFAULT_PRESETS, Preset
from pose_lib.bench.setup import checked, open_run
from pose_lib.metrics import mpjpe
from pose_lib.models.lifting import Standardised
from pose_lib.models.park import average_pose
from pose_lib.papers import all_papers, find
from pose_lib.papers.compare.side_by_side import compared_at
from pose_lib.papers.direct import Method
from pose_lib.papers.integral.recipe import IntegralExperiment
from pose_lib.papers.li_chan.recipe import LiChanExperiment
from pose_lib.papers.lifting.recipe import LiftingExperiment
from pose_lib.papers.linkde.recipe import LinKDEExperiment
from pose_lib.papers.park.recipe import ParkExperiment
from pose_lib.papers.park.variants import VARIANTS
from pose_lib.papers.structnet.recipe import StructNetExperiment
from pose_lib.papers.tekin_ae.recipe import TekinExperiment
from pose_lib.training import Schedule

ROOMS = [paper for paper in all_papers() if paper.kind == "3d"]
PLAIN = ("smoke", "quick", "long", "paper")
EXPERIMENTS: dict[str, type[Experiment3D]] = {
    "li_chan": LiChanExperiment,
    "linkde": LinKDEExperiment,
    "park": ParkExperiment,
    "structnet": StructNetExperiment,
    "tekin_ae": TekinExperiment,
    "direct": Method,
    "integral": IntegralExperiment,
    "lifting": LiftingExperiment,
}

TRAINED = [paper for paper in ROOMS if any(paper.presets["quick"].networks)]
"""The rooms that compare networks: what is fitted in closed form has no schedule."""

each = pytest.mark.parametrize("paper", ROOMS, ids=lambda paper: paper.name)


def trained(preset: Preset) -> list[list[Schedule]]:
    """The schedules of each compared network of a preset."""
    return [[getattr(preset, name) for name in network] for network in preset.networks]


def test_a_fit_in_closed_form_is_the_only_one_without_a_schedule() -> None:
    assert [paper.name for paper in ROOMS if paper not in TRAINED] == ["linkde"]


@pytest.mark.parametrize("paper", TRAINED, ids=lambda paper: paper.name)
@pytest.mark.parametrize("name", [*PLAIN, *(f"{name}-equal" for name in PLAIN)])
def test_all_networks_of_a_paper_have_schedules_of_one_shape(paper: Paper, name: str) -> None:
    """They may differ in length and rate, in nothing that gives one of them another kind of training."""
    every = [schedule for network in trained(paper.presets[name]) for schedule in network]
    assert len({replace(schedule, steps=1, lr=1.0) for schedule in every}) == 1


def test_the_plain_network_has_the_schedule_of_the_latent_path() -> None:
    for preset in find("tekin_ae").presets.values():
        assert replace(preset.cnn, steps=preset.latent.steps) == preset.latent  # type: ignore[attr-defined]
        total = preset.latent.steps + preset.tune.steps  # type: ignore[attr-defined]
        assert preset.cnn.steps == total  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", PLAIN)
def test_the_equal_setting_is_equal(name: str) -> None:
    presets = [paper.presets[f"{name}-equal"] for paper in ROOMS]
    for field in ("size", "window", "seconds", "step", "test_step", "noise"):
        assert len({getattr(preset, field) for preset in presets}) == 1, field
    networks = [
        network for paper in TRAINED for network in trained(paper.presets[f"{name}-equal"])
    ]  # fmt: skip
    assert {schedule.batch for network in networks for schedule in network} == {
        DEFAULT_PRESETS[name].learn.batch
    }
    samples = {sum(schedule.steps * schedule.batch for schedule in network) for network in networks}
    assert len(samples) == 1
    if name == "paper":  # the published rates and optimisers stay
        park = find("park").presets["paper-equal"]
        assert (park.learning.lr, park.learning.momentum) == (0.01, 0.9)  # type: ignore[attr-defined]


def test_the_equal_setting_is_told_apart_unless_it_changes_nothing() -> None:
    names = {paper.name: compared_at(paper, "quick-equal") for paper in ROOMS}
    assert names == {
        "li_chan": "quick-equal", "linkde": "quick", "structnet": "quick", "park": "quick-equal",
        "tekin_ae": "quick", "direct": "quick", "integral": "quick", "lifting": "quick",
    }  # fmt: skip
    for paper in ROOMS:
        plain, equal = (paper.presets[name].settings() for name in ("quick", "quick-equal"))
        assert (plain == equal) == (names[paper.name] == "quick")
        assert compared_at(paper, "quick") == "quick"
        assert "all methods compared" in paper.presets["quick-equal"].departures[-1]
    with pytest.raises(ValueError, match="deeppose has no preset 'quick-equal': name the schedules"):
        compared_at(find("deeppose"), "quick-equal")
    with pytest.raises(ValueError, match="names no network to be compared"):
        find("deeppose").presets["quick"].equal()


@each
def test_the_published_setting_lists_what_is_ours(paper: Paper) -> None:
    words = paper.presets["paper"].departures
    assert bool(words) == bool(paper.citation), "who follows a paper lists what differs; direct follows none"
    assert not [other for other in words if "64" in other], "it has the published sizes"


def opened(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Experiment3D:
    monkeypatch.setenv("POSE_RUNS", str(folder / "runs"))
    monkeypatch.setenv("POSE_CACHE", str(folder / "cache"))
    paper = find(name)
    given = {
        "action": "Walking", "dataset": "synthetic", "data_root": "", "preset": "smoke", "budget": 1e-4,
        "precision": "float32", "seed": 0, "device": "cpu", "controls": False,
    }  # fmt: skip
    return EXPERIMENTS[name].of(open_run(paper, *checked(paper, given)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("equal")


def test_mean_and_nearest_pose_are_the_same_in_every_room(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: dict[str, dict[str, Tensor]] = {}
    for name in EXPERIMENTS:
        experiment = opened(name, folder, monkeypatch)
        experiment.baselines()
        found[name] = {str(key): poses for key, poses in experiment.predictions.items()}
    assert opened("park", folder, monkeypatch).train.size == 96
    for name, poses in found.items():
        for key in ("Mean pose", "Nearest pose", "Nearest pose (oracle)"):
            assert torch.equal(poses[key], found["direct"][key]), (name, key)


def predicted(e: Experiment3D, x: Tensor) -> Tensor:
    """What the untrained network of a room says about images, in mm relative to the root."""
    if isinstance(e, ParkExperiment):
        variant = VARIANTS["Multi-reg + 2D-cls"]
        net = e.network(variant).eval()
        poses, _ = e.sized(average_pose(net.poses(net(x).relative)), variant)
        return poses - poses[:, :1]
    if isinstance(e, LiChanExperiment):
        return e.targets.to_pose(e.network().eval()(x))
    if isinstance(e, StructNetExperiment):
        return e.targets.to_pose(e.network().eval().both(x)[1])
    if isinstance(e, TekinExperiment):
        return e.scale.to_pose(e.network(e.vectors).eval()(x))
    if isinstance(e, LiftingExperiment):
        seen = Standardised.of(e.true["train"])(e.true["test"][: len(x)])
        return e.scale.to_pose(e.network().eval()(seen))
    if isinstance(e, IntegralExperiment):
        return e.network().eval()(x)
    assert isinstance(e, Method)
    return e.scale.to_pose(e.network().eval()(x))


def test_networks_of_all_rooms_start_near_the_mean_pose(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mean of a paper's own targets, which is no head start for any of them."""
    for name in (paper.name for paper in TRAINED if paper.name != "integral"):
        e = opened(name, folder, monkeypatch)
        poses = predicted(e, e.test_images.centre(torch.arange(4))).detach()
        mean = e.poses.mean(0)
        off = mpjpe(poses, mean.expand_as(poses)).mean()
        # Far nearer to it than poses are; that of Li & Chan adds up the offsets of parents along the chain.
        assert float(off / mpjpe(e.poses, mean.expand_as(e.poses)).mean()) < 0.4, name


def test_integral_regression_starts_at_the_centre_of_its_volume(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All joints at one place: no start nearer to any pose than that of the other networks."""
    e = opened("integral", folder, monkeypatch)
    poses = predicted(e, e.test_images.centre(torch.arange(4))).detach()
    mean, centre = e.poses.mean(0)[None], torch.zeros(1, 17, 3)
    assert float(mpjpe(poses, centre.expand_as(poses)).mean()) < 0.2 * float(mpjpe(mean, centre))
