"""The tables of the Park chapter beside those that every chapter has."""

from __future__ import annotations

import pandas as pd

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.published import published_table
from pose_lib.bench.rows import Key, label, pick, systems_of
from pose_lib.book.result_tables import main_table
from pose_lib.papers._beside import beside
from pose_lib.papers.park import PAPER
from pose_lib.papers.park.published import OF_TABLE_2, PUBLISHED, ranks

__all__ = ["measured", "printed_ranks", "root_spread", "table_2"]

_TEKIN = "Ours, fine-tuned"
_OTHERS: dict[str, Key] = {
    "linkde": "LinKDE",
    "li_chan": "DconvMP-HML",
    "structnet": ("StructNet-Avg", "1.5 %"),
    "tekin_ae": _TEKIN,
}
"""Room to its system with which the paper compares, in Table 1."""
_PRINTED_NAME: dict[Key, str] = {
    "DconvMP-HML": "Li and Chan",
    ("StructNet-Avg", "1.5 %"): "StructNet",
    _TEKIN: "Tekin, auto-encoder",
}

_MEASURED = {
    "place-error": "2D error (% of the crop)",
    "degenerate-torsos": "torsos too short to give a size",
    "loss-3d-train": "3D loss, training subjects",
    "loss-3d-test": "3D loss, test subjects",
}


def table_2(evidence: Evidence, stored: Evidence) -> pd.DataFrame:
    """MPJPE in mm of every system: this run, stored runs, and Table 2 as printed (on Human3.6M).

    Below them stand those with which the paper compares: stored rows of their own chapters, and what Table 1
    prints of them on the same actions. The printed *StructNet* ends with a particle filter, ours without.
    """
    names = [_PRINTED_NAME.get(key, label(key)) for key in _OTHERS.values()]
    table_1 = published_table(PUBLISHED, "Table 1")
    quoted = table_1[table_1["system"].isin(names) & table_1["action"].isin(OF_TABLE_2)]
    printed = pd.concat([published_table(PUBLISHED, "Table 2"), quoted])
    for room, system in _OTHERS.items():
        stored = beside(stored, room, (system,))
    systems = (*PAPER.systems, *_OTHERS.values())
    table = main_table(evidence, stored, systems, printed, names=_PRINTED_NAME)
    return table.rename(index={_TEKIN: _PRINTED_NAME[_TEKIN]})  # "ours" of another chapter


def measured(rows: pd.DataFrame) -> pd.DataFrame:
    """What was measured of each network beside its poses: one line per network, one column per metric."""
    table = {
        label(key): {title: pick(rows, key, metric)["value"].mean() for metric, title in _MEASURED.items()}
        for key in systems_of(rows, "loss-3d-test")
    }
    return pd.DataFrame(table).T


def root_spread(rows: pd.DataFrame) -> pd.DataFrame:
    """How far the poses of the roots lie from their average, in mm, of each network with several roots."""
    found = {label(key): pick(rows, key, "head-spread").iloc[0] for key in systems_of(rows, "head-spread")}
    return pd.DataFrame(found).T[["value", "low", "high"]].astype(float)


def printed_ranks() -> pd.DataFrame:
    """How often each method of the printed Table 1 that reports all actions is best and second best."""
    table = published_table(PUBLISHED, "Table 1")
    means = table[table["action"] != "Average"].groupby("system")["value"].mean().round(2)
    printed = table[table["action"] == "Average"].set_index("system")["value"]
    found = ranks()
    return found.assign(
        **{"mean of the 15 (mm)": means.loc[found.index], "printed average (mm)": printed.loc[found.index]}
    )
