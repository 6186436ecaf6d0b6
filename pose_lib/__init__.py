"""Five papers on human pose estimation with deep networks: models, losses, metrics and data.

The parts named here are imported at their first use: ``pose_lib.metrics.mpjpe(predicted, truth)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pose_lib.lazy import lazy_names

__all__ = [
    "__version__",
    "batches",
    "data",
    "geometry",
    "losses",
    "metrics",
    "models",
    "papers",
    "training",
]

if TYPE_CHECKING:
    from pose_lib import batches, data, geometry, losses, metrics, models, papers, training
    from pose_lib._version import __version__
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "": ("batches", "data", "geometry", "losses", "metrics", "models", "papers", "training"),
            "_version": ("__version__",),
        },
    )
