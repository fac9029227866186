"""Online Retail: invented invoices of the same layout; the real file, its documented counts and what its left edge hides."""

from __future__ import annotations

import pandas as pd
import pytest
import rdata

from analysis.core.errors import DataFault, FrameUnavailable
from analysis.sources import online_retail as source
from analysis.sources.purchase_log import company_of, occasions_of

LINES = [  # invoice, code, pieces, time, price, customer
    ("1001", "85123A", 6.0, "2010-12-01 08:26", 2.5, 17850.0),
    ("1001", "71053", 2.0, "2010-12-01 08:26", 5.0, 17850.0),
    ("C1002", "85123A", -2.0, "2010-12-01 15:00", 2.5, 17850.0),  # the same day: taken off
    ("C1003", "71053", -2.0, "2010-12-05 09:00", 5.0, 17850.0),  # another day: changes nothing
    ("1004", "23843", 80995.0, "2011-12-09 09:15", 2.0, 16446.0),
    ("C1005", "23843", -80995.0, "2011-12-09 09:27", 2.0, 16446.0),  # undone within minutes
    ("1006", "22423", 1.0, "2011-03-02 10:00", 10.0, float("nan")),  # nobody's
    ("1007", "22423", 1.0, "2011-03-02 10:00", 0.0, 12346.0),  # given away
    ("1008", "22423", 3.0, "2011-03-02 23:30", 10.0, 12347.0),
]


def a_table():
    table = pd.DataFrame(
        LINES, columns=["InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"]
    )
    seconds = (pd.to_datetime(table["InvoiceDate"]) - pd.Timestamp(0)) // pd.Timedelta(seconds=1)
    return table.assign(InvoiceDate=seconds.astype(float), Description="", Country="United Kingdom")


@pytest.fixture
def raw(tmp_path):
    path = tmp_path / "onlineretail.rda"
    rdata.write_rda(path, {"onlineretail": a_table()}, compression="xz")
    return source.read(path)


def test_occasions_of_an_invented_file(raw):
    log = company_of(source.CONTEXT, source.END_OF_OBSERVATION, transactions=source.process(raw))
    found = occasions_of(log)
    assert found["customer_id"].tolist() == [12347, 17850]
    assert found["at"].tolist() == [pd.Timestamp("2011-03-02"), pd.Timestamp("2010-12-01")]
    assert found["amount"].tolist() == [30.0, 6 * 2.5 + 2 * 5 - 2 * 2.5]


def test_another_file_is_refused(raw):
    with pytest.raises(DataFault, match="rows = 541909"):
        source.check_facts(raw)


def test_without_the_data_folder_it_is_absent_and_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_DATA_DIR", str(tmp_path))
    assert "fetch online_retail" in source.SOURCE.absence()
    with pytest.raises(FrameUnavailable):
        source.files()


def test_questions_that_need_a_first_purchase_are_not_answered():
    assert set(source.SOURCE.answers) == {"retention-drives-growth", "churn-is-predictable"}
    for claim in ("repeat-momentum", "repeat-revenue-is-steadier", "retention-profit-leverage"):
        assert source.LEFT_EDGE in source.SOURCE.not_identified[claim].reason


@pytest.fixture(scope="module")
def real():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    return source.read(source.files()[0])


@pytest.mark.real_data
def test_real_lines_with_customer_quantity_and_price_are_those_that_others_count(real):
    # Widely reported after the usual cleaning: 397,884 lines of 4,338 customers in 18,532 invoices, GBP 8,911,407.90
    source.check_facts(real)
    stored = real[real["CustomerID"].notna() & (real["Quantity"] > 0) & (real["UnitPrice"] > 0)]
    assert (len(stored), stored["CustomerID"].nunique(), stored["InvoiceNo"].nunique()) == (397_884, 4_338, 18_532)
    assert (stored["Quantity"] * stored["UnitPrice"]).sum() == pytest.approx(8_911_407.90, abs=0.01)


@pytest.mark.real_data
def test_real_occasions_follow_from_a_second_derivation(real):
    """Sums by customer and day with plain groupby, in another order of steps."""
    known = real[real["CustomerID"].notna() & (real["UnitPrice"] > 0)]
    day = pd.to_datetime(known["InvoiceDate"], unit="s").dt.floor("D")
    value = known["Quantity"] * known["UnitPrice"]
    bought = value.where(~known["InvoiceNo"].str.startswith("C"), 0.0)
    sums = pd.DataFrame({"net": value, "gross": bought}).groupby([known["CustomerID"].astype(int), day]).sum()
    expected = sums[(sums["gross"] > 0) & (sums["net"].round(6) > 0)]["net"]
    found = occasions_of(source.open_log()).set_index(["customer_id", "at"])["amount"]
    assert len(found) == len(expected)
    assert found.to_numpy() == pytest.approx(expected.sort_index().to_numpy())


@pytest.mark.real_data
def test_more_than_a_third_of_those_who_look_new_are_old_customers():
    """What `LEFT_EDGE` says: hide December to May, let June to August pass as run-in, and see who looks new from then on."""
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    log = occasions_of(source.open_log())
    hidden, shown = log[log["at"] < "2011-06-01"], log[log["at"] >= "2011-06-01"]
    run_in, late = shown[shown["at"] < "2011-09-01"], shown[shown["at"] >= "2011-09-01"]
    looks_new = set(late["customer_id"]) - set(run_in["customer_id"])
    assert len(looks_new) > 1_000
    assert len(looks_new & set(hidden["customer_id"])) / len(looks_new) > 1 / 3


@pytest.mark.real_data
def test_every_frame_of_the_real_file_can_be_built():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    for key in source.SOURCE.builders:
        assert len(source.SOURCE.frame(key).table) > 5
    assert len(source.SOURCE.frame("account_periods").table) == 9  # March to November
    assert source.SOURCE.frame("segment_revenue").table["period_start"].max() == pd.Timestamp("2011-11-01")
