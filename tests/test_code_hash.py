"""Which modules an import reaches, and what changes the hash of their code, on small packages."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from pose_lib.code_hash import code_hash, modules_of

FILES = {
    "__init__": "import other.unrelated",
    "recipe": '''
        """Words."""
        from typing import TYPE_CHECKING
        import numpy as np
        from . import layers
        from .losses import squared
        if TYPE_CHECKING:
            from .types_only import Kind

        # a remark
        def learn(x):
            """More words."""
            from other.late import begin
            return squared(layers.apply(begin(x)))
        ''',
    "layers": "from other.deep.base import helper\n\ndef apply(x):\n    return helper(x) + 1",
    "losses": "def squared(x):\n    return x * x",
    "types_only": "Kind = int",
    "late": "import other.deep.base as base\n\ndef begin(x):\n    return base.helper(x)",
    "unrelated": "VALUE = 1",
    "deep/__init__": "from .base import helper",
    "deep/base": "def helper(x):\n    return x",
}

Write = Callable[[str, str], None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a module of the package ``other``, by its path without the ending."""
    monkeypatch.syspath_prepend(str(tmp_path))
    times = iter(range(1, 100))

    def write(place: str, text: str) -> None:
        file = tmp_path / "other" / f"{place}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text), encoding="utf-8")
        seconds = next(times)
        os.utime(file, (seconds, seconds))  # two edits of equal length may fall into one tick of the clock

    for place, text in FILES.items():
        write(place, text)
    return write


def hashed(comments: bool = False) -> str:
    return code_hash(modules_of("other.recipe"), comments=comments)


@pytest.mark.usefixtures("write")
def test_a_walk_lists_all_that_is_imported_and_no_init() -> None:
    reached = ("other.deep.base", "other.late", "other.layers", "other.losses", "other.recipe")
    assert modules_of("other.recipe") == reached
    assert modules_of("other.losses") == ("other.losses",)
    assert modules_of("other") == ("other.unrelated",)


@pytest.mark.usefixtures("write")
def test_a_walk_does_not_enter_where_it_is_told_to_stop() -> None:
    assert modules_of("other.recipe", stop=["other.deep", "other.late"]) == (
        "other.layers",
        "other.losses",
        "other.recipe",
    )
    assert "other.late" in modules_of("other.recipe", stop=["other.la"])


@pytest.mark.parametrize(
    "statement",
    [
        "import other.deep.base",
        "import other.deep.base as b",
        "from other.deep import base",
        "from other.deep.base import helper",
        "from other.deep import helper",
        "from .deep import helper as h",
        "from .deep.base import *",
        "from other import deep\n\ndef run(x):\n    return deep.helper(x)",
        "import other.deep\n\ndef run(x):\n    return other.deep.helper(x)",
        "def one():\n    from .losses import squared as f\n\ndef two():\n    from .deep import helper as f",
    ],
)
def test_every_way_to_import_is_followed(write: Write, statement: str) -> None:
    write("recipe", statement)
    assert "other.deep.base" in modules_of("other.recipe")


def test_imports_that_do_not_run_or_lead_elsewhere_are_not_followed(write: Write) -> None:
    write("recipe", "import os.path\nfrom .deep import nothing\nimport other\nfrom . import missing")
    assert modules_of("other.recipe") == ("other.recipe",)
    write(
        "recipe",
        "import typing\nif typing.TYPE_CHECKING:\n    from . import late\nelse:\n    import other.losses",
    )
    assert modules_of("other.recipe") == ("other.losses", "other.recipe")


def test_cycles_end(write: Write) -> None:
    write("losses", "from .recipe import learn")
    assert "other.losses" in modules_of("other.recipe")
    write("deep/__init__", "from other.deep import lost")
    write("losses", "from .deep import lost")
    assert modules_of("other.losses") == ("other.losses",)


