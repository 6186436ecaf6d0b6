"""Skeletons whose tables do not fit together are refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pose_lib.geometry.skeletons import LSP14, SKELETONS, Skeleton


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"parents": LSP14.parents[:-1]}, "14 joints but 13 parents"),
        ({"parents": (*LSP14.parents[:-1], 14)}, "parents point to joints 0 to 13"),
        ({"parents": (-1, *LSP14.parents[1:])}, "parents point to joints 0 to 13"),
        ({"parents": (1, 0, *LSP14.parents[2:])}, "is no tree"),
        ({"parents": (*LSP14.parents[:12], 13, 12)}, "is no tree"),
        ({"pairs": ((0, 14),)}, "pairs point to joints"),
        ({"torso": (9, -2)}, "torso point to joints"),
        ({"joints": ("head", *LSP14.joints[1:])}, "a joint name appears twice"),
    ],
)
def test_tables_that_do_not_fit_are_refused(changed: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(LSP14, **changed)  # type: ignore[arg-type]


def test_several_roots_and_every_skeleton_of_the_package_are_taken() -> None:
    loose = Skeleton("loose", ("a", "b"), (0, 1), (), (0, 1))
    assert loose.limbs == ()
    assert all(len(s.chain) == len(s) for s in SKELETONS.values())
