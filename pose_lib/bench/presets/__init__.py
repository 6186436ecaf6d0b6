"""How much of an experiment is run: smoke for tests, quick by default, long for verdicts, paper for a GPU."""

from __future__ import annotations

from collections.abc import Mapping

from pose_lib.bench.presets.common import Preset
from pose_lib.bench.presets.deeppose import DEEPPOSE
from pose_lib.bench.presets.hmlpe import HMLPE
from pose_lib.bench.presets.li_chan import LI_CHAN
from pose_lib.bench.presets.park import PARK
from pose_lib.bench.presets.tekin import TEKIN

__all__ = ["PRESETS", "Preset"]

PRESETS: Mapping[str, Mapping[str, Preset]] = {
    "tekin_ae": TEKIN,
    "li_chan": LI_CHAN,
    "hmlpe": HMLPE,
    "park": PARK,
    "deeppose": DEEPPOSE,
}
"""For each paper its presets by name."""
