"""How to cite: the five papers as in the bibliography, the version and the licences as in the package."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
PAPERS = ("toshev2014deeppose", "li2014hmlpe", "li2014monocular", "tekin2016structured", "park2016pose")


def citation() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    return found


def bibliography() -> dict[str, dict[str, str]]:
    """Fields by key, without braces."""
    text = (ROOT / "book/references.bib").read_text(encoding="utf-8")
    entries = {}
    for key, body in re.findall(r"^@\w+\{(\w+),\n(.*?)^\}", text, re.DOTALL | re.MULTILINE):
        fields = re.findall(r"^ *(\w+) *= \{(.*)\},$", body, re.MULTILINE)
        entries[key] = {name: re.sub(r"[{}]", "", value) for name, value in fields}
    return entries


def as_in_bibliography(reference: dict[str, Any]) -> dict[str, str]:
    authors = [f"{author['family-names']}, {author['given-names']}" for author in reference["authors"]]
    fields = {
        "title": reference["title"],
        "author": " and ".join(authors),
        "booktitle": reference["collection-title"],
        "year": str(reference["year"]),
    }
    if "doi" in reference:
        fields["doi"] = reference["doi"]
    for identifier in reference.get("identifiers", ()):
        fields["eprint"] = identifier["value"].removeprefix("arXiv:")
    if "start" in reference:
        fields["pages"] = f"{reference['start']}--{reference['end']}"
    return fields


def test_all_five_papers_are_cited_as_in_the_bibliography() -> None:
    entries = bibliography()
    assert list(map(as_in_bibliography, citation()["references"])) == [entries[key] for key in PAPERS]


def test_most_references_lead_to_their_text() -> None:
    entries = bibliography()
    links = {
        key: [entry[f] for f in ("doi", "eprint", "url") if f in entry] for key, entry in entries.items()
    }
    assert all(links[key] for key in PAPERS)
    assert sum(map(bool, links.values())) >= 0.8 * len(links)
    form = re.compile(r"10\.\d{4,9}/\S+|\d{4}\.\d{4,5}|https?://\S+")
    assert not [link for found in links.values() for link in found if not form.fullmatch(link)]


def test_version_and_licence_are_those_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert citation()["version"] == project["version"]
    assert citation()["license"] == project["license"]


def test_the_licence_of_code_and_the_one_of_prose_are_stated() -> None:
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
    prose = (ROOT / "LICENSE-PROSE").read_text(encoding="utf-8")
    assert "creativecommons.org/licenses/by/4.0/" in prose
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("`LICENSE`", "`LICENSE-PROSE`", "CC BY 4.0", "CITATION.cff"):
        assert name in readme
