"""Differences of any two systems, computed from what a run keeps of each sequence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pose_lib.bench.evaluate import Scores
from pose_lib.bench.evidence import Evidence, Sequences, joined
from pose_lib.bench.rows import constant_row, frame


def scores(seed: int, samples: int, weighted: bool) -> Scores:
    random = np.random.default_rng(seed)
    people, takes = random.integers(0, 3, samples), random.integers(0, 3, samples)
    groups = np.array([[f"s{i}", f"t{k}"] for i, k in zip(people, takes, strict=True)])
    weights = random.integers(0, 9, samples).astype(float) if weighted else np.ones(samples)
    found = Scores(groups, {"m": "words"}, {"m": weights})
    for i, key in enumerate(("a", ("b", "wide"))):
        found.add(key, "m", np.where(weights > 0, random.normal(i, 3, samples), np.nan))
    return found


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 1000), st.integers(30, 200), st.booleans())
def test_the_difference_of_sequences_is_that_of_the_single_samples(
    seed: int, samples: int, weighted: bool
) -> None:
    single = scores(seed, samples, weighted)
    (exact,) = single.differences([("a", ("b", "wide"), "m")])
    found = Sequences.of([single]).difference("a", ("b", "wide"), "m")
    assert found is not None
    assert (found.system, found.against, found.metric) == ("a", "b, wide", "m")
    assert found.value == pytest.approx(exact.value, abs=1e-9)
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high), abs=1e-9)


def test_scores_on_other_samples_share_a_file_and_do_not_mix() -> None:
    first, second = scores(0, 50, False), scores(1, 60, False)
    second.groups = np.array([[f"other {person}", take] for person, take in second.groups])
    second.values = {("a", "elsewhere"): second.values["a"]}
    both = Sequences.of([first, second])
    (exact,) = first.differences([("a", ("b", "wide"), "m")])
    found = both.difference("a", ("b", "wide"), "m")
    assert found is not None
    assert found.value == pytest.approx(exact.value)
    assert both.difference("a", ("a", "elsewhere"), "m") is None
    assert both.difference("a", "absent", "m") is None


def test_sequences_of_single_cameras_load_as_whole_takes(tmp_path: Path) -> None:
    names = [f"{person}/{take}/{camera}" for person in ("S9", "S11") for take in (1, 2) for camera in "ab"]
    total, weight = np.arange(16.0).reshape(2, 8), np.full((2, 8), 2.0)
    keys = [["CNN", "", "mpjpe"], ["CNN", "wide", "mpjpe"]]
    np.savez(tmp_path / "old.npz", keys=np.array(keys), names=np.array(names), total=total, weight=weight)
    found = Sequences.load(tmp_path / "old.npz")
    assert found.names.tolist() == [["S11", "1"], ["S11", "2"], ["S9", "1"], ["S9", "2"]]
    assert found.total[0].tolist() == [4 + 5, 6 + 7, 0 + 1, 2 + 3]
    assert found.weight.tolist() == [[4.0] * 4] * 2
    difference = found.difference("CNN", ("CNN", "wide"), "mpjpe")
    assert difference is not None
    assert (difference.value, difference.samples) == (-4.0, 4)
    found.save(tmp_path / "new.npz")
    again = Sequences.load(tmp_path / "new.npz")
    assert again.names.tolist() == found.names.tolist()
    assert again.total.tolist() == found.total.tolist()


def rows(fingerprint: str, stored: float | None = None) -> pd.DataFrame:
    found = [constant_row("a", "m", "p", 5.0), constant_row(("b", "wide"), "m", "p", 4.0)]
    if stored is not None:
        found.append(constant_row("a", "m", "p", stored, against=("b", "wide")))
    return frame(found).assign(fingerprint=fingerprint, seed=3, paper="x")


def test_each_run_gives_one_difference_computed_where_it_can_be() -> None:
    single = scores(0, 50, False)
    evidence = joined(
        [
            Evidence(rows("new", stored=99.0), {"new": Sequences.of([single])}),
            Evidence(rows("old", stored=2.5)),
            Evidence(rows("without")),
            Evidence(pd.DataFrame()),
        ]
    )
    found = evidence.difference("a", ("b", "wide"), "m").set_index("fingerprint")
    (exact,) = single.differences([("a", ("b", "wide"), "m")])
    assert found["value"].to_dict() == pytest.approx({"new": exact.value, "old": 2.5})
    assert set(found["seed"]) == {3}
    assert evidence.difference("a", "absent", "m").empty
    assert evidence.reference(("b", "wide"), "m") == 4
    assert np.isnan(evidence.reference("absent", "m"))
    assert Evidence(pd.DataFrame()).difference("a", "b", "m").empty
