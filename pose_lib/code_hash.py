"""The modules that a module imports, and a hash of their code, docstrings and comments left out."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["code_hash", "modules_of"]

_PACKAGE = __name__.partition(".")[0]


def modules_of(module: str, stop: Collection[str] = ()) -> tuple[str, ...]:
    """A module and all modules that it imports, directly or through others, in alphabetical order.

    The imports are read from the syntax trees; nothing is run. Imports inside functions count, those under
    ``if TYPE_CHECKING`` do not. Only modules of this package and of the module's own top-level package are
    followed. The ``__init__`` file of an imported package is left out, but a name that it re-exports is
    followed to the module that defines it.

    Args:
        module: dotted name of the module where the walk starts; it need not belong to this package. Of a
            package, the imports of its ``__init__`` file are followed.
        stop: dotted names; these modules, and those below these packages, are neither listed nor followed.

    Raises:
        ModuleNotFoundError: there is no such module.
    """
    start = _locate(module)
    roots = {_PACKAGE, module.partition(".")[0]}
    found: set[str] = set()
    waiting = [start]
    while waiting:
        name, file = waiting.pop()
        if not _is_package(file):
            found.add(name)
        for imported in _source(file, name).imports:
            target = _target(imported) if imported.partition(".")[0] in roots else None
            if target is None or target[0] in found or _is_package(target[1]) or _below(target[0], stop):
                continue
            found.add(target[0])
            waiting.append(target)
    return tuple(sorted(found))


def code_hash(modules: Iterable[str], *, comments: bool = False) -> str:
    """Sixteen hexadecimal digits that change when the code of one of the modules changes.

    Args:
        modules: dotted names, in any order. A package stands for its ``__init__`` file alone, and a name in a
            module for that module.
        comments: hash comments and layout as well, for pages that show the code; docstrings never count.

    Raises:
        ModuleNotFoundError: there is no such module.
    """
    digest = hashlib.sha256()
    for name, file in sorted({_locate(module) for module in modules}):
        source = _source(file, name)
        digest.update(f"{name}\n{source.shown if comments else source.plain}\n".encode())
    return digest.hexdigest()[:16]


@dataclass(frozen=True)
class _Source:
    """What is known of one file."""

    imports: frozenset[str]
    """Dotted names that it imports, or reaches through a package that it imports."""
    exports: Mapping[str, str]
    """The dotted name behind each name that it has, those imported for type checkers included."""
    plain: str
    """Its code, written anew from the syntax tree without docstrings."""
    shown: str
    """Its text without docstrings."""


def _source(file: Path, name: str) -> _Source:
    stat = file.stat()
    return _read(file, name, stat.st_mtime_ns, stat.st_size)


@cache
def _read(file: Path, name: str, _mtime_ns: int, _size: int) -> _Source:
    text = file.read_text(encoding="utf-8")
    tree = ast.parse(text, str(file))
    package = name if _is_package(file) else name.rpartition(".")[0]
    return _Source(
        imports=frozenset(_imports(tree, package)),
        exports=_exports(tree, name, package),
        shown=_without_docstrings(text, tree),  # before the tree is changed
        plain=ast.unparse(_without_strings(tree)),
    )


def _imports(tree: ast.Module, package: str) -> Iterator[str]:
    """Dotted names that a tree imports, and what it reads from those (``geometry.iou``)."""
    nodes = list(_executed(tree))
    bound = defaultdict(set)  # two functions may import different things under one name
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        for name, dotted in _bindings(node, package).items():
            bound[name].add(dotted)
            yield dotted
    for node in nodes:
        if isinstance(node, ast.Attribute):
            first, _, rest = _dotted(node).partition(".")
            yield from (f"{dotted}.{rest}" for dotted in bound.get(first, ()))


def _exports(tree: ast.Module, name: str, package: str) -> dict[str, str]:
    """The dotted name behind each name that a module defines or imports."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        found |= _bindings(node, package)
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found[node.name] = f"{name}.{node.name}"
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {t.id: f"{name}.{t.id}" for t in targets if isinstance(t, ast.Name)}
    return found


