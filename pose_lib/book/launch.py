"""Buttons that open a notebook on Binder and on Colab, once the configuration names the public repository.

One value in ``_config.yml``, ``public_repository``, is the address of a repository on GitHub. As long as it
is empty there are no buttons. Binder installs what ``.binder/`` says. Colab installs nothing, so the build
writes a copy of each notebook whose first cell does it; the copies are published with the pages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ConfigError

__all__ = [
    "BRANCH",
    "COPIES",
    "PUBLISHED_ON",
    "binder_address",
    "colab_address",
    "connect",
    "install_cell",
    "with_install_cell",
]

BRANCH = "main"
"""Branch of the sources, which Binder opens."""
PUBLISHED_ON = "gh-pages"
"""Branch of the built pages, from which Colab opens the copies of the notebooks."""
COPIES = "colab"
"""Folder of these copies among the pages."""
_FOLDER = "pose-book"
_GITHUB = re.compile(r"https://github\.com/([\w.-]+)/([\w.-]+?)(?:\.git)?/?")


def binder_address(repository: str, page: str) -> str:
    """Where Binder opens a notebook, given by its page ``notebooks/NAME``.

    Raises:
        ConfigError: the repository is none on GitHub.
    """
    owner, name = _parts(repository)
    return f"https://mybinder.org/v2/gh/{owner}/{name}/{BRANCH}?urlpath=lab/tree/{page}.ipynb"


def colab_address(repository: str, page: str) -> str:
    """Where Colab opens the copy of a notebook, given by its page ``notebooks/NAME``.

    Raises:
        ConfigError: the repository is none on GitHub.
    """
    owner, name = _parts(repository)
    host = "https://colab.research.google.com/github"
    return f"{host}/{owner}/{name}/blob/{PUBLISHED_ON}/{COPIES}/{page}.ipynb"


def install_cell(repository: str) -> dict[str, Any]:
    """The first cell of a notebook on Colab: it fetches the repository and installs the package.

    The notebook then runs in the checkout, so that it finds the stored results.
    """
    lines = (
        "# Fetches the book and installs its package, about a minute.",
        f"!git clone --quiet --depth 1 {repository} {_FOLDER}",
        f"%pip install --quiet --editable ./{_FOLDER}",
        f"%cd -q {_FOLDER}",
    )
    cell: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "id": "install",
        "metadata": {},
        "outputs": [],
    }
    return {**cell, "source": "\n".join(lines)}


def connect(app: Sphinx) -> None:
    """Add the value of the configuration, and the hooks that make buttons and copies."""
    app.add_config_value("public_repository", "", "html", str)
    app.connect("html-page-context", _add_buttons, priority=600)
    app.connect("build-finished", _write_copies)


def _parts(repository: str) -> tuple[str, str]:
    """Owner and name of a repository."""
    found = _GITHUB.fullmatch(repository)
    if not found:
        raise ConfigError(
            f"public_repository in _config.yml is {repository!r}; expected https://github.com/OWNER/NAME, or "
            "nothing for no buttons"
        )
    return found[1], found[2]


def _add_buttons(
    app: Sphinx, page: str, template: str, context: dict[str, Any], tree: nodes.document | None
) -> None:
    repository = app.config.public_repository
    if not repository or not Path(app.srcdir, f"{page}.ipynb").is_file():
        return
    buttons = [
        {"type": "link", "text": name, "tooltip": f"Open on {name}", "url": address(repository, page)}
        for name, address in (("Binder", binder_address), ("Colab", colab_address))
    ]
    group = {"type": "group", "buttons": buttons, "icon": "fas fa-rocket", "label": "launch-buttons"}
    context["header_buttons"].insert(0, {**group, "tooltip": "Run this page elsewhere"})


def _write_copies(app: Sphinx, error: Exception | None) -> None:
    repository = app.config.public_repository
    if not repository or error is not None or app.builder.format != "html":
        return
    for page in sorted(app.env.found_docs):
        clean = Path(app.srcdir, f"{page}.ipynb")
        if clean.is_file():
            copy = Path(app.outdir, COPIES, f"{page}.ipynb")
            copy.parent.mkdir(parents=True, exist_ok=True)
            notebook = with_install_cell(json.loads(clean.read_text(encoding="utf-8")), repository)
            copy.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def with_install_cell(notebook: Mapping[str, Any], repository: str) -> dict[str, Any]:
    """The notebook with :func:`install_cell` after its title."""
    title, *rest = notebook["cells"]
    return {**notebook, "cells": [title, install_cell(repository), *rest]}
