"""The mean of a network's weights over the last steps of its training."""

from __future__ import annotations

import torch
from torch import Tensor, nn

__all__ = ["Average"]


class Average(nn.Module):
    """Running mean of all floating-point weights and statistics of a network, kept as buffers.

    Args:
        model: the network; its present weights do not count.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        state = {name: value for name, value in model.state_dict().items() if value.is_floating_point()}
        self.names = tuple(state)
        for i, value in enumerate(state.values()):
            self.register_buffer(f"mean-{i}", value.detach().clone())
        self.register_buffer("count", torch.zeros((), dtype=torch.long))

    def _means(self) -> list[Tensor]:
        return [self.get_buffer(f"mean-{i}") for i in range(len(self.names))]

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        """Add the weights that a network has now."""
        count = self.get_buffer("count").add_(1)
        state = model.state_dict()
        for mean, name in zip(self._means(), self.names, strict=True):
            mean.lerp_(state[name], 1 / float(count))

    @torch.no_grad()
    def give(self, model: nn.Module) -> None:
        """Give a network the mean."""
        state = model.state_dict()
        for mean, name in zip(self._means(), self.names, strict=True):
            state[name].copy_(mean)
