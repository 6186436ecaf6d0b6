"""Schematic drawings of networks: layers and sizes are read off the networks as an image passes through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor, nn

from pose_lib.book.palette import CENTRE, LEFT, OURS, TEXT
from pose_lib.book.style import describe

__all__ = ["Block", "Part", "blocks_of", "schematic"]

_COLOURS = {"convolution": LEFT, "full": OURS, "": CENTRE}
_LANE = 1.9
"""Distance of two branches, in widths of a block."""


@dataclass(frozen=True)
class Part:
    """A row of layers, and the parts whose output it takes; if there are none, the image."""

    title: str
    modules: tuple[nn.Module, ...] = ()
    after: tuple[str, ...] = ()
    output: str = ""
    """What comes out at its end, as a block of its own; needed for what no layer computes."""


@dataclass(frozen=True)
class Block:
    """A layer with weights and what follows it up to the next one, or something that has no weights."""

    kind: str
    """``convolution``, ``full``, or nothing."""
    words: tuple[str, ...]
    shape: tuple[int, ...] = ()
    """Of the output for one image."""


def blocks_of(run: Callable[[], Any], parts: Sequence[Part]) -> dict[str, tuple[Block, ...]]:
    """The blocks of each part, by title, as layers are reached when ``run`` passes an image of one.

    Raises:
        ValueError: a layer with weights was not reached; names its part.
    """
    found: dict[str, list[Block]] = {part.title: [] for part in parts}
    handles = []

    def watch(title: str, layer: nn.Module) -> None:
        def seen(_: nn.Module, __: Any, output: Tensor) -> None:
            shape, blocks = tuple(output.shape[1:]), found[title]
            words, kind = _words(layer)
            if kind or not blocks:
                blocks.append(Block(kind, (words,), shape))
            elif words:
                blocks[-1] = Block(blocks[-1].kind, (*blocks[-1].words, words), shape)

        handles.append(layer.register_forward_hook(seen))

    for part in parts:
        for module in part.modules:
            for layer in module.modules():
                if not list(layer.children()):
                    watch(part.title, layer)
    try:
        with torch.no_grad():
            run()
    finally:
        for handle in handles:
            handle.remove()
    for part in parts:
        if part.modules and not found[part.title]:
            raise ValueError(f"no image passed through the layers of {part.title!r}")
        if part.output:
            found[part.title].append(Block("", (part.output,)))
    return {title: tuple(blocks) for title, blocks in found.items()}


def _words(layer: nn.Module) -> tuple[str, str]:
    """A layer in words, empty where it changes nothing at test time, and its kind if it has a block."""
    if isinstance(layer, nn.Conv2d):
        return f"conv {_square(layer.kernel_size[0], layer.stride[0])}", "convolution"
    if isinstance(layer, nn.Linear):
        return "full", "full"
    if isinstance(layer, nn.MaxPool2d):
        return f"pool {_square(_side(layer.kernel_size), _side(layer.stride))}", ""
    if isinstance(layer, nn.Dropout):
        return (f"dropout {layer.p:g}" if layer.p else ""), ""
    names = {"BatchNorm1d": "batch norm", "BatchNorm2d": "batch norm", "ReLU": "ReLU", "Tanh": "tanh"}
    return names.get(type(layer).__name__, "normalisation"), ""


def _side(size: int | tuple[int, ...]) -> int:
    return size if isinstance(size, int) else size[0]


def _square(side: int, stride: int) -> str:
    return f"{side} × {side}" + (f" / {stride}" if stride > 1 else "")


def schematic(
    run: Callable[[], Any], parts: Sequence[Part], shape: Sequence[int], about: str, start: str = "image"
) -> Figure:
    """A network as blocks: convolutions in blue, fully connected layers in green, with their outputs' sizes.

    Args:
        run: passes one image through the network.
        parts: those after nothing take the start, each other one the outputs of parts before it.
        shape: of what the first parts take, such as ``(3, H, W)``.
        about: what the network is, for readers who cannot see the drawing.
        start: what the first parts take.

    Raises:
        ValueError: as :func:`blocks_of`, or a part comes after one that does not stand before it.
    """
    blocks = blocks_of(run, parts)
    ends: dict[str, tuple[float, float]] = {}
    drawn: list[tuple[float, float, Block]] = [(0.0, 0.0, Block("", (start,), tuple(shape)))]
    arrows: list[tuple[tuple[float, float], tuple[float, float]]] = []
    for part in parts:
        unknown = set(part.after) - set(ends)
        if unknown:
            raise ValueError(f"{part.title!r} comes after {', '.join(unknown)}, which is not before it")
        before = [ends[name] for name in part.after] or [(0.0, 0.0)]
        siblings = [other.title for other in parts if other.after == part.after]
        lane = sum(y for _, y in before) / len(before)
        lane += _LANE * ((len(siblings) - 1) / 2 - siblings.index(part.title))
        column = max(x for x, _ in before) + 1.0
        for place in before:
            arrows.append((place, (column, lane)))
        for i, block in enumerate(blocks[part.title]):
            drawn.append((column + i, lane, block))
            if i:
                arrows.append(((column + i - 1, lane), (column + i, lane)))
        ends[part.title] = (column + len(blocks[part.title]) - 1, lane)
    width, lanes = max(x for x, _, _ in drawn) + 1, [y for _, y, _ in drawn]
    figure, axes = plt.subplots(figsize=(9.2, 9.2 / width * (max(lanes) - min(lanes) + 1.7)))
    axes.set(xlim=(-0.5, width - 0.5), ylim=(min(lanes) - 0.85, max(lanes) + 0.85), aspect="equal")
    axes.set_axis_off()
    for a, b in arrows:
        _arrow(axes, a, b)
    for x, y, block in drawn:
        _draw(axes, x, y, block)
    for title, (x, y) in ends.items():
        left = x - len(blocks[title]) + 0.6
        axes.text(left, y + 0.58, title, color=TEXT, fontsize=8, fontweight="bold")
    told = "; ".join(f"{title}: {', '.join(map(_told, found))}" for title, found in blocks.items())
    return describe(figure, f"{about}. {told}")


def _told(block: Block) -> str:
    size = f" to {_size(block.shape)}" if block.shape else ""
    return f"{' and '.join(block.words)}{size}".replace("\n", " ")


def _size(shape: Sequence[int]) -> str:
    return " × ".join(map(str, shape))


def _draw(axes: Axes, x: float, y: float, block: Block) -> None:
    colour = _COLOURS[block.kind]
    axes.add_patch(Rectangle((x - 0.4, y - 0.5), 0.8, 1.0, facecolor=colour, alpha=0.25, edgecolor="none"))
    axes.add_patch(Rectangle((x - 0.4, y - 0.5), 0.8, 1.0, fill=False, edgecolor=colour, linewidth=1.2))
    style: dict[str, Any] = {"ha": "center", "color": TEXT, "fontsize": 6.2}
    axes.text(x, y, "\n".join(block.words), va="center", **style)
    if block.shape:
        axes.text(x, y - 0.58, _size(block.shape), va="top", **style)


def _arrow(axes: Axes, a: tuple[float, float], b: tuple[float, float]) -> None:
    arrow = {"arrowstyle": "->", "color": TEXT, "linewidth": 0.9}
    axes.annotate("", (b[0] - 0.4, b[1]), (a[0] + 0.4, a[1]), arrowprops=arrow)
