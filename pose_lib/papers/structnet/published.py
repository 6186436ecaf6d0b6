"""Numbers that Li, Zhang & Chan 2015 print, of their own methods and of the two older ones beside them."""

from collections.abc import Mapping

from pose_lib.bench.published import Published
from pose_lib.bench.rows import Key

__all__ = ["ABLATIONS", "AS_PRINTED", "HIDDEN", "PUBLISHED"]

ABLATIONS = "Embeddings of poses"
"""Name of the table of errors over the forms of the pose's embedding, which stand in the paper's text."""
HIDDEN = "Hidden test set"
"""Name of the table of errors on the test subjects of Human3.6M whose poses are not public."""

_ACTIONS = ("Walking", "Discussion", "Eating", "TakingPhoto", "WalkingDog", "Greeting", "All")
_TABLE_1 = {
    "LinKDE": (97.07, 183.09, 132.50, 206.45, 177.84, 162.27, 162.25),
    "DconvMP-HML": (77.60, 148.79, 104.01, 189.08, 146.59, 127.17, 133.54),
    "Max": (83.64, 149.09, 109.93, 179.92, 147.24, 136.90, 135.63),
    "Avg(20)": (75.01, 140.90, 104.10, 173.26, 139.47, 129.08, 128.11),
    "Avg(500)": (69.75, 134.37, 98.19, 164.28, 132.53, 122.44, 121.46),
    "Avg(500)-APF": (68.51, 134.13, 97.37, 166.15, 132.51, 122.33, 121.31),
    "Avg(1500)": (71.46, 137.18, 98.01, 166.62, 132.26, 124.58, 123.04),
    "Avg(1500)-APF": (69.97, 136.88, 96.94, 168.68, 132.17, 124.74, 122.85),
    "Pred": (84.85, 148.82, 121.57, 179.39, 151.92, 133.79, 133.79),
    "Max, no auxiliary": (87.15, 161.62, 119.50, 196.24, 154.91, 145.30, 145.74),
}
_SPREAD = {
    "Max": (27.44, 108.93, 51.28, 93.50, 85.62, 64.71, 86.60),
    "Pred": (None, None, None, None, None, 56.16, 56.16),
    "LinKDE": (None, None, None, None, None, None, 104.43),
    "DconvMP-HML": (None, None, None, None, None, None, 81.31),
}
_FORMS = {"raw": 166.86, "random layer": 145.95, "1 layer": 142.04, "2 layers": 135.63}
_HIDDEN_ACTIONS = (
    *("Discussion", "Eating", "Greeting", "Phoning", "Posing", "Purchases", "Sitting", "SittingDown"),
    *("Smoking", "TakingPhoto", "Waiting", "Walking", "WalkingDog", "WalkingTogether", "Average"),
)
_HIDDEN = {
    "LinKDE": (108, 91, 129, 104, 130, 134, 135, 200, 117, 195, 132, 115, 162, 156, 133.81),
    "DconvMP-HML": (
        *(103.11, 91.68, 108.38, 109.49, 116.45, 145.24, 145.14, 329.96),
        *(110.35, 174.97, 112.43, 99.16, 153.29, 116.44, 136.47),
    ),
    "Avg(500)": (
        *(92.97, 76.70, 98.16, 92.70, 106.86, 140.94, 135.46, 260.75),
        *(98.03, 170.83, 105.11, 99.40, 138.53, 109.30, 122.03),
    ),
}
_OLDER = "quoted there from Li & Chan 2014, who do not print the column of all actions"
_NOTES = {
    ("LinKDE", ""): _OLDER,
    ("DconvMP-HML", ""): _OLDER,
    ("Pred", "All"): "repeats the number of Greeting; the frame-weighted mean of the six is 137.88",
}


def _note(system: str, action: str) -> str:
    return _NOTES.get((system, action), _NOTES.get((system, ""), ""))


PUBLISHED: tuple[Published, ...] = (
    *(
        Published("Table 1", system, action, "mpjpe", value, "mm", _note(system, action))
        for system, values in _TABLE_1.items()
        for action, value in zip(_ACTIONS, values, strict=True)
    ),
    *(
        Published("Table 1", system, action, "mpjpe-std", value, "mm", "standard deviation over the samples")
        for system, values in _SPREAD.items()
        for action, value in zip(_ACTIONS, values, strict=True)
        if value is not None
    ),
    *(Published(ABLATIONS, form, "All", "mpjpe", value, "mm", "of Max") for form, value in _FORMS.items()),
    *(
        Published(HIDDEN, system, action, "mpjpe", value, "mm")
        for system, values in _HIDDEN.items()
        for action, value in zip(_HIDDEN_ACTIONS, values, strict=True)
    ),
)

AS_PRINTED: Mapping[Key, tuple[str, ...]] = {
    "KDE": ("LinKDE",),
    "StructNet-Pred": ("Pred",),
    "StructNet-Max": ("Max", "2 layers"),
    ("StructNet-Avg", "0.02 %"): ("Avg(20)",),
    "StructNet-Avg": ("Avg(500)",),
    ("StructNet-Avg", "1.5 %"): ("Avg(1500)",),
    ("StructNet-Max", "no auxiliary task"): ("Max, no auxiliary",),
    ("StructNet-Max", "1 layer"): ("1 layer",),
}
"""Systems whose rows have another name than the printed tables give them."""
