"""The papers' own numbers, as data with their source: facts to compare with, never results of ours."""

from __future__ import annotations

import pandas as pd

from pose_lib.bench.published.deeppose import DEEPPOSE
from pose_lib.bench.published.hmlpe import HMLPE
from pose_lib.bench.published.li_chan import LI_CHAN
from pose_lib.bench.published.number import SIX, Published
from pose_lib.bench.published.park import PARK
from pose_lib.bench.published.tekin import TEKIN

__all__ = ["PUBLISHED", "SIX", "Published", "published_table"]

PUBLISHED: tuple[Published, ...] = (*TEKIN, *LI_CHAN, *HMLPE, *PARK, *DEEPPOSE)


def published_table(paper: str, table: str) -> pd.DataFrame:
    """One printed table in long form: system, action, metric, value, unit, note.

    Raises:
        KeyError: the paper has no such table here; lists those it has.
    """
    rows = [vars(p) for p in PUBLISHED if p.paper == paper and p.table == table]
    if not rows:
        known = sorted({f"{p.paper} {p.table}" for p in PUBLISHED})
        raise KeyError(f"no {table} of {paper}; there are: {', '.join(known)}")
    return pd.DataFrame(rows).drop(columns=["paper", "table"])
