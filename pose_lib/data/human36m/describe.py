"""The cards of Human3.6M's crops: origin, terms and labels, in words that decide no sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pose_lib.data.human36m.known import PUBLISHED_PROTOCOL
from pose_lib.data.poses import DataCard

if TYPE_CHECKING:
    from pose_lib.data.human36m.plans import Plan

__all__ = ["card", "whole_card"]

ORIGIN = (
    "Human3.6M (Ionescu, Papava, Olaru & Sminchisescu, PAMI 2014): people who perform fifteen actions in a "
    "studio, recorded by four cameras and by motion capture, http://vision.imar.ro/human3.6m"
)
LICENCE = (
    "Human3.6M's own, signed by each user: academic use only, no redistribution of images, poses or anything "
    "made from them"
)
NOTES = (
    f"{PUBLISHED_PROTOCOL.label()}.",
    "Poses are in the camera's frame (mm), 17 of the 32 recorded points; sides are the person's own.",
    "A crop is the square around the data set's box, or around the joints where the copy has no boxes.",
    "2D labels of three takes of S9 are shifted against the images and left out; their 3D poses are kept.",
    "The data set does not say which joints are hidden: a joint counts as visible where it has a 2D label.",
)


def card(plan: Plan, left_out: Sequence[str]) -> DataCard:
    """The card of one action by one subject.

    Args:
        plan: what was cut.
        left_out: names of the views that are not in the set.
    """
    parameters: dict[str, str | int | float | bool] = {
        "subject": plan.subject,
        "action": plan.action,
        "size": plan.size,
        "step": plan.step,
        "layout": plan.layout,
        "files": plan.stamp,
        "left out": ", ".join(left_out),
    }
    lost = (f"Left out because their files are damaged: {', '.join(left_out)}.",) if left_out else ()
    return DataCard("human3.6m", ORIGIN, LICENCE, (*NOTES, *lost), parameters, plan.sources)


def whole_card(
    sources: str, missing: Sequence[str], left_out: Sequence[str], **parameters: str | int | float | bool
) -> DataCard:
    """The card of the samples of a request.

    Args:
        sources: hash of the code that made the samples.
        missing: lines that say what the folder does not have.
        left_out: names of the views whose files are damaged.
        parameters: what was asked for.
    """
    words = [f"Left out because their files are damaged: {', '.join(left_out)}."] if left_out else []
    words += [f"Not in the folder: {'; '.join(missing)}."] if missing else []
    return DataCard(
        "human3.6m",
        ORIGIN,
        LICENCE,
        (*NOTES, *words),
        {**parameters, "left out": ", ".join(left_out)},
        sources,
    )
