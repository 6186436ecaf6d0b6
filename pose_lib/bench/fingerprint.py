"""What decides the numbers of a run, and nothing else, as one hash.

The code of the recipe and of all that it imports (docstrings and comments aside), the parameters, the sizes
and schedules, the data, the precision, the number of threads, torch and the kind of device. Rewording a claim
or a docstring re-runs nothing; changing a loss re-runs every recipe that imports its module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from pose_lib.code_hash import code_hash, modules_of
from pose_lib.storage import digest
from pose_lib.training import precision

__all__ = [
    "DATA_SETS",
    "NOT_DECISIVE",
    "NO_CODE",
    "code_of_recipe",
    "environment",
    "identity",
    "settings_hash",
]

DATA_SETS = tuple(
    f"pose_lib.data.{name}"
    for name in (
        "synthetic",
        "mocap",
        "human36m",
        "mpi_inf_3dhp",
        "photos",
        "building",
        "catalog",
        "files",
        "manifest",
        "request",
    )
)
"""Where the walk over imports stops: the cards of the data carry a hash of the code that makes them."""
PLUMBING = tuple(f"pose_lib.{name}" for name in ("checkpoints", "paths", "progress", "storage", "bench.work"))
"""How files are written, progress is shown and time is counted: it decides no number."""
NOT_DECISIVE = ("data_root", "device", "precision")
"""Parameters that decide no number: where the data lie, and what :func:`environment` has resolved."""


def code_of_recipe(modules: Sequence[str]) -> str:
    """A hash of the code of some modules and of all in the package that they import, up to the data sets."""
    return code_hash(
        {name for module in modules for name in modules_of(module, stop=(*DATA_SETS, *PLUMBING))}
    )


NO_CODE = "none"
"""What stands in a row in place of a hash, where a run has no code or data of a paper's."""


def settings_hash(settings: Mapping[str, Any]) -> str:
    """Twelve hexadecimal digits of the fields of a preset that decide numbers."""
    return digest(dict(settings))[:12]


def environment(device: str) -> dict[str, str]:
    """What of the machine decides numbers: precision, threads, torch, and the kind of device."""
    kind = torch.cuda.get_device_name(device) if device.startswith("cuda") else device
    return {
        "precision": precision(device),
        "threads": str(torch.get_num_threads()),
        "torch": str(torch.__version__),
        "device": kind,
    }


def identity(
    code: str, parameters: Mapping[str, Any], settings: Mapping[str, Any], data: str
) -> dict[str, Any]:
    """All that decides a run's numbers, to be written down and hashed.

    Args:
        code: of :func:`code_of_recipe`.
        parameters: of the notebook.
        settings: fields of the preset in force.
        data: fingerprint of the data card.
    """
    return {
        "code": code,
        "parameters": {k: v for k, v in parameters.items() if k not in NOT_DECISIVE},
        "settings": dict(settings),
        "data": data,
        "environment": environment(str(parameters.get("device", "cpu"))),
    }
