"""What can be measured on samples: each metric with its protocol, the same type for 2D and 3D.

2D rates are in per cent. A limb or joint without a label is left out; a labelled joint counts whether it can
be seen or not. A rate is taken over all labelled limbs (or joints) of all samples, as the papers do, so a
sample counts as much as it has labels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from torch import Tensor

from pose_lib.bench.rows import Groups, Values
from pose_lib.data.poses import PoseData
from pose_lib.data.references import STICKS, sticks_of, torso_lengths
from pose_lib.geometry.skeletons import STICKMEN8, Skeleton
from pose_lib.metrics import Protocol, limb_ratio_error, mpjpe, pck, pcp, procrustes_align
from pose_lib.metrics.limbs import Part, Reading
from pose_lib.metrics.procrustes import pa_mpjpe

__all__ = [
    "BY_JOINT",
    "FRACTIONS",
    "LIMB_PARTS",
    "READINGS",
    "Measure",
    "joint_groups",
    "limb_groups",
    "measure_named",
    "measures_2d",
    "measures_3d",
    "protocol_of",
    "sequences_of",
]

READINGS: tuple[Reading, ...] = ("pairs", "limbs", "ratios")
LIMB_PARTS: tuple[Part, ...] = ("lower", "upper", "full")
FRACTIONS = tuple(i / 20 for i in range(1, 11))
"""Thresholds of PDJ: 0.05 to 0.5 of the torso's diameter."""
BY_JOINT = (0.06, 0.2)
"""Those at which PDJ is also taken of each kind of joint: exact and roughly right in Li et al. 2014."""

_LIMBS = {
    "upper-arm": ("shoulder", "elbow"),
    "lower-arm": ("elbow", "wrist"),
    "upper-leg": ("hip", "knee"),
    "lower-leg": ("knee", "ankle"),
}


@dataclass(frozen=True)
class Measure:
    """One column of results: its name, the protocol in words, and how it is computed."""

    name: str
    protocol: str
    of: Callable[[Tensor, Tensor], tuple[Values, Values]]
    """From predictions and truth ``(M, J, D)`` to values ``(M,)`` and their weights ``(M,)``."""


def measure_named(measures: Mapping[str, Measure], name: str) -> Measure:
    """A measure by name.

    Raises:
        KeyError: there is none of that name; lists those that exist.
    """
    if name not in measures:
        raise KeyError(f"no measure {name!r}; there are: {', '.join(measures)}")
    return measures[name]


def sequences_of(data: PoseData) -> Groups:
    """``(N, 2)`` the person and the take of each sample: what is resampled, all cameras of a take together.

    Where the samples are all of one take, there is nothing to resample but its parts: tenths of it stand for
    takes, and intervals say nothing of other takes.
    """
    table = data.table
    people, takes = table["subject"].astype(str), table["action"] + "/" + table["sequence"].astype(str)
    if people.nunique() == takes.nunique() == 1:
        frames, place = np.unique(table["frame"], return_inverse=True)
        takes = takes + "/" + pd.Series(place * 10 // len(frames), takes.index).astype(str)
    return np.asarray(np.stack([people, takes], axis=1), dtype=np.str_)


# --- 3D ---------------------------------------------------------------------------------------------------


def protocol_of(test: PoseData, alignment: str = "root") -> Protocol:
    """The protocol under which these test samples are measured in 3D."""
    subjects = tuple(sorted(test.table["subject"].unique()))
    frames = np.unique(test.table["frame"])
    step = int(np.diff(frames).min()) if len(frames) > 1 else 1
    if alignment == "procrustes":
        return Protocol(alignment="procrustes", subjects=subjects, frame_step=step)
    return Protocol(subjects=subjects, frame_step=step)


def measures_3d(test: PoseData, readings: Sequence[Reading] = READINGS) -> dict[str, Measure]:
    """MPJPE, PA-MPJPE with its degenerate poses, and the limb-length-ratio errors of each part of the body.

    Args:
        test: the samples; poses are root-relative ``(M, J, 3)`` in mm.
        readings: of the limb-length-ratio error.
    """
    found = {
        "mpjpe": Measure("mpjpe", protocol_of(test).label(), _each(mpjpe)),
        "pa-mpjpe": Measure(
            "pa-mpjpe", protocol_of(test, "procrustes").label(), _each(lambda a, b: pa_mpjpe(a, b)[0])
        ),
        "degenerate": Measure(
            "degenerate",
            "% of predictions for which more than one rotation is best, as for a pose shrunk to a point",
            _each(lambda a, b: 100.0 * procrustes_align(a, b)[1].double()),
        ),
    }
    for part in LIMB_PARTS:
        for reading in readings:
            name = f"limb-ratio-{part}" if reading == "pairs" else f"limb-ratio-{part}-{reading}"
            words = f"limb-length-ratio error (sum over the part, reading '{reading}', mean over frames)"
            found[name] = Measure(name, words, _each(partial(limb_ratio_error, reading=reading, part=part)))
    return found


def _each(error: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor, Tensor], tuple[Values, Values]]:
    """A measure that gives each sample one value and the same weight."""

    def of(predicted: Tensor, truth: Tensor) -> tuple[Values, Values]:
        values = error(predicted, truth).double().cpu().numpy()
        return values, np.ones(len(values))

    return of


