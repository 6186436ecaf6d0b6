"""Measurements on the trained pieces of the Tekin chapter that are no row of its tables."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from torch import Tensor

from pose_lib.bench.evaluate import groups_of, paired_rows, row
from pose_lib.bench.tekin import TekinExperiment
from pose_lib.metrics import limb_ratio_error, mpjpe
from pose_lib.models.kde import KernelDependencyEstimation
from pose_lib.models.tekin import AutoEncoder, corrupt

__all__ = ["auto_encoder_probe", "code_change", "probe_rows", "read_out", "sweep"]


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


def code_change(
    experiment: TekinExperiment, model: AutoEncoder, step: float = 5.0
) -> npt.NDArray[np.float64]:
    """``||g(y + d) - g(y)|| / ||g(y)||``, ``(M,)``, when all coordinates move by some ``step`` mm."""
    y = experiment.scale.to_vector(experiment.truth)
    moved = corrupt(y, step / experiment.scale.scale, torch.Generator().manual_seed(experiment.seed + 1))
    model = deepcopy(model).cpu()
    with torch.no_grad():
        code = model.encode(y)
        change = torch.linalg.vector_norm(model.encode(moved) - code, dim=1) / torch.linalg.vector_norm(
            code, dim=1
        )
    return np.asarray(change.double().numpy())


def read_out(experiment: TekinExperiment, model: AutoEncoder, repetitions: int = 7) -> dict[str, Tensor]:
    """Milliseconds a pose to get from the predicted code to the pose: decoder, and pre-image search of KDE.

    Timed on the same machine in turns, batched over all test samples; a stage of the run, so that a second
    look shows the same numbers.
    """

    def build() -> dict[str, Any]:
        p = experiment.preset
        train, test = experiment.features()
        kde = KernelDependencyEstimation(p.kde_inputs, p.kde_outputs, seed=experiment.seed)
        lifts = kde.fit(train, experiment.scale.to_vector(experiment.poses)).lifted(test)
        local = deepcopy(model).cpu()
        with torch.no_grad():
            codes = local.encode(experiment.scale.to_vector(experiment.truth))
            jobs: dict[str, Callable[[], Tensor]] = {
                "KDE": lambda: torch.cat([kde.pre_image(part) for part in torch.split(lifts, 512)]),
                "Ours, fine-tuned": lambda: local.decode(codes),
            }
            times: dict[str, list[float]] = {name: [] for name in jobs}
            for repetition in range(-1, repetitions):  # the first one warms up and is not counted
                for name, job in jobs.items():
                    begun = time.perf_counter()
                    job()
                    if repetition >= 0:
                        times[name].append(1000 * (time.perf_counter() - begun) / len(test))
        return {name: torch.tensor(t, dtype=torch.float64) for name, t in times.items()}

    return experiment.run.stage("read-out", build)


def probe_rows(
    experiment: TekinExperiment, model: AutoEncoder, changes: Sequence[npt.NDArray[np.float64]]
) -> pd.DataFrame:
    """Rows of what the claims ask for beside errors: read-out times and change of the code.

    Args:
        experiment: whose KDE row and codes are timed.
        model: the auto-encoder of the main rows.
        changes: :func:`code_change` of the auto-encoder, and, if it ran, of the one without contraction.
    """
    times = {name: t.numpy() for name, t in read_out(experiment, model).items() if isinstance(t, Tensor)}
    timed = "ms a pose from predicted code to pose, batched over the test samples; repetitions"
    rows = paired_rows(
        "Ours, fine-tuned", "KDE", "read-out-ms", timed, times["Ours, fine-tuned"], times["KDE"]
    )
    moved = "relative change of the code when every coordinate moves by 5 mm (standard deviation)"
    if len(changes) > 1:
        names = ("Auto-encoder", "Auto-encoder, no contraction")
        rows += paired_rows(*names, "code-change", moved, changes[0], changes[1], groups_of(experiment.test))
    else:
        rows.append(row("Auto-encoder", "code-change", moved, changes[0], groups_of(experiment.test)))
    return pd.DataFrame(rows)
