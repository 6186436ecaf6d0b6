"""All claims of all papers."""

from __future__ import annotations

from pose_lib.bench.claims.claim import Claim
from pose_lib.bench.claims.deeppose import DEEPPOSE
from pose_lib.bench.claims.hmlpe import HMLPE
from pose_lib.bench.claims.li_chan import LI_CHAN
from pose_lib.bench.claims.park import PARK
from pose_lib.bench.claims.tekin import TEKIN

__all__ = ["CLAIMS"]

CLAIMS: tuple[Claim, ...] = (*TEKIN, *LI_CHAN, *HMLPE, *PARK, *DEEPPOSE)
