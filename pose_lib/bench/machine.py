"""Where a number was made: commit, machine, versions."""

from __future__ import annotations

import os
import platform
import subprocess
from typing import Any

import numpy as np
import torch

from pose_lib.paths import project_root

__all__ = ["provenance"]


def _commit() -> str:
    command = ["git", "-C", str(project_root()), "describe", "--always", "--dirty"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "not a git checkout"


def _processor() -> str:
    capabilities: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()
    return str(capabilities.get("cpu_name") or platform.processor() or platform.machine())


def provenance(device: str) -> dict[str, str]:
    """What a stored number carries beside its value."""
    processor = torch.cuda.get_device_name(device) if device.startswith("cuda") else _processor()
    return {
        "commit": _commit(),
        "processor": processor,
        "threads": str(torch.get_num_threads()),
        "cores": str(os.cpu_count()),
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "numpy": np.__version__,
        "platform": platform.system(),
    }
