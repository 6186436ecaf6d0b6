"""Runs a notebook through papermill once, and hands out its executed copy until something changes."""

from __future__ import annotations

import ast
import hashlib
import json
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import papermill
import torch
from traitlets.config import Config

from pose_lib.bench.fingerprint import environment
from pose_lib.bench.making import NOTE, note_of
from pose_lib.bench.parameters import check_device, check_names
from pose_lib.bench.run import FOLDER_NOTE, runs_root
from pose_lib.bench.stored import stored_files
from pose_lib.code_hash import code_hash, modules_of
from pose_lib.data.files import contents_hash
from pose_lib.paths import path_name, project_root
from pose_lib.progress import say
from pose_lib.storage import digest, locked, writing, written

__all__ = ["ABOUT", "execute", "is_current", "notebook_parameters"]

ABOUT = "about.json"
"""File beside an executed copy: what its key was computed from."""

_ALWAYS = ("pose_lib.bench.setup", "pose_lib.bench.run")
"""What every notebook's first cell runs through a package's ``__init__``, which the walk leaves out."""
_SOCKET_PATH = 104  # bytes of a socket's path on macOS, the least of all systems that have such

Parameters = Mapping[str, str | int | float | bool]


def notebook_parameters(notebook: Path) -> tuple[str, ...]:
    """Names of a notebook's parameters.

    Raises:
        FileNotFoundError: there is no such notebook; lists those beside it.
    """
    if not notebook.is_file():
        beside = sorted(p.stem for p in notebook.parent.glob("[!_]*.ipynb"))
        raise FileNotFoundError(f"no notebook {notebook}; there are: {', '.join(beside)}")
    return tuple(papermill.inspect_notebook(str(notebook)))


def is_current(folder: Path) -> bool:
    """Whether :func:`execute` may still hand out the copy in a folder, or is making it there now.

    It will not once the notebook, the code, the data, the stored runs or torch have changed, nor if the
    folder has no readable note of what its copy was made from. Another device or number of threads may come
    back, and so may data that are not there.
    """
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        about["contents"] = _contents(about["data"]) or about["contents"]
        same_torch = about["environment"]["torch"] == str(torch.__version__)
        return bool(same_torch and folder.name.endswith(f"-{_key(about)}"))
    except (OSError, ValueError, KeyError, TypeError, SyntaxError, ImportError):
        return False  # without a note, its notebook or a module that this needs it cannot be made again


def _about(
    notebook: Path, parameters: Parameters, papers: Collection[str], modules: Iterable[str]
) -> dict[str, Any]:
    """All that a key is computed from, as JSON holds it."""
    root = str(parameters.get("data_root") or "")
    data = str(Path(root).expanduser().absolute()) if root else ""
    place = notebook.absolute()
    inside = place.is_relative_to(project_root())
    return {
        "notebook": (place.relative_to(project_root()) if inside else place).as_posix(),
        "parameters": dict(parameters),
        "preset": parameters.get("preset") or os.environ.get("POSE_PRESET") or "quick",
        "data": data,
        "contents": _contents(data),
        "papers": sorted(papers),
        "modules": sorted(modules),
        "environment": environment(check_device(str(parameters.get("device", "auto")))),
    }


def _contents(data: str) -> str:
    return contents_hash(Path(data)) if data and Path(data).is_dir() else ""


def _key(about: Mapping[str, Any]) -> str:
    """Twelve hexadecimal digits of all that an executed copy shows."""
    notebook = project_root() / about["notebook"]
    stored = [f.read_bytes() for paper in about["papers"] for f in stored_files(paper)]
    content = {
        "notebook": hashlib.sha256(notebook.read_bytes()).hexdigest(),
        "code": code_hash(_modules(about), comments=True),
        "stored": [hashlib.sha256(content).hexdigest() for content in stored],
        **{name: about[name] for name in ("parameters", "preset", "contents", "environment")},
    }
    return digest(content)[:12]


def _modules(about: Mapping[str, Any]) -> list[str]:
    """The code that a notebook shows or runs, with what it imports."""
    cells = nbformat.read(project_root() / about["notebook"], as_version=4).cells  # type: ignore[no-untyped-call]
    named = {*_ALWAYS, *about["modules"], *_imports(c.source for c in cells if c.cell_type == "code")}
    return sorted(named | {m for name in named for m in modules_of(name)})


