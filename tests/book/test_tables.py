"""Tables of results: digits, the best, published numbers."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from pose_lib.book.tables import results_table


def test_a_table_marks_the_best_and_tells_published_numbers_apart() -> None:
    table = pd.DataFrame(
        {"ours": [3.04, 1.0, np.nan], "paper": [1.0, 2.0, 3.0]}, index=["mean pose", "CNN", "<b>"]
    )
    html = results_table(table, best="min", published=["paper"], caption="mm").to_html()
    assert ">3.0<" in html
    assert "–" in html
    assert "&lt;b&gt;" in html
    bold = [rule for rule in html.split("}") if "font-weight: bold" in rule]
    assert len(bold) == 1
    assert "row1_col0" in bold[0]
    assert "row0_col1" in next(rule for rule in html.split("}") if "italic" in rule)
    assert html == results_table(table, best="min", published=["paper"], caption="mm").to_html()
    with pytest.raises(KeyError, match="no column 'papers'"):
        results_table(table, published=["papers"])


def test_cells_have_names_only_where_a_style_asks_for_them() -> None:
    table = pd.DataFrame({"ours": [3.0, 1.0], "ours, again": [2.0, 4.0]}, index=["mean pose", "CNN"])
    html = results_table(table, best="min").to_html()
    assert re.findall(r' id="T_[0-9a-f]{8}_(\w+)"', html) == ["row0_col1", "row1_col0"]


def test_a_table_may_name_its_published_columns_itself() -> None:
    table = pd.DataFrame({"ours": [3.0, 1.0], "paper": [1.0, 2.0]}, index=["mean pose", "CNN"])
    table.attrs["published"] = ["paper", "a column that was left out"]
    assert results_table(table).to_html() == results_table(table, published=["paper"]).to_html()
    bold = [rule for rule in results_table(table, best="min").to_html().split("}") if "bold" in rule]
    assert len(bold) == 1
    assert "row1_col0" in bold[0]
