"""Makes the HTML book from clean notebooks; a notebook or page whose inputs are the same is left as it is."""

from __future__ import annotations

import filecmp
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pose_lib.book.executing import Execute, executed
from pose_lib.book.links import broken_links, external_links
from pose_lib.book.policy import policy_tag
from pose_lib.extras import require
from pose_lib.progress import say

__all__ = [
    "BOOK_ROOT",
    "EXECUTED",
    "EXTERNAL_LINKS",
    "BuildError",
    "build",
    "build_pages",
    "chapters",
    "copy_changed",
]

BOOK_ROOT = Path(__file__).resolve().parents[2]
"""Where ``_config.yml`` and ``_toc.yml`` lie: the checkout that the package is imported from."""
EXECUTED = Path("_build/executed")
"""Where executed notebooks lie, below the book's root, under the names of the clean ones."""

EXTERNAL_LINKS = "external-links.txt"
"""File in ``_build``: each address on another host to which a page leads, with the pages."""

_INDEX = Path("_build/html/index.html")
_STAMP = Path("_build/html.inputs")
_TOOLS = ("jupyter-book", "sphinx", "myst-nb", "sphinx-book-theme", "plotly")


class BuildError(RuntimeError):
    """The book could not be built; the message says why, and what to do."""


def build(execute: Execute, preset: str = "quick", root: Path = BOOK_ROOT, jobs: int = 1) -> Path:
    """Run the book's notebooks at a preset and build its pages; a step whose inputs are the same is skipped.

    ``execute`` and ``jobs`` are those of :func:`~pose_lib.book.executing.executed`; ``root`` is the folder of
    ``_config.yml`` and ``_toc.yml``. Returns the first page of the book.

    Raises:
        BuildError: the folder holds no book, or a page has a warning, which is printed.
        MissingExtraError: Jupyter Book is not installed.
    """
    if not (root / "_toc.yml").is_file():
        raise BuildError(
            f"there is no book in {root} (it has no _toc.yml): the book is built from a checkout. Clone the "
            "repository, run `pip install -e '.[book]'` in it, and build again"
        )
    require("book", "jupyter_book", "yaml")
    names = chapters(root)
    copies = executed(execute, [root / f"{name}.ipynb" for name in names], preset, jobs)
    for name, copy in zip(names, copies, strict=True):
        copy_changed(copy, root / EXECUTED / f"{name}.ipynb")
    inputs = _digest(root)
    stamp = root / _STAMP
    built = (root / _INDEX).is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == inputs
    if not built:
        stamp.unlink(missing_ok=True)
        build_pages(root)
        stamp.write_text(inputs, encoding="utf-8")
    return root / _INDEX


