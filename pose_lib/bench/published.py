"""The papers' own numbers, as data with their source: facts to compare with, never results of ours."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

__all__ = ["PUBLISHED", "Published", "published_table"]


@dataclass(frozen=True)
class Published:
    """One printed number."""

    paper: str
    """The notebook of the paper that prints it."""
    table: str
    system: str
    action: str
    metric: str
    value: float
    unit: str
    note: str = ""


_SIX = ("Discussion", "Eating", "Greeting", "TakingPhoto", "Walking", "WalkingDog")
_TEKIN_1 = {
    "LinKDE": (183.09, 132.50, 162.27, 206.45, 97.07, 177.84),
    "DconvMP-HML": (148.79, 104.01, 127.17, 189.08, 77.60, 146.59),
    "StructNet-Max": (149.09, 109.93, 136.90, 179.92, 83.64, 147.24),
    "StructNet-Avg": (134.13, 97.37, 122.33, 166.15, 68.51, 132.51),
    "Ours": (129.06, 91.43, 121.68, 162.17, 65.75, 130.53),
}
_TEKIN_2 = {
    "KDE": (1.02, 7.18, 16.43),
    "CNN": (0.57, 6.86, 14.97),
    "Ours, no fine-tuning": (0.62, 5.30, 11.99),
    "Ours, fine-tuned": (0.77, 5.43, 11.90),
}
_NOTES = {"StructNet-Avg": "the variant Avg(500)-APF of Li, Zhang & Chan 2015"}

PUBLISHED: tuple[Published, ...] = (
    *(
        Published("tekin_ae", "Table 1", system, action, "mpjpe", value, "mm", _NOTES.get(system, ""))
        for system, values in _TEKIN_1.items()
        for action, value in zip(_SIX, values, strict=True)
    ),
    *(
        Published(
            "tekin_ae",
            "Table 2",
            system,
            "not stated",
            f"limb-ratio-{part}",
            value,
            "sum of logs",
            "reading not stated",
        )
        for system, values in _TEKIN_2.items()
        for part, value in zip(("lower", "upper", "full"), values, strict=True)
    ),
)


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
