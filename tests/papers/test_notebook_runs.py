"""A notebook from outside: wrong parameters are refused, a killed run ends in the same numbers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from pose_lib.bench.cost import TIMED

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "notebooks" / "tekin_ae.ipynb"


def papermill(folder: Path, *parameters: str, cache: Path | None = None) -> subprocess.Popen[str]:
    folder.mkdir(exist_ok=True)
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "POSE_PRESET": "smoke",
        "POSE_RUNS": str(folder),
        "POSE_CACHE": str(cache or folder / "cache"),
    }
    command = [
        sys.executable,
        "-m",
        "papermill",
        str(NOTEBOOK),
        str(folder / "out.ipynb"),
        "--no-progress-bar",
    ]
    for name, value in zip(parameters[::2], parameters[1::2], strict=True):
        command += ["-p", name, value]
    # A session of its own, so that the kernel can be killed together with papermill.
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        start_new_session=True,
    )


@pytest.mark.parametrize(
    ("name", "value", "listed"),
    [
        ("action", "Juggling", "Directions, Discussion, Eating"),
        ("dataset", "coco", "synthetic, mocap"),
        ("preset", "huge", "smoke, quick, long, paper"),
        (
            "actoin",
            "Walking",
            "action, dataset, data_root, preset, budget, precision, seed, device, controls",
        ),
        ("data_root", "/nowhere/at/all", "no such folder"),
        ("budget", "0", "a number above 0"),
        ("precision", "fp8", "auto, bf16, float32"),
    ],
)
def test_a_wrong_parameter_is_refused_with_the_valid_ones(
    tmp_path: Path, name: str, value: str, listed: str
) -> None:
    process = papermill(tmp_path, name, value)
    output, _ = process.communicate(timeout=240)
    assert process.returncode != 0
    assert "ParameterError" in output
    assert listed in " ".join(output.split())


def test_a_killed_run_resumes_and_ends_in_the_same_rows(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    whole = papermill(tmp_path / "whole", cache=cache)
    output, _ = whole.communicate(timeout=400)
    assert whole.returncode == 0, output[-3000:]

    cut = papermill(tmp_path / "cut", cache=cache)
    runs = tmp_path / "cut" / "tekin_ae"
    deadline = time.monotonic() + 300
    while not list(runs.glob("*/cached/cnn.*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(cut.pid, signal.SIGKILL)
    cut.communicate()
    left = {f.name for f in runs.glob("*/cached/*.pt")}
    assert left
    assert not list(runs.glob("*/complete.json"))

    again = papermill(tmp_path / "cut", cache=cache)
    output, _ = again.communicate(timeout=400)
    assert again.returncode == 0, output[-3000:]
    first, second = (
        pd.read_csv(next((tmp_path / d / "tekin_ae").glob("*/rows.csv"))) for d in ("whole", "cut")
    )
    numbers = ["system", "setting", "metric", "value", "low", "high", "std", "samples"]
    untimed = ~first["metric"].isin(TIMED)
    pd.testing.assert_frame_equal(first.loc[untimed, numbers], second.loc[untimed, numbers])
