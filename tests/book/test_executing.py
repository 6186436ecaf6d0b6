"""Several notebooks at a time: their order, their threads, and what happens to an error."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from pose_lib.book.executing import executed, usual_jobs
from pose_lib.cores import usable_cores


def together(notebook: Path, parameters: Mapping[str, object]) -> Path:
    """Wait until the other notebook is being executed, too, and write down the threads of both."""
    threads = os.environ["OMP_NUM_THREADS"]
    notebook.with_suffix(".begun").write_text(f"{threads} {parameters['preset']}", encoding="utf-8")
    for _ in range(3000):
        if len(list(notebook.parent.glob("*.begun"))) == 2:
            return notebook.with_suffix(".begun")
        time.sleep(0.01)
    raise TimeoutError("the other notebook was not executed beside this one")


def second_fails(notebook: Path, parameters: Mapping[str, object]) -> Path:
    notebook.with_suffix(".begun").touch()
    if notebook.stem == "two":
        raise ValueError("a cell failed")
    time.sleep(0.05)  # longer than the error takes to come through
    return notebook


def test_two_notebooks_run_beside_each_other_and_share_the_cores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    notebooks = [tmp_path / "one.ipynb", tmp_path / "two.ipynb"]
    copies = executed(together, notebooks, "smoke", jobs=2)
    assert copies == [n.with_suffix(".begun") for n in notebooks]
    share = max(1, usable_cores() // 2)
    assert [c.read_text(encoding="utf-8") for c in copies] == [f"{share} smoke"] * 2
    assert "OMP_NUM_THREADS" not in os.environ
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    copies = executed(together, notebooks, "smoke", jobs=2)
    assert copies[0].read_text(encoding="utf-8") == "1 smoke"
    assert os.environ["OMP_NUM_THREADS"] == "1"


def test_an_error_comes_through_and_the_rest_is_not_begun(tmp_path: Path) -> None:
    notebooks = [tmp_path / f"{name}.ipynb" for name in ("one", "two", *map(str, range(20)))]
    with pytest.raises(ValueError, match="a cell failed"):
        executed(second_fails, notebooks, "smoke", jobs=2)
    assert len(list(tmp_path.glob("*.begun"))) < len(notebooks) - 2


def test_one_at_a_time_needs_no_process(tmp_path: Path) -> None:
    assert executed(lambda notebook, _: notebook, [tmp_path], "smoke", jobs=1) == [tmp_path]
    with pytest.raises(ValueError, match="at least 1, got 0"):
        executed(second_fails, [tmp_path], "smoke", jobs=0)
    assert 1 <= usual_jobs() <= 4
