"""The 3D notebooks on Human3.6M: unchanged, on a miniature of the official download."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from human36m_files import write_long

for module in ("av", "cdflib", "h5py"):
    pytest.importorskip(module, reason="pip install 'pose-lib[human36m]'")

pytestmark = pytest.mark.slow

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_long(tmp_path_factory.mktemp("human36m"), "TakingPhoto")


@pytest.mark.parametrize("name", ["tekin_ae", "li_chan", "park"])
def test_a_notebook_runs_on_it_and_says_what_compares(name: str, root: Path, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "POSE_RUNS": str(tmp_path / "runs"),
        "POSE_CACHE": str(root / "cache"),
    }
    words = {"dataset": "human3.6m", "data_root": str(root), "action": "TakingPhoto", "preset": "smoke"}
    command = [
        sys.executable,
        "-m",
        "papermill",
        str(NOTEBOOKS / f"{name}.ipynb"),
        str(tmp_path / "out.ipynb"),
    ]
    for parameter, value in words.items():
        command += ["-p", parameter, value]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    (rows,) = (pd.read_csv(file) for file in (tmp_path / "runs" / name).glob("*/rows.csv"))
    assert set(rows["dataset"]) == {"human3.6m"}
    means = rows[(rows["metric"] == "mpjpe") & (rows["system"] == "Mean pose") & rows["against"].isna()]
    (protocol,) = means["protocol"].unique()
    assert "S9, every 80th frame, mean over frames" in protocol
    shown = json.dumps(json.loads((tmp_path / "out.ipynb").read_text(encoding="utf-8"))["cells"])
    assert "printed on Human3.6M, not comparable" in shown
    assert "printed under the same protocol" not in shown
