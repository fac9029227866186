"""Donors of 1995, year by year: invented donors of the same layout; the real file where the data folder has it."""

from __future__ import annotations

import pytest

from analysis.core.errors import DataFault, FrameUnavailable
from analysis.sources import donation_histories as source
from analysis.sources import donations

ROWS = [  # 1995 to 2006
    (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1),
    (1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    (1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0),
]


@pytest.fixture
def flags(tmp_path, monkeypatch):
    path = tmp_path / "1995_cohort_binary.csv"
    path.write_text("\n".join(",".join(map(str, (100_001 + k, *row))) for k, row in enumerate(ROWS)) + "\n")
    table = source.read(path)
    monkeypatch.setattr(source, "load_flags", lambda: table)
    return table


def test_columns_are_years(flags):
    assert flags.columns.tolist() == list(range(1995, 2007))
    assert flags.index.tolist() == [100_001, 100_002, 100_003]


def test_histories_until_2001_and_what_came_after(flags):
    table = source.SOURCE.builders["opportunities"]().table
    columns = ["frequency", "recency", "n_opportunities", "holdout_frequency", "n_holdout", "n_customers"]
    assert table[columns].to_numpy().tolist() == [[0, 0, 6, 0, 5, 1], [1, 2, 6, 1, 5, 1], [6, 6, 6, 5, 5, 1]]


def test_gifts_are_numbered_and_waits_counted_in_years(flags):
    table = source.SOURCE.builders["repeat_trials"]().table
    third = table[table["customer_id"] == 2]
    assert third["purchase_number"].tolist() == [1, 2, 3]
    assert (third["gap_days"] / 365.25).fillna(-1).tolist() == [2, 5, -1]
    assert (third["followed_days"] / 365.25).tolist() == [11, 9, 4]


def test_account_has_nobody_to_win(flags):
    table = source.SOURCE.builders["account_periods"]().table
    assert len(table) == 11 and table["n_won"].sum() == 0
    assert table["n_end"].tolist() == [1, 2, 1, 1, 1, 1, 2, 1, 1, 1, 1]


def test_dormant_gave_neither_in_2000_nor_in_2001(flags):
    table = source.SOURCE.frame("offers/dormant").table
    assert table["unit_id"].tolist() == [100_002, 100_003]
    assert table["responded"].tolist() == [0, 1]


def test_another_file_is_refused(flags):
    with pytest.raises(DataFault, match="donors = 11104"):
        source.check_facts(flags)


def test_without_the_data_folder_it_is_absent_and_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_DATA_DIR", str(tmp_path))
    assert "fetch donations" in source.SOURCE.absence()
    with pytest.raises(FrameUnavailable):
        source.files()


@pytest.mark.real_data
def test_the_real_file_holds_the_packaged_table():
    """The package's patterns until 2001 are those of the yearly file: two copies of one data set."""
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    columns = ["frequency", "recency", "n_opportunities"]
    ours = source.SOURCE.frame("opportunities").table.groupby(columns)["n_customers"].sum()
    theirs = donations.SOURCE.frame("opportunities").table.groupby(columns)["n_customers"].sum()
    assert ours.to_dict() == theirs.to_dict()


@pytest.mark.real_data
def test_holdout_of_the_real_file_is_the_published_one():
    # Fader, Hardie & Shang (2010): 13,260 gifts in 2002 to 2006, e.g. 3.534 a head among those who gave in all six years
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    table = source.SOURCE.frame("opportunities").table
    assert (table["holdout_frequency"] * table["n_customers"]).sum() == 13_260
    best = table[table["frequency"] == 6]
    assert (best["holdout_frequency"] * best["n_customers"]).sum() / best["n_customers"].sum() == pytest.approx(
        3.534, abs=5e-4
    )
