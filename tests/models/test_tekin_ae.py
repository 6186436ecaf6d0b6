"""The equations of Tekin et al. 2016 against slow, direct transcriptions."""

from __future__ import annotations

import pytest
import torch

from pose_lib.models.tekin_ae import (
    AutoEncoder,
    Decoder,
    PoseNet,
    auto_encoder_loss,
    corrupt,
    regression_loss,
)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def make(widths: tuple[int, ...], inputs: int = 6) -> AutoEncoder:
    torch.manual_seed(0)
    model = AutoEncoder(widths, inputs).double()
    with torch.no_grad():
        for bias in [*model.biases, *model.back_biases]:
            bias.normal_(0, 0.3)
    return model


@pytest.mark.parametrize("widths", [(11,), (9, 7)])
def test_the_closed_form_of_the_contraction_is_the_jacobian_of_autograd(widths: tuple[int, ...]) -> None:
    model = make(widths)
    y = torch.randn(8, 6, generator=seeded(), dtype=torch.float64)
    slow = [
        torch.autograd.functional.jacobian(lambda v: model.encode(v[None])[0], row).square().sum()
        for row in y
    ]
    assert torch.allclose(model.contraction(y), torch.stack(slow), rtol=1e-12)


@pytest.mark.parametrize("widths", [(11,), (9, 7)])
def test_the_gradient_of_the_contraction_is_that_of_the_jacobian(widths: tuple[int, ...]) -> None:
    model = make(widths)
    y = torch.randn(3, 6, generator=seeded(), dtype=torch.float64)
    fast = torch.autograd.grad(model.contraction(y).sum(), list(model.weights))
    jacobians = [
        torch.autograd.functional.jacobian(lambda v: model.encode(v[None])[0], row, create_graph=True)
        for row in y
    ]
    slow = torch.autograd.grad(torch.stack(jacobians).square().sum(), list(model.weights))
    for a, b in zip(fast, slow, strict=True):
        assert torch.allclose(a, b, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("weight", [0.0, 0.7])
def test_equation_1_term_by_term(weight: float) -> None:
    model = make((11,))
    clean = torch.randn(4, 6, generator=seeded(1), dtype=torch.float64)
    noisy = corrupt(clean, 0.5, seeded(2))
    w, b, c = (p[0].detach() for p in (model.weights, model.biases, model.back_biases))
    total = 0.0
    for y, y_noisy in zip(clean, noisy, strict=True):
        hidden = [max(0.0, float(w[h] @ y_noisy + b[h])) for h in range(11)]
        rebuilt = [sum(hidden[h] * float(w[h, i]) for h in range(11)) + float(c[i]) for i in range(6)]
        jacobian = [[float(w[h, i]) * (hidden[h] > 0) for i in range(6)] for h in range(11)]
        total += sum((float(y[i]) - rebuilt[i]) ** 2 for i in range(6))
        total += weight * sum(v * v for row in jacobian for v in row)
    assert auto_encoder_loss(model, clean, noisy, weight).item() == pytest.approx(total / 4)


def test_equations_2_and_3_sum_over_the_vector_and_average_over_the_batch() -> None:
    predicted, true = (torch.randn(3, 7, generator=seeded(s), dtype=torch.float64) for s in (0, 1))
    total = sum(float(predicted[b, k] - true[b, k]) ** 2 for b in range(3) for k in range(7))
    assert regression_loss(predicted, true).item() == pytest.approx(total / 3)


def test_weights_are_tied_and_the_appended_decoder_is_the_same_map() -> None:
    model = make((9, 7))
    h = torch.rand(5, 7, generator=seeded(), dtype=torch.float64)
    step = torch.relu(h @ model.weights[1] + model.back_biases[1])
    assert torch.allclose(model.decode(h), step @ model.weights[0] + model.back_biases[0])
    decoder = Decoder(model).double()
    assert torch.allclose(decoder(h), model.decode(h))
    assert sum(p.numel() for p in model.weights) == 9 * 6 + 7 * 9


def test_a_greedy_layer_shares_its_parameters() -> None:
    model = make((9, 7))
    part = model.layer(1)
    assert part.weights[0] is model.weights[1]
    h = torch.rand(5, 9, generator=seeded(), dtype=torch.float64)
    with torch.no_grad():
        part.weights[0].mul_(2)
    y = torch.rand(5, 6, generator=seeded(), dtype=torch.float64)
    assert torch.allclose(model.encode(y), part.encode(model.layer(0).encode(y)))
    assert part.decode(part.encode(h)).shape == h.shape


def test_an_over_complete_code_starts_near_the_identity() -> None:
    torch.manual_seed(0)
    model = AutoEncoder((4000,), 20)
    y = torch.randn(50, 20, generator=seeded())
    assert (model(y) - y).square().mean().item() < 0.1


def test_noise_has_the_standard_deviation_it_is_asked_for_and_its_seed_decides() -> None:
    y = torch.zeros(400, 51)
    noisy = corrupt(y, 40.0, seeded(3))
    assert float(noisy.std()) == pytest.approx(40, rel=0.03)
    assert torch.equal(noisy, corrupt(y, 40.0, seeded(3)))


def test_the_network_has_the_layers_of_the_paper() -> None:
    net = PoseNet(112, 2000)
    assert net.trunk.features(112) == 64 * 10 * 10
    x = torch.zeros(2, 3, 112, 112)
    assert net.image_code(x).shape == (2, 4096)
    assert net(x).shape == (2, 2000)
    kernels = [tuple(m.kernel_size) for m in net.trunk.layers if isinstance(m, torch.nn.Conv2d)]
    assert kernels == [(9, 9), (5, 5), (5, 5)]


def test_appending_the_decoder_gives_poses_and_trains_every_parameter() -> None:
    auto_encoder = AutoEncoder((30,), 51)
    net = PoseNet(48, 30, maps=(2, 2, 2), widths=(8,), dropout=0.0)
    x = torch.rand(3, 3, 48, 48, generator=seeded())
    codes = net(x)
    net.append(Decoder(auto_encoder))
    assert torch.allclose(net(x), auto_encoder.decode(codes), atol=1e-6)
    regression_loss(net(x), torch.ones(3, 51)).backward()
    without = [name for name, p in net.named_parameters() if p.grad is None]
    assert without == []


def test_an_image_too_small_for_the_convolutions_is_refused() -> None:
    with pytest.raises(ValueError, match="too small"):
        PoseNet(20, 51)
