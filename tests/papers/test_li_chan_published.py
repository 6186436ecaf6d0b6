"""Presets and printed numbers of the Li & Chan chapter."""

from __future__ import annotations

import pytest

from pose_lib.bench.published import published_table
from pose_lib.papers.li_chan.claims import CLAIMS
from pose_lib.papers.li_chan.presets import PRESETS
from pose_lib.papers.li_chan.published import BY_DIFFICULTY, PUBLISHED


def test_every_stage_takes_the_same_number_of_steps_beyond_smoke() -> None:
    for name in ("quick", "long", "paper"):
        preset = PRESETS[name]
        assert preset.joint.steps == preset.detector.steps == preset.regressor.steps


def test_the_paper_preset_is_the_published_training() -> None:
    paper = PRESETS["paper"]
    assert (paper.size, paper.window, paper.unit, paper.dropout) == (128, 112, 1200.0, 0.25)
    for schedule in (paper.joint, paper.detector, paper.regressor):
        assert (schedule.lr, schedule.batch, schedule.momentum, schedule.constant) == (5e-4, 128, 0.9, True)


def test_the_printed_table_improves_on_linkde_as_the_paper_says() -> None:
    table = published_table(PUBLISHED, "Table 1").set_index(["system", "action", "metric"])["value"]
    assert len(table) == 2 * (3 + 6 + 6)
    actions = ("Walking", "Discussion", "Eating", "TakingPhoto", "WalkingDog", "Greeting")
    better = [100 * (1 - table["DconvMP-HML", a, "mpjpe"] / table["LinKDE", a, "mpjpe"]) for a in actions]
    assert better == pytest.approx([20.1, 18.7, 21.5, 8.4, 17.6, 21.6], abs=0.05)
    assert all(table["DconvMP-HML", a, "mpjpe-std"] < table["LinKDE", a, "mpjpe-std"] for a in actions)


def test_actions_are_in_the_order_of_claim_4() -> None:
    table = published_table(PUBLISHED, "Table 1").set_index(["system", "action", "metric"])["value"]
    printed = ", ".join(f"{table['DconvMP-HML', a, 'mpjpe']:.2f}" for a in BY_DIFFICULTY)
    claim = next(c for c in CLAIMS if c.key == "LC-4")
    assert claim.published == f"{printed} mm."
