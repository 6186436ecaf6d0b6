"""Runs a notebook through papermill once, and hands out its executed copy until something changes."""

from __future__ import annotations

import ast
import hashlib
import json
import logging
import os
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
import papermill
from traitlets.config import Config

from pose_lib.bench.fingerprint import environment
from pose_lib.bench.locks import locked
from pose_lib.bench.parameters import check_device, check_names
from pose_lib.bench.run import FOLDER_NOTE, runs_root
from pose_lib.bench.stored import stored_files
from pose_lib.code_hash import code_hash, modules_of
from pose_lib.data.files import contents_hash
from pose_lib.progress import say

__all__ = ["execute", "notebook_key", "notebook_parameters"]

_ALWAYS = ("pose_lib.bench.setup", "pose_lib.bench.run")
"""What every notebook's first cell runs through a package's ``__init__``, which the walk leaves out."""

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


def notebook_key(
    notebook: Path,
    parameters: Parameters,
    papers: Collection[str] = (),
    modules: Iterable[str] = (),
    results: Path | None = None,
) -> str:
    """Twelve hexadecimal digits of all that an executed copy shows.

    These are the notebook; the code that it imports, with what that imports, and the ``modules``; the
    parameters and the preset in force; the contents behind ``data_root``; the stored runs of ``papers``; and
    precision, threads, torch and device.

    Args:
        notebook: its file.
        parameters: those that differ from the notebook's own.
        papers: names of the papers whose stored runs it shows.
        modules: code that it shows or runs besides what its cells import.
        results: folder of the stored rows, if not the project's.
    """
    cells = nbformat.read(notebook, as_version=4).cells  # type: ignore[no-untyped-call]
    named = {*_ALWAYS, *modules, *_imports(c.source for c in cells if c.cell_type == "code")}
    walked = {m for name in named for m in modules_of(name)}
    stored = [f.read_bytes() for paper in sorted(papers) for f in stored_files(paper, results)]
    root = str(parameters.get("data_root") or "")
    content = {
        "notebook": hashlib.sha256(notebook.read_bytes()).hexdigest(),
        "code": code_hash(sorted(named | walked), comments=True),
        "parameters": dict(parameters),
        "preset": parameters.get("preset") or os.environ.get("POSE_PRESET") or "quick",
        "data": contents_hash(Path(root)) if root and Path(root).expanduser().is_dir() else "",
        "stored": [hashlib.sha256(content).hexdigest() for content in stored],
        "environment": environment(check_device(str(parameters.get("device", "auto")))),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]


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
    """The executed copy of a notebook, made now unless it is there already; arguments as for the key.

    What a run of the package itself has finished is not repeated.

    Raises:
        FileNotFoundError: there is no such notebook.
        ParameterError: the notebook has no parameter of that name.
        papermill.exceptions.PapermillExecutionError: a cell failed; names it and shows its traceback.
    """
    check_names(list(parameters), notebook_parameters(notebook), notebook.stem)
    key = notebook_key(notebook, parameters, papers, modules)
    folder = runs_root() / "executed" / f"{notebook.stem}-{key}"
    done = folder / notebook.name
    if done.is_file():
        return done
    with locked(runs_root() / "locks" / folder.name, f"executing {notebook.name}"):
        if not done.is_file():
            _execute(notebook, parameters, folder)
    return done


def _execute(notebook: Path, parameters: Parameters, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    part, note = folder / f"part-{notebook.name}", folder / "run-folder"
    say(f"executing {notebook.name} with {dict(parameters) or 'its defaults'}")
    logging.getLogger("papermill").setLevel(logging.WARNING)
    os.environ[FOLDER_NOTE] = str(note)
    try:
        papermill.execute_notebook(
            str(notebook),
            str(part),
            parameters=dict(parameters),
            kernel_name="python3",
            progress_bar=False,
            # Sockets in the file system where there are such: no other user of the machine can listen.
            config=Config({"KernelManager": {"transport": "ipc" if os.name == "posix" else "tcp"}}),
        )
    finally:
        del os.environ[FOLDER_NOTE]
    _without_paths(part)
    part.replace(folder / notebook.name)
    if note.is_file():
        run = Path(note.read_text(encoding="utf-8"))
        shutil.copyfile(folder / notebook.name, run / "executed.ipynb")


def _without_paths(file: Path) -> None:
    """Take out papermill's notes of times and absolute paths: an executed notebook is for readers."""
    notebook: Any = nbformat.read(file, as_version=4)  # type: ignore[no-untyped-call]
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    nbformat.write(notebook, file)  # type: ignore[no-untyped-call]
