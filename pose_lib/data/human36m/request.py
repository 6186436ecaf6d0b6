"""What Human3.6M is asked for, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pose_lib.data.request import BaseRequest, _absolute, _at_least_one, _check_choice, _set

__all__ = ["Human36mRequest"]


@dataclass(frozen=True, kw_only=True)
class Human36mRequest(BaseRequest):
    """Frames of the people who perform an action, or all actions one after the other.

    Args:
        action: one of :func:`pose_lib.data.human36m.dataset.recorded_actions`.
        data_root: folder with the files, in any of :data:`pose_lib.data.human36m.layouts.LAYOUTS`.
        size: side of a crop in pixels.
        step: frames (at 50 Hz) from one sample of a training subject to the next.
        test_step: the same for test subjects; 0 stands for ``step``.

    Raises:
        FileNotFoundError: no such folder, or nothing in it to cut crops from; lists what is missing.
        Human36mError: the files that describe the layout are damaged.
        KeyError: no such action in the folder; lists those that are there.
        ValueError: a size or step below 1.
    """

    action: str
    data_root: str | Path | None
    size: int
    step: int
    test_step: int = 0
    dataset: str = field(default="human3.6m", init=False)
    module = "pose_lib.data.human36m.dataset"

    def __post_init__(self) -> None:
        """Check every field, and bring it to its type."""
        from pose_lib.data.human36m.dataset import recorded_actions

        _set(self, data_root=_absolute(self.data_root))
        _check_choice(self.dataset, "action", self.action, recorded_actions(self.data_root))
        _set(self, size=_at_least_one("size", self.size), step=_at_least_one("step", self.step))
        _set(self, test_step=_at_least_one("test_step", self.test_step or self.step))

    @cached_property
    def files(self) -> str:
        """A hash of the names, sizes and times of the files that the samples are made from."""
        from pose_lib.data.human36m.dataset import source_files

        return source_files(self)
