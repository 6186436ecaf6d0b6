"""Runs of grids that never ran: their rows and their jobs."""

from __future__ import annotations

import pandas as pd

from pose_lib.bench.fingerprint import settings_hash
from pose_lib.bench.grid.job import Job
from pose_lib.bench.grid.rates import measured
from pose_lib.bench.machine import provenance
from pose_lib.bench.rows import constant_row, frame
from pose_lib.papers import all_papers

__all__ = ["PAPERS", "job", "row", "table"]

PAPERS = {paper.name: paper for paper in all_papers()}
WORK = {
    "network-images": 7200.0,
    "network-seconds": 36.0,
    "training-seconds": 3.6,
    "other-seconds": 18.0,
    "run-megabytes": 100.0,
}


def row(paper: str = "direct", preset: str = "long", budget: float = 0.01, **about: object) -> pd.DataFrame:
    """The rows of one run on this machine."""
    found = [constant_row("Run", metric, "p", value, 1) for metric, value in WORK.items()]
    found += [
        constant_row(f"{split} data", f"count: {kind}", "p", 0, total)
        for split in ("training", "test")
        for kind, total in (("samples", 1000), ("joints", 17_000))
    ]
    columns = {
        "paper": paper,
        "dataset": "synthetic",
        "action": "Walking",
        "preset": preset,
        "budget": budget,
        "controls": False,
        "device": "cpu",
        "settings": settings_hash(PAPERS[paper].presets[preset].scaled(budget).settings()),
        "date": "2026-01-01",
        **provenance("cpu"),
        "threads": "1",
        **about,
    }
    return frame(found).assign(**columns, fingerprint="-".join(map(str, columns.values())))


def table(*rows: pd.DataFrame) -> pd.DataFrame:
    return measured(pd.concat(rows, ignore_index=True), all_papers())


def job(paper: str = "direct", preset: str = "long", **about: object) -> Job:
    return Job(paper=paper, dataset="synthetic", action="Walking", preset=preset, **about)  # type: ignore[arg-type]
