"""The training loop: seeded per step, resumable, at a chosen precision, with errors that name the problem."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from torch import nn

from pose_lib.training import Schedule, autocast, fit, has_bf16, precision, set_precision

SCRIPT = """
import os, signal, sys, torch
from pathlib import Path
from torch import nn
from pose_lib.training import Schedule, fit

checkpoint, die_at = Path(sys.argv[1]), int(sys.argv[2])
momentum = float(sys.argv[3]) or None
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(4, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 2))
x = torch.randn(64, 4, generator=torch.Generator().manual_seed(1))
steps = 0
def loss(which, generator):
    global steps
    steps += 1
    if steps == die_at:
        os.kill(os.getpid(), signal.SIGKILL)
    noisy = x[which] + 0.1 * torch.randn(len(which), 4, generator=generator)
    return (net(noisy) - x[which, :2]).square().mean()
def watch(step):
    return {"sum": float(net[0].weight.detach().sum())} if step % 10 == 0 else None
schedule = Schedule(50, 1e-2, 16, momentum=momentum, clip=0.5, average=0.6)
history = fit(
    net, loss, 64, schedule, name="net", seed=3, checkpoint=checkpoint, save_every=0, watch=watch
)
print([float(p.detach().sum()) for p in net.parameters()], history.step, history.loss, history.watched, steps)
"""


def run(checkpoint: Path, die_at: int, momentum: float) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", SCRIPT, str(checkpoint), str(die_at), str(momentum)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_a_killed_training_resumes_and_ends_with_the_same_numbers(tmp_path: Path, momentum: float) -> None:
    whole = run(tmp_path / "whole", 0, momentum)
    assert whole.returncode == 0, whole.stderr
    killed = run(tmp_path / "cut", 31, momentum)
    assert killed.returncode == -signal.SIGKILL
    assert (tmp_path / "cut").is_file()
    resumed = run(tmp_path / "cut", 0, momentum)
    assert resumed.returncode == 0, resumed.stderr
    numbers, steps = whole.stdout.rsplit(" ", 1)
    again, fewer = resumed.stdout.rsplit(" ", 1)
    assert numbers == again
    assert int(fewer) < int(steps) == 50


def linear(seed: int = 0, **schedule: object) -> tuple[nn.Linear, list[int], object]:
    torch.manual_seed(0)
    net = nn.Linear(3, 1)
    x = torch.randn(40, 3, generator=torch.Generator().manual_seed(0))
    seen: list[int] = []

    def loss(which: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        seen.extend(which.tolist())
        return (net(x[which])[:, 0] - x[which, 0]).square().mean()

    history = fit(net, loss, 40, Schedule(60, 0.05, 10), name="linear", seed=seed)
    return net, seen, history


def test_the_same_seed_gives_the_same_weights_and_another_seed_others() -> None:
    a, b, c = linear(0)[0], linear(0)[0], linear(1)[0]
    assert torch.equal(a.weight, b.weight)
    assert not torch.equal(a.weight, c.weight)


def test_two_trainings_of_one_stream_see_the_same_batches() -> None:
    def batches(name: str, stream: str | None) -> list[int]:
        net, seen = nn.Linear(1, 1), []

        def loss(which: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
            seen.extend([*which.tolist(), int(torch.randint(1000, (), generator=generator))])
            return net.weight.square().sum()

        fit(net, loss, 20, Schedule(3, 0.1, 5), name=name, seed=0, stream=stream)
        return seen

    assert batches("one", "both") == batches("two", "both")
    assert batches("one", None) == batches("two", "one") != batches("two", None)


def test_every_epoch_sees_every_sample_once() -> None:
    _, seen, _ = linear()
    for epoch in range(15):
        assert sorted(seen[epoch * 40 : (epoch + 1) * 40]) == list(range(40))
    assert seen[:40] != seen[40:80]


def test_training_learns() -> None:
    net, _, history = linear()
    assert (net.weight.detach() - torch.tensor([[1.0, 0, 0]])).abs().max().item() < 0.1
    assert history.loss[-1] < 0.05 * history.loss[0]  # type: ignore[attr-defined]


def test_training_restores_the_global_random_state() -> None:
    net = nn.Sequential(nn.Linear(2, 8), nn.Dropout(0.5), nn.Linear(8, 1))
    x = torch.ones(8, 2)
    before = torch.get_rng_state()
    fit(net, lambda w, g: net(x[w]).square().mean(), 8, Schedule(3, 0.1, 4), name="net", seed=0)
    assert torch.equal(torch.get_rng_state(), before)


def test_the_schedule_rises_and_falls() -> None:
    schedule = Schedule(100, 1.0, warmup=0.1)
    rates = [schedule.rate(step) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == pytest.approx(1.0)
    assert rates[-1] < 0.01
    assert all(b >= a for a, b in pairwise(rates[:10]))
    assert all(b <= a for a, b in pairwise(rates[10:]))
    assert {Schedule(100, 0.5, constant=True).rate(step) for step in range(100)} == {0.5}


def test_the_rate_can_halve_in_steps() -> None:
    schedule = Schedule(12, 0.08, halve_every=4)
    assert [schedule.rate(step) for step in (0, 3, 4, 7, 8, 11)] == [0.08, 0.08, 0.04, 0.04, 0.02, 0.02]


def test_gradient_descent_with_momentum_and_decay_step_by_step() -> None:
    net = nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        net.weight.fill_(2.0)
    schedule = Schedule(6, 0.1, 4, momentum=0.9, weight_decay=0.01, halve_every=3)
    fit(net, lambda which, g: net.weight.square().sum(), 4, schedule, name="net", seed=0)
    weight, velocity = 2.0, 0.0
    for step in range(6):
        velocity = 0.9 * velocity + 2 * weight + 0.01 * weight
        weight -= 0.1 * 0.5 ** (step // 3) * velocity
    assert net.weight.item() == pytest.approx(weight, rel=1e-5)


def test_the_result_is_the_mean_of_the_last_weights_and_statistics() -> None:
    def train(average: float) -> tuple[nn.Module, list[dict[str, torch.Tensor]]]:
        torch.manual_seed(0)
        net = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, 1))
        x = torch.randn(64, 4, generator=torch.Generator().manual_seed(1))
        seen: list[dict[str, torch.Tensor]] = []

        def watch(step: int) -> None:
            seen.append({name: value.clone() for name, value in net.state_dict().items()})

        schedule = Schedule(10, 1e-2, 16, average=average)
        fit(net, lambda w, g: (net(x[w]) - 1).square().mean(), 64, schedule, name="n", seed=0, watch=watch)
        return net, seen

    net, seen = train(0.3)
    plain, after = train(0.0)
    # The watch sees the state before each step; after the last step, without an average, also the last one.
    last = [*seen[8:10], after[-1]]
    for name, value in net.state_dict().items():
        if value.is_floating_point():
            torch.testing.assert_close(value, torch.stack([state[name] for state in last]).mean(0))
    assert not torch.equal(net[0].weight, plain[0].weight)  # type: ignore[index]
    assert Schedule(10, 1.0, average=0.01).average_from == 9
    assert Schedule(10, 1.0, average=1.0).average_from == 0


def test_long_gradients_are_shortened_and_short_ones_are_not() -> None:
    for clip, moved in ((0.5, 0.5), (None, 4.0), (100.0, 4.0)):
        weight = nn.Parameter(torch.zeros(4))
        net = nn.ParameterList([weight])
        slope = torch.full((4,), 2.0)  # of norm 4
        schedule = Schedule(1, 1.0, 2, momentum=0.0, constant=True, clip=clip)
        fit(net, lambda w, g, v=weight, s=slope: (v * s).sum(), 2, schedule, name="n", seed=0)  # type: ignore[misc]
        assert float(weight.detach().norm()) == pytest.approx(moved, rel=1e-5)


def test_what_is_watched_is_called_before_every_step_and_at_the_end() -> None:
    net = nn.Sequential(nn.Linear(2, 1), nn.Dropout(0.5))
    seen: list[int] = []
    modes: list[bool] = []

    def watch(step: int) -> dict[str, float] | None:
        seen.append(step)
        if step % 3:
            return None
        net.eval()
        return {"half": step / 2}

    def loss(which: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        modes.append(net.training)
        return net(torch.ones(2, 2)).square().mean()

    history = fit(net, loss, 8, Schedule(6, 0.1, 2), name="net", seed=0, watch=watch)
    assert seen == list(range(7))
    assert history.watched == {"half": [[0.0, 0.0], [3.0, 1.5], [6.0, 3.0]]}
    assert modes == [True] * 6
    assert not net.training


def test_too_few_samples_and_a_loss_that_explodes_are_named() -> None:
    net = nn.Linear(1, 1)
    with pytest.raises(ValueError, match="cannot fill a batch"):
        fit(net, lambda w, g: net.weight.sum(), 5, Schedule(3, 1.0, 10), name="few", seed=0)
    with pytest.raises(FloatingPointError, match=r"explode.*step 0"):
        fit(net, lambda w, g: net.weight.sum() * torch.inf, 20, Schedule(3, 1.0, 10), name="explode", seed=0)


def test_bf16_is_only_claimed_for_processors_that_name_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"amx_bf16": True}, raising=False)
    assert has_bf16("cpu")
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx2": True}, raising=False)
    assert not has_bf16("cpu")
    monkeypatch.delattr(torch.cpu, "get_capabilities")
    assert not has_bf16("cpu")


def product(device: str = "cpu") -> torch.dtype:
    """Type of a matrix product under autocast."""
    a = torch.ones(2, 2, device=device)
    with autocast(device):
        return (a @ a).dtype


@pytest.mark.parametrize("units", [True, False])
def test_the_precision_is_that_of_the_hardware_unless_it_is_set(
    monkeypatch: pytest.MonkeyPatch, units: bool
) -> None:
    monkeypatch.setattr("pose_lib.training.has_bf16", lambda device: units)
    assert precision("cpu") == ("bf16" if units else "float32")
    assert product() == (torch.bfloat16 if units else torch.float32)
    set_precision("float32")
    assert precision("cpu") == "float32"
    assert product() == torch.float32
    set_precision("bf16")
    assert precision("cpu") == "bf16"
    assert product() == torch.bfloat16
    set_precision("auto")
    assert precision("cpu") == ("bf16" if units else "float32")


def test_an_unknown_precision_is_refused_and_changes_nothing() -> None:
    set_precision("float32")
    with pytest.raises(ValueError, match="no precision 'fp16'; there are auto, bf16, float32"):
        set_precision("fp16")
    assert precision("cpu") == "float32"


@pytest.mark.parametrize("setting", ["bf16", "float32"])
def test_a_network_trains_at_either_precision(setting: str) -> None:
    set_precision(setting)
    torch.manual_seed(0)
    net, x = nn.Linear(3, 1), torch.randn(40, 3, generator=torch.Generator().manual_seed(0))
    seen = set()

    def loss(which: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        with autocast("cpu"):
            out = net(x[which])[:, 0]
        seen.add(out.dtype)
        return (out.float() - x[which, 0]).square().mean()

    history = fit(net, loss, 40, Schedule(60, 0.05, 10), name="net", seed=0)
    assert seen == {torch.bfloat16 if setting == "bf16" else torch.float32}
    assert history.loss[-1] < 0.1 * history.loss[0]


def test_a_share_of_a_schedule_has_that_share_of_its_steps_and_nothing_else_changes() -> None:
    schedule = Schedule(1000, 0.1, 64, warmup=0.2, weight_decay=0.3, momentum=0.9)
    assert schedule.scaled(0.25) == replace(schedule, steps=250)
    assert schedule.scaled(1) == schedule
    assert schedule.scaled(2.5).steps == 2500
    assert schedule.scaled(1e-9).steps == 1
    halving = Schedule(1000, 0.1, halve_every=300).scaled(0.1)
    assert (halving.steps, halving.halve_every) == (100, 30)
    assert Schedule(1000, 0.1, halve_every=300).scaled(1e-9).halve_every == 1


def test_a_scaled_schedule_has_the_same_shape() -> None:
    for schedule in (Schedule(100, 1.0, warmup=0.1), Schedule(100, 1.0, halve_every=20)):
        longer = schedule.scaled(10)
        for step in (10, 30, 50, 70, 90):
            assert longer.rate(10 * step) == pytest.approx(schedule.rate(step), rel=0.02)


@pytest.mark.parametrize("share", [0, -0.5, math.inf, math.nan])
def test_a_share_that_is_no_positive_number_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="positive finite"):
        Schedule(100, 0.1).scaled(share)


def test_adagrad_divides_each_step_by_the_root_of_all_squared_gradients_so_far() -> None:
    weight = nn.Parameter(torch.tensor([1.0, -2.0], dtype=torch.float64))
    schedule = Schedule(3, 0.1, constant=True, adagrad=True)
    optimiser = schedule.optimiser([weight])
    expected, total = weight.detach().clone(), torch.zeros(2, dtype=torch.float64)
    for _ in range(3):
        optimiser.zero_grad()
        weight.pow(3).sum().backward()
        gradient = 3 * expected**2
        total += gradient**2
        expected -= 0.1 * gradient / (total.sqrt() + 1e-10)
        optimiser.step()
        assert torch.allclose(weight.detach(), expected, rtol=1e-9)
