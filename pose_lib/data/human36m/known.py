"""What is known of Human3.6M beforehand: protocols, published numbers of frames, faulty recordings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from pose_lib.data.human36m.names import RECORDED_CAMERAS

__all__ = [
    "FAULTS",
    "FRAME_COUNTS",
    "PUBLISHED_PROTOCOL",
    "SHIFTED",
    "Fault",
    "TrainTest",
    "fault_of",
]


@dataclass(frozen=True)
class TrainTest:
    """Which subjects, cameras and frames train and test, and how errors are averaged."""

    name: str
    train: tuple[str, ...]
    test: tuple[str, ...]
    cameras: tuple[str, ...] = RECORDED_CAMERAS
    step: int = 1
    """From one frame at 50 Hz to the next."""
    mean: str = "frames"
    """``frames``: every frame counts the same; ``actions``: every action does."""

    def split_of(self, subject: str) -> str:
        """``train`` or ``test``."""
        return "test" if subject in self.test else "train"

    def fits(self, table: pd.DataFrame) -> bool:
        """Whether samples are all that the protocol has: its subjects, both takes, all cameras and frames.

        Args:
            table: of the samples of both splits, of one action or of several.
        """
        for split in ("train", "test"):
            part = table[table["split"] == split]
            for _, action in part.groupby("action"):
                if set(action["subject"]) != set(getattr(self, split)):
                    return False
            views = part.groupby(["subject", "action", "sequence", "camera"])["frame"]
            frames = views.agg(["min", "max", "size"])
            if (frames["min"] != 0).any() or (frames["max"] != (frames["size"] - 1) * self.step).any():
                return False
            takes = frames.reset_index().groupby(["subject", "action"]).size()
            if not len(takes) or (takes != 2 * len(self.cameras)).any():
                return False
        return True

    def label(self) -> str:
        """In words, for tables."""
        frames = "every frame" if self.step == 1 else f"every {self.step}th frame"
        return (
            f"{self.name}: {'+'.join(self.train)} for training, {'+'.join(self.test)} for testing, "
            f"{len(self.cameras)} cameras, {frames} at 50 Hz, mean over {self.mean}"
        )


PUBLISHED_PROTOCOL = TrainTest("Human3.6M", ("S1", "S5", "S6", "S7", "S8"), ("S9", "S11"))
"""That of Li & Chan 2014, Tekin et al. 2016 and Park et al. 2016. The means are over frames."""

FRAME_COUNTS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "Walking": (132_744, 29_264),
        "TakingPhoto": (76_048, 29_320),
        "Eating": (109_424, 39_308),
        "Discussion": (158_788, 64_244),
        "WalkingDog": (79_412, 28_304),
        "Greeting": (72_436, 30_644),
        "all": (1_559_752, 543_344),
    }
)
"""Frames at 50 Hz of all four cameras, for training and for testing, as the authors of Li & Chan 2014 count
them. Of the other actions no number is published."""


@dataclass(frozen=True)
class Fault:
    """A recording that is known to be faulty."""

    subject: str
    action: str
    take: int
    camera: str
    """Empty for all cameras."""
    what: str


FAULTS = (
    Fault("S11", "Directions", 2, "54138969", "the video of the official download is damaged"),
    *(
        Fault("S9", action, take, "", "its labels are shifted against the images; the poses are right")
        for action, take in (("Greeting", 2), ("SittingDown", 2), ("Waiting", 1))
    ),
)
"""Found by users of the data set: anibali/h36m-fetch and facebookresearch/VideoPose3D of the video,
karfly/learnable-triangulation-pytorch of the labels."""

SHIFTED = frozenset((f.subject, f.action, f.take) for f in FAULTS if not f.camera)
"""Subject, action and take whose 2D labels are not used."""


def fault_of(subject: str, action: str, take: int, camera: str) -> str:
    """What is known to be wrong with a view; empty if nothing is."""
    for fault in FAULTS:
        same = (fault.subject, fault.action, fault.take) == (subject, action, take)
        if same and fault.camera in ("", camera):
            return fault.what
    return ""
