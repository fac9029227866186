"""Goodreads in two snapshots: invented books of the same layout; the real files where the data folder has them."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from analysis.core.errors import DataFault
from analysis.sources import goodreads_panel as source

EARLIER = pd.DataFrame(
    {
        "goodreads_book_id": [1, 2, 3, 4],
        "authors": ["A. Writer, B. Drawer", "A. Writer", "C. Other", "C. Other"],
        "original_publication_year": [2017.0, 1918.0, 2000.0, None],
        "ratings_count": [100, 200, 300, 400],
        "work_ratings_count": [10, 20, 5, 5],
        "work_text_reviews_count": [7, 8, 9, 10],
        **{f"ratings_{k}": [k, 4, 1, 1] for k in range(1, 5)},
        "ratings_5": [0, 4, 1, 1],
    }
)
LATER = pd.DataFrame({"bookID": [2, 1, 4, 9], "ratings_count": [250, 90, 500, 1]})


def test_books_in_both_with_shares_growth_and_first_author():
    table = source.process(EARLIER, LATER)
    assert table["unit_id"].tolist() == [1, 2], "3 is not in the later snapshot, 4 has no year"
    assert table["bad_share"].tolist() == pytest.approx([30.0, 40.0])
    assert table["good_share"].tolist() == pytest.approx([40.0, 40.0])
    assert source.process(EARLIER, LATER, good_from=5)["good_share"].tolist() == pytest.approx([0.0, 20.0])
    assert table["mean_score"].tolist() == pytest.approx([(1 + 4 + 9 + 16) / 10, 3.0])
    assert list(zip(table["before"], table["after"], strict=True)) == [(100, 90), (200, 250)]
    assert table["cluster"].nunique() == 1, "the first of two names is the author"
    assert table["x_log_age"].tolist() == pytest.approx([0.0, math.log(100)])


def test_another_file_is_refused():
    with pytest.raises(DataFault, match="books in the earlier snapshot = 10000"):
        source.check_facts(EARLIER, LATER)


def test_names_of_columns_lose_the_blanks_round_them(tmp_path):
    (tmp_path / "a.csv").write_text("goodreads_book_id\n1\n")
    (tmp_path / "b.csv").write_text("bookID,  num_pages\n1,20\n")
    assert source.read(tmp_path / "a.csv", tmp_path / "b.csv")[1].columns.tolist() == ["bookID", "num_pages"]


def test_without_the_data_folder_it_is_absent_and_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_DATA_DIR", str(tmp_path))
    assert "fetch goodreads_panel" in source.SOURCE.absence()


@pytest.mark.real_data
def test_the_real_files_are_the_documented_ones():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    table = source.SOURCE.frame("valence_growth").table
    assert len(table) == 1_805
    assert (table["after"] < table["before"]).sum() == 7
    five = source.SOURCE.frame("valence_growth/five_stars").table
    assert (five["good_share"] < table["good_share"]).all()
