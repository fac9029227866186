"""Kiwi Bubbles: invented panellists of the same layout; the real file where the data folder has it."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import DataFault, FrameUnavailable
from analysis.sources import kiwi_bubbles as source
from analysis.sources.purchase_log import built, company_of

ROWS = [  # panellist, market, week, day, units
    (10001, 1, 1, 1, 1),
    (10001, 1, 1, 3, 2),
    (10001, 1, 3, 1, 1),
    (20001, 2, 52, 7, 1),
    (20002, 2, 51, 7, 3),
]


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "kiwibubbles_tran.csv"
    pd.DataFrame(ROWS, columns=["Panelist ID", "Market", "Week", "Day", "Units"]).to_csv(path, index=False)
    return source.process(source.read_csv(path))


def trials(log):
    """With the order of the panellists' numbers in place of the numbers."""
    opened = company_of(source.CONTEXT, source.END_OF_OBSERVATION, transactions=log)
    return built("repeat_trials", lambda: opened, source.CONTEXT)().table


def test_days_count_from_the_launch(log):
    days = (log["at"] - pd.Timestamp(source.LAUNCH)).dt.days
    assert days.tolist() == [0, 2, 14, 363, 356]


def test_observation_ends_with_the_last_day_of_week_52(log):
    assert (pd.Timestamp(source.END_OF_OBSERVATION) - pd.Timestamp(source.LAUNCH)).days == 52 * 7 - 1
    table = trials(log)
    assert table[table["customer_id"] == 1]["followed_days"].tolist() == [0]
    assert table[table["customer_id"] == 2]["followed_days"].tolist() == [7]


def test_trials_number_purchases_from_the_trial_on(log):
    table = trials(log)
    first = table[table["customer_id"] == 0]
    assert first["purchase_number"].tolist() == [1, 2, 3]
    assert first["gap_days"].fillna(-1).tolist() == [2, 12, -1]


def test_one_product_speaks_indirectly():
    assert "one new product" in source.CONTEXT.indirect


def test_another_file_is_refused(tmp_path):
    with pytest.raises(DataFault, match="purchases = 857"):
        source.check_facts(pd.DataFrame(ROWS, columns=["Panelist ID", "Market", "Week", "Day", "Units"]))


def test_without_the_data_folder_it_is_absent_and_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_DATA_DIR", str(tmp_path))
    assert "fetch kiwi_bubbles" in source.SOURCE.absence()
    with pytest.raises(FrameUnavailable):
        source.files()


@pytest.mark.real_data
def test_the_real_file_is_the_documented_one_and_every_frame_can_be_built():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    assert len(source.SOURCE.frame("repeat_trials").table) == 857
    assert source.SOURCE.frame("customer_summary").table["n_customers"].sum() == 344
