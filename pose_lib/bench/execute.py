"""Runs a notebook through papermill once, and hands out its executed copy until something changes."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import nbformat
import papermill
from traitlets.config import Config

from pose_lib.bench.parameters import check_names
from pose_lib.bench.runs import runs_root
from pose_lib.paths import sources_hash
from pose_lib.progress import say

__all__ = ["execute", "notebook_parameters"]

_NO_PART = ("cli.py", "book/build.py", "book/sphinx_hooks.py", "book/mime.py", "book/drawings.py")
"""Sources that only turn executed notebooks into pages."""

FOLDER_NOTE = "POSE_RUN_NOTE"
"""Environment variable: the file to which a run writes the place of its folder."""


def notebook_parameters(notebook: Path) -> tuple[str, ...]:
    """Names of a notebook's parameters.

    Raises:
        FileNotFoundError: there is no such notebook; lists those beside it.
    """
    if not notebook.is_file():
        beside = sorted(p.stem for p in notebook.parent.glob("*.ipynb"))
        raise FileNotFoundError(f"no notebook {notebook}; there are: {', '.join(beside)}")
    return tuple(papermill.inspect_notebook(str(notebook)))


def execute(notebook: Path, parameters: Mapping[str, str | int | float | bool]) -> Path:
    """The executed copy of a notebook, made now unless it is there already.

    The copy's key is a hash of the notebook, the package's sources, the parameters and the stored results,
    so a change in any of them runs it again. What a run of the package itself has finished is not repeated.

    Raises:
        FileNotFoundError: there is no such notebook.
        ParameterError: the notebook has no parameter of that name.
        papermill.exceptions.PapermillExecutionError: a cell failed; names it and shows its traceback.
    """
    check_names(list(parameters), notebook_parameters(notebook), notebook.stem)
    results = sorted((notebook.resolve().parents[1] / "results").glob("*.csv"))
    digest = hashlib.sha256(notebook.read_bytes())
    for file in results:
        digest.update(file.read_bytes())
    digest.update(json.dumps([sources_hash(*_NO_PART), dict(parameters)], sort_keys=True).encode())
    folder = runs_root() / "executed" / f"{notebook.stem}-{digest.hexdigest()[:12]}"
    done = folder / notebook.name
    if done.is_file():
        return done
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
    part.replace(done)
    if note.is_file():
        shutil.copyfile(done, Path(note.read_text(encoding="utf-8")) / "executed.ipynb")
    return done


def _without_paths(file: Path) -> None:
    """Take out papermill's notes of times and absolute paths: an executed notebook is for readers."""
    notebook = nbformat.read(file, as_version=4)  # type: ignore[no-untyped-call]
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    nbformat.write(notebook, file)  # type: ignore[no-untyped-call]
