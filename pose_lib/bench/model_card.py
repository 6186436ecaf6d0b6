"""The card of a trained network: what it learned from, under which terms, its numbers, and its limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pose_lib.bench.predictor import Predictor
from pose_lib.bench.rows import pick
from pose_lib.bench.setup import Setup

__all__ = ["card_text", "model_card"]

_METRICS = ("mpjpe", "pa-mpjpe", "pcp", "pcp-upper-arm", "pcp-lower-arm", "pdj-0.10", "pdj-0.20")
"""Those of its row that a card repeats, where it has them."""
_LIMITS = (
    "It expects one person, in a box of the kind that `box` describes, and finds nobody itself.",
    "It always answers: also for a picture without a person, and without saying how sure it is.",
)
_RENDERED = (
    "It has seen rendered people alone, from four cameras, and not one photograph. On photographs it is "
    "worse than its numbers here say."
)
_RENDERED_SETS = ("synthetic", "mocap")
_ABOUT = ("commit", "code", "settings", "data_code", "date", "processor", "torch", "python")


def model_card(predictor: Predictor, setup: Setup, rows: pd.DataFrame) -> dict[str, Any]:
    """The card of a network, for :func:`~pose_lib.bench.release.write_release`, as JSON can hold it.

    Args:
        predictor: the network.
        setup: of its run.
        rows: of its run.
    """
    facts, card, run = predictor.facts, setup.train.card, setup.run
    dataset = str(run.parameters["dataset"])
    own = pick(rows, facts.system)
    own = own[own["metric"].isin(_METRICS) & own["against"].eq("")]
    rendered = (_RENDERED,) if dataset in _RENDERED_SETS else ()
    return {
        "paper": facts.paper,
        "title": setup.paper.title,
        "system": facts.system,
        "box": f"square, around {facts.shows}, and {100 * facts.margin:.0f} % of its side free all around",
        "skeleton": facts.skeleton_name,
        "sides": facts.sides,
        "data": {
            "name": card.name,
            "origin": card.origin,
            "licence": card.licence,
            "notes": list(card.notes),
            "samples": len(setup.train),
        },
        "licence": (
            f"The code that made it is under the MIT licence. The weights were made from {card.name}, under: "
            f"{card.licence.rstrip('.')}. Such terms may also cover what is made of the data."
        ),
        "limits": [*rendered, *_LIMITS, *predictor.limits],
        "run": {
            "fingerprint": run.fingerprint,
            **{name: run.parameters[name] for name in ("dataset", "action", "preset", "budget", "seed")},
            **{name: str(rows[name].iloc[0]) for name in _ABOUT if name in rows},
        },
        "metrics": [
            {
                "metric": str(line.metric),
                "protocol": str(line.protocol),
                **{name: round(float(getattr(line, name)), 4) for name in ("value", "low", "high")},
            }
            for line in own.itertuples()
        ],
    }


def card_text(card: Mapping[str, Any]) -> str:
    """A card as Markdown, for readers of a release."""
    data, run = card["data"], card["run"]
    lines = [
        f"# {card['system']} ({card['paper']})",
        "",
        card["title"],
        "",
        f"- file: `{card['file']}`, {card['bytes'] / 1e6:.1f} MB, {card['parameters']:,} parameters",
        f"- SHA-256: `{card['sha256']}`",
        f"- box: {card['box']}",
        f"- joints: {card['skeleton']}; left and right are those of the {card['sides']}",
        f"- trained on: {data['name']}, {data['samples']:,} samples ({data['origin']})",
        f"- licence: {card['licence']}",
        f"- run: {', '.join(f'{name} {value}' for name, value in run.items())}",
        "",
        "## Numbers of the run, on its own test samples",
        "",
        *(
            f"- {m['metric']}: {m['value']:.1f} [{m['low']:.1f}, {m['high']:.1f}]: {m['protocol']}"
            for m in card["metrics"]
        ),
        "",
        "## Limits",
        "",
        *(f"- {limit}" for limit in card["limits"]),
    ]
    return "\n".join(lines) + "\n"