def _imports(sources: Iterable[str]) -> set[str]:
    """Modules of the package that cells import, as ``import`` and ``from`` statements name them."""
    found: set[str] = set()
    for source in sources:
        for node in ast.walk(ast.parse(_python(source))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] == "pose_lib"}


def _python(source: str) -> str:
    """A cell without lines that only IPython understands."""
    return "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines())


def execute(
    notebook: Path, parameters: Parameters, papers: Collection[str] = (), modules: Sequence[str] = ()
) -> Path:
    """The executed copy of a notebook, made now unless it is there already and shows what it would show now.

    That depends on the notebook; on the code that it imports, with what that imports, and the ``modules``; on
    the parameters and the preset in force; on the contents behind ``data_root``; on the stored runs of
    ``papers``; and on precision, threads, torch and device. What a run of the package itself has finished is
    not repeated.

    Args:
        notebook: its file.
        parameters: those that differ from the notebook's own.
        papers: names of the papers whose stored runs it shows.
        modules: code that it shows or runs besides what its cells import.

    Raises:
        FileNotFoundError: there is no such notebook.
        ParameterError: the notebook has no parameter of that name.
        papermill.exceptions.PapermillExecutionError: a cell failed; names it and shows its traceback.
    """
    check_names(list(parameters), notebook_parameters(notebook), notebook.stem)
    about = _about(notebook, parameters, papers, modules)
    folder = runs_root() / "executed" / f"{path_name(notebook.stem)}-{_key(about)}"
    done = folder / notebook.name
    if done.is_file():
        return done
    with locked(runs_root() / "locks" / folder.name, f"executing {notebook.name}"):
        if not done.is_file():
            with writing(folder):
                folder.mkdir(parents=True, exist_ok=True)
                note = json.dumps(about, indent=1)
                written(folder / ABOUT, lambda part: part.write_text(note, encoding="utf-8"))
                _execute(notebook, parameters, folder, about)
    return done


def _execute(notebook: Path, parameters: Parameters, folder: Path, about: Mapping[str, Any]) -> None:
    start = time.monotonic()
    part, note = folder / f"part-{os.getpid()}-{notebook.name}", folder / "run-folder"
    say(f"executing {notebook.name} with {dict(parameters) or 'its defaults'}")
    logging.getLogger("papermill").setLevel(logging.WARNING)
    os.environ[FOLDER_NOTE] = str(note)
    try:
        with _sockets() as config:
            papermill.execute_notebook(
                str(notebook),
                str(part),
                parameters=dict(parameters),
                kernel_name="python3",
                progress_bar=False,
                config=config,
            )
    finally:
        del os.environ[FOLDER_NOTE]
    run = Path(note.read_text(encoding="utf-8")) if note.is_file() else None
    in_force = {**parameters, "preset": about["preset"]}
    _with_note(part, note_of(in_force, _modules(about), time.monotonic() - start, run))
    part.replace(folder / notebook.name)
    for other in folder.glob("part-*.ipynb"):
        other.unlink(missing_ok=True)  # of a cell that failed, or of a process that was ended
    if run:
        shutil.copyfile(folder / notebook.name, run / "executed.ipynb")


@contextmanager
def _sockets() -> Iterator[Config]:
    """Where a kernel listens: at sockets in a folder that only this user can open, removed afterwards.

    By default Jupyter puts them into the current folder, under names that two kernels share. Where there are
    no such sockets, or the path would be too long for one, the kernel listens at a port of this machine.
    """
    with tempfile.TemporaryDirectory(prefix="pose-", ignore_cleanup_errors=True) as folder:
        names = str(Path(folder, "k"))  # Jupyter adds a hyphen and a number
        fits = os.name == "posix" and len(os.fsencode(names)) + 8 <= _SOCKET_PATH
        yield Config({"KernelManager": {"transport": "ipc", "ip": names} if fits else {"transport": "tcp"}})


def _with_note(file: Path, note: Mapping[str, Any]) -> None:
    """Put the note of the making in place of papermill's, which hold absolute paths."""
    notebook: Any = nbformat.read(file, as_version=4)  # type: ignore[no-untyped-call]
    notebook.metadata.pop("papermill", None)
    notebook.metadata[NOTE] = nbformat.from_dict(note)  # type: ignore[no-untyped-call]
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    nbformat.write(notebook, file)  # type: ignore[no-untyped-call]
