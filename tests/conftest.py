"""Fixtures that more than one test module uses."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Tests run side by side: one thread each, set before torch starts its pool.
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real sample data; tests that read it are skipped where it is absent."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("POSE_SHARED_DATA", default))
    if not folder.is_dir():
        pytest.skip(f"real sample data not found at {folder} (set POSE_SHARED_DATA)")
    return folder
