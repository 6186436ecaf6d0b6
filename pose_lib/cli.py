"""The command ``pose-lib``: run a notebook, build the book, keep a run's rows."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit status."""
    parser = argparse.ArgumentParser(prog="pose-lib", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run a notebook through papermill, once for the same inputs")
    run.add_argument("notebook", help="its name, such as tekin_ae")
    run.add_argument("--preset", default=None, help="smoke, quick, long or paper")
    run.add_argument(
        "-p",
        nargs=2,
        action="append",
        default=[],
        metavar=("NAME", "VALUE"),
        help="a parameter of the notebook",
    )
    run.add_argument("--keep", action="store_true", help="add the run's rows to results/")
    build = commands.add_parser("build", help="run all notebooks of the book and build its pages")
    build.add_argument("--preset", default="quick")
    keep = commands.add_parser("keep", help="add the rows of a complete run to results/")
    keep.add_argument("folder", type=Path)
    commands.add_parser("list", help="papers, their parameters and presets")
    chosen = parser.parse_args(arguments)
    try:
        return _COMMANDS[chosen.command](chosen)
    except (KeyError, ValueError, OSError, RuntimeError) as error:
        # The message is what a user needs; the traceback is for errors that are not the user's.
        message = error.args[0] if isinstance(error, KeyError) and error.args else error
        print(f"pose-lib: {message}", file=sys.stderr)
        return 1


def _run(chosen: argparse.Namespace) -> int:
    from papermill.exceptions import PapermillExecutionError

    from pose_lib.bench.execute import execute
    from pose_lib.bench.stored import keep
    from pose_lib.paths import project_root

    parameters = {name: _literal(value) for name, value in chosen.p}
    if chosen.preset:
        parameters["preset"] = chosen.preset
    try:
        done = execute(project_root() / "notebooks" / f"{chosen.notebook}.ipynb", parameters)
    except PapermillExecutionError as error:
        print(f"pose-lib: {chosen.notebook}: {error.ename}: {error.evalue}", file=sys.stderr)
        return 1
    print(done)
    if chosen.keep:
        print(keep(Path((done.parent / "run-folder").read_text(encoding="utf-8"))))
    return 0


def _build(chosen: argparse.Namespace) -> int:
    from pose_lib.book.build import build

    print(f"The book is ready: open {build(chosen.preset)}")
    return 0


def _keep(chosen: argparse.Namespace) -> int:
    from pose_lib.bench.stored import keep

    print(keep(chosen.folder))
    return 0


def _list(chosen: argparse.Namespace) -> int:
    from pose_lib.bench.papers import PAPERS
    from pose_lib.bench.presets import PRESETS

    for paper in PAPERS:
        print(f"{paper.name}: {paper.title}")
        print(f"  parameters: {', '.join(paper.parameters)}")
        print(f"  presets: {', '.join(PRESETS[paper.name])}")
    return 0


def _literal(text: str) -> str | int | float | bool:
    """A command-line word as papermill reads it: true, false, a number, or text."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


_COMMANDS = {"run": _run, "build": _build, "keep": _keep, "list": _list}


if __name__ == "__main__":
    sys.exit(main())
