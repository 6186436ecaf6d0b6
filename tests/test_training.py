"""The training loop: seeded step by step, resumable, honest about what it cannot do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from torch import nn

from pose_lib.progress import Progress
from pose_lib.training import Schedule, fit, has_bf16

SCRIPT = """
import os, signal, sys, torch
from pathlib import Path
from torch import nn
from pose_lib import training
from pose_lib.training import Schedule, fit

checkpoint, die_at = Path(sys.argv[1]), int(sys.argv[2])
momentum = float(sys.argv[3]) or None
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 2))
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
schedule = Schedule(50, 1e-2, 16, momentum=momentum)
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
def test_a_killed_training_goes_on_and_ends_in_the_same_numbers(tmp_path: Path, momentum: float) -> None:
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


def test_training_gives_the_global_random_stream_back_as_it_was() -> None:
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


def test_progress_off_a_terminal_is_a_line_every_few_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    with Progress(100, "work", unit="steps", every=4, clock=lambda: now[0]) as progress:
        for done in range(1, 101):
            now[0] += 0.1
            progress(done, "loss 1")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("work: 40/100 steps, ")
    assert lines[0].endswith("loss 1")
    assert lines[-1] == "work: done in 10 s"


def test_bf16_is_only_claimed_for_processors_that_name_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"amx_bf16": True}, raising=False)
    assert has_bf16("cpu")
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx2": True}, raising=False)
    assert not has_bf16("cpu")
    monkeypatch.delattr(torch.cpu, "get_capabilities")
    assert not has_bf16("cpu")


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
