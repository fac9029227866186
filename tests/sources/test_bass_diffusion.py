"""Adoption curves: an invented stock of the same layout, as an R file; the real one where the data folder has it."""

from __future__ import annotations

import pandas as pd
import pytest
import rdata

from analysis.core.errors import DataFault, FrameUnavailable
from analysis.sources import bass_diffusion as source
from analysis.sources._rfile import read_r_table


@pytest.fixture
def stock(tmp_path, monkeypatch):
    table = pd.DataFrame({"year": [1965.0, 1966.0, 1967.0], "raw": [100.0, 130.0, 170.0], "smoothed": [1.0, 2.0, 3.0]})
    rdata.write_rda(tmp_path / "tscarstock.RData", {"tsCarstock": table})
    found = read_r_table(tmp_path / "tscarstock.RData", "tsCarstock")
    monkeypatch.setattr(source, "load_car_stock", lambda: found)
    return found


def test_cars_added_are_the_rise_of_the_stock_and_the_first_year_is_the_start(stock):
    table = source.SOURCE.frame("diffusion_curve").table
    assert table["period"].tolist() == [0, 1]
    assert table["n_new"].tolist() == [30, 40]
    assert table["n_total"].tolist() == [130, 170]


def test_an_aggregate_curve_answers_nothing(stock):
    assert not source.SOURCE.answers
    assert "incomes" in source.SOURCE.not_identified["word-of-mouth-brings-customers"].reason


def test_another_file_is_refused(stock):
    with pytest.raises(DataFault, match="years = "):
        source.check_facts(stock)


def test_without_the_data_folder_it_is_absent_and_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_DATA_DIR", str(tmp_path))
    assert "fetch bass_diffusion" in source.SOURCE.absence()
    with pytest.raises(FrameUnavailable):
        source.files()


@pytest.mark.real_data
def test_the_real_file_is_the_documented_one_and_its_frame_can_be_built():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    source.load_car_stock()
    assert len(source.SOURCE.frame("diffusion_curve").table) == 24
