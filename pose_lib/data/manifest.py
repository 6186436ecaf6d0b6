"""The manifest of a saved set: which files belong to it, how large they are, and their checksums."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pose_lib.storage import checksum, digest

__all__ = ["MANIFEST", "ManifestError", "damage", "read_manifest", "write_manifest"]

MANIFEST = "manifest.json"


class ManifestError(ValueError):
    """A folder is not what its manifest says."""


def write_manifest(folder: Path, about: dict[str, Any], elsewhere: dict[str, Path] | None = None) -> None:
    """Write down what a folder holds.

    Args:
        folder: all files in it are listed.
        about: what else the manifest says.
        elsewhere: name to file for those that will be moved into the folder.
    """
    files = {file.name: file for file in folder.iterdir()} | (elsewhere or {})
    listed = {
        name: {"bytes": file.stat().st_size, "sha256": checksum(file)} for name, file in sorted(files.items())
    }
    content = json.loads(json.dumps({**about, "files": listed}, default=str))
    text = json.dumps({**content, "checksum": digest(content)}, indent=1)
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def read_manifest(folder: Path) -> dict[str, Any]:
    """What the manifest says, once it fits its own checksum and the sizes of all files fit it.

    Raises:
        ManifestError: there is no manifest, it is damaged, or a file is missing or has another size.
    """
    file = folder / MANIFEST
    if not file.is_file():
        raise ManifestError(f"{folder}: no {MANIFEST}; expected a folder that PoseData.save wrote")
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        whole = content.pop("checksum") == digest(content)
        sizes = {str(name): int(facts["bytes"]) for name, facts in content["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ManifestError(f"{file} is damaged ({error}); {_advice(folder)}") from error
    if not whole:
        raise ManifestError(f"{file} is damaged (its checksum is wrong); {_advice(folder)}")
    for name, size in sizes.items():
        found = (folder / name).stat().st_size if (folder / name).is_file() else None
        if found != size:
            what = "is missing" if found is None else f"has {found} bytes where {size} were written"
            raise ManifestError(f"{folder / name} {what}; {_advice(folder)}")
    return dict(content)


def damage(folder: Path) -> str:
    """What is wrong with a saved set, or nothing; reads every byte of it."""
    try:
        files = read_manifest(folder)["files"]
    except ManifestError as error:
        return str(error)
    for name, facts in files.items():
        if checksum(folder / name) != facts["sha256"]:
            return f"{folder / name} is damaged (its checksum is wrong); {_advice(folder)}"
    return ""


def _advice(folder: Path) -> str:
    return f"delete {folder} to build it again"
