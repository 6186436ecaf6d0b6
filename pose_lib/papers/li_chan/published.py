"""Table 1 of Li & Chan 2014: means, and standard deviations over the test samples."""

from collections.abc import Mapping

from pose_lib.bench.published import Published
from pose_lib.bench.rows import Key

__all__ = ["AS_PRINTED", "BY_DIFFICULTY", "PUBLISHED"]

_TABLE_1 = {
    "DconvMP": {"Walking": (80.09, 23.45), "Eating": (103.31, 37.33), "TakingPhoto": (190.37, 90.64)},
    "DconvMP-HML": {
        "Walking": (77.60, 23.54),
        "Discussion": (148.79, 100.49),
        "Eating": (104.01, 39.20),
        "TakingPhoto": (189.08, 93.99),
        "WalkingDog": (146.59, 75.38),
        "Greeting": (127.17, 51.10),
    },
    "LinKDE": {
        "Walking": (97.07, 37.14),
        "Discussion": (183.09, 116.74),
        "Eating": (132.50, 72.53),
        "TakingPhoto": (206.45, 112.61),
        "WalkingDog": (177.84, 122.65),
        "Greeting": (162.27, 88.43),
    },
}

BY_DIFFICULTY = tuple(sorted(_TABLE_1["DconvMP-HML"], key=lambda action: _TABLE_1["DconvMP-HML"][action][0]))
"""The six actions, from the lowest to the highest printed error of *DconvMP-HML*."""

PUBLISHED: tuple[Published, ...] = tuple(
    Published("Table 1", system, action, metric, value, "mm", note)
    for system, actions in _TABLE_1.items()
    for action, pair in actions.items()
    for metric, value, note in (
        ("mpjpe", pair[0], ""),
        ("mpjpe-std", pair[1], "standard deviation over the test samples"),
    )
)

AS_PRINTED: Mapping[Key, tuple[str, ...]] = {"KDE": ("LinKDE",)}
"""Systems whose rows have another name than the printed tables give them."""
