"""Freed memory is kept inside the block, returned after it, and nothing else changes."""

from __future__ import annotations

import platform
import resource
from pathlib import Path

import pytest
import torch

from pose_lib import memory
from pose_lib.memory import kept_memory

PAGES = 2**28 // resource.getpagesize()

glibc_only = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="other C libraries have no such setting"
)


def faults(size: int = 2**28) -> int:
    """Pages that the system had to provide while a tensor of ``size`` bytes was filled."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    torch.ones(size, dtype=torch.uint8)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def resident() -> int:
    """Pages of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])


@glibc_only
def test_later_tensors_take_the_memory_of_earlier_ones() -> None:
    with kept_memory():
        faults()
        # Smaller ones, since something small may have been put where the first one was.
        provided = sum(faults(2**28 // 5) for _ in range(10))
    assert provided < PAGES


@glibc_only
def test_the_memory_is_returned_when_the_last_block_ends_even_by_an_error() -> None:
    def fails() -> None:
        with kept_memory():
            with kept_memory():
                faults()
            assert resident() > before + 0.9 * PAGES
            raise ZeroDivisionError

    before = resident()
    with pytest.raises(ZeroDivisionError):
        fails()
    assert resident() < before + 0.5 * PAGES


def test_without_the_library_the_block_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_glibc", lambda: None)
    with kept_memory():
        assert torch.ones(3).sum() == 3
