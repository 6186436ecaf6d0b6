"""The card of a set of clips: origin, terms and split, in words that decide no sample."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pose_lib.data.mocap.clips import Clip
from pose_lib.data.poses import DataCard

__all__ = ["CMU_TERMS", "card"]

CMU_TERMS = (
    'CMU: "This dataset of motions is free for all uses." "You may include this data in commercially-sold '
    'products, but you may not resell this data directly, even in converted form." To be added to '
    'acknowledgements: "The data used in this project was obtained from mocap.cs.cmu.edu. The database was '
    'created with funding from NSF EIA-0196217."'
)
"""What https://mocap.cs.cmu.edu says on its front page."""
_TERMS = {
    "cmu": CMU_TERMS,
    "hdm": "HDM05: CC BY-SA 3.0",
    "dataset-": "Bandai-Namco Research Motiondataset: CC BY-NC 4.0",
}


def card(
    clips: Sequence[Clip],
    testing: Sequence[npt.NDArray[np.bool_]],
    rule: str,
    sources: str,
    **parameters: str | int | float | bool,
) -> DataCard:
    """The card of a set of clips.

    Args:
        clips: those that were rendered.
        testing: for each clip, which frames are of the test split.
        rule: how the splits were made.
        sources: hash of the code that made the samples.
        parameters: what was asked for.
    """
    terms = [text for prefix, text in _TERMS.items() if any(c.performer.startswith(prefix) for c in clips)]
    if not all(clip.performer.startswith(tuple(_TERMS)) for clip in clips):
        terms.append("other clips: the terms of those who recorded them")
    seconds = [sum(float((part == test).sum()) for part in testing) / 50 for test in (False, True)]
    return DataCard(
        name="mocap",
        origin=(
            "Motion captured from people, performed by bodies that this package renders with the performers' "
            "bone lengths, through the cameras of the synthetic set."
        ),
        licence="; ".join(terms),
        notes=(
            f"Split by a rule that depends on names alone; {rule}.",
            f"{len(clips)} clips; {seconds[0]:.1f} s for training, {seconds[1]:.1f} s for testing.",
            "Windows are turned about the vertical by random angles. Where there is little motion, training "
            "clips are performed several times at other angles, every second time mirrored.",
            "At 50 Hz: rotations are low-pass filtered, and every bone keeps one length.",
            "Clips that go farther than the scene are cut into windows, each centred in the scene.",
            "Joint centres are those that the capture system computed; hands are rigid.",
        ),
        parameters={**parameters, "clips": " ".join(clip.name for clip in clips)},
        sources=sources,
    )
