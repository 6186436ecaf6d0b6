"""The tables of the StructNet chapter: Table 1 beside the printed one, ablations, and who quotes what."""

from __future__ import annotations

import pandas as pd

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.published import SIX, published_table
from pose_lib.bench.rows import Key
from pose_lib.book.result_cells import cell, columns
from pose_lib.book.result_tables import main_table
from pose_lib.papers.park.published import PUBLISHED as PARK
from pose_lib.papers.structnet import PAPER
from pose_lib.papers.structnet.published import ABLATIONS, AS_PRINTED, HIDDEN, PUBLISHED
from pose_lib.papers.tekin_ae.published import PUBLISHED as TEKIN

__all__ = ["embeddings", "printed_table", "quoted", "table_1"]

_MAX, _AVG = "StructNet-Max", "StructNet-Avg"
_PRINTED: dict[Key, str] = {key: names[0] for key, names in AS_PRINTED.items()}
_NOT_RUN = ("Avg(500)-APF", "Avg(1500)-APF")


def table_1(evidence: Evidence, stored: Evidence) -> pd.DataFrame:
    """MPJPE in mm of every system: this run, stored runs, and Table 1 as printed (on Human3.6M)."""
    systems: tuple[Key, ...] = (*PAPER.systems, *_NOT_RUN, (_MAX, "no auxiliary task"))
    printed = published_table(PUBLISHED, "Table 1")
    actions = ("Walking", "Discussion", "All")
    return main_table(evidence, stored, systems, printed, names=_PRINTED, actions=actions)


def embeddings(evidence: Evidence, stored: Evidence) -> pd.DataFrame:
    """MPJPE in mm of *Max* by the form of the pose's embedding, beside the printed errors on all actions."""
    printed = published_table(PUBLISHED, ABLATIONS).set_index("system")["value"]
    ours = columns(evidence, stored)
    table = {}
    for form, value in printed.items():
        key: Key = _MAX if form == "2 layers" else (_MAX, str(form))
        line = {title: cell(part, key, "mpjpe") for title, part in ours}
        table[form] = {"All, printed": f"{value:.2f}"} | line
    return pd.DataFrame(table).T


def printed_table(name: str = "Table 1") -> pd.DataFrame:
    """One printed table, systems by actions, MPJPE in mm; standard deviations left out."""
    found = published_table(PUBLISHED, name)
    found = found[found["metric"] == "mpjpe"]
    last = "Average" if name == HIDDEN else "All"
    actions = [*sorted(set(found["action"]) - {last}), last]
    table = found.pivot(index="system", columns="action", values="value")
    return table.loc[list(dict.fromkeys(found["system"])), actions]


def quoted() -> pd.DataFrame:
    """What Tekin et al. and Park et al. print of this method, under the rows of Table 1 that they quote."""
    own = published_table(PUBLISHED, "Table 1")
    tekin, park = published_table(TEKIN, "Table 1"), published_table(PARK, "Table 1")
    rows = {
        "Max": own[own["system"] == "Max"],
        "StructNet-Max in Tekin et al.": tekin[tekin["system"] == "StructNet-Max"],
        "Avg(500)-APF": own[own["system"] == "Avg(500)-APF"],
        "StructNet-Avg in Tekin et al.": tekin[tekin["system"] == "StructNet-Avg"],
        "Avg(1500)-APF": own[own["system"] == "Avg(1500)-APF"],
        "StructNet in Park et al.": park[park["system"] == "StructNet"],
    }
    lines = {
        name: part[part["metric"] == "mpjpe"].set_index("action")["value"].reindex(list(SIX))
        for name, part in rows.items()
    }
    return pd.DataFrame(lines).T
