"""Tekin et al., BMVC 2016: regression into the latent space of an over-complete denoising auto-encoder.

Figure 1 of the paper in three steps: (a) :class:`AutoEncoder` learns the structure of poses; (b)
:class:`PoseNet` maps an image to the code of its pose, Eq. (2); (c) the decoder is appended and the whole
is fine-tuned, Eq. (3). Poses are root-relative, ``(N, J, 3)`` in mm outside this file; inside they are flat
and in units of :class:`~pose_lib.models.parts.targets.PoseScale`, which leaves the balance of Eq. (1) as
published.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from pose_lib.losses import squared_error
from pose_lib.models.parts.layers import ConvTrunk, fully_connected, output_layer

__all__ = ["AutoEncoder", "Decoder", "PoseNet", "auto_encoder_loss", "corrupt", "regression_loss"]


class AutoEncoder(nn.Module):
    """Over-complete: ReLU encoder, linear decoder, tied weights ``W_dec = W_enc^T``, separate biases.

    The decoder mirrors the encoder: its hidden layers are ReLU, its output is linear. The paper describes the
    decoder for one hidden layer only.

    Args:
        widths: of the hidden layers, the code ``h_L`` last: ``(2000,)`` or ``(300, 300)`` in the paper.
        inputs: length ``P`` of a flat pose.
    """

    def __init__(self, widths: tuple[int, ...] = (2000,), inputs: int = 51) -> None:
        super().__init__()
        sizes = (inputs, *widths)
        self.weights = nn.ParameterList([nn.Parameter(torch.empty(b, a)) for a, b in pairwise(sizes)])
        self.biases = nn.ParameterList([nn.Parameter(torch.zeros(b)) for b in widths])
        self.back_biases = nn.ParameterList([nn.Parameter(torch.zeros(a)) for a in sizes[:-1]])
        for weight in self.weights:
            # About half of the units are active, so that W^T D W is near the identity at the start.
            nn.init.normal_(weight, std=(2 / weight.shape[0]) ** 0.5)

    def encode(self, y: Tensor) -> Tensor:
        """``g``: poses ``(N, P)`` to codes ``h_L`` ``(N, code_size)``."""
        for weight, bias in zip(self.weights, self.biases, strict=True):
            y = functional.linear(y, weight, bias).relu()
        return y

    def decode(self, h: Tensor) -> Tensor:
        """Codes ``(N, code_size)`` to poses ``(N, P)``."""
        last = len(self.weights) - 1
        for i in range(last, -1, -1):
            h = functional.linear(h, self.weights[i].T, self.back_biases[i])
            h = h.relu() if i > 0 else h
        return h

    def forward(self, y: Tensor) -> Tensor:
        """``f_ae``: (noisy) poses ``(N, P)`` to their reconstruction."""
        return self.decode(self.encode(y))

    def contraction(self, y: Tensor) -> Tensor:
        """``||J(y)||_F^2`` of the encoder, ``(N,)``, in closed form.

        The Jacobian of a ReLU layer is its weight matrix with the rows of inactive units set to zero. For one
        layer this gives ``sum_h 1[pre_h > 0] ||W_h||^2``.
        """
        if len(self.weights) == 1:
            active = functional.linear(y, self.weights[0], self.biases[0]) > 0
            norms: Tensor = active.to(y.dtype) @ self.weights[0].square().sum(1)
            return norms
        jacobian: Tensor | None = None
        for weight, bias in zip(self.weights, self.biases, strict=True):
            pre = functional.linear(y, weight, bias)
            step = weight.expand(len(y), -1, -1) if jacobian is None else weight @ jacobian
            jacobian = step * (pre > 0)[..., None]
            y = pre.relu()
        assert jacobian is not None
        return jacobian.square().sum((1, 2))

    def layer(self, i: int) -> AutoEncoder:
        """Layer ``i`` as an auto-encoder with shared parameters, for greedy layer-wise training."""
        part = AutoEncoder((len(self.biases[i]),), self.weights[i].shape[1])
        part.weights[0], part.biases[0] = self.weights[i], self.biases[i]
        part.back_biases[0] = self.back_biases[i]
        return part


def corrupt(y: Tensor, sigma: float, generator: torch.Generator | None = None) -> Tensor:
    """``y~``: poses ``(N, P)`` with additive isotropic Gaussian noise of standard deviation ``sigma``."""
    return y + sigma * torch.randn(y.shape, generator=generator, dtype=y.dtype).to(y.device)


def auto_encoder_loss(model: AutoEncoder, clean: Tensor, noisy: Tensor, weight: float) -> Tensor:
    """Eq. (1), Tekin et al. 2016: ``||y - f_ae(y~)||^2 + lambda ||J(y~)||_F^2``, mean over the batch.

    Args:
        model: the auto-encoder.
        clean: ``y``, ``(B, P)``.
        noisy: ``y~``, ``(B, P)``.
        weight: ``lambda``; with 0 the second term is not computed.
    """
    loss = squared_error(model(noisy), clean).sum(1).mean()
    return loss + weight * model.contraction(noisy).mean() if weight > 0 else loss


def regression_loss(predicted: Tensor, true: Tensor) -> Tensor:
    """``||y - y^||^2``, mean over the batch.

    Between codes ``h_L`` it is Eq. (2), Tekin et al. 2016; between poses Eq. (3), Tekin et al. 2016.

    Args:
        predicted: ``(B, P)``.
        true: ``(B, P)``.
    """
    return squared_error(predicted, true).sum(1).mean()


class PoseNet(nn.Module):
    """The CNN: three convolutions, FC layers ending in a 4096-d image code, a linear output.

    The output is the pose (plain regression), the code ``h_L`` (Eq. 2), or, after :meth:`append` has added a
    decoder, the pose again (Eq. 3).

    Args:
        side: of the images in pixels.
        outputs: length of the output.
        maps: their numbers in the three convolutions.
        widths: of the fully connected layers.
        dropout: rate after each of them.
        gain: unit of the output, best the standard deviation of the targets. The code's units vary a tenth as
            much as poses do; without it, the optimiser's first steps are ten times too large, and many ReLUs
            stay inactive from then on.
    """

    def __init__(
        self,
        side: int,
        outputs: int,
        *,
        maps: tuple[int, int, int] = (32, 64, 64),
        widths: tuple[int, ...] = (1024, 2048, 4096),
        dropout: float = 0.5,
        gain: float = 1.0,
    ) -> None:
        super().__init__()
        self.trunk = ConvTrunk(maps)
        self.hidden = fully_connected((self.trunk.features(side), *widths), dropout)
        self.output = output_layer(widths[-1], outputs)
        self.gain = gain
        self.decoder: nn.Module | None = None

    def start_at(self, mean: Tensor) -> None:
        """Set the output's bias so that an untrained network predicts the mean target ``(outputs,)``."""
        with torch.no_grad():
            self.output.bias.copy_(mean / self.gain)

    def image_code(self, x: Tensor) -> Tensor:
        """Images ``(B, 3, H, H)`` to the last hidden layer ``(B, 4096)``."""
        hidden: Tensor = self.hidden(self.trunk(x))
        return hidden

    def forward(self, x: Tensor) -> Tensor:
        """Images ``(B, 3, H, H)`` to poses or codes."""
        out: Tensor = self.output(self.image_code(x)) * self.gain
        return out if self.decoder is None else self.decoder(out)

    def append(self, decoder: nn.Module) -> PoseNet:
        """Figure 1 (c): append the decoder to the output; its parameters become part of the network."""
        self.decoder = decoder
        return self


class Decoder(nn.Module):
    """A copy of an auto-encoder's decoder with untied weights: Eq. (3) trains all of its parameters."""

    def __init__(self, source: AutoEncoder) -> None:
        super().__init__()
        self.layers = nn.ModuleList()
        for weight, bias in zip(reversed(source.weights), reversed(source.back_biases), strict=True):
            layer = nn.Linear(weight.shape[0], weight.shape[1])
            with torch.no_grad():
                layer.weight.copy_(weight.T)
                layer.bias.copy_(bias)
            self.layers.append(layer)

    def forward(self, h: Tensor) -> Tensor:
        """Codes ``(N, code_size)`` to poses ``(N, P)``."""
        for i, layer in enumerate(self.layers):
            h = layer(h if i == 0 else h.relu())
        return h
