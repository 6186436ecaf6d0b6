"""Skeletons: names of joints, their parents, left/right pairs, and the body parts of the papers' tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

__all__ = ["FLIC11", "H36M17", "LSP14", "SKELETONS", "STICKMEN8", "Sides", "Skeleton"]

Sides = Literal["person", "observer"]
"""Whose left and right the labels of a data set mean: the person's own, or, for an observer to whom everybody
seems to face the camera, always that ``left`` joints are on the right of the picture."""


@dataclass(frozen=True)
class Skeleton:
    """A tree of ``J`` named joints, in the order in which every array of the package stores them.

    Left and right are the person's own. A root is its own parent (``parents[root] == root``), as in
    Eq. (1), Li & Chan 2014. There may be several roots, where points are not connected.

    Raises:
        ValueError: an index points to no joint, a name appears twice, or the parents are no tree.
    """

    name: str
    joints: tuple[str, ...]
    parents: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...]
    """Index pairs (left, right) that are exchanged in a mirrored image."""
    torso: tuple[int, int]
    """The two joints whose distance is the torso diameter of PDJ: left shoulder and right hip."""
    lower: tuple[str, ...] = ()
    """Child joints of the limbs of the lower body (legs, hips excluded); the others are upper body."""

    def __post_init__(self) -> None:
        """Check that the tables fit together."""
        if len(self.parents) != len(self.joints):
            raise ValueError(
                f"skeleton {self.name!r}: {len(self.joints)} joints but {len(self.parents)} parents"
            )
        if len(set(self.joints)) != len(self.joints):
            raise ValueError(f"skeleton {self.name!r}: a joint name appears twice")
        joints = range(len(self.joints))
        for name, indices in (
            ("parents", self.parents),
            ("pairs", sum(self.pairs, ())),
            ("torso", self.torso),
        ):
            if not set(indices) <= set(joints):
                raise ValueError(
                    f"skeleton {self.name!r}: {name} point to joints 0 to {len(joints) - 1}, not {indices}"
                )
        if len(self.chain) != len(self.joints) or not self.joints:
            raise ValueError(f"skeleton {self.name!r}: {self.parents} is no tree; a root is its own parent")

    def __len__(self) -> int:
        return len(self.joints)

    def index(self, joint: str) -> int:
        """Position of a joint by its name.

        Raises:
            KeyError: there is no such joint; lists those that exist.
        """
        try:
            return self.joints.index(joint)
        except ValueError:
            raise KeyError(f"{self.name} has no joint {joint!r}; it has {', '.join(self.joints)}") from None

    @cached_property
    def root(self) -> int:
        """The first joint that is its own parent."""
        return next(i for i, parent in enumerate(self.parents) if parent == i)

    @cached_property
    def limbs(self) -> tuple[tuple[int, int], ...]:
        """All (parent, child) index pairs, one for each joint that is not a root."""
        return tuple((parent, child) for child, parent in enumerate(self.parents) if parent != child)

    @cached_property
    def chain(self) -> tuple[int, ...]:
        """Joint indices in an order in which every parent comes before its children."""
        order = [i for i, parent in enumerate(self.parents) if parent == i]
        for joint in order:
            order += [
                child for child, parent in enumerate(self.parents) if parent == joint and child != joint
            ]
        return tuple(order)

    @cached_property
    def mirror(self) -> tuple[int, ...]:
        """For each joint, the joint that takes its place in a mirrored image."""
        order = list(range(len(self)))
        for left, right in self.pairs:
            order[left], order[right] = right, left
        return tuple(order)

    def limb_parts(self) -> dict[str, tuple[int, ...]]:
        """Indices into :attr:`limbs` of each part of the body in Table 2, Tekin et al. 2016."""
        legs = {self.index(name) for name in self.lower}
        lower = tuple(i for i, (_, child) in enumerate(self.limbs) if child in legs)
        upper = tuple(i for i in range(len(self.limbs)) if i not in lower)
        return {"lower": lower, "upper": upper, "full": tuple(range(len(self.limbs)))}


H36M17 = Skeleton(
    name="h36m17",
    joints=(
        "hip",
        "right_hip",
        "right_knee",
        "right_ankle",
        "left_hip",
        "left_knee",
        "left_ankle",
        "spine",
        "thorax",
        "nose",
        "head",
        "left_shoulder",
        "left_elbow",
        "left_wrist",
        "right_shoulder",
        "right_elbow",
        "right_wrist",
    ),
    parents=(0, 0, 1, 2, 0, 4, 5, 0, 7, 8, 9, 8, 11, 12, 8, 14, 15),
    pairs=((4, 1), (5, 2), (6, 3), (11, 14), (12, 15), (13, 16)),
    torso=(11, 1),
    lower=("right_knee", "right_ankle", "left_knee", "left_ankle"),
)
"""The 17 joints of Human3.6M that the 3D papers use; the root is the middle of the hips."""

LSP14 = Skeleton(
    name="lsp14",
    joints=(
        "right_ankle",
        "right_knee",
        "right_hip",
        "left_hip",
        "left_knee",
        "left_ankle",
        "right_wrist",
        "right_elbow",
        "right_shoulder",
        "left_shoulder",
        "left_elbow",
        "left_wrist",
        "neck",
        "head",
    ),
    parents=(1, 2, 12, 12, 3, 4, 7, 8, 12, 12, 9, 10, 12, 12),
    pairs=((5, 0), (4, 1), (3, 2), (11, 6), (10, 7), (9, 8)),
    torso=(9, 2),
    lower=("right_ankle", "right_knee", "left_knee", "left_ankle"),
)
"""Leeds Sports Pose and its extension."""

FLIC11 = Skeleton(
    name="flic11",
    joints=(
        "left_shoulder",
        "left_elbow",
        "left_wrist",
        "right_shoulder",
        "right_elbow",
        "right_wrist",
        "left_hip",
        "right_hip",
        "left_eye",
        "right_eye",
        "nose",
    ),
    parents=(10, 0, 1, 10, 3, 4, 0, 3, 10, 10, 10),
    pairs=((0, 3), (1, 4), (2, 5), (6, 7), (8, 9)),
    torso=(0, 7),
)
"""The eleven points that Frames Labeled In Cinema annotates."""

STICKMEN8 = Skeleton(
    name="stickmen8",
    joints=(
        "head",
        "left_shoulder",
        "neck",
        "right_shoulder",
        "left_elbow",
        "right_elbow",
        "left_wrist",
        "right_wrist",
    ),
    parents=(2, 2, 2, 2, 1, 3, 4, 5),
    pairs=((1, 3), (4, 5), (6, 7)),
    torso=(1, 3),
)
"""The eight upper-body joints of HMLPE (Li, Liu & Chan 2014), derived from six sticks."""

SKELETONS = {s.name: s for s in (H36M17, LSP14, FLIC11, STICKMEN8)}
