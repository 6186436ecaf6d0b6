"""Annotated people in photographs, before they are cropped, and the boxes of their crops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch

from pose_lib.data.mapping import backwards, exchanged, joint_sources, mean_joints, torso_column
from pose_lib.data.photos.cards import Crop
from pose_lib.data.photos.errors import PhotoError
from pose_lib.geometry.boxes import square_around
from pose_lib.geometry.skeletons import STICKMEN8, Skeleton

__all__ = ["CONTEXT", "MARGIN", "People", "boxes", "split_by_order", "table"]

MARGIN = 0.1
"""Free space around the annotated joints on each side, as a fraction of the longer side of their box."""
CONTEXT = 128 / 112
"""Factor by which a crop is larger than a test window. Li et al. 2014 cut windows of 112 pixels from crops of
128; the middle window of a crop is then the paper's test window."""
SLACK = 2.0
"""Pixels by which a visible joint may lie outside its picture, as a click on the border does."""
SPOILT = 0.005
"""Share of visible joints that may lie farther outside; with more, labels and pictures do not match."""


@dataclass(frozen=True)
class People:
    """``N`` people of a data set in the pixels of their pictures.

    Args:
        name: of the data set.
        files: the picture of each.
        sizes: ``(N, 2)`` width and height of that picture.
        joints: float32 ``(N, J, 2)``, pixel ``i`` covers ``[i, i + 1)``; NaN where a joint has no position.
        visible: bool ``(N, J)``.
        windows: float32 ``(N, 4)``: a detector's box of the person, enlarged; NaN where there is none.
        table: one row per person.
        skeleton: the meaning of ``J``.
        notes: findings of the reader, for the card.
    """

    name: str
    files: tuple[Path, ...]
    sizes: npt.NDArray[np.int64]
    joints: npt.NDArray[np.float32]
    visible: npt.NDArray[np.bool_]
    windows: npt.NDArray[np.float32]
    table: pd.DataFrame
    skeleton: Skeleton
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.files)

    def select(self, which: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> People:
        """The people of a mask or of an index array, in that order."""
        rows = np.arange(len(self))[which]
        return replace(
            self,
            files=tuple(self.files[i] for i in rows),
            sizes=self.sizes[rows],
            joints=self.joints[rows],
            visible=self.visible[rows],
            windows=self.windows[rows],
            table=self.table.take(rows.tolist()).reset_index(drop=True),
        )

    def to_skeleton(self, skeleton: Skeleton) -> People:
        """The same people with the joints of another skeleton (:func:`pose_lib.data.mapping.to_skeleton`)."""
        sources = joint_sources(self.skeleton, skeleton)
        return replace(
            self,
            joints=mean_joints(self.joints, sources),
            visible=np.stack([self.visible[:, list(s)].all(1) for s in sources], axis=1),
            table=self.table.assign(**torso_column(self.joints, self.skeleton, skeleton)),
            skeleton=skeleton,
        )

    def observed(self) -> People:
        """People whose sides are their own, with the sides that an observer sees."""
        turned = backwards(self.joints, self.skeleton)
        return replace(
            self,
            joints=exchanged(self.joints, self.skeleton, turned),
            visible=exchanged(self.visible, self.skeleton, turned),
        )

    def checked(self) -> People:
        """The people who have joints, each with those that lie in the picture or, if hidden, near it.

        The few visible joints outside their pictures become missing, and hidden ones farther outside than the
        picture is wide or high. People with fewer than two joints are then left out. The notes say how many.

        Raises:
            PhotoError: a visible joint has no position, or too many lie outside: the annotations belong to
                other pictures, for instance of another resolution; or nobody is left.
        """
        size = self.sizes[:, None].astype(np.float32)
        low, high = -SLACK, size + SLACK
        finite = np.isfinite(self.joints).all(-1)
        if (self.visible & ~finite).any():
            person, joint = np.argwhere(self.visible & ~finite)[0]
            what = f"the {self.skeleton.joints[joint]} is marked as visible and has no position"
            raise PhotoError.of(self.files[person], what)
        outside = self.visible & ~((self.joints >= low) & (self.joints <= high)).all(-1)
        if outside.sum() > max(SPOILT * self.visible.sum(), 1):
            person, joint = np.argwhere(outside)[0]
            x, y = self.joints[person, joint]
            raise PhotoError.of(
                self.files[person],
                f"{outside.sum()} of {self.visible.sum()} visible joints of {self.name} lie outside "
                f"their pictures, as the {self.skeleton.joints[joint]} at {x:.0f}, {y:.0f} in this one of "
                f"{' x '.join(map(str, self.sizes[person]))} pixels; do both belong together?",
            )
        far = finite & ~self.visible & ~((self.joints >= -size) & (self.joints <= 2 * size)).all(-1)
        few = (finite & ~outside & ~far).sum(1) < 2
        if few.all():
            place = self.files[0].parent if self.files else self.name
            raise PhotoError.of(place, f"nobody in {self.name} has two joints with a position")
        notes = [
            (outside.sum(), "visible joints outside their pictures are taken as missing."),
            (far.sum(), "hidden joints far outside their pictures are taken as missing."),
            (few.sum(), "people with fewer than two joints are left out."),
        ]
        kept = replace(
            self,
            joints=np.where((outside | far)[..., None], np.float32(np.nan), self.joints),
            visible=self.visible & ~outside,
            notes=(*self.notes, *(f"{count} {what}" for count, what in notes if count)),
        )
        return kept.select(~few) if few.any() else kept


def table(
    subjects: Sequence[str],
    split: npt.NDArray[np.str_],
    sequences: Sequence[int] | int = 1,
    **more: npt.ArrayLike,
) -> pd.DataFrame:
    """One row per person, in the order of the data set; ``subject`` is a picture or a film."""
    columns = {"subject": subjects, "action": "all", "sequence": sequences, "camera": ""}
    return pd.DataFrame({**columns, "frame": np.arange(len(subjects)), "split": split, **more})


def split_by_order(count: int, training: int) -> npt.NDArray[np.str_]:
    """The first ``training`` samples train, the others test."""
    return np.where(np.arange(count) < training, "train", "test")


def boxes(people: People, crop: Crop) -> npt.NDArray[np.float32]:
    """Square boxes ``(N, 4)`` x0 y0 x1 y1 in picture pixels; they may reach beyond the picture.

    * ``image``: the smallest square around the whole picture, as Toshev & Szegedy 2014 on the Leeds sets.
    * ``person``: around all joints that have a position, and :data:`MARGIN`.
    * ``upper``: around the window, if the person has one, and :data:`CONTEXT`; else around the joints of
      the upper body and :data:`MARGIN`. Windows become squares of their longer side, because pixels that are
      not square would distort distances.

    A person with fewer than two such joints has a box of NaN.
    """
    if crop == "image":
        centre, half = people.sizes / 2, people.sizes.max(1, keepdims=True) / 2
        return np.concatenate([centre - half, centre + half], axis=1).astype(np.float32)
    shown = people.to_skeleton(STICKMEN8) if crop == "upper" else people
    # Joints with a missing source are missing here; the others still show where the person is.
    found = square_around(torch.from_numpy(shown.joints), MARGIN).numpy()
    if crop == "upper":
        given = np.isfinite(people.windows).all(1)
        corner, far = people.windows[given, :2], people.windows[given, 2:]
        half = (far - corner).max(1, keepdims=True) / 2 * CONTEXT
        found[given] = np.concatenate([(corner + far) / 2 - half, (corner + far) / 2 + half], axis=1)
    small = ~(found[:, 2] - found[:, 0] >= 1)
    found[small] = np.nan
    return np.asarray(found, dtype=np.float32)
