"""From predictions to tidy rows: every metric with its protocol, interval and number of samples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from torch import Tensor

from pose_lib.data.poses import PoseData
from pose_lib.metrics import Protocol, bootstrap_interval, limb_ratio_error, mpjpe, pa_mpjpe, paired_interval
from pose_lib.metrics.limbs import Part, Reading

__all__ = [
    "LIMB_PARTS",
    "READINGS",
    "compare",
    "evaluate",
    "groups_of",
    "measure",
    "paired_rows",
    "protocol_of",
    "row",
]

READINGS: tuple[Reading, ...] = ("pairs", "limbs", "ratios")
LIMB_PARTS: tuple[Part, ...] = ("lower", "upper", "full")

Errors = dict[str, npt.NDArray[np.float64]]
"""Metric to one value a sample, ``(M,)``."""


def protocol_of(test: PoseData, alignment: str = "root") -> Protocol:
    """The protocol under which these test samples are measured."""
    subjects = tuple(sorted(test.table["subject"].unique()))
    frames = np.unique(test.table["frame"])
    step = int(np.diff(frames).min()) if len(frames) > 1 else 1
    if alignment == "procrustes":
        return Protocol(alignment="procrustes", subjects=subjects, frame_step=step)
    return Protocol(subjects=subjects, frame_step=step)


def groups_of(test: PoseData) -> npt.NDArray[np.str_]:
    """``(M,)`` the take and view of each sample: frames of one film are no independent draws."""
    columns = [test.table[c].astype(str) for c in ("subject", "sequence", "camera")]
    return np.asarray(columns[0] + "/" + columns[1] + "/" + columns[2], dtype=np.str_)


def measure(
    predicted: Tensor, truth: Tensor, readings: Sequence[Reading] = READINGS
) -> tuple[dict[str, npt.NDArray[np.float64]], int]:
    """All metrics of predictions ``(M, J, 3)`` mm, one value a sample, and the count of degenerate poses."""
    aligned, degenerate = pa_mpjpe(predicted, truth)
    errors = {"mpjpe": mpjpe(predicted, truth), "pa-mpjpe": aligned}
    for part in LIMB_PARTS:
        for reading in readings:
            name = f"limb-ratio-{part}" if reading == "pairs" else f"limb-ratio-{part}-{reading}"
            errors[name] = limb_ratio_error(predicted, truth, reading=reading, part=part)
    return {name: e.double().cpu().numpy() for name, e in errors.items()}, degenerate


def row(
    system: str,
    metric: str,
    protocol: str,
    values: npt.NDArray[np.float64],
    groups: npt.NDArray[np.str_] | None = None,
) -> dict[str, object]:
    """One tidy row: mean, 95 % interval (resampling whole takes), standard deviation over the samples."""
    interval = bootstrap_interval(values, groups=groups)
    return {
        "system": system,
        "metric": metric,
        "protocol": protocol,
        "value": float(values.mean()),
        "low": interval.low,
        "high": interval.high,
        "std": float(values.std()),
        "samples": len(values),
    }


def paired_rows(
    first: str,
    second: str,
    metric: str,
    protocol: str,
    a: npt.NDArray[np.float64],
    b: npt.NDArray[np.float64],
    groups: npt.NDArray[np.str_] | None = None,
) -> list[dict[str, object]]:
    """Rows of the values of two systems, one a sample or repetition, and of their paired difference."""
    return [
        row(first, metric, protocol, a, groups),
        row(second, metric, protocol, b, groups),
        row(f"{first} - {second}", metric, f"paired difference; {protocol}", a - b, groups),
    ]


def _protocol_label(metric: str, test: PoseData) -> str:
    if metric == "mpjpe":
        return protocol_of(test).label()
    if metric == "pa-mpjpe":
        return protocol_of(test, "procrustes").label()
    reading = next((r for r in READINGS if metric.endswith(r)), "pairs")
    return f"limb-length-ratio error (sum over the part, reading '{reading}', mean over frames)"


def evaluate(
    predictions: Mapping[str, Tensor],
    truth: Tensor,
    test: PoseData,
    readings: Sequence[Reading] = READINGS,
) -> tuple[pd.DataFrame, dict[str, Errors]]:
    """Rows of all systems, and the errors of the single samples for paired statistics.

    Args:
        predictions: system to poses ``(M, J, 3)`` mm, root-relative.
        truth: ``(M, J, 3)`` mm, root-relative.
        test: the samples.
        readings: of the limb-length-ratio error.
    """
    groups, rows = groups_of(test), []
    errors: dict[str, Errors] = {}
    for system, predicted in predictions.items():
        errors[system], degenerate = measure(predicted, truth, readings)
        for metric, values in errors[system].items():
            note = {"degenerate": degenerate} if metric == "pa-mpjpe" else {}
            rows.append(row(system, metric, _protocol_label(metric, test), values, groups) | note)
    return pd.DataFrame(rows), errors


def compare(
    errors: Mapping[str, Errors],
    pairs: Iterable[tuple[str, str, str]],
    test: PoseData,
    protocols: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Paired differences ``first - second`` of a metric, for those pairs whose systems both ran.

    Args:
        pairs: (first system, second system, metric).
        test: the samples of the errors.
        protocols: of metrics that are not among those of :func:`measure`.
    """
    groups, rows = groups_of(test), []
    for first, second, metric in pairs:
        if metric in errors.get(first, {}) and metric in errors.get(second, {}):
            a, b = errors[first][metric], errors[second][metric]
            interval = paired_interval(a, b, groups=groups)
            protocol = (protocols or {}).get(metric) or _protocol_label(metric, test)
            rows.append(
                {
                    "system": f"{first} - {second}",
                    "metric": metric,
                    "protocol": f"paired difference; {protocol}",
                    "value": float((a - b).mean()),
                    "low": interval.low,
                    "high": interval.high,
                    "std": float((a - b).std()),
                    "samples": len(a),
                }
            )
    return pd.DataFrame(rows)
