"""One effect out of the runs of several seeds: paired by sequence, over papers and actions as well."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pose_lib.bench.claim import Constant, below, near
from pose_lib.bench.evaluate import Scores
from pose_lib.bench.evidence import Evidence, Sequences, joined
from pose_lib.bench.per_sequence import PerSequence, aligned
from pose_lib.bench.pooling import effect_of, pooled
from pose_lib.bench.rows import Key, frame

NAMES = np.array([[f"p{i}", f"t{k}"] for i in range(6) for k in range(3)])


def run(
    values: Mapping[tuple[Key, str], float], seed: int, paper: str = "x", action: str = "Walking"
) -> Evidence:
    """A run with two samples per take, the same noise for all systems, and sequences."""
    noise = np.random.default_rng(len(action)).normal(0, 5, 18).repeat(2)
    metrics = {metric for _, metric in values}
    scores = Scores(NAMES.repeat(2, axis=0), dict.fromkeys(metrics, "p"), dict.fromkeys(metrics, np.ones(36)))
    for (key, metric), value in values.items():
        own = np.random.default_rng([seed, len(metric), len(str(key))]).normal(0, 0.2, 36)
        scores.add(key, metric, value + noise + own)
    name = f"{paper}-{action}-{seed}"
    about = {"paper": paper, "action": action, "seed": seed, "controls": False, "fingerprint": name}
    return Evidence(frame(scores.rows()).assign(**about), {name: Sequences.of([scores])})


def test_seeds_and_sequences_are_pooled() -> None:
    runs = [run({("a", "m"): 90.0 + s, ("b", "m"): 100.0}, s) for s in range(3)]
    effect = effect_of(below("a", "b", "m"), joined(runs))
    assert effect is not None
    assert effect.value == pytest.approx(-9.0, abs=0.2)
    assert effect.reference == pytest.approx(100.0, abs=3)
    assert effect.seeds == 3
    # t(0.975, 2) / sqrt(3) times the seeds' deviation of 1, and little from sequences, which are paired
    assert (effect.high - effect.low) / 2 == pytest.approx(2.48, rel=0.15)
    one = effect_of(below("a", "b", "m"), runs[0])
    assert one is not None
    assert one.high - one.low < 0.3
    assert effect_of(below("a", "absent", "m"), joined(runs)) is None
    assert effect_of(below("a", "b", "m"), Evidence(pd.DataFrame())) is None


def test_a_gain_is_compared_with_another() -> None:
    values: dict[tuple[Key, str], float] = {("s1", "m"): 50, ("s2", "m"): 56, ("s3", "m"): 57}
    runs = joined(run(values, s) for s in range(3))
    effect = effect_of(below("s2", "s1", "m", less=("s3", "s2", "m")), runs)
    assert effect is not None
    assert effect.value == pytest.approx(5.0, abs=0.2)
    assert effect.high - effect.low < 1
    without = Evidence(runs.rows)  # no sequences, and no stored differences
    assert effect_of(below("s2", "s1", "m", less=("s3", "s2", "m")), without) is None


def test_another_papers_runs_are_paired_by_sequence_and_seed() -> None:
    own = joined(run({("a", "m"): 90.0}, s) for s in range(3))
    other = joined(run({("b", "m"): 100.0}, s, "y") for s in (1, 2, 3))
    effect = effect_of(below("a", "b", "m", of="y"), own, other)
    assert effect is not None
    assert effect.value == pytest.approx(-10.0, abs=0.2)
    assert effect.seeds == 2
    assert effect.high - effect.low < 3  # the noise of 5 that both share is gone
    assert effect_of(below("a", "b", "m", of="y"), own, Evidence(other.rows)) is None


def test_actions_are_compared_on_their_own_takes() -> None:
    first = joined(run({("a", "m"): 80.0}, s) for s in range(3))
    second = joined(run({("a", "m"): 120.0}, s, action="Sitting") for s in range(3))
    test = below("a", "a", "m", actions=("Walking", "Sitting"))
    effect = effect_of(test, first, second)
    assert effect is not None
    assert effect.value == pytest.approx(-40.0, abs=5)
    assert effect.high - effect.low > 3  # nothing cancels between different takes
    rows = effect_of(test, Evidence(first.rows), Evidence(second.rows))
    assert rows is not None
    assert rows.value == pytest.approx(effect.value, abs=0.1)
    samples = math.hypot(*((one.rows["high"] - one.rows["low"]).mean() / 2 for one in (first, second)))
    assert rows.fixed == pytest.approx(samples, rel=0.05), "which no further seed narrows"
    assert rows.fixed <= (rows.high - rows.low) / 2 + 1e-9


def test_actions_of_one_take_and_seeds_without_sequences_are_compared_by_their_rows() -> None:
    test = below("a", "a", "m", actions=("Walking", "Sitting"))
    first = [run({("a", "m"): 80.0}, s) for s in range(3)]
    second = [run({("a", "m"): 120.0}, s, action="Sitting") for s in range(3)]
    mixed = effect_of(test, joined([*first[:2], Evidence(first[2].rows)]), joined(second))
    assert mixed is not None
    assert mixed.seeds == 3
    name, of = next(iter(second[0].sequences.items()))
    one = replace(of, names=of.names[:1], total=of.total[:, :1], weight=of.weight[:, :1])
    alone = effect_of(test, first[0], Evidence(second[0].rows, {name: one}))
    assert alone is not None
    assert alone.value == pytest.approx(mixed.value, abs=5)


def test_the_part_of_the_interval_that_seeds_do_not_narrow_is_that_of_the_sequences() -> None:
    few, many = (
        effect_of(
            near("a", "b", "m", 0.1),
            joined(run({("a", "m"): 90.0 + s % 3, ("b", "m"): 100.0}, s) for s in range(n)),
        )
        for n in (3, 60)
    )
    assert few is not None
    assert many is not None
    assert few.fixed == pytest.approx(many.fixed, rel=0.5)
    assert few.fixed < 0.1 * (few.high - few.low)
    assert many.fixed < (many.high - many.low) / 2 < (few.high - few.low) / 4
    decided = effect_of(
        below("a", "b", "m"), joined(run({("a", "m"): 90.0, ("b", "m"): 100.0}, s) for s in range(3))
    )
    assert decided is not None
    assert decided.fixed == 0


def test_a_constant_is_taken_off_the_systems_own_values() -> None:
    runs = joined(run({("a", "m"): 90.0}, s) for s in range(3))
    for evidence in (runs, Evidence(runs.rows)):
        effect = effect_of(below("a", Constant(85.0, "printed"), "m"), evidence)
        assert effect is not None
        assert effect.value == pytest.approx(5.0, abs=3)
        assert effect.reference == 85.0
    effect = effect_of(below("a", Constant(0.0, "nothing", unit=2.0), "m"), runs)
    assert effect is not None
    assert effect.reference == 2.0


def test_of_a_seed_with_and_without_controls_one_run_counts() -> None:
    plain = [run({("a", "m"): 50.0, ("b", "m"): 100.0}, s) for s in range(3)]
    full = run({("a", "m"): 90.0, ("b", "m"): 100.0}, 0, "full")
    full = Evidence(full.rows.assign(controls=True), full.sequences)
    effect = effect_of(below("a", "b", "m"), joined([*plain, full]))
    assert effect is not None
    assert effect.seeds == 3
    assert effect.value == pytest.approx((-10 - 50 - 50) / 3, abs=0.3)


def test_a_run_without_sequences_makes_all_of_them_rows() -> None:
    values: dict[tuple[Key, str], float] = {("a", "m"): 90.0, ("b", "m"): 100.0}
    old = run(values, 2)
    rows = old.difference("a", "b", "m").assign(value=-16.0, low=-17.0, high=-15.0)
    both = joined([run(values, 0), run(values, 1), Evidence(pd.concat([old.rows, rows]))])
    effect = effect_of(below("a", "b", "m"), both)
    assert effect is not None
    assert effect.seeds == 3
    assert effect.value == pytest.approx(-12.0, abs=0.2)


def test_pooling_rows_adds_the_spread_of_the_seeds() -> None:
    one = pd.DataFrame({"value": [2.0], "low": [1.0], "high": [3.0]})
    assert pooled(one) == (2.0, 1.0, 3.0)
    three = pd.DataFrame({"value": [1.0, 2.0, 3.0], "low": [0.0, 1.0, 2.0], "high": [2.0, 3.0, 4.0]})
    mean, low, high = pooled(three)
    # t(0.975, 2) = 4.3027; the seeds' standard error is 1/sqrt(3)
    assert mean == 2.0
    assert high - mean == pytest.approx(np.hypot(1.0, 4.3027 / np.sqrt(3)), rel=1e-4)
    assert mean - low == pytest.approx(high - mean)


def test_sequences_are_aligned_by_name_and_weight() -> None:
    a = PerSequence(NAMES[:3], np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 2.0]))
    b = PerSequence(NAMES[[2, 0, 5]], np.array([30.0, 10.0, 9.0]), np.array([2.0, 1.0, 1.0]))
    names, weight, values = aligned([a, b])
    assert names.tolist() == NAMES[[0, 2]].tolist()
    assert weight.tolist() == [1.0, 2.0]
    assert values.tolist() == [[1.0, 3.0], [10.0, 30.0]]
    assert b.minus(a).value.tolist() == [27.0, 9.0]
    other = PerSequence(NAMES[:1], np.array([1.0]), np.array([5.0]))
    assert aligned([a, other])[2].shape == (2, 0)
