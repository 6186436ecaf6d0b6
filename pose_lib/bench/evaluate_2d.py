"""From 2D predictions to tidy rows: PCP and PDJ with their protocols, per sample and with intervals.

Everything is in per cent. A limb or joint without a label is left out; a joint that nobody sees but that is
labelled counts. A rate is taken over all labelled limbs (or joints) of all samples, as the papers do, so a
sample weighs as much as it has labels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from torch import Tensor

from pose_lib.bench.evaluate import Errors, groups_of
from pose_lib.data.mapping import TORSO
from pose_lib.data.poses import PoseData
from pose_lib.geometry.skeletons import Skeleton
from pose_lib.metrics import bootstrap_interval, pck, pcp

__all__ = ["FRACTIONS", "Measure", "compare_2d", "evaluate_2d", "joint_groups", "limb_groups", "measures"]

FRACTIONS = tuple(i / 20 for i in range(1, 11))
"""Thresholds of PDJ: 0.05 to 0.5 of the torso's diameter."""

_LIMBS = {
    "upper-arm": ("shoulder", "elbow"),
    "lower-arm": ("elbow", "wrist"),
    "upper-leg": ("hip", "knee"),
    "lower-leg": ("knee", "ankle"),
}
_Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Measure:
    """One column of results: its name, the protocol in words, and the hits it counts."""

    name: str
    protocol: str
    hits: Callable[[Tensor, Tensor], Tensor]
    """From predictions and truth ``(M, J, 2)`` to ``(M, K)``: 1, 0, or NaN without a label."""

    def of(self, predicted: Tensor, truth: Tensor) -> tuple[_Array, _Array]:
        """Per cent of hits of every sample ``(M,)``, NaN without any label, and the number of its labels."""
        hits = self.hits(predicted, truth).double()
        return 100 * hits.nanmean(1).numpy(), hits.isfinite().sum(1).double().numpy()


def limb_groups(skeleton: Skeleton) -> dict[str, tuple[tuple[int, int], ...]]:
    """The limbs that PCP is reported for, as joint pairs: by kind, and by kind and side.

    ``upper-arm`` holds both of them, ``left-upper-arm`` the one; kinds that a skeleton lacks are left out.
    """
    found: dict[str, tuple[tuple[int, int], ...]] = {}
    for name, ends in _LIMBS.items():
        sides = {}
        for side in ("left", "right"):
            joints = [f"{side}_{end}" for end in ends]
            if all(joint in skeleton.joints for joint in joints):
                sides[f"{side}-{name}"] = ((skeleton.index(joints[0]), skeleton.index(joints[1])),)
        if len(sides) == 2:
            found |= {name: sum(sides.values(), ()), **sides}
    return found


def joint_groups(skeleton: Skeleton) -> dict[str, tuple[int, ...]]:
    """Joints by kind, both sides together: ``wrist`` holds the left and the right one."""
    kinds = dict.fromkeys(joint.removeprefix("left_").removeprefix("right_") for joint in skeleton.joints)
    return {
        kind: tuple(
            i for i, joint in enumerate(skeleton.joints) if joint in (kind, f"left_{kind}", f"right_{kind}")
        )
        for kind in kinds
    }


def measures(test: PoseData, *, swapped: bool = False) -> dict[str, Measure]:
    """What is measured on these samples.

    * ``pcp-KIND``, ``pcp-SIDE-KIND`` and ``pcp`` (all limbs of the arms and legs): PCP at 0.5, strict; the
      same with ``pcp-loose`` for the loose reading, by kind.
    * ``pdj-F``: all joints within the fraction ``F`` of the torso's diameter; ``pdj-0.20-KIND`` by joint.

    Args:
        test: the samples; a table with the column ``torso`` gives the diameter where the joints do not.
        swapped: PCP accepts limbs with their ends exchanged.
    """
    skeleton = test.skeleton
    groups = limb_groups(skeleton)
    every = tuple(limb for name, limbs in groups.items() if name in _LIMBS for limb in limbs)
    given = test.table[TORSO].to_numpy(np.float32) if TORSO in test.table.columns else None
    found: dict[str, Measure] = {}

    def add(name: str, words: str, hits: Callable[[Tensor, Tensor], Tensor]) -> None:
        found[name] = Measure(name, f"{words}; unlabelled ones left out)", hits)

    ends = ", ends may be exchanged" if swapped else ""
    for name, limbs in {"": every, **groups}.items():
        for strict in (True, False) if name in ("", *_LIMBS) else (True,):
            prefix, reading = ("pcp", "strict") if strict else ("pcp-loose", "loose")
            words = f"PCP@0.5 {reading} (%; {name.replace('-', ' ') or 'arms and legs'}, both sides{ends}"
            words = words.replace(", both sides", "") if name not in ("", *_LIMBS) else words
            counted = partial(pcp, limbs=limbs, alpha=0.5, strict=strict, swapped=swapped)
            add(f"{prefix}-{name}" if name else prefix, words, counted)
    joints = joint_groups(skeleton)
    a, b = (skeleton.joints[i].replace("_", " ") for i in skeleton.torso)
    unit = f"of the distance {a} to {b}" if given is None else "of the torso's diameter"
    for fraction in FRACTIONS:
        name = f"pdj-{fraction:.2f}"
        near = partial(_near, torso=skeleton.torso, given=given, fraction=fraction)
        add(name, f"PDJ@{fraction:.2f} (%; {len(skeleton)} joints, {unit}", near)
    for kind, members in joints.items():
        near = partial(_near, torso=skeleton.torso, given=given, fraction=0.2, joints=members)
        add(f"pdj-0.20-{kind}", f"PDJ@0.20 (%; {kind}, {unit}", near)
    return found


