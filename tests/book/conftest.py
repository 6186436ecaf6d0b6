"""What tests of the book share: no window, no figure left open, a person to draw, and a browser."""

from __future__ import annotations

from collections.abc import Iterator

import browser
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from pose_lib.book.drawings import example_pose

mpl.use("agg")


@pytest.fixture(autouse=True)
def _no_figure_stays_open() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.fixture
def pose() -> np.ndarray:
    """The person of the drawings in a camera's frame: x right, y down, z forward, five metres away."""
    x, y, z = example_pose().T
    return np.stack([x, -z + 900, y + 5000], axis=-1)


@pytest.fixture(scope="session")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser.Page]:
    """A tab of a Chromium without a window."""
    program = browser.find()
    if program is None:
        pytest.skip("no Chromium found: install one (apt install chromium), or name it in POSE_BROWSER")
    with browser.browse(program, tmp_path_factory.mktemp("profile")) as page:
        yield page