def test_a_package_that_builds_on_this_one_is_walked_with_it(write: Write) -> None:
    write("recipe", "from pose_lib.data.poses import PoseData\nfrom pose_lib.geometry import iou")
    assert set(modules_of("other.recipe")) == {
        "other.recipe",
        "pose_lib.data.manifest",
        "pose_lib.data.poses",
        "pose_lib.geometry.arrays",
        "pose_lib.geometry.boxes",
        "pose_lib.geometry.skeletons",
        "pose_lib.progress",
        "pose_lib.storage",
    }


@pytest.mark.parametrize(
    ("place", "old", "new"),
    [
        ("recipe", '"""Words."""', '"""Other words."""'),
        ("recipe", '"""More words."""', '"""One line,\n            and another."""'),
        ("recipe", "# a remark", "# another remark"),
        (
            "recipe",
            "return squared(layers.apply(begin(x)))",
            "return squared(\n                layers.apply(begin(x)))",
        ),
        ("unrelated", "1", "2"),
        ("types_only", "int", "str"),
        ("__init__", "other.unrelated", "other.losses"),
        ("deep/__init__", "import helper", "import helper as helper"),
    ],
)
def test_words_and_other_modules_do_not_count(write: Write, place: str, old: str, new: str) -> None:
    before = hashed()
    changed = FILES[place].replace(old, new)
    assert changed != FILES[place]
    write(place, changed)
    assert hashed() == before


def test_strings_after_attributes_are_words(write: Write) -> None:
    write("losses", 'class A:\n    x: int = 1\n    """What x is."""')
    before = code_hash(["other.losses"])
    write("losses", 'class A:\n    x: int = 1\n    """What it is."""')
    assert code_hash(["other.losses"]) == before
    write("losses", 'class A:\n    x: int = 2\n    """What it is."""')
    assert code_hash(["other.losses"]) != before


@pytest.mark.parametrize(
    ("place", "old", "new"),
    [
        ("recipe", "layers.apply(begin(x))", "begin(layers.apply(x))"),
        ("losses", "x * x", "x + x"),
        ("layers", "+ 1", "+ 2"),
        ("late", "(x)", "(y)"),
        ("deep/base", "return x", "return 2"),
        ("losses", "return x * x", "'x * x'"),
    ],
)
def test_an_expression_counts_wherever_it_is_reached(write: Write, place: str, old: str, new: str) -> None:
    before = hashed()
    write(place, FILES[place].replace(old, new))
    assert hashed() != before


def test_comments_count_where_the_code_is_shown(write: Write) -> None:
    before = hashed(comments=True)
    write(
        "recipe", FILES["recipe"].replace('"""More words."""', '"""One line,\n\n            and another."""')
    )
    assert hashed(comments=True) == before
    write("recipe", FILES["recipe"].replace("# a remark", "# ein größerer"))
    assert hashed(comments=True) != before


@pytest.mark.usefixtures("write")
def test_a_name_stands_for_its_module_and_a_package_for_its_init() -> None:
    base, package = code_hash(["other.deep.base"]), code_hash(["other.deep"])
    assert base != package
    assert code_hash(["other.deep.base.helper"]) == base
    assert code_hash(["other.deep.helper"]) == base
    assert code_hash(["other.losses", "other.late"]) == code_hash(
        ["other.late", "other.losses", "other.late"]
    )


@pytest.mark.usefixtures("write")
@pytest.mark.parametrize("name", ["other.nowhere", "nowhere", "other.deep.nowhere", ""])
def test_what_does_not_exist_is_named(name: str) -> None:
    with pytest.raises(ModuleNotFoundError, match=f"no module '{name}'"):
        modules_of(name)
    with pytest.raises(ModuleNotFoundError, match=f"no module '{name}'"):
        code_hash([name])


def test_nothing_is_run(write: Write) -> None:
    write("__init__", "raise RuntimeError")
    write("losses", "raise RuntimeError")
    assert "other.losses" in modules_of("other.recipe")
    assert hashed()
