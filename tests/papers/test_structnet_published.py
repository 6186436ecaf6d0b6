"""Printed numbers of StructNet, who quotes which of them, and its presets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pose_lib.bench.published import SIX, published_table
from pose_lib.papers.structnet import PAPER, tables
from pose_lib.papers.structnet.presets import PRESETS
from pose_lib.papers.structnet.published import ABLATIONS, HIDDEN, PUBLISHED

FRAMES = {
    "Walking": 29_264, "TakingPhoto": 29_320, "Eating": 39_308, "Discussion": 64_244, "WalkingDog": 28_304,
    "Greeting": 30_644,
}  # fmt: skip
"""Test frames of Human3.6M, two subjects and four cameras."""


def test_all_is_the_mean_over_frames_in_every_row_but_two() -> None:
    table = tables.printed_table()
    assert list(table.columns) == [*sorted(SIX), "All"]
    assert len(table) == 10
    weights = np.array([FRAMES[action] for action in sorted(SIX)])
    means = (table[sorted(SIX)].to_numpy() * weights).sum(1) / weights.sum()
    gap = dict(zip(table.index, table["All"] - means, strict=True))
    assert gap.pop("Pred") == pytest.approx(133.79 - 137.88, abs=0.01)
    assert gap.pop("DconvMP-HML") == pytest.approx(0.07, abs=0.01)
    assert max(map(abs, gap.values())) < 0.02


def test_the_hidden_averages_are_near_the_means_of_the_actions() -> None:
    table = tables.printed_table(HIDDEN)
    assert table.shape == (3, 15)
    gap = (table["Average"] - table.drop(columns="Average").mean(axis=1)).abs()
    assert gap.max() < 2.5  # how they are averaged is not known, and the actions of LinKDE are rounded


def test_tekin_quotes_the_filter_on_500_and_park_that_on_1500() -> None:
    table = tables.quoted()
    assert list(table.columns) == list(SIX)
    assert not table.isna().any().any()
    for own, quoted in zip(table.index[::2], table.index[1::2], strict=True):
        assert (table.loc[own] == table.loc[quoted]).all(), quoted
    for number, note in (("Avg(500)-APF", "Tekin"), ("Avg(1500)-APF", "Park")):
        assert note in table.index[list(table.index).index(number) + 1]


def test_ideas_and_claims_have_the_printed_numbers() -> None:
    table = published_table(PUBLISHED, "Table 1").set_index(["system", "action", "metric"])["value"]
    forms = published_table(PUBLISHED, ABLATIONS).set_index("system")["value"]
    assert forms["2 layers"] == table["Max", "All", "mpjpe"]
    walking = {system: table[system, "Walking", "mpjpe"] for system in ("Max", "Avg(500)", "Pred")}
    printed = [idea.printed for idea in PAPER.ideas]
    assert printed[:4] == pytest.approx(
        [
            walking["Avg(500)"] - walking["Pred"],
            walking["Avg(500)"] - walking["Max"],
            walking["Max"] - table["Max, no auxiliary", "Walking", "mpjpe"],
            forms["2 layers"] - forms["1 layer"],
        ]
    )
    words = " ".join(claim.published for claim in PAPER.claims)
    for value in (*forms, *(table[s, "All", "mpjpe"] for s in ("Avg(20)", "Avg(500)", "Avg(1500)"))):
        assert f"{value:.2f}" in words


def test_presets_train_half_the_samples_on_each_stage() -> None:
    long, paper = PRESETS["long"], PRESETS["paper"]
    assert (long.joint.steps + long.margin.steps) * long.margin.batch == 460_800
    assert (paper.dropout, paper.sampled, paper.kept, paper.unit) == (0.75, 2000, 10, 1200.0)
    assert (paper.margin.batch, paper.margin.momentum) == (128, 0.0)
    for preset in PRESETS.values():
        other = preset.multi_task
        assert (other.joint, other.dropout) == (preset.joint, preset.joint_dropout)
        assert (other.size, other.window, other.noise) == (preset.size, preset.window, preset.noise)
        assert replace(preset.joint, lr=0.0, steps=1) == replace(preset.margin, lr=0.0, steps=1)
