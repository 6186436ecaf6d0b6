"""What a data set is asked for, as one value: checked when it is made, hashed once, passed whole."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from pose_lib.code_hash import code_hash, modules_of
from pose_lib.data.files import contents_hash
from pose_lib.data.poses import ALL
from pose_lib.paths import cache_root, path_name
from pose_lib.storage import digest

__all__ = ["BaseRequest", "MocapRequest", "PhotoRequest", "Request", "SyntheticRequest", "sources_of"]

_NOT_DECISIVE = (
    "pose_lib.data.synthetic.describe",
    "pose_lib.data.mocap.describe",
    "pose_lib.data.human36m.describe",
    "pose_lib.data.photos.describe",
    "pose_lib.data.photos.cards",
    "pose_lib.data.building",
    "pose_lib.data.manifest",
    "pose_lib.paths",
    "pose_lib.progress",
    "pose_lib.storage",
)
"""Modules that decide no sample: words for readers, and how files are written."""
_MODULES = {
    "synthetic": "pose_lib.data.synthetic.dataset",
    "mocap": "pose_lib.data.mocap.dataset",
    "human3.6m": "pose_lib.data.human36m.dataset",
    "mpi-inf-3dhp": "pose_lib.data.mpi_inf_3dhp.dataset",
}
"""Where the samples of each data set are made; those of photographs in one module."""
_MOTION = (".amc", ".asf", ".bvh", ".csv")
_LABELLED = (".jpg", ".jpeg", ".mat", ".png", ".txt")


class BaseRequest:
    """What the three kinds of requests share: the hash that names their samples, and where these are kept."""

    dataset: str
    action: str
    size: int
    module: ClassVar[str]
    """The module that makes the samples."""

    @cached_property
    def sources(self) -> str:
        """A hash of the code that makes the samples: the module and all that it imports, words aside."""
        return sources_of(self.dataset, self._members())

    @cached_property
    def files(self) -> str:
        """A hash of the files that the samples are made from; empty for generated people."""
        return ""

    @cached_property
    def key(self) -> str:
        """Twelve hexadecimal digits that cover the fields, the contents of the files, and the code."""
        given = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "data_root"}  # type: ignore[arg-type]
        return digest({**given, "files": self.files, "sources": self.sources})[:12]

    @property
    def folder(self) -> Path:
        """Where the cache keeps the samples."""
        return cache_root() / f"{self.dataset}-{path_name(self._shown())}-{self.size}px-{self.key}"

    def _members(self) -> tuple[str, ...]:
        """The sets of photographs that the samples are from."""
        return ()

    def _shown(self) -> str:
        """What the crops show, for the name of the folder."""
        return self.action


@dataclass(frozen=True, kw_only=True)
class SyntheticRequest(BaseRequest):
    """Generated people who do one of the fifteen actions, or all of them one after the other.

    Args:
        action: one of :data:`pose_lib.data.synthetic.motion.ACTIONS`, or ``all``.
        size: side of a crop in pixels.
        step: frames (at 50 Hz) from one sample of a training person to the next.
        seconds: length of a take.
        test_step: the same for test people; 0 stands for ``step``.
        seed: another seed gives other performances, rooms and noise.

    Raises:
        KeyError: no such action; lists those that exist.
        ValueError: a size or step below 1, or a length that is not above 0.
    """

    action: str
    size: int
    step: int
    seconds: float
    test_step: int = 0
    seed: int = 0
    dataset: str = field(default="synthetic", init=False)
    module = "pose_lib.data.synthetic.dataset"

    def __post_init__(self) -> None:
        """Check every field, and bring it to its type."""
        from pose_lib.data.synthetic.motion import ACTIONS

        _check_choice(self.dataset, "action", self.action, (*ACTIONS, ALL))
        _set(self, size=_at_least_one("size", self.size), step=_at_least_one("step", self.step))
        _set(self, test_step=_at_least_one("test_step", self.test_step or self.step))
        _set(self, seconds=float(self.seconds), seed=operator.index(self.seed))
        if not (self.seconds > 0 and math.isfinite(self.seconds)):
            raise ValueError(f"seconds must be a number above 0, not {self.seconds}")


@dataclass(frozen=True, kw_only=True)
class MocapRequest(BaseRequest):
    """The clips of an action in a folder of motion capture, performed by rendered people.

    Args:
        action: one of :func:`pose_lib.data.mocap.dataset.actions`.
        data_root: folder with clips, searched with all that is below it.
        size: side of a crop in pixels.
        step: frames (at 50 Hz) from one sample to the next.
        seed: another seed gives other rooms and noise.

    Raises:
        FileNotFoundError: no such folder; says what it should hold and where to get it.
        KeyError: no clip of that action; lists those that exist.
        MocapError: no clips in the folder, or a faulty ``actions.csv``.
        ValueError: a size or step below 1.
    """

    action: str
    data_root: str | Path | None
    size: int
    step: int
    seed: int = 0
    dataset: str = field(default="mocap", init=False)
    module = "pose_lib.data.mocap.dataset"

    def __post_init__(self) -> None:
        """Check every field, and bring it to its type."""
        from pose_lib.data.mocap.dataset import actions

        _set(self, data_root=_absolute(self.data_root))
        _check_choice(self.dataset, "action", self.action, actions(self.root))
        _set(self, size=_at_least_one("size", self.size), step=_at_least_one("step", self.step))
        _set(self, seed=operator.index(self.seed))

    @property
    def root(self) -> Path:
        """The folder with the clips.

        Raises:
            FileNotFoundError: it is not there.
        """
        from pose_lib.data.mocap.clips import require_root

        return require_root(self.data_root)

    @cached_property
    def files(self) -> str:
        """A hash of all motion files below the folder, and of ``actions.csv``."""
        return contents_hash(self.root, _MOTION)


@dataclass(frozen=True, kw_only=True)
class PhotoRequest(BaseRequest):
    """The people of a data set of photographs.

    Args:
        dataset: one of :data:`~pose_lib.data.photos.cards.PHOTO_SETS`.
        data_root: the folder of the data set, or one that holds it.
        size: side of a crop in pixels.
        crop: what a crop shows, one of :func:`pose_lib.data.photos.dataset.crops_of`; its first by default.

    Raises:
        KeyError: no such data set or crop; lists those that exist.
        FileNotFoundError: the files are not there; says what is expected and where to get it.
        ValueError: a size below 1.
    """

    dataset: str
    data_root: str | Path | None
    size: int
    crop: str | None = None
    action: str = field(default=ALL, init=False)
    module = "pose_lib.data.photos.dataset"

    def __post_init__(self) -> None:
        """Check every field, and bring it to its type."""
        from pose_lib.data.photos.cards import PHOTO_SETS
        from pose_lib.data.photos.dataset import crops_of, require

        if self.dataset not in PHOTO_SETS:
            raise KeyError(f"no data set of photographs {self.dataset!r}; there are: {', '.join(PHOTO_SETS)}")
        crops = crops_of(self.dataset)
        _set(self, crop=self.crop or crops[0], data_root=_absolute(self.data_root))
        _check_choice(self.dataset, "crop", self.crop, crops)
        _set(self, size=_at_least_one("size", self.size))
        require(self.dataset, self.data_root)

    @cached_property
    def folders(self) -> dict[str, Path]:
        """The folder of the data set, or of each member of a union that is there, by name."""
        from pose_lib.data.photos.dataset import require

        return require(self.dataset, self.data_root)

    @cached_property
    def files(self) -> str:
        """A hash of the labels and pictures of each member."""
        return " ".join(f"{name}:{contents_hash(folder, _LABELLED)}" for name, folder in self.folders.items())

    def _members(self) -> tuple[str, ...]:
        return tuple(self.folders)

    def _shown(self) -> str:
        return str(self.crop)


Request = SyntheticRequest | MocapRequest | PhotoRequest
"""Any of the three."""


def sources_of(dataset: str, members: Sequence[str] = ()) -> str:
    """A hash of the code that makes the samples of a data set now.

    Args:
        dataset: its name.
        members: of photographs, the sets that the samples are from.
    """
    code = code_hash(modules_of(_MODULES.get(dataset, PhotoRequest.module), _NOT_DECISIVE))
    facts: list[Any] = []
    if members:
        from pose_lib.data.photos.cards import SETS

        # What decides samples, and lies in a module of words.
        known = [SETS[name] for name in members]
        facts = [(fact.name, fact.skeleton.name, fact.training, fact.centric) for fact in known]
    return digest({"code": code, "facts": facts})[:16]


def _set(request: BaseRequest, **values: Any) -> None:
    for name, value in values.items():
        object.__setattr__(request, name, value)  # the dataclass is frozen, and not yet handed out


def _absolute(data_root: str | Path | None) -> Path | None:
    """The folder as seen from the root; a link keeps its name, by which some data sets are told apart."""
    return Path(data_root).expanduser().absolute() if data_root and str(data_root) else None


def _check_choice(dataset: str, what: str, given: str | None, valid: tuple[str, ...]) -> None:
    if given not in valid:
        raise KeyError(f"{dataset} has no {what} {given!r}; it has: {', '.join(valid)}")


def _at_least_one(name: str, value: int) -> int:
    number = operator.index(value)
    if number < 1:
        raise ValueError(f"{name} must be at least 1, not {value}")
    return number
