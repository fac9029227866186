"""Both files of the online shop: invented lines of the same layout; the real files where the data folder has them."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from analysis.core.errors import DataFault
from analysis.sources import online_retail_two_years as source
from analysis.sources.purchase_log import company_of, occasions_of

COLUMNS = ["InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"]


def lines(*rows):
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.assign(InvoiceDate=pd.to_datetime(table["InvoiceDate"]))


EARLY = lines(
    ("1", "22222", 2, "2010-03-01 10:00", 5.0, 7),
    ("1", "22222", 2, "2010-03-01 10:00", 5.0, 7),  # the same line once more
    ("1", "POST", 1, "2010-03-01 10:00", 18.0, 7),
    ("2", "33333", 1, "2010-12-02 09:00", 4.0, 7),  # stands in the second file too
    ("3", "33333", 1, "2010-06-02 09:00", 4.0, None),
)
LATE = lines(
    ("2", "33333", 1, "2010-12-02 09:00", 4.0, 7),
    ("4", "85123A", 3, "2011-02-01 12:00", 2.0, 8),
    ("C5", "85123A", -1, "2011-02-20 12:00", 2.0, 8),
    ("6", "85123A", 3, "2011-09-01 12:00", 2.0, 7),
    ("7", "85123A", 3, "2011-12-02 12:00", 2.0, 8),  # beyond the last whole month
)


def test_the_days_in_both_files_count_once_and_fees_and_repetitions_not():
    found = source.join(EARLY, LATE)
    assert found[["customer_id", "amount"]].to_numpy().tolist() == [[7, 10], [7, 4], [8, 6], [8, -2], [7, 6]]
    assert found["is_return"].tolist() == [False, False, False, True, False]


def test_a_return_is_the_exposure_and_no_later_purchase_the_outcome():
    joined = source.join(EARLY, LATE)
    log = company_of(source.CONTEXT, source.END_OF_OBSERVATION, transactions=joined)
    table = source.returns_table(joined, occasions_of(log)).set_index("unit_id")
    assert table["treated"].to_dict() == {7: 0, 8: 1}
    assert table["outcome"].to_dict() == {7: 0.0, 8: 1.0}
    assert table["x_log_days_year_before"].to_dict() == pytest.approx({7: math.log(2), 8: 0.0})
    assert table["x_weeks_since_last"].to_dict() == pytest.approx({7: 180 / 7, 8: 119 / 7})


def test_another_file_is_refused():
    with pytest.raises(DataFault, match="rows of the first year = 525461"):
        source.check_facts(EARLY, LATE)


def test_without_the_data_folder_it_is_absent_and_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_DATA_DIR", str(tmp_path))
    assert "fetch online_retail_II" in source.SOURCE.absence()


@pytest.mark.real_data
def test_the_real_files_join_into_twenty_four_months():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    purchases = occasions_of(source.open_log())
    assert purchases["at"].dt.to_period("M").nunique() == 24
    months = source.SOURCE.frame("segment_revenue").table["period_start"]
    assert (str(months.min().date()), months.nunique()) == ("2010-12-01", 12)
