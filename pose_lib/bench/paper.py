"""The type of a paper's room: what it is called, which rows it makes, and where its parts lie."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Literal

from pose_lib.bench.claim import Claim
from pose_lib.bench.presets import DEFAULT_PRESETS, Preset, with_equal
from pose_lib.bench.published import Published
from pose_lib.bench.rows import Key
from pose_lib.data.catalog import SEQUENCE_SETS

__all__ = ["BASELINES", "Idea", "Paper"]

BASELINES = ("Mean pose", "Nearest pose")
"""Rows that stand beside every learned method."""


@dataclass(frozen=True)
class Idea:
    """Something that a paper adds, as the comparison that measures it: a system against its own control."""

    name: str
    system: Key
    against: Key
    metric: str = "mpjpe"
    printed: float | None = None
    """The difference in the paper's own numbers, in the unit of the metric, where it prints both."""


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A paper (or any other method) and the notebook that runs it.

    Its module is a package with the parts ``recipe``, ``presets``, ``claims``, ``published``, ``probes`` and
    ``pages``, of which only the first is needed, or one file that holds all it has.
    """

    name: str
    """The notebook's file name without its ending, the folder of its runs, and the key of stored rows."""
    module: str
    """``__name__`` of the package or file that defines it."""
    title: str
    kind: Literal["2d", "3d"] = "3d"
    year: int = 9999
    """Of publication; papers are listed in this order."""
    citation: str = ""
    """Key in ``book/references.bib``."""
    cited_as: str = ""
    """How a docstring names the paper, as in ``Eq. (2), Tekin et al. 2016``."""
    label: str = ""
    """How labels of its equations begin on its page, as in ``author2016-eq2``."""
    datasets: tuple[str, ...] = SEQUENCE_SETS
    systems: tuple[Key, ...] = BASELINES
    """Rows of its main table, in order."""
    compared: tuple[Key, ...] = ()
    """Its systems in comparisons with other papers: the plain network first, the full method last."""
    ideas: tuple[Idea, ...] = ()
    looks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """System to the colour and line it is drawn with in every figure."""

    @property
    def notebook(self) -> str:
        """Path of the notebook from the top of the checkout."""
        return f"notebooks/{self.name}.ipynb"

    @property
    def recipe(self) -> ModuleType:
        """What is trained on what; for a method in one file, that file."""
        return self._part("recipe") or importlib.import_module(self.module)

    @property
    def presets(self) -> Mapping[str, Preset]:
        """Name to sizes and schedules: ``PRESETS`` of the room, or the default ones.

        After them the equal settings of those that have one, ``quick-equal`` of ``quick``.
        """
        found: Mapping[str, Preset] = self._value("presets", "PRESETS", DEFAULT_PRESETS)
        return with_equal(found)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """``CLAIMS`` of the room, or none."""
        found: tuple[Claim, ...] = self._value("claims", "CLAIMS", ())
        return found

    @property
    def rivals(self) -> tuple[str, ...]:
        """Names of the papers whose stored runs its claims are judged against."""
        return tuple(sorted({test.of for claim in self.claims for test in claim.comparisons if test.of}))

    @property
    def published(self) -> tuple[Published, ...]:
        """``PUBLISHED`` of the room, the numbers that the paper prints, or none."""
        found: tuple[Published, ...] = self._value("published", "PUBLISHED", ())
        return found

    @property
    def deciding_modules(self) -> tuple[str, ...]:
        """Modules whose code decides the numbers of a run: the recipe and the probes."""
        parts = tuple(f"{self.module}.{part}" for part in ("recipe", "probes") if self._has(part))
        return parts or (self.module,)

    @property
    def all_modules(self) -> tuple[str, ...]:
        """Every part of the room; a page shows them all."""
        parts = ("recipe", "presets", "claims", "published", "probes", "pages")
        return (self.module, *(f"{self.module}.{part}" for part in parts if self._has(part)))

    def _has(self, part: str) -> bool:
        package = importlib.util.find_spec(self.module)
        if package is None or package.submodule_search_locations is None:
            return False
        return importlib.util.find_spec(f"{self.module}.{part}") is not None

    def _part(self, part: str) -> ModuleType | None:
        return importlib.import_module(f"{self.module}.{part}") if self._has(part) else None

    def _value(self, part: str, name: str, default: Any) -> Any:
        module = self._part(part) or importlib.import_module(self.module)
        return getattr(module, name, default)
