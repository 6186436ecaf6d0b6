"""What holds for every test, the notebooks included: the smallest preset, one thread."""

from __future__ import annotations

import os

# Set here, before torch starts its threads, and passed on to the kernels that run the notebooks.
os.environ.setdefault("POSE_PRESET", "smoke")
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Notebooks that others are made from, not chapters.
collect_ignore_glob = ["notebooks/_*.ipynb"]
