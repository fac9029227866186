"""Advertiser satisfaction survey: invented answers of the same layout, as an R file; the real one where it is there."""

from __future__ import annotations

import pandas as pd
import pytest
import rdata

from analysis.core.errors import DataFault, FrameUnavailable
from analysis.sources import customer_satisfaction as source
from analysis.sources._rfile import read_r_table


@pytest.fixture
def answers(tmp_path, monkeypatch):
    table = pd.DataFrame(
        [range(1, 11), range(10, 0, -1)], columns=[f"q{number}" for number in range(1, 11)], dtype=float
    )
    rdata.write_rda(tmp_path / "customerSat.rda", {"customerSat": table})
    found = read_r_table(tmp_path / "customerSat.rda", "customerSat")
    monkeypatch.setattr(source, "load_answers", lambda: found)
    return found


def test_items_are_named_by_the_group_they_belong_to(answers):
    frame = source.SOURCE.frame("satisfaction_items")
    assert frame.table["overall"].tolist() == [1, 10]
    assert len([c for c in frame.covariates if c.startswith("x_price_")]) == 3
    assert len([c for c in frame.covariates if c.startswith("x_quality_")]) == 6
    assert frame.table["x_price_competitive"].tolist() == [2, 9]
    assert frame.table["x_quality_right_areas"].tolist() == [10, 1]


def test_nothing_is_answered_because_no_behaviour_and_no_trust_was_recorded(answers):
    assert not source.SOURCE.answers
    assert set(source.SOURCE.not_identified) == {"satisfaction-keeps-customers", "quality-builds-trust"}


def test_another_file_is_refused(answers):
    with pytest.raises(DataFault, match="respondents = 1811"):
        source.check_facts(answers)


def test_without_the_data_folder_it_is_absent_and_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_DATA_DIR", str(tmp_path))
    assert "fetch customer_satisfaction" in source.SOURCE.absence()
    with pytest.raises(FrameUnavailable):
        source.files()


@pytest.mark.real_data
def test_the_real_file_is_the_documented_one_and_its_frame_can_be_built():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    source.load_answers()
    assert len(source.SOURCE.frame("satisfaction_items").table) == 1_811
