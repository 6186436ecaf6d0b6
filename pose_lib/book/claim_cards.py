"""The ledger of claims as a page: one card per claim, filtered by a script where scripts run."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pandas as pd
from IPython.display import HTML

from pose_lib.bench.ledger import EXPLAINED, Entry, LedgerClause, rule_of
from pose_lib.book.markup import html_text
from pose_lib.book.metric_titles import metric_title
from pose_lib.book.result_cells import with_bounds
from pose_lib.data.poses import ALL

__all__ = ["LEDGER_MARK", "claim_cards", "heading_anchor"]

LEDGER_MARK = "claims-ledger"
"""Class of the element that holds the cards: pages that have one load its script and its style."""
_FEW_LINES = 4
"""Clauses with more lines than these are folded."""
_HEAD = ("at", "difference", "margin", "seeds", "verdict")
_NO_REASON = "No reason has been written down for this outcome yet."


def claim_cards(
    entries: Sequence[Entry], *, chapters: str = "", api: str = "../book/api/papers.html"
) -> HTML:
    """The claims of all entries as HTML, with controls that filter them by paper, verdict and data.

    The controls are hidden until a script shows them; without one, all claims are read in order.

    Args:
        entries: in the order of the page, those of a paper together.
        chapters: folder of the papers' pages, as the page sees it, with a slash at its end.
        api: the API page that has the modules of the papers.
    """
    papers = list(dict.fromkeys(entry.paper.name for entry in entries))
    names = {entry.paper.name: entry.paper.cited_as or entry.paper.title for entry in entries}
    groups = "".join(
        f'<section class="claims-of" aria-label="{html_text(names[name])}">'
        f'<h3 id="claims-{html_text(name)}">{html_text(names[name])}</h3>'
        + "".join(_card(entry, chapters, api) for entry in entries if entry.paper.name == name)
        + "</section>"
        for name in papers
    )
    return HTML(f'<div class="{LEDGER_MARK}">{_controls(entries, names)}{groups}</div>')  # type: ignore[no-untyped-call]


def heading_anchor(heading: str) -> str:
    """The anchor that Sphinx gives a heading."""
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


def _controls(entries: Sequence[Entry], names: dict[str, str]) -> str:
    outcomes = sorted({entry.outcome for entry in entries})
    datasets = sorted({name for entry in entries for name in entry.datasets})
    whole = f"{len(entries)} of {len(entries)} claims"
    return (
        '<form class="claims-filter" hidden><fieldset><legend>Show the claims</legend>'
        + _select("paper", "of the paper", names)
        + _select("verdict", "with the verdict", {name: name for name in outcomes})
        + _select("data", "measured on", {name: name for name in datasets})
        + '<button type="reset">Show all</button>'
        + f'<output aria-live="polite">{whole}</output></fieldset></form>'
    )


def _select(name: str, title: str, values: dict[str, str]) -> str:
    options = "".join(f'<option value="{html_text(v)}">{html_text(t)}</option>' for v, t in values.items())
    return f'<label>{title} <select name="{name}"><option value="">any</option>{options}</select></label>'


def _card(entry: Entry, chapters: str, api: str) -> str:
    claim = entry.claim
    anchor, outcome = html_text(claim.key), html_text(entry.outcome)
    kind = " (consistency check)" if claim.check else ""
    printed = f"<p><strong>Printed:</strong> {html_text(claim.published)}</p>"
    limits = f"<p><strong>Limits:</strong> {html_text(claim.limits)}</p>" if claim.limits else ""
    why = ""
    if entry.outcome in EXPLAINED:
        why = f'<p class="claim-why"><strong>Why, probably:</strong> {html_text(entry.why or _NO_REASON)}</p>'
    clauses = "".join(f"<li>{_clause(clause)}</li>" for clause in entry.clauses)
    ours = f'<p><strong>Ours:</strong></p><ol class="clauses">{clauses}</ol>' if clauses else ""
    return (
        f'<article class="claim" id="{anchor}" data-paper="{html_text(entry.paper.name)}" '
        f'data-verdict="{outcome}" data-data="{html_text(" ".join(entry.datasets))}">'
        f'<h4><a href="#{anchor}">{anchor}</a>{kind} '
        f'<span class="verdict">{outcome}</span></h4>'
        f'<p class="claim-words">{html_text(claim.words)}</p>{printed}{limits}{ours}{why}'
        f"{_links(entry, chapters, api)}</article>"
    )


def _links(entry: Entry, chapters: str, api: str) -> str:
    """To the section of the chapter that shows the numbers, and to the rule."""
    section = entry.remark.shown
    page = f"{chapters}{entry.paper.name}.html#{heading_anchor(section)}"
    found = f'<p>In the chapter: <a href="{html_text(page)}">{html_text(section)}</a>'
    rule = rule_of(entry.paper, entry.claim)
    if not rule:
        return f"{found}.</p>"
    module = html_text(f"{api}#module-{entry.module}")
    return (
        f'{found}. All rules of this paper: <a href="{module}">module of its claims</a>.</p>'
        f"<details><summary>The rule of {html_text(entry.claim.key)}, as code</summary>"
        f"<pre>{html_text(rule)}</pre></details>"
    )


def _clause(clause: LedgerClause) -> str:
    """A clause with its lines: folded where they are many."""
    title = html_text(clause.title)
    if clause.metric:
        title += f", {html_text(metric_title(clause.metric))}"
    if clause.check:
        title += " (consistency check)"
    lines = clause.lines
    if not len(lines):
        return f"{title}: <em>no stored run has measured it</em>"
    if not clause.metric:
        return f"{title}: <em>{html_text(lines.iloc[0]['outcome'])}</em>"
    if len(lines) <= _FEW_LINES:
        return f"{title}{_table(lines)}"
    counts = lines["outcome"].value_counts()
    summary = ", ".join(f"{number} {html_text(name)}" for name, number in counts.items())
    return f"{title}<details><summary>{len(lines)} comparisons: {summary}</summary>{_table(lines)}</details>"


def _place(line: pd.Series) -> str:
    """Data set and action; photographs have no actions."""
    return str(line["dataset"]) if line["action"] == ALL else f"{line['dataset']} {line['action']}"


def _table(lines: pd.DataFrame) -> str:
    cells: list[Callable[[pd.Series], str]] = [
        lambda line: f"{_place(line)}: {line['setting'].partition(', ')[2]}",
        lambda line: with_bounds(line["value"], line["low"], line["high"], "+.3g") if line["seeds"] else "–",
        lambda line: "–" if pd.isna(line["margin"]) else f"{line['margin']:.2g}",
        lambda line: str(line["seeds"]),
        lambda line: ": needs ".join(filter(None, (line["outcome"], line["needs"]))),
    ]
    head = "".join(f'<th scope="col">{name}</th>' for name in _HEAD)
    body = "".join(
        "<tr>" + "".join(f"<td>{html_text(cell(line))}</td>" for cell in cells) + "</tr>"
        for _, line in lines.iterrows()
    )
    return (
        f'<table class="dataframe results words"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    )
