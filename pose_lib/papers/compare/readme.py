"""What the README says of the results: the findings, the forest of the ideas and the score of the claims.

``python -m pose_lib.papers.compare.readme`` writes it again after rows have joined the stored ones.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from PIL import Image

from pose_lib.bench.ledger import Entry, score
from pose_lib.bench.stored import results_root
from pose_lib.book.cover import write_picture
from pose_lib.book.style import description, use_style
from pose_lib.papers.compare import findings, ledger
from pose_lib.papers.compare.ideas import headline_forest
from pose_lib.paths import checkout

__all__ = ["PICTURE", "rows_digest", "section", "write_readme"]

PICTURE = Path("book/_static/ideas.webp")
"""The forest of the ideas, from the top of the checkout."""
_SECTION = re.compile(r"<!-- results of rows \w+ -->\n.*?<!-- end of results -->\n", re.DOTALL)


def rows_digest(results: Path | None = None) -> str:
    """Twelve digits that change with the stored rows; ``results`` is their folder, if not the project's."""
    files = sorted((results or results_root()).glob("*.csv"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def section(sentences: Sequence[str], entries: Sequence[Entry], alt: str) -> str:
    """The part of the README between its two marks, which it begins and ends with.

    Args:
        sentences: the findings.
        entries: of the ledger, to count.
        alt: description of the picture.
    """
    table = score(entries)
    heads = ["", *map(str, table.columns)]
    lines = [[str(name), *map(str, line)] for name, line in zip(table.index, table.to_numpy(), strict=True)]
    rows = [heads, ["---", *["---:"] * len(table.columns)], *lines]
    return "\n".join(
        [
            f"<!-- results of rows {rows_digest()} -->",
            *(f"{number}. {sentence}" for number, sentence in enumerate(sentences, 1)),
            "",
            f"![{alt}]({PICTURE.as_posix()})",
            "",
            *("| " + " | ".join(row) + " |" for row in rows),
            "<!-- end of results -->",
            "",
        ]
    )


def write_readme(root: Path | None = None) -> None:
    """Write the section of the results in the README of a checkout, and its picture.

    Raises:
        ValueError: the README has no such section, or the picture would be larger than 100 KB.
    """
    folder = root or checkout()
    readme = folder / "README.md"
    text = readme.read_text(encoding="utf-8")
    if not _SECTION.search(text):
        raise ValueError(f"{readme} has no section between '<!-- results of rows' and '<!-- end of results'")
    evidence = ledger.stored_evidence()
    entries = ledger.all_entries(evidence)
    drawn = io.BytesIO()
    with mpl.rc_context():
        use_style()
        figure = headline_forest()
        figure.savefig(drawn, format="png", dpi=110, facecolor="white")
    write_picture(Image.open(drawn).convert("RGB"), folder / PICTURE)
    alt, _, _ = description(figure).partition(". ")
    new = section(findings.findings(evidence, entries), entries, alt)
    readme.write_text(_SECTION.sub(lambda _: new, text), encoding="utf-8")


if __name__ == "__main__":
    write_readme()
