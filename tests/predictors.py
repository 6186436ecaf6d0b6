"""A predictor of known answers, and exported networks with random weights, for tests that train nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from pose_lib.bench.predictor import Answer, Facts, Predictor
from pose_lib.bench.release import write_release
from pose_lib.papers import find
from pose_lib.papers._serving import part_of

NUMBERS: dict[str, dict[str, Any]] = {
    "li_chan": {"widths": (16, 12), "pixel": 1.0, "scale": 500.0},
    "park": {"width": 16, "first": 2, "dropout": 0.1, "gain": 0.01, "torso": 250.0, "norm": 1500.0},
    "hmlpe": {"widths": (16, 12), "gain": 0.1},
}
WINDOWS = {"li_chan": (64, 56), "park": (96, 86), "hmlpe": (64, 56)}
CARD = {"limits": ["It knows nothing."], "system": "none", "paper": "none"}


def facts(paper: str = "li_chan", **changed: Any) -> Facts:
    size, window = WINDOWS[paper]
    given: dict[str, Any] = {
        "paper": paper,
        "system": "a system",
        "skeleton_name": "stickmen8" if paper == "hmlpe" else "h36m17",
        "sides": "observer" if paper == "hmlpe" else "person",
        "size": size,
        "window": window,
        "shows": "the whole body",
        "margin": 0.12,
        "numbers": NUMBERS[paper],
    }
    return Facts(**given | changed)


class Known(Predictor):
    """Sees every joint at the same place of its window, whatever it is shown; remembers what that was."""

    def __init__(self, facts: Facts, place: tuple[float, float] = (28.0, 14.0)) -> None:
        super().__init__(facts)
        self.layer = nn.Linear(40, 40)
        self.place = place
        self.shown: list[Tensor] = []

    @classmethod
    def of(cls, experiment: Any) -> Known:
        raise NotImplementedError

    def answer(self, x: Tensor) -> Answer:
        self.shown.append(x)
        count = len(self.facts.skeleton)
        flat = torch.tensor(self.place).expand(len(x), count, 2)
        deep = torch.linspace(-500, 500, 3 * count).view(1, count, 3).expand(len(x), -1, -1)
        return Answer(flat, deep)


def exported(paper: str, file: Path) -> Path:
    """An exported network of a paper with random weights."""
    torch.manual_seed(0)
    predictor: Predictor = part_of(find(paper))(facts(paper))
    return write_release(predictor, CARD, file)
