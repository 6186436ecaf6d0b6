"""Measurements on the trained pieces of the Tekin chapter that are no row of its tables."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from pose_lib.bench.evaluate import Scores
from pose_lib.bench.rows import Row, Values, compared_rows
from pose_lib.bench.timing import timed
from pose_lib.metrics import limb_ratio_error, mpjpe
from pose_lib.models.kde import KernelDependencyEstimation
from pose_lib.models.tekin_ae import AutoEncoder, corrupt
from pose_lib.papers.tekin_ae.recipe import NO_CONTRACTION, TekinExperiment

__all__ = ["auto_encoder_probe", "code_change", "code_scores", "read_out", "read_out_rows", "sweep"]

_CHANGE = "relative change of the code when every coordinate moves by 5 mm (standard deviation)"
_READ_OUT = "ms per pose from predicted code to pose, batched over the test samples; repetitions"


def auto_encoder_probe(
    experiment: TekinExperiment, model: AutoEncoder, sigma: float = 40.0
) -> dict[str, float]:
    """How an auto-encoder treats test poses: clean, and with noise of ``sigma`` mm on every coordinate."""
    truth, scale = experiment.truth, experiment.scale
    y = scale.to_vector(truth)
    noisy = corrupt(y, sigma / scale.scale, torch.Generator().manual_seed(experiment.seed))
    model = deepcopy(model).cpu()
    with torch.no_grad():
        rebuilt, denoised = (scale.to_pose(model(v)) for v in (y, noisy))
        return {
            "reconstruction (mm)": float(mpjpe(rebuilt, truth).mean()),
            "noisy input (mm)": float(mpjpe(scale.to_pose(noisy), truth).mean()),
            "denoised (mm)": float(mpjpe(denoised, truth).mean()),
            "limb ratios of the denoised": float(limb_ratio_error(denoised, truth).mean()),
            "contraction": float(model.contraction(y).mean()),
        }


def sweep(
    experiment: TekinExperiment, sigmas: tuple[float, ...], weights: tuple[float, ...]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Auto-encoders over the noise level (mm) at the published weight, and over the weight at its noise."""

    def line(sigma: float, weight: float) -> dict[str, float]:
        name = f"sweep-{sigma:g}-{weight:g}"
        model = experiment.auto_encoder(
            name, sigmas=(sigma,), weight=weight, schedule=experiment.preset.probe
        )
        return {"sigma (mm)": sigma, "lambda": weight, **auto_encoder_probe(experiment, model)}

    return pd.DataFrame([line(s, 0.1) for s in sigmas]), pd.DataFrame([line(40.0, w) for w in weights])


def code_change(experiment: TekinExperiment, model: AutoEncoder, step: float = 5.0) -> Values:
    """``||g(y + d) - g(y)|| / ||g(y)||``, ``(M,)``, when every coordinate moves by about ``step`` mm."""
    y = experiment.scale.to_vector(experiment.truth)
    moved = corrupt(y, step / experiment.scale.scale, torch.Generator().manual_seed(experiment.seed + 1))
    model = deepcopy(model).cpu()
    with torch.no_grad():
        code = model.encode(y)
        change = torch.linalg.vector_norm(model.encode(moved) - code, dim=1) / torch.linalg.vector_norm(
            code, dim=1
        )
    return np.asarray(change.double().numpy())


def code_scores(experiment: TekinExperiment, model: AutoEncoder, plain: AutoEncoder | None = None) -> Scores:
    """:func:`code_change` of the auto-encoder and, if it was trained, of the one without contraction."""
    scores = Scores.on(experiment.test, {"code-change": _CHANGE})
    scores.add("Auto-encoder", "code-change", code_change(experiment, model))
    if plain is not None:
        scores.add(("Auto-encoder", NO_CONTRACTION), "code-change", code_change(experiment, plain))
    return scores


def read_out(experiment: TekinExperiment, model: AutoEncoder, repetitions: int = 7) -> dict[str, Tensor]:
    """Milliseconds per pose from the predicted code to the pose: the decoder, and KDE's pre-image search.

    Timed in turns, batched over all test samples; kept in the run's folder.
    """

    def build() -> dict[str, Any]:
        p = experiment.preset
        train, test = experiment.features
        kde = KernelDependencyEstimation(p.kde_inputs, p.kde_outputs, seed=experiment.seed)
        lifts = kde.fit(train, experiment.scale.to_vector(experiment.poses)).lifted(test)
        local = deepcopy(model).cpu()
        with torch.no_grad():
            codes = local.encode(experiment.scale.to_vector(experiment.truth))
            jobs: dict[str, Callable[[], Tensor]] = {
                "KDE": lambda: torch.cat([kde.pre_image(part) for part in torch.split(lifts, 512)]),
                "Ours, fine-tuned": lambda: local.decode(codes),
            }
            seconds = timed(jobs, repetitions)
        return {name: 1000 * times / len(test) for name, times in seconds.items()}

    stored = experiment.run.cached("read-out", build)
    return {name: times for name, times in stored.items() if isinstance(times, Tensor)}


def read_out_rows(experiment: TekinExperiment, model: AutoEncoder) -> list[Row]:
    """Rows of :func:`read_out`, and of the difference."""
    times = {name: t.numpy() for name, t in read_out(experiment, model).items()}
    return compared_rows(
        "Ours, fine-tuned", "KDE", "read-out-ms", _READ_OUT, times["Ours, fine-tuned"], times["KDE"]
    )
