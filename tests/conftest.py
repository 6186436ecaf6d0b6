"""Fixtures that more than one test module uses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

# Tests run side by side: one thread each, set before torch starts its pool.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from pose_lib.training import set_precision


@pytest.fixture(autouse=True)
def usual_precision() -> Iterator[None]:
    """Undo the choice of arithmetic that a test makes by opening a run: it holds for the whole process."""
    yield
    set_precision("auto")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real sample data; tests that read it are skipped where it is absent."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("POSE_SHARED_DATA", default))
    if not folder.is_dir():
        pytest.skip(f"real sample data not found at {folder} (set POSE_SHARED_DATA)")
    return folder
