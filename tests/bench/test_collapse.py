"""A network that gives one pose for all images is found, named and marked."""

from __future__ import annotations

import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pose_lib.bench.collapse import COLLAPSED, SPREAD, collapsed, spread, spread_rows
from pose_lib.bench.rows import frame

TRUTH = 200 * torch.randn(50, 17, 3, generator=torch.Generator().manual_seed(0)) + 500


@given(st.floats(0, 3))
def test_poses_shrunk_towards_their_mean_vary_by_that_share(share: float) -> None:
    mean = TRUTH.mean(0)
    assert spread(mean + share * (TRUTH - mean), TRUTH) == pytest.approx(share, abs=1e-4)


def test_joints_without_a_label_do_not_count() -> None:
    truth = TRUTH[..., :2].clone()
    truth[::2, 3] = torch.nan
    truth[:, 5] = torch.nan
    predicted = TRUTH[..., :2].clone()
    predicted[::2, 3] = 1e6
    predicted[:, 5] = 1e6
    assert spread(predicted, truth) == pytest.approx(1)


def test_a_collapsed_network_is_said_and_listed_and_a_baseline_is_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    still = TRUTH.mean(0).expand_as(TRUTH) + 0.5 * COLLAPSED * (TRUTH - TRUTH.mean(0))
    predictions = {"Mean pose": still, "Nearest pose (oracle)": still, "CNN": TRUTH, ("CNN", "wide"): still}
    rows = frame(spread_rows(predictions, TRUTH))
    assert rows["metric"].tolist() == [SPREAD, SPREAD]
    assert collapsed(rows) == ["CNN, wide"]
    assert "CNN, wide has collapsed: its poses vary 5% as much as the true ones" in capsys.readouterr().err
    assert collapsed(pd.concat([rows, rows])) == ["CNN, wide"]
