"""Hillstrom's e-mail test: invented customers of the same layout; the real file where the data folder has it."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import DataFault, FrameUnavailable
from analysis.core.vocabulary import Design
from analysis.sources import hillstrom as source

ROWS = [
    # recency, history, mens, womens, newbie, segment, visit, conversion, spend
    (1, 142.44, 1, 0, 0, "Mens E-Mail", 1, 1, 30.0),
    (2, 50.0, 1, 0, 1, "Womens E-Mail", 0, 0, 0.0),
    (9, 29.99, 1, 0, 0, "No E-Mail", 0, 0, 0.0),
    (10, 300.0, 0, 1, 1, "Mens E-Mail", 1, 0, 0.0),
    (7, 75.5, 0, 1, 0, "Womens E-Mail", 1, 1, 12.5),
    (6, 80.0, 0, 1, 0, "No E-Mail", 0, 0, 0.0),
    (3, 410.0, 1, 1, 0, "Mens E-Mail", 1, 0, 0.0),
    (12, 35.0, 1, 1, 1, "No E-Mail", 0, 0, 0.0),
]
COLUMNS = ["recency", "history", "mens", "womens", "newbie", "segment", "visit", "conversion", "spend"]


@pytest.fixture
def table(tmp_path, monkeypatch):
    path = tmp_path / "hillstrom_data.csv"
    pd.DataFrame(ROWS, columns=COLUMNS).to_csv(path, index=False)
    processed = source.process(source.read_csv(path))
    monkeypatch.setattr(source, "load", lambda: processed)
    return processed


def test_match_is_told_by_past_category_and_message_and_only_for_buyers_of_one_category(table):
    assert table["past"].tolist() == ["mens"] * 3 + ["womens"] * 3 + ["both"] * 2
    assert table["match"].tolist() == ["matched", "mismatched", "none", "mismatched", "matched", "none", "", ""]


def test_matched_is_compared_with_mismatched_never_with_silence(table):
    frame = source.SOURCE.frame("experiment/visit")
    assert frame.table["assigned"].tolist() == [1, 0, 0, 1]
    assert frame.table["outcome"].tolist() == [1, 0, 1, 1]
    assert frame.table["stratum"].tolist() == ["had bought men's only"] * 2 + ["had bought women's only"] * 2
    assert frame.context.design is Design.RANDOMISED
    assert frame.context.contrast == "matched e-mail against mismatched e-mail"


def test_what_was_known_before_the_lot_goes_along_for_the_check_of_the_arms(table):
    frame = source.SOURCE.frame("experiment/visit")
    assert frame.covariates == ["x_history", "x_newbie", "x_recency"]
    assert frame.table["x_history"].tolist() == [142.44, 50.0, 300.0, 75.5]


def test_naive_frame_is_any_mail_against_none(table):
    frame = source.SOURCE.frame("experiment/any_spend")
    assert frame.table["assigned"].tolist() == [1, 1, 0, 1, 1, 0]
    assert frame.table["outcome"].sum() == 42.5
    naive = [a for a in source.SOURCE.answers["personalisation-lifts-response"] if a.options.get("role") == "naive"]
    assert {a.frame for a in naive} == {"experiment/any_visit", "experiment/any_conversion", "experiment/any_spend"}


def test_lapsed_are_seven_months_or_more_without_a_purchase_whatever_they_bought(table):
    frame = source.SOURCE.frame("experiment/lapsed")
    assert frame.table["unit_id"].tolist() == [2, 3, 4, 7]
    assert frame.table["outcome"].tolist() == [0, 0, 1, 0]
    assert "more than a year" in frame.context.indirect
    assert source.SOURCE.frame("experiment/lapsed_not_bought").table["outcome"].tolist() == [1, 1, 0, 1]


def test_recency_is_the_moderator_of_the_whole_test(table):
    frame = source.SOURCE.frame("experiment/recency")
    assert frame.table["moderator"].tolist() == [row[0] for row in ROWS]
    assert set(frame.table["arm"]) == {"mens", "womens", "control"}


def test_one_mail_against_none_is_what_naive_talk_of_fatigue_would_use(table):
    frame = source.SOURCE.frame("experiment/mismatched")
    assert frame.table["assigned"].tolist() == [1, 0, 1, 0]
    assert frame.context.contrast == "mismatched e-mail against none"


def test_newcomers_are_the_mailed_only(table):
    assert source.SOURCE.frame("offers").table["earlier"].tolist() == ["bought", "never", "never", "bought", "bought"]


def test_another_file_is_refused(table):
    with pytest.raises(DataFault, match="customers = 64000"):
        source.check_facts(table)


def test_without_the_data_folder_it_is_absent_and_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_DATA_DIR", str(tmp_path))
    assert "fetch hillstrom" in source.SOURCE.absence()
    with pytest.raises(FrameUnavailable):
        source.files()


@pytest.mark.real_data
def test_the_real_file_is_the_documented_one_and_every_frame_can_be_built():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    source.check_facts(source.read_csv(source.files()[0]))
    for key in source.SOURCE.builders:
        assert len(source.SOURCE.frame(key).table) > 1_000