def _bindings(node: ast.AST, package: str) -> dict[str, str]:
    """The names that an import statement binds, each with the dotted name that it stands for."""
    if isinstance(node, ast.Import):
        return {
            a.asname or a.name.partition(".")[0]: a.name if a.asname else a.name.partition(".")[0]
            for a in node.names
        }
    if isinstance(node, ast.ImportFrom):
        above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        base = ".".join([*above, *([node.module] if node.module else [])])
        return {a.asname or a.name: base if a.name == "*" else f"{base}.{a.name}" for a in node.names}
    return {}


def _executed(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes of a tree but those under ``if TYPE_CHECKING``."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.If) and _dotted(node.test).rpartition(".")[2] == "TYPE_CHECKING":
            waiting += node.orelse
        else:
            waiting += ast.iter_child_nodes(node)


def _dotted(node: ast.AST) -> str:
    """``a.b.c`` as text; empty for an expression that is more than names and dots."""
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return before and f"{before}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _target(dotted: str, passed: frozenset[str] = frozenset()) -> tuple[str, Path] | None:
    """The module that a dotted name is, or is defined in; None where there is no such module."""
    parts = dotted.split(".")
    for end in range(len(parts), 0, -1):
        name = ".".join(parts[:end])
        file = _file(name)
        if file is None:
            continue
        if end == len(parts) or not _is_package(file):
            return name, file
        origin = _source(file, name).exports.get(parts[end])
        if origin is None or dotted in passed:
            return None
        if origin == f"{name}.{parts[end]}":
            return name, file
        return _target(".".join([origin, *parts[end + 1 :]]), passed | {dotted})
    return None


def _locate(module: str) -> tuple[str, Path]:
    found = _target(module)
    if found is None:
        raise ModuleNotFoundError(f"no module {module!r} whose source could be read", name=module)
    return found


def _file(name: str) -> Path | None:
    """The source of a module or the ``__init__`` file of a package; found without importing anything."""
    top, *below = name.split(".")
    try:
        spec = importlib.util.find_spec(top) if top else None
    except ValueError:  # a module without a specification, such as __main__
        return None
    if spec is None:
        return None
    if spec.submodule_search_locations is None:
        single = Path(spec.origin or "")
        return single if not below and single.suffix == ".py" else None
    for location in spec.submodule_search_locations:
        folder = Path(location, *below)
        for file in (folder / "__init__.py", folder.with_name(f"{folder.name}.py")):
            if file.is_file() and (below or _is_package(file)):
                return file
    return None


def _is_package(file: Path) -> bool:
    return file.name == "__init__.py"


def _below(name: str, prefixes: Collection[str]) -> bool:
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)


def _is_string(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _without_strings(tree: ast.Module) -> ast.Module:
    """The tree, changed in place, without docstrings and without the strings that describe attributes."""
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            statements = getattr(node, field, None)
            if isinstance(statements, list):
                kept = [statement for statement in statements if not _is_string(statement)]
                setattr(node, field, kept or ([ast.Pass()] if field == "body" else []))
    return tree


def _without_docstrings(text: str, tree: ast.Module) -> str:
    """The text without the docstrings of modules, classes and functions."""
    lines = text.encode().split(b"\n")  # the columns of a syntax tree count bytes
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if len(node.body) > 1 and _is_string(node.body[0]):  # pages show a docstring that is a whole body
            doc = node.body[0]
            first, last = doc.lineno - 1, (doc.end_lineno or doc.lineno) - 1
            rest = lines[last][doc.end_col_offset or 0 :]
            lines[first : last + 1] = [lines[first][: doc.col_offset] + rest, *[b""] * (last - first)]
    return "\n".join(line for line in b"\n".join(lines).decode().split("\n") if line.strip())
