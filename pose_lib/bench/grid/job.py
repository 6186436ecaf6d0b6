"""A job of a grid: one run of one notebook, as a user would start it by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pose_lib.bench.in_force import preset_in_force
from pose_lib.bench.paper import Paper
from pose_lib.bench.presets import Preset
from pose_lib.data.catalog import SEQUENCE_SETS
from pose_lib.paths import path_name
from pose_lib.storage import digest

__all__ = ["Job"]

Value = str | int | float | bool


@dataclass(frozen=True, kw_only=True)
class Job:
    """The parameters of a run that a grid varies."""

    paper: str
    dataset: str
    action: str
    preset: str
    budget: float = 1
    seed: int = 0
    controls: bool = False
    device: str = "cpu"
    data_root: str = ""

    @property
    def name(self) -> str:
        """A path without an ending that tells the job from all others of a grid."""
        words = [self.dataset, self.action, self.preset]
        words += [f"budget{self.budget:g}"] if self.budget != 1 else []
        words += [f"s{self.seed}"]
        words += ["controls"] if self.controls else []
        return f"{path_name(self.paper)}/{path_name('-'.join(words))}"

    def parameters(self) -> dict[str, Value]:
        """Those of the notebook."""
        given: dict[str, Value] = {
            "dataset": self.dataset,
            "action": self.action,
            "preset": self.preset,
            "budget": self.budget,
            "seed": self.seed,
            "controls": self.controls,
            "device": self.device,
        }
        return given | ({"data_root": self.data_root} if self.data_root else {})

    def arguments(self) -> list[str]:
        """What follows ``pose-lib run`` or ``pose-lib data make``."""
        words = [self.paper]
        for name, value in self.parameters().items():
            words += ["-p", name, str(value).lower() if isinstance(value, bool) else str(value)]
        return words

    def data(self, papers: Mapping[str, Paper]) -> str:
        """A name of the data set that the job asks for: jobs with the same name share it."""
        preset = self.sizes(papers)
        asked: list[object] = [self.dataset, self.action, preset.size, self.data_root]
        if self.dataset in SEQUENCE_SETS:
            asked += [preset.step, preset.test_step, preset.seconds]
        else:
            asked += [preset.crop]
        return path_name(f"{self.dataset}-{self.action}-{preset.size}px-{digest(asked)[:8]}")

    def sizes(self, papers: Mapping[str, Paper]) -> Preset:
        """Sizes and schedules in force."""
        return preset_in_force(papers[self.paper], self.preset, self.dataset, self.budget)
