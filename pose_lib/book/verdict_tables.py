"""Tables of verdicts, of the comparisons behind them, and of the runs that they come from."""

from __future__ import annotations

import pandas as pd

from pose_lib.bench.evidence import Evidence
from pose_lib.book.result_tables import with_bounds

__all__ = ["claims_table", "details_table", "stored_summary"]


def stored_summary(stored: Evidence) -> pd.DataFrame:
    """Where the stored rows come from: one line per run."""
    rows = stored.rows
    if not len(rows):
        return pd.DataFrame({"note": ["no stored run"]})
    run = ["dataset", "action", "preset", "seed", "controls", "precision"]
    run += ["budget"] if (rows["budget"] != 1).any() else []
    made = ["date", "commit", "processor", "threads", "torch"]
    return rows[[*run, *made]].drop_duplicates().reset_index(drop=True)


def claims_table(claims: pd.DataFrame) -> pd.DataFrame:
    """One line per claim: what it says, what was printed, the verdict, and what the verdict cannot say."""
    if not len(claims):
        return pd.DataFrame({"note": ["no claim"]})
    table = claims.set_index("claim")[["says", "published", "outcome", "limits"]]
    return table.rename(columns={"says": "it says", "published": "printed", "outcome": "verdict"})


def details_table(details: pd.DataFrame) -> pd.DataFrame:
    """One line per comparison and action: the pooled difference with its interval, and what it decides."""
    if not len(details):
        return pd.DataFrame({"note": ["no stored run decides any claim"]})
    intervals = [
        with_bounds(d["difference"], d["low"], d["high"], "+.3g") for d in details.to_dict("records")
    ]
    table = details.assign(difference=intervals)
    shown = ["claim", "action", "comparison", "metric", "difference", "seeds", "outcome"]
    return table[shown].rename(columns={"comparison": "first - second"}).set_index("claim")
