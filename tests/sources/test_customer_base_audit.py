"""A retailer's customer base: invented customers of the same layout; the real files where the data folder has them."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import DataFault
from analysis.sources import customer_base_audit as source
from analysis.sources.purchase_log import built

QUARTERS = [f"Y{year}Q{quarter}" for year in range(2016, 2020) for quarter in range(1, 5)]


def wide(rows: dict[int, tuple[str, dict[str, float]]]) -> pd.DataFrame:
    """One row a customer: cohort, and a value in the quarters named."""
    table = [[name, cohort, *(found.get(q, 0) for q in QUARTERS)] for name, (cohort, found) in rows.items()]
    return pd.DataFrame(table, columns=["CustomerID", "Cohort", *QUARTERS])


SPEND = wide(
    {
        1: ("pre_y2016", {"Y2016Q2": 10.0, "Y2018Q1": 30.0}),
        2: ("y2016_q2", {"Y2016Q2": 20.0, "Y2016Q4": 40.0}),
        3: ("y2017_q1", {"Y2017Q1": 50.0}),
    }
)
ORDERS = wide(
    {
        1: ("pre_y2016", {"Y2016Q2": 1, "Y2018Q1": 3}),
        2: ("y2016_q2", {"Y2016Q2": 1, "Y2016Q4": 2}),
        3: ("y2017_q1", {"Y2017Q1": 1}),
    }
)


@pytest.fixture(autouse=True)
def invented(request, monkeypatch):
    """The invented customers in the place of the file's."""
    if "real_data" not in request.keywords:
        monkeypatch.setattr(source, "load", lambda: source.process(SPEND, ORDERS))
    source.open_log.cache_clear()
    yield
    source.open_log.cache_clear()


def segments():
    frame = built("segment_revenue", source.open_log, source.CONTEXT, months_each=3, run_in_months=0)()
    return source.with_orders(frame.table, source.load()).set_index(["period_start", "segment"])


def test_a_customer_from_before_2016_is_never_new():
    table = segments()
    second = pd.Timestamp("2016-04-01")
    assert table.loc[(second, "repeat"), "revenue"] == 10.0
    assert table.loc[(second, "new"), "revenue"] == 20.0
    assert len(table) == 32, "sixteen quarters, two groups"


def test_orders_are_counted_not_quarters_with_an_order():
    table = segments()
    assert table.loc[(pd.Timestamp("2018-01-01"), "repeat"), "n_purchases"] == 3
    assert table["n_purchases"].sum() == 8


def test_lost_after_a_year_of_silence_and_back_is_not_won():
    build = built("account_periods", source.open_log, source.CONTEXT, window=source.SILENT_QUARTERS, run_in_months=0)
    table = build().table.set_index("period_start")
    assert table.loc["2017-01-01", "n_won"] == 1  # customer 3
    assert table.loc["2017-04-01", "n_lost"] == 1  # customer 1, silent since the second quarter of 2016
    assert table.loc["2018-01-01", ["n_resurrected", "n_won"]].tolist() == [1, 0]  # customer 1 is back


def test_tenure_is_counted_from_a_known_first_quarter_and_that_quarter_is_left_out():
    table = source.tenure_table(source.process(SPEND, ORDERS))
    assert table[["customer_id", "period", "tenure_years", "n_purchases", "spend"]].to_numpy().tolist() == [
        [2, 3, 0.5, 2, 40.0]
    ]


def test_another_file_is_refused():
    with pytest.raises(DataFault, match="customers = 70041"):
        source.check_facts(SPEND, ORDERS, source.process(SPEND, ORDERS))


@pytest.mark.real_data
def test_the_real_files_are_the_documented_ones_and_every_frame_can_be_built():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    assert len(source.SOURCE.frame("account_periods").table) == 12
    assert len(source.SOURCE.frame("segment_revenue").table) == 32
    assert len(source.SOURCE.frame("customer_periods").table) > 10_000
