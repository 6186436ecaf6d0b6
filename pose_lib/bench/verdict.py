"""The verdict on one clause of a claim: what the interval of an effect decides.

An effect that several seeds show on one action is judged by its 95 % interval over seeds, people and takes:

* **reproduced**: the interval lies on the claimed side of zero; for ``near``, within the margin;
* **contradicted**: it lies on the other side; for ``near``, outside of the margin;
* **no effect**: it contains zero and lies within the margin that the claim's row states beforehand;
* **open**: anything else, and whatever fewer than three seeds show.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pose_lib.bench.claim import Comparison, Recount, Sign
from pose_lib.bench.pooling import Effect

__all__ = ["LEAST_SEEDS", "Clause", "Outcome", "Role", "Verdict", "judge", "worst"]

Role = Literal["counts", "superseded", "beside"]
"""Whether a verdict counts, a longer training of enough seeds counts in its place, or another one does."""
Outcome = Literal["reproduced", "open", "no effect", "contradicted"]
_WORST: tuple[Outcome, ...] = ("contradicted", "no effect", "open", "reproduced")

LEAST_SEEDS = 3
"""With fewer, nothing is decided: the spread of two says next to nothing of other seeds."""
_TOO_MANY = 100


@dataclass(frozen=True)
class Verdict:
    """A clause of a claim on one action: the pooled effect, the margin in its unit, and the outcome."""

    action: str
    effect: Effect | None
    """None where it was not measured."""
    margin: float
    outcome: Outcome
    sign: Sign = "below"
    """Of the comparison."""
    role: Role = "counts"
    """Beside the same clause and action at other shares of the schedule."""

    @property
    def enough(self) -> bool:
        """Whether it has the least number of seeds."""
        return self.effect is not None and self.effect.seeds >= LEAST_SEEDS

    @property
    def wanted(self) -> float:
        """About how many seeds would decide it on the same people and takes; infinite where none would.

        The interval's square is that over people and takes, which stays, and that over seeds, which shrinks
        as their number grows.
        """
        if self.effect is None or self.effect.seeds < LEAST_SEEDS:
            return LEAST_SEEDS
        fixed = self.effect.fixed**2
        if self._enough**2 <= fixed:
            return math.inf
        times = math.ceil((self._half**2 - fixed) / (self._enough**2 - fixed))
        return max(2, times) * self.effect.seeds if times <= _TOO_MANY else math.inf

    @property
    def needs(self) -> str:
        """What an open verdict would take."""
        if self.effect is None:
            return "a run"
        missing = self.wanted - self.effect.seeds
        if math.isinf(missing):
            tiny = self._half > math.sqrt(_TOO_MANY) * self._enough
            return "a larger difference" if tiny else "more test people"
        if self.effect.seeds < LEAST_SEEDS:
            return f"{missing:.0f} more seed{'s' * (missing > 1)}"
        return f"about {self.wanted / self.effect.seeds:.0f} times as many seeds"

    @property
    def _half(self) -> float:
        """Of the interval."""
        assert self.effect is not None
        return (self.effect.high - self.effect.low) / 2

    @property
    def _enough(self) -> float:
        """Half of the widest interval around the same value that would decide."""
        assert self.effect is not None
        value, margin = abs(self.effect.value), 0.0 if math.isnan(self.margin) else self.margin
        inside = margin - value
        return max(1e-12, inside, -inside if self.sign == "near" else value)


@dataclass(frozen=True)
class Clause:
    """One test of a claim at a setting, on all actions that it is asked on."""

    test: Comparison | Recount
    verdicts: tuple[Verdict, ...]
    outcome: Outcome

    @property
    def passed(self) -> bool:
        """Of a check: whether runs of enough seeds pass it on each action on which there are such runs."""
        asked = [v for v in self.verdicts if v.enough]
        return bool(asked) and all(v.outcome == "reproduced" for v in asked)

    @property
    def words(self) -> str:
        """Which test it is, and where it came out so."""
        if isinstance(self.test, Recount):
            return self.test.words
        named = [v for v in self.verdicts if v.outcome == self.outcome]
        where = [v.action + (f" ({v.needs})" if self.outcome == "open" else "") for v in named]
        what = f"{self.test.title}, {self.test.metric}"
        if self.outcome == "no effect":
            what += f" (not larger than {100 * self.test.margin:.2g} %)"
        return f"{what}: {', '.join(where)}" if where else what


def judge(test: Comparison, effect: Effect | None) -> Outcome:
    """What the interval of an effect decides.

    An effect on the claimed side that is smaller than the margin is still reproduced; its size is stated.
    Where both systems give the same on every sample, the interval has no width, and there is no effect.
    """
    if effect is None or effect.seeds < LEAST_SEEDS:
        return "open"
    margin, (low, high) = test.margin * abs(effect.reference), (effect.low, effect.high)
    within = low == high == 0 or (-margin <= low and high <= margin)
    if test.sign == "near":
        if within:
            return "reproduced"
        return "contradicted" if high < -margin or low > margin else "open"
    if test.sign == "above":
        low, high = -high, -low
    if high < 0:
        return "reproduced"
    if low > 0:
        return "contradicted"
    return "no effect" if within else "open"


def worst(outcomes: Sequence[Outcome], most: bool = False) -> Outcome:
    """The worst of several outcomes, open if there are none.

    The order is contradicted, no effect, open, reproduced. With ``most``, the one that more than half of them
    have, else open.
    """
    if most:
        return next((o for o in _WORST if 2 * outcomes.count(o) > len(outcomes)), "open")
    return next((o for o in _WORST if o in outcomes), "open")