# --- 2D ---------------------------------------------------------------------------------------------------


def limb_groups(skeleton: Skeleton) -> dict[str, tuple[tuple[int, int], ...]]:
    """The limbs that PCP is reported for, as joint pairs: by kind, and by kind and side.

    ``upper-arm`` holds both of them, ``left-upper-arm`` one; kinds that a skeleton lacks are left out.
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


def measures_2d(test: PoseData, *, swapped: bool = False) -> dict[str, Measure]:
    """PCP by limb and PDJ by threshold and joint; poses are ``(M, J, 2)`` in crop pixels.

    * ``pcp-KIND``, ``pcp-SIDE-KIND`` and ``pcp`` (all limbs of the arms and legs): PCP at 0.5, strict; the
      same with ``pcp-loose`` for the loose reading, by kind.
    * ``pdj-F``: all joints within the fraction ``F`` of the torso's diameter; ``pdj-0.06-KIND`` and
      ``pdj-0.20-KIND`` by joint.

    People who are annotated with sticks are compared with these sticks, not with joints derived from them.
    The protocols say what was compared.

    Args:
        test: the samples; the columns of :mod:`pose_lib.data.references` in their table give sticks, and the
            torso's diameter where the joints do not.
        swapped: PCP accepts limbs with their ends exchanged; those of sticks, which have no order, always.
    """
    skeleton = test.skeleton
    groups = limb_groups(skeleton)
    every = tuple(limb for name, limbs in groups.items() if name in _LIMBS for limb in limbs)
    sticks = sticks_of(test.table) if skeleton == STICKMEN8 else None
    known = None if "left_hip" in skeleton.joints else torso_lengths(test.table)
    given = None if known is None else known[0]
    found: dict[str, Measure] = {}

    def add(name: str, words: str, hits: Callable[[Tensor, Tensor], Tensor]) -> None:
        found[name] = Measure(name, f"{words}; unlabelled ones left out)", partial(_rates, hits))

    ends = _words_for_limbs(skeleton, sticks, swapped)
    for name, limbs in {"": every, **groups}.items():
        for strict in (True, False) if name in ("", *_LIMBS) else (True,):
            prefix, reading = ("pcp", "strict") if strict else ("pcp-loose", "loose")
            words = f"PCP@0.5 {reading} (%; {name.replace('-', ' ') or 'arms and legs'}, both sides{ends}"
            words = words.replace(", both sides", "") if name not in ("", *_LIMBS) else words
            counted = partial(pcp, limbs=limbs, alpha=0.5, strict=strict, swapped=swapped)
            if sticks is not None:
                counted = partial(_stick_hits, limbs=limbs, sticks=sticks, strict=strict)
            add(f"{prefix}-{name}" if name else prefix, words, counted)
    a, b = (skeleton.joints[i].replace("_", " ") for i in skeleton.torso)
    unit = f"of the distance {a} to {b}" if known is None else f"of {known[1]}"
    for fraction in FRACTIONS:
        near = partial(_near, torso=skeleton.torso, given=given, fraction=fraction)
        add(f"pdj-{fraction:.2f}", f"PDJ@{fraction:.2f} (%; {len(skeleton)} joints, {unit}", near)
    for kind, members in joint_groups(skeleton).items():
        for fraction in BY_JOINT:
            near = partial(_near, torso=skeleton.torso, given=given, fraction=fraction, joints=members)
            add(f"pdj-{fraction:.2f}-{kind}", f"PDJ@{fraction:.2f} (%; {kind}, {unit}", near)
    return found


def _words_for_limbs(skeleton: Skeleton, sticks: npt.NDArray[np.float32] | None, swapped: bool) -> str:
    """What PCP compares, where that is not the limbs between joints with their ends in order."""
    if sticks is None:
        return ", between joints" * (skeleton == STICKMEN8) + ", ends may be exchanged" * swapped
    some = bool(np.isnan(sticks).all((1, 2, 3)).any())
    return f", sticks as annotated{', or joints of people without any' * some}, ends may be exchanged"


def _stick_hits(
    predicted: Tensor,
    truth: Tensor,
    limbs: Sequence[tuple[int, int]],
    sticks: npt.NDArray[np.float32],
    strict: bool,
) -> Tensor:
    """Hits of PCP ``(M, L)`` on annotated sticks, and on limbs between joints where a person has no stick."""
    known = [tuple(map(STICKMEN8.index, stick)) for stick in STICKS.values()]
    chosen = torch.from_numpy(sticks.take([known.index(limb) for limb in limbs], axis=1)).to(truth)
    ends = [joint for limb in limbs for joint in limb]
    true = torch.where(
        chosen.isnan().flatten(2).any(-1)[..., None, None], truth[:, ends].view_as(chosen), chosen
    )
    pairs = [(2 * i, 2 * i + 1) for i in range(len(limbs))]
    return pcp(predicted[:, ends], true.flatten(1, 2), pairs, 0.5, strict=strict, swapped=True)


def _rates(
    hits: Callable[[Tensor, Tensor], Tensor], predicted: Tensor, truth: Tensor
) -> tuple[Values, Values]:
    """Per cent of hits of every sample, NaN without any label, and the number of its labels."""
    counted = hits(predicted.cpu(), truth).double()
    return 100 * counted.nanmean(1).numpy(), counted.isfinite().sum(1).double().numpy()


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
