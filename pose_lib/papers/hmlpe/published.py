"""Tables 1 to 3 of Li et al. 2014, and what its Figure 4 compares with."""

from collections.abc import Mapping

from pose_lib.bench.published import Published
from pose_lib.bench.rows import Key
from pose_lib.papers.hmlpe.sweep import ratio_name

__all__ = ["ARMS", "AS_PRINTED", "MODEC_RADII", "PUBLISHED", "printed_of"]

ARMS = ("left-lower-arm", "right-lower-arm", "left-upper-arm", "right-upper-arm")
"""Columns of Tables 1 and 2, in their order: LL, RL, LU, RU."""

_WHOLE = {
    "HMLPE": (55.80, 56.88, 90.22, 93.12),
    "RoDG-Boost": (51.5, 51.5, 92.8, 92.8),
    "Eichner": (50.0, 50.0, 81.9, 81.9),
    "MoP, M = 6": (51.45, 55.43, 82.25, 87.68),
    "MoP, M = 9": (56.52, 55.80, 84.78, 89.13),
    "MoP, M = 12": (60.87, 59.78, 85.87, 88.41),
}
_DETECTED = {"HMLPE": (57.68, 58.80, 93.26, 96.26), "MoP": (57.5, 57.5, 94.3, 94.3)}
_FLIC = {"HMLPE": (59.05, 56.70, 92.81, 92.52)}
_NOTES = dict.fromkeys(("RoDG-Boost", "Eichner", "MoP"), "printed for both arms together")

_RATIOS = (0.0, 0.5, 1.0, 2.0, 4.0, 1e10, float("inf"))
_SWEEP = {
    "train-r": (None, 0.059, 0.039, 0.036, 0.036, 0.036, 0.241),
    "test-r": (None, 0.149, 0.131, 0.132, 0.137, 0.163, 0.284),
    "train-d": (0.045, 0.051, 0.041, 0.041, 0.042, 0.693, None),
    "test-d": (0.069, 0.070, 0.064, 0.064, 0.066, 0.693, None),
}

MODEC_RADII = tuple(range(2, 21, 2))
_MODEC = {
    "elbow": (4.4, 17.5, 31.7, 42.8, 51.9, 58.7, 63.5, 68.2, 72.8, 75.5),
    "wrist": (4.5, 14.5, 25.2, 33.8, 38.4, 43.5, 47.8, 51.4, 54.9, 57.9),
}
_MODEC_SOURCE = "counted in the errors that MODEC's authors distribute"
_MODEC_NOTE = "in units of left shoulder to right hip"
_GAIN_NOTE = "minus MODEC's; the text says about"


def _arms(
    table: str, dataset: str, rows: Mapping[str, tuple[float, ...]], prefix: str
) -> tuple[Published, ...]:
    return tuple(
        Published(table, system, dataset, f"{prefix}pcp-{arm}", value, "%", _NOTES.get(system, ""))
        for system, values in rows.items()
        for arm, value in zip(ARMS, values, strict=True)
    )


PUBLISHED: tuple[Published, ...] = (
    *_arms("Table 1", "buffy", _WHOLE, ""),
    *_arms("Table 1", "buffy", _DETECTED, "detected-"),
    *_arms("Table 2", "flic", _FLIC, ""),
    *(
        Published("Table 3", ratio_name(ratio), "buffy and flic", metric, value, "", "epoch 100")
        for metric, values in _SWEEP.items()
        for ratio, value in zip(_RATIOS, values, strict=True)
        if value is not None
    ),
    *(
        Published(
            "Figure 4", "MODEC", "flic", f"accuracy-{r}-{joint}", value, "%", _MODEC_NOTE, _MODEC_SOURCE
        )
        for joint, values in _MODEC.items()
        for r, value in zip(MODEC_RADII, values, strict=True)
    ),
    *(
        Published("Figure 4", "HMLPE", "flic", f"{metric}-gain", value, "points", _GAIN_NOTE)
        for metric, value in (
            ("accuracy-6-wrist", -7.0),
            ("accuracy-6-elbow", -5.0),
            ("accuracy-20-wrist", 6.0),
            ("accuracy-20-elbow", 6.0),
        )
    ),
)


def printed_of(table: str, system: str, metric: str) -> float:
    """One number of :data:`PUBLISHED`; a name that is not there, or there twice, is an error."""
    (value,) = (p.value for p in PUBLISHED if (p.table, p.system, p.metric) == (table, system, metric))
    return value


AS_PRINTED: Mapping[Key, tuple[str, ...]] = {
    "HMLPE": ("HMLPE", ratio_name(1.0)),
    "Regression alone": (ratio_name(float("inf")),),
    "Detection alone": (ratio_name(0.0),),
}
"""Systems whose rows have another name than the printed tables give them."""
