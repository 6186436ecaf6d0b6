"""``python -m pose_lib``: the command ``pose-lib``."""

from __future__ import annotations

import sys

from pose_lib.cli import main

if __name__ == "__main__":
    sys.exit(main())