def _near(
    predicted: Tensor,
    truth: Tensor,
    torso: tuple[int, int],
    given: npt.NDArray[np.float32] | None,
    fraction: float,
    joints: tuple[int, ...] | None = None,
) -> Tensor:
    """Hits of PDJ, of all joints or of some; the torso is that of the truth unless it is given."""
    if given is None:
        length = torch.linalg.vector_norm(truth[:, torso[0]] - truth[:, torso[1]], dim=-1)
    else:
        length = torch.from_numpy(np.array(given))
    chosen = list(range(truth.shape[1])) if joints is None else list(joints)
    return pck(predicted[:, chosen], truth[:, chosen], length, fraction)


def evaluate_2d(
    predictions: Mapping[str, Tensor], test: PoseData, *, swapped: bool = False
) -> tuple[pd.DataFrame, dict[str, Errors]]:
    """Rows of all systems, and the rates of the single samples for paired statistics.

    Args:
        predictions: system to ``(M, J, 2)`` in the pixels of the test crops.
        test: the samples, in the skeleton of the predictions; its missing joints are NaN.
        swapped: PCP accepts limbs with their ends exchanged.

    Returns:
        Tidy rows (a measure without a single label has none), and system to measure to ``(M,)`` per cent,
        NaN for a sample without labels.
    """
    truth, groups = torch.from_numpy(np.array(test.joints_2d)), groups_of(test)
    rows: list[dict[str, object]] = []
    errors: dict[str, Errors] = {}
    for system, predicted in predictions.items():
        errors[system] = {}
        for name, measure in measures(test, swapped=swapped).items():
            values, weights = measure.of(predicted.cpu(), truth)
            if weights.any():
                errors[system][name] = values
                rows.append(_row(system, measure, values, weights, groups))
    return pd.DataFrame(rows), errors


def compare_2d(
    errors: Mapping[str, Errors],
    pairs: Iterable[tuple[str, str, str]],
    test: PoseData,
    *,
    swapped: bool = False,
) -> pd.DataFrame:
    """Paired differences ``first - second`` of a measure in per cent, for those pairs that both ran.

    Args:
        errors: of :func:`evaluate_2d` on the same samples.
        pairs: (first system, second system, measure).
        test: the samples.
        swapped: as it was for the errors.
    """
    truth, groups = torch.from_numpy(np.array(test.joints_2d)), groups_of(test)
    known, rows = measures(test, swapped=swapped), []
    for first, second, name in pairs:
        if name in errors.get(first, {}) and name in errors.get(second, {}):
            a, b = errors[first][name], errors[second][name]
            _, weights = known[name].of(truth, truth)
            line = _row(f"{first} - {second}", known[name], a - b, weights, groups)
            rows.append(line | {"protocol": f"paired difference; {known[name].protocol}"})
    return pd.DataFrame(rows)


def _row(
    system: str, measure: Measure, values: _Array, weights: _Array, groups: npt.NDArray[np.str_]
) -> dict[str, object]:
    """One tidy row; the standard deviation is that of the samples' own rates."""
    labelled = weights > 0
    interval = bootstrap_interval(values, groups=groups, weights=weights)
    return {
        "system": system,
        "metric": measure.name,
        "protocol": measure.protocol,
        "value": float(np.average(values[labelled], weights=weights[labelled])),
        "low": interval.low,
        "high": interval.high,
        "std": float(values[labelled].std()),
        "samples": int(labelled.sum()),
    }
