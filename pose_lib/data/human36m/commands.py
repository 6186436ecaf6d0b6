"""What ``pose-lib data prepare human3.6m`` and ``pose-lib data verify human3.6m`` do."""

from __future__ import annotations

import argparse

from pose_lib.data.human36m.crops import stored_size
from pose_lib.data.human36m.dataset import needs
from pose_lib.data.human36m.layouts import missing_lines, require_source
from pose_lib.data.human36m.names import RECORDED_ACTIONS, RECORDED_SUBJECTS
from pose_lib.data.human36m.plans import Plan, plans, prepared
from pose_lib.data.human36m.prepare import estimate, prepare
from pose_lib.data.human36m.verify import report
from pose_lib.data.human36m.views import Source
from pose_lib.data.request import sources_of

__all__ = ["prepare_all", "verify_all"]


def prepare_all(chosen: argparse.Namespace) -> int:
    """Say what it takes, and cut the crops of what was chosen; returns the exit status."""
    source, todo = _chosen(chosen)
    print(f"{source.root}: layout {source.layout}, {len(source.views)} views")
    if source.missing:
        print(f"missing, and left out:\n{missing_lines(source)}")
    lacking = [plan for plan in todo if prepared(plan) is None]
    print(estimate(lacking, chosen.workers) if lacking else "all of it is prepared", flush=True)
    if not chosen.estimate:
        for line in prepare(todo, workers=chosen.workers, skip_damaged=chosen.skip_damaged):
            print(f"left out: {line}")
    return 0


def verify_all(chosen: argparse.Namespace) -> int:
    """Say what is complete, damaged and known to be wrong; the exit status is 1 where anything is damaged."""
    source, todo = _chosen(chosen)
    lines, damaged = report(source, todo, decode=chosen.decode)
    print("\n".join(lines))
    return int(damaged)


def _chosen(chosen: argparse.Namespace) -> tuple[Source, list[Plan]]:
    for what, given, known in (
        ("subject", chosen.subjects, RECORDED_SUBJECTS),
        ("action", chosen.actions, RECORDED_ACTIONS),
    ):
        for name in given:
            if name not in known:
                raise ValueError(f"no {what} {name!r}; there are: {', '.join(known)}")
    if chosen.step < 1 or stored_size(chosen.size) != chosen.size:
        raise ValueError(
            f"size is {chosen.size} and step {chosen.step}; size can be 128 or 256, step 1 or more"
        )
    source = require_source(chosen.root)
    needs(source)
    code = sources_of("human3.6m")
    return source, plans(source, chosen.size, chosen.step, code, chosen.subjects, chosen.actions)
