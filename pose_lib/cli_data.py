"""The command ``pose-lib data``: check what is kept, and prepare data sets."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import _SubParsersAction

__all__ = ["add", "run"]


def add(
    commands: _SubParsersAction[argparse.ArgumentParser],
) -> _SubParsersAction[argparse.ArgumentParser]:
    """Add the command with what it can do; returns where more can be added."""
    data = commands.add_parser("data", help="get, prepare and check data sets")
    what = data.add_subparsers(dest="what", required=True)
    verify = what.add_parser("verify", help="compare every file of the cache and the runs with its checksum")
    verify.add_argument("dataset", nargs="?", choices=("human3.6m",), help="check this data set instead")
    verify.add_argument("--decode", action="store_true", help="decode every picture as well")
    prepare = what.add_parser("prepare", help="cut all crops of a data set once, or resume it")
    prepare.add_argument("dataset", choices=("human3.6m",))
    prepare.add_argument("--workers", type=int, default=None, help="processes; one per core by default")
    prepare.add_argument("--skip-damaged", action="store_true", help="leave out views that are damaged")
    prepare.add_argument("--estimate", action="store_true", help="only say what it would take")
    for command in (verify, prepare):
        command.add_argument("--root", type=Path, default=None, help="folder of the data set's files")
        command.add_argument("--size", type=int, default=128, help="side of a crop: 128 or 256 pixels")
        command.add_argument("--step", type=int, default=1, help="every how many frames at 50 Hz")
        command.add_argument("--subjects", nargs="+", default=(), help="all by default")
        command.add_argument("--actions", nargs="+", default=(), help="all by default")
    fetch = what.add_parser("fetch", help="download a free data set from its home")
    fetch.add_argument("name", choices=["cmu"], help="CMU's motion capture")
    fetch.add_argument("--subjects", nargs="+", type=int, default=[], help="numbers of CMU")
    fetch.add_argument("--actions", nargs="+", default=[], help="such as Walking; all by default")
    fetch.add_argument("--root", type=Path, default=Path("cmu"), help="folder for the files; default: cmu")
    fetch.add_argument("--list", action="store_true", help="show the files and their sizes only")
    fetch.add_argument("--accept-changed", action="store_true", help="also take files with another hash")
    return what


def run(chosen: argparse.Namespace) -> int:
    """Do what :func:`add` has let a user choose; returns the exit status."""
    if chosen.what == "fetch":
        return _fetch(chosen)
    if chosen.what == "prepare":
        from pose_lib.data.human36m.commands import prepare_all

        return prepare_all(chosen)
    if chosen.dataset == "human3.6m":
        from pose_lib.data.human36m.commands import verify_all

        return verify_all(chosen)
    return _verify()


def _fetch(chosen: argparse.Namespace) -> int:
    from pose_lib.data.mocap import cmu
    from pose_lib.data.mocap.describe import CMU_TERMS

    print(CMU_TERMS, flush=True)
    files = cmu.plan(cmu.wanted(chosen.subjects, chosen.actions), chosen.root)
    for file in files:
        size = "not there" if file.size is None else f"{file.size / 1e6:.2f} MB"
        print(f"{size:>10}  {file.name}{'  (here already)' if file.there else ''}")
    missing = sum(file.size or 0 for file in files if not file.there)
    print(f"{missing / 1e6:.1f} MB to download to {chosen.root}", flush=True)
    if not chosen.list:
        cmu.fetch(files, chosen.root, accept_changed=chosen.accept_changed)
        print(f"Use it: pose-lib run tekin_ae -p dataset mocap -p data_root {chosen.root} -p action Walking")
    return 0


def _verify() -> int:
    from pose_lib.bench.upkeep import damaged

    count, wrong = 0, []
    for folder, what in damaged():
        count += 1
        print(f"{'damaged' if what else 'whole  '}  {folder}", flush=True)
        wrong += [what] if what else []
    for what in wrong:
        print(f"pose-lib: {what}", file=sys.stderr)
    print(f"{count} folders, {len(wrong)} damaged")
    return int(bool(wrong))
