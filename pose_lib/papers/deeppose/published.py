"""Tables 1 and 2 of Toshev & Szegedy 2014, in per cent."""

from collections.abc import Mapping

from pose_lib.bench.published import Published
from pose_lib.bench.rows import Key

__all__ = ["AS_PRINTED", "PUBLISHED"]

_LIMBS = ("pcp-upper-arm", "pcp-lower-arm", "pcp-upper-leg", "pcp-lower-leg", "pcp")
_LOOSE = "loose PCP: the mean of both ends' distances"
_TABLE_1 = {
    "DeepPose-st1": (50, 27, 74, 65, 54),
    "DeepPose-st2": (56, 36, 78, 70, 60),
    "DeepPose-st3": (56, 38, 77, 71, 61),
    "Dantone et al.": (45, 25, 65, 61, 49),
    "Tian et al.": (52, 33, 70, 60, 56),
    "Johnson et al.": (54, 38, 75, 66, 58),
    "Wang et al.": (56.5, 37, 76, 68, 59),
    "Pishchulin et al.": (49, 32, 74, 70, 56),
}
_NOTES = {
    "Tian et al.": _LOOSE,
    "Wang et al.": _LOOSE,
    "Pishchulin et al.": "annotations whose sides are the person's own; the others' are the observer's",
}
_TABLE_2 = {
    "DeepPose-st3": (80, 75, 71, 50, 69),
    "Pishchulin et al.": (80, 70, 59, 37, 62),
    "Johnson et al.": (75, 67, 67, 46, 64),
    "Yang et al.": (69, 64, 55, 35, 56),
}
_HEADINGS = (
    "the printed headings name arms first; all four methods would then find lower arms more often than legs, "
    "so arms and legs may be exchanged there"
)

PUBLISHED: tuple[Published, ...] = (
    *(
        Published("Table 1", system, "LSP", metric, value, "%", _NOTES.get(system, ""))
        for system, values in _TABLE_1.items()
        for metric, value in zip(_LIMBS, values, strict=True)
    ),
    *(
        Published("Table 2", system, "Image Parse", metric, value, "%", _HEADINGS)
        for system, values in _TABLE_2.items()
        for metric, value in zip(_LIMBS, values, strict=True)
    ),
)

AS_PRINTED: Mapping[Key, tuple[str, ...]] = {f"Stage {n}": (f"DeepPose-st{n}",) for n in (1, 2, 3)}
"""Systems whose rows have another name than the printed tables give them."""
