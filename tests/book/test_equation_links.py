"""Docstrings link to the equations of the chapters, equations to their code, and the index to cells."""

from __future__ import annotations

from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from pose_lib.book.equation_links import code_of_equations, with_links
from pose_lib.papers import all_papers

PREFIXES = {paper.cited_as: paper.label for paper in all_papers() if paper.label}
PAGE = """
# A chapter

```{math}
:label: tekin2016-eq1
a = b
```

```{math}
:label: other-eq
c = d
```
"""
CODE = """
# Code

```{eval-rst}
.. autofunction:: pose_lib.models.tekin_ae.auto_encoder_loss
.. autoclass:: pose_lib.models.parts.targets.PoseScale
```
"""


def test_a_number_becomes_a_link_also_across_lines() -> None:
    given = ["As in Eq. (3), Tekin et al.", "2016, and Eq. (12), Smith 2001."]
    wanted = ["As in Eq. :eq:`tekin2016-eq3`, Tekin et al.", "2016, and Eq. (12), Smith 2001."]
    assert with_links(given, PREFIXES) == wanted


def test_code_is_found_by_its_docstring(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "part.py").write_text(
        'class Net:\n    """A net."""\n    def loss(self):\n        """Eq. (2), Smith 2001, twice: Eq. (2),\n'
        '        Smith 2001."""\ndef _hidden():\n    """Eq. (2), Smith 2001."""\n',
        encoding="utf-8",
    )
    assert code_of_equations(package, {"Smith 2001": "smith"}) == {"smith-eq2": ["package.part.Net.loss"]}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a built project with an equation and its code."""
    root = tmp_path_factory.mktemp("project")
    (root / "index.md").write_text(f"{PAGE}\n```{{toctree}}\ncode\n```\n", encoding="utf-8")
    (root / "code.md").write_text(CODE, encoding="utf-8")
    extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
    extensions += ["pose_lib.papers.compare.sphinx_pages"]
    settings = {"extensions": extensions, "myst_enable_extensions": ["dollarmath"]}
    with docutils_namespace():
        app = Sphinx(
            root,
            None,
            root / "html",
            root / "trees",
            "html",
            confoverrides=settings,
            warningiserror=True,
            status=None,
            warning=None,
        )
        app.build()
    assert app.statuscode == 0
    return root / "html"


def test_links_go_both_ways(pages: Path) -> None:
    function = "pose_lib.models.tekin_ae.auto_encoder_loss"
    code = (pages / "code.html").read_text(encoding="utf-8")
    assert 'href="index.html#equation-tekin2016-eq1"' in code
    chapter = (pages / "index.html").read_text(encoding="utf-8")
    assert f'href="code.html#{function}"' in chapter
    assert chapter.count("equation-code") == 1
