"""EastWest frequent flyers: invented members of the same layout, and the files that the package brings."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import DataFault
from analysis.sources import frequent_flyers as source


@pytest.fixture
def loaded(tmp_path, monkeypatch):
    status = pd.DataFrame(
        {
            "ID#": [1, 2, 3, None, None],
            "Topflight": [1, 0, 0, None, None],
            "Flight_trans_12": [4, 0, 1, None, None],
            "Flight_miles_12mo": [9000, 0, 500, None, None],
            "Bonus_miles": [10, 20, 30, None, 3],  # the last row holds totals, as in the file
        }
    )
    awards = pd.DataFrame({"ID#": [1, 2], "Award?": [1, 0], "Flight_trans_12": [3, 0]})
    paths = tmp_path / "status.csv.gz", tmp_path / "awards.csv.gz"
    for table, path in zip((status, awards), paths, strict=True):
        table.to_csv(path, index=False)
    read = tuple(source.read(path) for path in paths)
    monkeypatch.setattr(source, "load", lambda: read)
    return read


def test_rows_that_are_no_member_are_left_out(loaded):
    status, awards = loaded
    assert len(status) == 3 and len(awards) == 2


def test_status_is_set_against_having_flown_at_all(loaded):
    table = source.SOURCE.frame("exposure/status_and_flying").table
    assert table["treated"].tolist() == [1, 0, 0]
    assert table["outcome"].tolist() == [1, 0, 1]


def test_status_is_set_against_miles_and_awards_against_flights(loaded):
    assert source.SOURCE.frame("exposure/status_and_miles").table["outcome"].tolist() == [9000, 0, 500]
    awards = source.SOURCE.frame("exposure/awards_and_flights").table
    assert (awards["treated"].tolist(), awards["outcome"].tolist()) == ([1, 0], [3, 0])


def test_every_claim_it_looks_able_to_answer_is_refused_with_a_naive_number():
    assert not source.SOURCE.answers
    for entry in source.SOURCE.not_identified.values():
        assert entry.naive.options["adjusted"] is False and entry.naive.frame in source.SOURCE.builders


def test_another_number_of_members_is_refused(loaded):
    with pytest.raises(DataFault, match="4985, but the file has 3"):
        source.check_facts(*loaded)


def test_the_packages_files_are_the_documented_ones():
    source.check_facts(*(source.read(path) for path in source.files()))
