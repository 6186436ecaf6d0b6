"""Tables 1 and 2 of Park et al. 2016."""

import pandas as pd

from pose_lib.bench.published import SIX, Published, published_table

__all__ = ["FIFTEEN", "OF_TABLE_2", "PUBLISHED", "best_of_single_images", "ranks"]

FIFTEEN = (
    "Directions", "Discussion", "Eating", "Greeting", "Phoning", "TakingPhoto", "Posing", "Purchases",
    "Sitting", "SittingDown", "Smoking", "Waiting", "WalkingDog", "Walking", "WalkingTogether",
)  # fmt: skip
"""All actions of Human3.6M, in the order of Table 1."""

_TABLE_1 = {
    "LinKDE": (
        132.71, 183.55, 132.37, 164.39, 162.12, 205.94, 150.61, 171.31,
        151.57, 243.03, 162.14, 170.69, 177.13, 96.60, 127.88,
    ),
    "Tekin, video": (
        102.41, 147.72, 88.83, 125.28, 118.02, 182.73, 112.38, 129.17,
        138.89, 224.90, 118.42, 138.75, 126.29, 55.07, 65.76,
    ),
    "Zhou, video": (
        87.36, 109.31, 87.05, 103.16, 116.18, 143.32, 106.88, 99.78,
        124.52, 199.23, 107.42, 118.09, 114.23, 79.39, 97.70,
    ),
    "Multi-reg + 2D-cls": (
        100.34, 116.19, 89.96, 116.49, 115.34, 149.55, 117.57, 106.94,
        137.21, 190.82, 105.78, 125.12, 131.90, 62.64, 96.18,
    ),
}  # fmt: skip
_TABLE_1_OF_SIX = {
    "Li and Chan": (148.79, 104.01, 127.17, 189.08, 77.60, 146.59),
    "StructNet": (136.88, 96.94, 124.74, 168.68, 69.97, 132.17),
    "Tekin, auto-encoder": (129.06, 91.43, 121.68, 162.17, 65.75, 130.53),
}
_TABLE_1_MEAN = {
    "LinKDE": 162.14,
    "Tekin, video": 124.97,
    "Zhou, video": 113.01,
    "Multi-reg + 2D-cls": 117.34,
}
_TABLE_2 = {
    "Baseline": (125.45, 95.21, 120.69, 119.66, 153.76, 72.55),
    "Multi-reg": (122.71, 94.67, 119.70, 119.25, 153.54, 71.19),
    "2D-cls": (118.19, 91.39, 118.19, 115.84, 149.97, 64.27),
    "Multi-reg + 2D-cls": (116.19, 89.96, 116.49, 115.34, 149.55, 62.64),
}
_NOTES = {
    "StructNet": "the variant Avg(1500)-APF of Li, Zhang & Chan 2015",
    "Tekin, video": "sees several frames",
    "Zhou, video": "sees several frames",
}

OF_TABLE_2 = ("Discussion", "Eating", "Greeting", "Phoning", "TakingPhoto", "Walking")
"""The six actions of Table 2, which are not those that the 3D papers share."""

PUBLISHED: tuple[Published, ...] = (
    *(
        Published("Table 1", system, action, "mpjpe", value, "mm", _NOTES.get(system, ""))
        for numbers, actions in ((_TABLE_1, FIFTEEN), (_TABLE_1_OF_SIX, SIX))
        for system, values in numbers.items()
        for action, value in zip(actions, values, strict=True)
    ),
    *(
        Published("Table 1", system, "Average", "mpjpe", value, "mm", "as printed")
        for system, value in _TABLE_1_MEAN.items()
    ),
    *(
        Published("Table 2", system, action, "mpjpe", value, "mm")
        for system, values in _TABLE_2.items()
        for action, value in zip(OF_TABLE_2, values, strict=True)
    ),
)


def _by_action() -> pd.DataFrame:
    """Table 1 with one line per action and one column per method; NaN where nothing is printed."""
    table = published_table(PUBLISHED, "Table 1")
    return table[table["action"] != "Average"].pivot(index="action", columns="system", values="value")


def ranks() -> pd.DataFrame:
    """How often each method of Table 1 that reports all fifteen actions is best and second best."""
    found = _by_action().dropna(axis=1).rank(axis=1)
    return pd.DataFrame({"best": (found == 1).sum(), "second best": (found == 2).sum()})


def best_of_single_images() -> bool:
    """Whether Table 1 has no network with a single image below the paper's own on any shared action."""
    table = _by_action().loc[list(SIX)]
    others = table[list(_TABLE_1_OF_SIX)]
    return bool((others.min(axis=1) >= table["Multi-reg + 2D-cls"]).all())
