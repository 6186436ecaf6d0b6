"""The command ``pose-lib evaluate``: the book's tables for anybody's poses."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from pose_lib.data.poses import PoseData

__all__ = ["add", "run"]

_AFTERWORD = (
    "predictions.npz holds `predictions` (N, J, D), or several systems as `predictions_NAME`; D is 2 for "
    "pixels and 3 for mm. The truth is `truth` of the same file, of that given by --truth, or the test "
    "samples of --dataset. Beside it may stand subject, action, sequence, camera and frame (N,), by which "
    "intervals resample whole takes."
)


def add(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser(
        "evaluate", help="the book's tables for your own predictions", epilog=_AFTERWORD
    )
    command.add_argument("predictions", type=Path, nargs="?", help=".npz file, as numpy.savez writes it")
    command.add_argument("--protocol", default="", metavar="NAME", help="default: 3d or 2d; --list shows all")
    command.add_argument("--list", action="store_true", help="show the protocols and what they measure")
    command.add_argument("--truth", type=Path, metavar="FILE", help=".npz file with the truth")
    command.add_argument("--dataset", metavar="NAME", help="measure against the test samples of a data set")
    command.add_argument("--action", default="all", help="of the data set; default: all")
    command.add_argument("--data-root", type=Path, help="folder of its files, unless it is rendered")
    command.add_argument("--size", type=int, default=64, help="side of its crops, for 2D poses; default: 64")
    command.add_argument("--seconds", type=float, default=60.0, help="of a generated take; default: 60")
    command.add_argument("--step", type=int, default=100, help="every how many frames at 50 Hz; default: 100")
    command.add_argument(
        "--csv", type=Path, metavar="FILE", help="write the rows there, each with its protocol"
    )


def run(chosen: argparse.Namespace) -> int:
    """Do what :func:`add` has let a user choose; returns the exit status."""
    from pose_lib.bench.own_poses import read_poses
    from pose_lib.bench.protocols import PROTOCOLS, protocol_named
    from pose_lib.bench.rows import frame
    from pose_lib.book.own_tables import own_tables
    from pose_lib.storage import written

    if chosen.list:
        for known in PROTOCOLS:
            print(f"{known.name:16} {known.words}")
        return 0
    if chosen.predictions is None:
        raise ValueError("name the file of the predictions, or --list")
    if chosen.truth and chosen.dataset:
        raise ValueError("--truth and --dataset both name a truth: give one of them")
    poses = read_poses(chosen.predictions, _samples(chosen) if chosen.dataset else chosen.truth)
    scores = poses.scores(protocol_named(chosen.protocol, poses.dimensions))
    rows = frame(scores.rows())
    for title, table in own_tables(poses, scores).items():
        print(f"\n{title}\n{table.to_string()}")
    print("\nProtocols")
    for metric, words in scores.protocols.items():
        print(f"{metric}: {words}")
    if chosen.csv:
        print(written(chosen.csv, lambda part: rows.to_csv(part, index=False)))
    return 0


def _samples(chosen: argparse.Namespace) -> PoseData:
    """The test samples of the data set."""
    from pose_lib.data import catalog

    request = catalog.request(
        chosen.dataset,
        chosen.action,
        size=chosen.size,
        step=chosen.step,
        seconds=chosen.seconds,
        data_root=chosen.data_root,
    )
    return catalog.load(request).split("test")
