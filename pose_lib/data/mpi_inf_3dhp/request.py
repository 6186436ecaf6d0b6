"""What MPI-INF-3DHP is asked for, as one value."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pose_lib.data.files import contents_hash
from pose_lib.data.poses import ALL
from pose_lib.data.request import BaseRequest

__all__ = ["MpiInf3dhpRequest"]


@dataclass(frozen=True, kw_only=True)
class MpiInf3dhpRequest(BaseRequest):
    """Frames of all people and cameras that are in a folder.

    Args:
        data_root: folder with ``S1`` to ``S8`` and ``mpi_inf_3dhp_test_set``, or some of them.
        size: side of a crop in pixels.
        step: frames (at 50 Hz) from one sample of a training video to the next.
        test_step: frames from one sample of a test sequence to the next; 0 stands for ``step``.

    Raises:
        FileNotFoundError: no such folder, or no training or no test sequence in it; says what it should hold.
        ValueError: a size or step below 1.
    """

    data_root: str | Path | None
    size: int
    step: int
    test_step: int = 0
    action: str = field(default=ALL, init=False)
    dataset: str = field(default="mpi-inf-3dhp", init=False)
    module = "pose_lib.data.mpi_inf_3dhp.dataset"

    def __post_init__(self) -> None:
        """Check every field."""
        from pose_lib.data.mpi_inf_3dhp.dataset import require_root

        object.__setattr__(self, "data_root", require_root(self.data_root).absolute())
        object.__setattr__(self, "test_step", self.test_step or self.step)
        for name in ("size", "step", "test_step"):
            if operator.index(getattr(self, name)) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")

    @property
    def root(self) -> Path:
        """The folder.

        Raises:
            FileNotFoundError: it is no longer there.
        """
        from pose_lib.data.mpi_inf_3dhp.dataset import require_root

        return require_root(self.data_root)

    @cached_property
    def files(self) -> str:
        """A hash of the files: of large ones, of videos and of pictures by size and time."""
        return contents_hash(self.root, (".mat", ".avi", ".jpg"))
