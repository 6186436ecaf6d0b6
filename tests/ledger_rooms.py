"""Two made-up papers with claims, and stored rows that decide them in every way."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.ledger import Entry, entries_of
from pose_lib.bench.rows import Key, constant_row, frame

_FIRST = '''
"""A made-up paper."""

from pose_lib.bench.claim import Claim, Recount, below
from pose_lib.bench.ledger import Remark
from pose_lib.bench.paper import Paper

PAPER = Paper(name="ledger_first", module=__name__, title="First <b>", cited_as="First & Co 2014")
CLAIMS = (
    Claim("A-1", "It <i>helps</i>.", "By 10 %.", (below("good", "CNN", "mpjpe", 0.05),)),
    Claim("A-2", "It helps twice.", "-", (below("good", "CNN", "mpjpe"), below("bad", "CNN", "mpjpe"))),
    Claim("A-3", "It helps a little.", "-", (below("same", "CNN", "mpjpe", 0.05),)),
    Claim("A-4", "It was never run.", "-", (below("never", "CNN", "mpjpe"),)),
    Claim("A-5", "Nothing tests it.", "-", ()),
    Claim("A-6", "It must be.", "-", (below("good", "CNN", "mpjpe", check=True),)),
    Claim("A-7", "The table says so.", "-", (Recount("printed ranks", lambda: True),)),
)
REMARKS = {"A-2": Remark("The bad one was trained too briefly.", shown="Look inside")}
'''
_SECOND = '''
"""Another made-up paper, without remarks."""

from pose_lib.bench.claim import Claim, below
from pose_lib.bench.paper import Paper

PAPER = Paper(name="ledger_second", module=__name__, title="Second")
CLAIMS = (Claim("B-1", "It helps on photographs.", "-", (below("good", "CNN", "mpjpe", datasets=("lsp",)),)),)
'''


def rows(
    key: Key,
    values: Sequence[float],
    dataset: str = "synthetic",
    *,
    metric: str = "mpjpe",
    against: Key = "CNN",
    **given: object,
) -> pd.DataFrame:
    """Differences to another system, whose own value is 100: one run per value, intervals of one unit.

    ``given`` are columns of the runs, such as their preset.
    """
    parts = []
    for seed, value in enumerate(values):
        difference = constant_row(key, metric, "p", value, interval=(value - 1, value + 1), against=against)
        about = {"dataset": dataset, "action": "all", "preset": "long", "budget": 1.0}
        about |= {"precision": "bf16", "seed": seed, "controls": False, "date": "2026-01-02"} | given
        parts.append(
            frame([difference, constant_row(against, metric, "p", 100.0)]).assign(
                **about, fingerprint="-".join([str(seed), dataset, *map(str, given.values())])
            )
        )
    return pd.concat(parts, ignore_index=True)


def evidence(*parts: pd.DataFrame) -> Evidence:
    return Evidence(pd.concat(parts, ignore_index=True) if parts else pd.DataFrame())


def made_up(folder: Path, patch: pytest.MonkeyPatch) -> tuple[Entry, ...]:
    """The entries of both papers: with the outcomes of the words of their claims."""
    patch.syspath_prepend(str(folder))
    found: list[Entry] = []
    stored = {
        "ledger_first": evidence(
            rows("good", (-10.0, -10.2, -9.8)), rows("bad", (9.0, 9.1, 8.9)), rows("same", (0.1, 0.0, -0.1))
        ),
        "ledger_second": evidence(rows("good", (-10.0, -10.2, -9.8), "lsp")),
    }
    for name, source in (("ledger_first", _FIRST), ("ledger_second", _SECOND)):
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
        importlib.invalidate_caches()
        patch.delitem(importlib.sys.modules, name, raising=False)
        found += entries_of(importlib.import_module(name).PAPER, stored[name], {})
    return tuple(found)
