"""Several notebooks at a time: their order, their threads, and what happens to an error."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from pose_lib.book.executing import executed, usual_jobs
from pose_lib.cores import usable_cores


def begun(folder: Path, count: int, seconds: float) -> bool:
    """Wait until so many notebooks are begun; whether they are, after so many seconds at most."""
    end = time.monotonic() + seconds
    while len(list(folder.glob("*.begun"))) < count:
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def together(notebook: Path, parameters: Mapping[str, object]) -> Path:
    """Wait until the other notebook is being executed, too, and write down the threads of both."""
    threads = os.environ["OMP_NUM_THREADS"]
    notebook.with_suffix(".begun").write_text(f"{threads} {parameters['preset']}", encoding="utf-8")
    if not begun(notebook.parent, 2, seconds=30):
        raise TimeoutError("the other notebook was not executed beside this one")
    return notebook.with_suffix(".begun")


def second_fails(notebook: Path, parameters: Mapping[str, object]) -> Path:
    """The second fails at once; the first goes on until a third is begun, or would have been."""
    notebook.with_suffix(".begun").touch()
    if notebook.stem == "two":
        raise ValueError("a cell failed")
    if notebook.stem == "one":
        begun(notebook.parent, 2, seconds=30)
        begun(notebook.parent, 3, seconds=1)
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


def test_an_error_comes_through_and_no_other_is_begun_while_the_first_goes_on(tmp_path: Path) -> None:
    notebooks = [tmp_path / f"{name}.ipynb" for name in ("one", "two", *map(str, range(20)))]
    with pytest.raises(ValueError, match="a cell failed"):
        executed(second_fails, notebooks, "smoke", jobs=2)
    assert {file.stem for file in tmp_path.glob("*.begun")} == {"one", "two"}


def test_one_at_a_time_needs_no_process(tmp_path: Path) -> None:
    assert executed(lambda notebook, _: notebook, [tmp_path], "smoke", jobs=1) == [tmp_path]
    with pytest.raises(ValueError, match="at least 1, got 0"):
        executed(second_fails, [tmp_path], "smoke", jobs=0)
    assert 1 <= usual_jobs() <= 4