def build_pages(root: Path = BOOK_ROOT, *, everything: bool = False) -> None:
    """Turn the sources and the executed notebooks into HTML; any warning or broken link fails the build.

    With ``everything``, all pages are read and written, also those whose sources did not change.

    Raises:
        BuildError: there was a warning, or a link leads nowhere.
        MissingExtraError: Jupyter Book is not installed.
    """
    require("book", "jupyter_book")
    tool = Path(sys.executable).with_name("jupyter-book")
    _remove_pages_without_source(root)
    old = _remove_pages_without_policy(root)
    command = [str(tool), "build", ".", "-W", "--keep-going", "--quiet"]
    command += ["--all"] if everything or old or _new_style(root) else []
    # Python's warnings are about the tools' own code; those about our pages come through Sphinx's log.
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    say("building the pages")
    done = subprocess.run(command, cwd=root, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        raise BuildError("the pages have warnings, printed above: correct them and build again")
    _set_policy(root / _INDEX)
    _check_links(root)


def chapters(root: Path = BOOK_ROOT) -> list[str]:
    """Docnames of the notebooks in the table of contents, in reading order; the first page may be one."""
    import yaml  # type: ignore[import-untyped]  # of the extra: this module is imported without it, too

    def files(node: Any) -> Iterator[str]:
        if isinstance(node, dict) and "file" in node:
            yield node["file"]
        for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            yield from files(inner)

    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    names = [contents.get("root", ""), *files(contents)]
    return [name for name in names if (root / f"{name}.ipynb").is_file()]


def copy_changed(origin: Path, target: Path) -> None:
    """Copy a file only where it differs: by a file's time Sphinx sees whether to read it again."""
    if not target.is_file() or not filecmp.cmp(origin, target, shallow=False):
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(".partial")
        shutil.copyfile(origin, partial)
        partial.replace(target)


def _remove_pages_without_source(root: Path) -> None:
    """Remove pages whose source is gone: Sphinx leaves them, and old links would still lead there."""
    html = root / "_build" / "html"
    for page in html.rglob("*.html"):
        name = page.relative_to(html).with_suffix("")
        if name.parts[:2] == ("_modules", "pose_lib"):
            module = root.joinpath(*name.parts[1:])
            sources = [module.with_suffix(".py"), module / "__init__.py"]
        elif name.parts[0] in ("book", "notebooks"):
            sources = [root / f"{name}.md", root / f"{name}.ipynb"]
        else:
            continue
        if not any(source.is_file() for source in sources):
            page.unlink()


def _remove_pages_without_policy(root: Path) -> bool:
    """Remove pages that may load more than the policy of now allows; says whether there was one.

    Sphinx writes pages of source code again only where there is none, or the code has changed.
    """
    html = root / "_build" / "html"
    pages = [page for page in html.rglob("*.html") if page.relative_to(html).parts[0] != "_static"]
    old = [page for page in pages if policy_tag() not in page.read_text(encoding="utf-8")]
    for page in old:
        page.unlink()
    return bool(old)


def _set_policy(page: Path) -> None:
    """Make a whole page, with the policy of the others, of the one that leads to the first page at once.

    Jupyter Book writes it without Sphinx, and nothing but the element that leads on.
    """
    if page.is_file() and policy_tag() not in (text := page.read_text(encoding="utf-8")):
        head = f'<meta charset="utf-8" />\n<title>To the book</title>\n{policy_tag()}{text}'
        page.write_text(
            f'<!DOCTYPE html>\n<html lang="en">\n<head>\n{head}\n</head>\n'
            "<body><main><h1>To the book</h1></main></body>\n</html>\n",
            encoding="utf-8",
        )


def _check_links(root: Path) -> None:
    """Refuse pages with links that lead nowhere; list the addresses on other hosts, which are not asked."""
    html = (root / _INDEX).parent
    if broken := broken_links(html):
        raise BuildError("these links lead nowhere:\n" + "\n".join(broken))
    lines = [f"{address}\t{' '.join(pages)}\n" for address, pages in external_links(html).items()]
    (html.parent / EXTERNAL_LINKS).write_text("".join(lines), encoding="utf-8")


def _new_style(root: Path) -> bool:
    """Whether style or scripts differ from those in the book: Sphinx copies them only if it writes a page."""
    given, used = root / "book" / "_static", root / "_build" / "html" / "_static"
    files = [str(file.relative_to(given)) for file in given.rglob("*") if file.is_file()]
    _, changed, missing = filecmp.cmpfiles(given, used, files, shallow=False)
    return used.is_dir() and bool(changed or missing)


def _digest(root: Path) -> str:
    """A hash of all that the pages are made of."""
    digest = hashlib.sha256()
    places = [root / "_config.yml", root / "_toc.yml"]
    for folder in ("book", "notebooks", "pose_lib", "results", EXECUTED):
        places += sorted(path for path in (root / folder).rglob("*") if path.is_file())
    for path in places:
        if "__pycache__" not in path.parts and ".ipynb_checkpoints" not in path.parts:
            digest.update(f"{path.relative_to(root)}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    digest.update(repr([version(tool) for tool in _TOOLS]).encode())
    return digest.hexdigest()
