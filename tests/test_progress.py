"""Progress lines where the output is no terminal."""

from __future__ import annotations

import pytest

from pose_lib.progress import Progress


def test_progress_off_a_terminal_is_a_line_every_few_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    with Progress(100, "work", unit="steps", every=4, clock=lambda: now[0]) as progress:
        for done in range(1, 101):
            now[0] += 0.1
            progress(done, "loss 1")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("work: 40/100 steps, ")
    assert lines[0].endswith("loss 1")
    assert lines[-1] == "work: done in 10 s"
