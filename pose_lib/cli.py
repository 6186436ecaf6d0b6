"""The command ``pose-lib``: run notebooks, keep rows, build the book, predict and evaluate poses."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pose_lib import __version__, cli_data, cli_evaluate, cli_predict

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit status."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    try:
        return _COMMANDS[chosen.command](chosen)
    except (KeyError, ValueError, OSError, RuntimeError, ImportError) as error:
        # The message is what a user needs; the traceback is for errors that are not the user's.
        message = error.args[0] if isinstance(error, KeyError) and error.args else error
        if isinstance(error, OSError) and error.filename:
            message = f"{error.filename}: {error.strerror}"
        print(f"pose-lib: {message}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pose-lib", description=__doc__)
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run a notebook through papermill, once for the same inputs")
    run.add_argument("notebook", help="its name, such as tekin_ae, or its file")
    _parameters(run)
    run.add_argument("--out", type=Path, metavar="FILE", help="write the run's rows and sequences there, too")
    run.add_argument("--keep", action="store_true", help="add the run's rows to results/")
    build = commands.add_parser("build", help="run all notebooks of the book and build its pages")
    build.add_argument("--preset", default="quick")
    build.add_argument("--jobs", type=int, metavar="N", help="notebooks at a time; one a core, at most four")
    keep = commands.add_parser("keep", help="add the rows of a complete run to results/")
    keep.add_argument("files", type=Path, nargs=1, metavar="folder")
    merge = commands.add_parser("merge", help="add runs to results/ that `run --out` wrote")
    merge.add_argument("files", type=Path, nargs="+")
    for command in (keep, merge):
        command.add_argument("--other", action="store_true", help="also those of other code or data")
    new = commands.add_parser("new", help="write the file and the notebook of a new method")
    new.add_argument("name", help="lower-case letters, digits and underscores")
    make = cli_data.add(commands).add_parser("make", help="make the data set of a run, unless it is there")
    make.add_argument("notebook", help="of a paper, such as tekin_ae")
    _parameters(make)
    grid = commands.add_parser("grid", help="many runs: list them, plan them, make their data, merge them")
    grid.add_argument("what", choices=["jobs", "plan", "measure", "data", "merge"])
    grid.add_argument("file", type=Path, help="such as workflow/small.yaml")
    grid.add_argument("--name", help="of the data to make, as `grid jobs` lists it")
    grid.add_argument("--runs", type=Path, help="folder of the runs' files, to merge")
    grid.add_argument("--rates", type=Path, help="rates of another device, to plan")
    grid.add_argument("--other", action="store_true", help="merge also runs of other code or data")
    cli_predict.add(commands)
    cli_evaluate.add(commands)
    clean = commands.add_parser("clean", help="show runs and cached data that nothing will use any more")
    clean.add_argument("--yes", action="store_true", help="remove them")
    commands.add_parser("list", help="papers, their data sets, parameters and presets")
    return parser


def _parameters(command: argparse.ArgumentParser) -> None:
    command.add_argument("--preset", default=None, help="smoke, quick, long or paper")
    command.add_argument(
        "-p", nargs=2, action="append", default=[], metavar=("NAME", "VALUE"), help="a notebook's parameter"
    )


def _given(chosen: argparse.Namespace) -> dict[str, str | int | float | bool]:
    """The parameters of a command."""
    parameters = {name: _literal(value) for name, value in chosen.p}
    return parameters | ({"preset": chosen.preset} if chosen.preset else {})


def _run(chosen: argparse.Namespace) -> int:
    from papermill.exceptions import PapermillExecutionError

    from pose_lib.bench.archive import write_archive
    from pose_lib.papers import all_papers, execute

    notebook, rooms = _notebook(chosen.notebook), [paper.name for paper in all_papers()]
    if (chosen.out or chosen.keep) and notebook.stem not in rooms:
        raise ValueError(
            f"the notebook {notebook.stem} makes no run of its own: --keep and --out are for chapters that "
            f"make one: {', '.join(rooms)}"
        )
    try:
        done = execute(notebook, _given(chosen))
    except PapermillExecutionError as error:
        print(f"pose-lib: {chosen.notebook}: {error.ename}: {error.evalue}", file=sys.stderr)
        return 1
    print(done)
    if chosen.out or chosen.keep:
        folder = Path((done.parent / "run-folder").read_text(encoding="utf-8"))
        if chosen.out:
            print(write_archive(folder, chosen.out))
        if chosen.keep:
            _merged([folder], other=False)
    return 0


def _notebook(text: str) -> Path:
    """The file of a notebook given by its name, its file's name, or a path to it.

    Raises:
        FileNotFoundError: the checkout has no such notebook; lists those that it has.
    """
    from pose_lib.paths import checkout

    folder = checkout() / "notebooks"
    files = {file.stem: file for file in sorted(folder.glob("*.ipynb"))}
    given = Path(text)
    name = given.name.removesuffix(".ipynb")
    places = {(start / given).parent.resolve() for start in (Path.cwd(), folder.parent)}
    if name in files and (given.name == text or folder.resolve() in places):
        return files[name]
    shown = ", ".join(stem for stem in files if not stem.startswith("_"))
    raise FileNotFoundError(f"no notebook {text[:300]} in {folder}; there are: {shown}")


def _build(chosen: argparse.Namespace) -> int:
    from pose_lib.book.build import build
    from pose_lib.book.executing import usual_jobs
    from pose_lib.papers import execute
    from pose_lib.paths import checkout

    jobs = usual_jobs() if chosen.jobs is None else chosen.jobs
    print(f"The book is ready: open {build(execute, chosen.preset, checkout(), jobs)}")
    return 0


def _merge(chosen: argparse.Namespace) -> int:
    _merged(chosen.files, other=chosen.other)
    return 0


def _merged(places: Sequence[Path], *, other: bool) -> None:
    """Add runs to ``results/``: folders of complete runs, or files of ``run --out``."""
    from pose_lib.bench.archive import read_archive
    from pose_lib.bench.merge import merge
    from pose_lib.bench.stored import run_evidence
    from pose_lib.papers import all_papers
    from pose_lib.paths import checkout

    results = checkout() / "results"
    runs = [run_evidence(place) if place.is_dir() else read_archive(place) for place in places]
    for file in merge(runs, all_papers(), results, other=other):
        print(file)


def _grid(chosen: argparse.Namespace) -> int:
    from pose_lib.papers import _grid as grid

    if chosen.what == "jobs":
        print(grid.listed(chosen.file))
    elif chosen.what == "plan":
        print(grid.planned(chosen.file, chosen.rates))
    elif chosen.what == "measure":
        grid.measure(chosen.file)
    elif chosen.what == "data":
        print(grid.data(chosen.file, chosen.name))
    else:
        for file in grid.merged(chosen.file, chosen.runs, other=chosen.other):
            print(file)
    return 0


def _new(chosen: argparse.Namespace) -> int:
    from pose_lib.papers._new import new_method
    from pose_lib.paths import checkout

    for file in new_method(chosen.name, checkout()):
        print(file)
    print(f"Now edit the first, then: pose-lib run {chosen.name}")
    return 0


def _data(chosen: argparse.Namespace) -> int:
    if chosen.what == "make":
        from pose_lib.bench.setup import make_data
        from pose_lib.papers import find

        print(make_data(find(_notebook(chosen.notebook).stem), _given(chosen)))
        return 0
    return cli_data.run(chosen)


def _clean(chosen: argparse.Namespace) -> int:
    from pose_lib.bench.upkeep import outdated, remove_outdated
    from pose_lib.papers import all_papers

    items = outdated(all_papers())
    for item in items:
        print(f"{item.size / 1e6:8.1f} MB  {item.place}  ({item.why})")
    total = f"{sum(item.size for item in items) / 1e9:.2f} GB"
    if chosen.yes:
        remove_outdated(items)
        print(f"{total} removed")
    elif items:
        print(f"{total} that nothing will use; remove it: pose-lib clean --yes")
    else:
        print("nothing to remove: all runs and cached data are current")
    return 0


def _list(chosen: argparse.Namespace) -> int:
    from pose_lib.bench.parameters import PARAMETERS
    from pose_lib.papers import all_papers

    for paper in all_papers():
        print(f"{paper.name}: {paper.title}")
        print(f"  data sets: {', '.join(paper.datasets)}")
        print(f"  presets: {', '.join(paper.presets)}")
    print(f"Parameters of all: {', '.join(PARAMETERS)}")
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


_COMMANDS = {
    "run": _run,
    "build": _build,
    "keep": _merge,
    "merge": _merge,
    "grid": _grid,
    "new": _new,
    "predict": cli_predict.predict,
    "export": cli_predict.export,
    "evaluate": cli_evaluate.run,
    "data": _data,
    "clean": _clean,
    "list": _list,
}


if __name__ == "__main__":
    sys.exit(main())
