"""The claims of all papers, judged by the stored runs."""

from __future__ import annotations

from collections.abc import Sequence

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.ledger import Entry, entries_of
from pose_lib.bench.paper import Paper
from pose_lib.papers import all_papers, stored

__all__ = ["all_entries", "stored_evidence"]


def stored_evidence(rooms: Sequence[Paper] | None = None) -> dict[str, Evidence]:
    """The stored runs of all papers, or of some rooms, by the name of the paper."""
    return {room.name: stored(room.name) for room in rooms or all_papers()}


def all_entries(evidence: dict[str, Evidence]) -> tuple[Entry, ...]:
    """The claims of all papers in the order of these, judged by the evidence of all, by their names."""
    return tuple(
        entry
        for room in all_papers()
        for entry in entries_of(room, evidence[room.name], {name: evidence[name] for name in room.rivals})
    )
