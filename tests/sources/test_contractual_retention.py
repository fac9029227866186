"""Two contract segments: an invented file of the same layout; the real one where the data folder has it."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import DataFault, FrameUnavailable
from analysis.sources import contractual_retention as source

# Fader & Hardie (2007), Journal of Interactive Marketing 21(1): per cent surviving in years 0 to 12
REGULAR = [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3]
HIGH_END = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4]


@pytest.fixture
def invented(tmp_path, monkeypatch):
    path = tmp_path / "2-segment-retention.csv"
    path.write_text("\ufeffYear,Regular,High-end\n1,1000,1000\n2,600,900\n3,450,850\n", encoding="utf-8")
    raw = source.read(path)
    monkeypatch.setattr(source, "load", lambda: source.process(raw))
    return raw


def test_year_one_is_age_zero(invented):
    table = source.SOURCE.builders["cohort_survival"]().table
    assert table[table["cohort"] == "Regular"][["period", "n_surviving"]].to_numpy().tolist() == [
        [0, 1000],
        [1, 600],
        [2, 450],
    ]
    assert set(table["n_start"]) == {1000}


def test_renewals_are_trials_of_a_thousand_each(invented):
    table = source.SOURCE.frame("repeat_trials").table
    n = table["purchase_number"].value_counts()
    assert n.to_dict() == {1: 2000, 2: 1500, 3: 1300}
    first = table[(table["purchase_number"] == 1)]
    assert first["gap_days"].notna().sum() == 1500  # renewed once
    assert set(first["gap_days"].dropna()) == {365.25}


def test_a_file_with_other_survivors_is_refused(invented):
    with pytest.raises(DataFault, match="years = "):
        source.check_facts(invented)


def test_without_the_data_folder_it_is_absent_and_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_DATA_DIR", str(tmp_path))
    assert "fetch contractual_retention" in source.SOURCE.absence()
    with pytest.raises(FrameUnavailable):
        source.files()


@pytest.mark.real_data
def test_the_real_file_is_the_table_in_the_paper():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    table = source.SOURCE.frame("cohort_survival").table.sort_values("period")
    for name, printed in (("Regular", REGULAR), ("High-end", HIGH_END)):
        found = table[table["cohort"] == name]["n_surviving"]
        assert (found / 10).tolist() == printed


@pytest.mark.real_data
def test_facts_are_checked_cell_by_cell():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    raw = source.read(source.files()[0])
    source.check_facts(raw)
    with pytest.raises(DataFault, match="survivors of 'Regular'"):
        source.check_facts(raw.assign(Regular=raw["Regular"].where(raw["Year"] != 13, 174)))
    with pytest.raises(DataFault, match="rises among survivors of 'High-end'"):
        source.check_facts(pd.DataFrame(raw).assign(**{"High-end": raw["High-end"].where(raw["Year"] != 5, 700)}))
