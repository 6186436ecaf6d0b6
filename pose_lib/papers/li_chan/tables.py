"""The tables of the Li & Chan chapter: Table 1 beside the printed one, and rows of the chapter's probes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import torch
from torch import Tensor

from pose_lib.bench.claim import Constant
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.published import published_table
from pose_lib.bench.rows import Key, labels_of
from pose_lib.book.result_tables import main_table
from pose_lib.models.weight_structure import Similarity
from pose_lib.papers._beside import beside
from pose_lib.papers.li_chan import PAPER
from pose_lib.papers.li_chan.claims import CLAIMS
from pose_lib.papers.li_chan.probes import SPREAD_PAIRS
from pose_lib.papers.li_chan.published import PUBLISHED

__all__ = ["DIFFERENCES", "probe_table", "similarity_table", "step_table", "table_1"]

DIFFERENCES: tuple[tuple[Key, Key, str], ...] = (
    *dict.fromkeys(  # claims share comparisons
        (t.first, t.second, t.metric)
        for claim in CLAIMS
        for t in claim.comparisons
        if t.metric == "mpjpe" and not (t.of or t.actions or isinstance(t.second, Constant))
    ),
    *((first, second, "mpjpe-std") for first, second in SPREAD_PAIRS),
)
"""First system, second system and metric of the differences that the page shows of its own run."""

_SYSTEMS: tuple[Key, ...] = (*PAPER.systems, "LinKDE")


def table_1(evidence: Evidence, stored: Evidence) -> pd.DataFrame:
    """MPJPE and, in brackets, its standard deviation over the samples, as Table 1 of the paper has them.

    Stored rows of *LinKDE* are those of its own chapter.
    """
    printed = published_table(PUBLISHED, "Table 1")
    stored = beside(stored, "linkde", ("LinKDE",))
    table = main_table(evidence, stored, _SYSTEMS, printed, spread=True)
    spread = printed[printed["metric"] == "mpjpe-std"].set_index(["system", "action"])["value"]
    for column in table.attrs["published"]:
        action = column.removesuffix(", printed")
        found = [spread.get((name, action)) for name in table.index]
        table[column] = [
            mean if std is None else f"{mean} ({std:.2f})"
            for mean, std in zip(table[column], found, strict=True)
        ]
    return table


def probe_table(evidence: Evidence, metrics: Sequence[str]) -> pd.DataFrame:
    """The rows of some metrics, values and differences, one line each with its interval."""
    rows = evidence.rows[evidence.rows["metric"].isin(metrics)]
    shown = ["metric"] * (len(metrics) > 1) + ["value", "low", "high"]
    return rows[shown].set_axis(labels_of(rows))


def step_table(seconds: Mapping[str, Tensor]) -> pd.DataFrame:
    """The median time of one training step, one line per kind."""
    lines = {kind: {"milliseconds per step": 1000 * float(s.median())} for kind, s in seconds.items()}
    return pd.DataFrame(lines).T


def similarity_table(similarity: Similarity) -> pd.DataFrame:
    """The similarity of the weights and the true joints, and where 95 % of the random orders lie."""
    low, high = similarity.chance.quantile(torch.tensor([0.025, 0.975]).double()).tolist()
    line = {"similarity": similarity.score, "by chance, low": low, "by chance, high": high}
    return pd.DataFrame({"weights and true joints": line}).T
