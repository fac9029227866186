"""A real transactions file in a foreign layout: from `init` to numbers, and the same numbers in plain pandas."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from analysis.company.initialising import init_company
from analysis.reporting.own_data_check import check_company
from analysis.sources._rfile import read_r_table
from analysis.sources.own_tables import company_source

FILE = Path(os.environ.get("RETENTION_DATA_DIR", "data/raw")) / "online_retail" / "onlineretail.rda"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.real_data,
    pytest.mark.skipif(not FILE.exists(), reason="online_retail is not in the data folder (RETENTION_DATA_DIR)"),
]

N_ROWS = 541_909  # rows of the file, as its publisher documents them
N_ANONYMOUS = 135_080  # of these without a customer id; documented in the catalogue of the data sets
END = pd.Timestamp("2011-12-09")


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    # Held to the counts that others published in tests/sources/test_online_retail.py; rdata takes more than a minute over it.
    table = read_r_table(FILE, "onlineretail")
    table["InvoiceDate"] = pd.to_datetime(table["InvoiceDate"], unit="s")
    return table


@pytest.fixture(scope="module")
def shop(raw: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("online")
    written = raw.assign(InvoiceDate=raw["InvoiceDate"].dt.strftime("%m/%d/%Y %H:%M"))
    written.to_csv(place / "online retail.csv", index=False)
    assert init_company(place).proposed == "online retail.csv"
    return place


def test_the_ledger_accounts_for_every_row(shop: Path) -> None:
    check = check_company(shop)
    entry = check.ledger["transactions"]
    assert entry.rows_in == N_ROWS
    assert {item.reason: item.rows for item in entry.left_out} == {"no customer_id": N_ANONYMOUS}
    assert entry.rows_used == N_ROWS - N_ANONYMOUS
    assert all(e.rows_in == entry.rows_used for e in check.ledger.entries if e.name.split("/")[0] == "customer_summary")
    assert check.n_testable >= 6
    assert check.unbuilt == ()


def test_the_customer_summary_agrees_with_plain_pandas(shop: Path, raw: pd.DataFrame) -> None:
    """Own derivation: days with a purchase, less those whose returns took everything back on the same day."""
    known = raw[raw["CustomerID"].notna()]
    known = known.assign(day=known["InvoiceDate"].dt.normalize(), paid=known["Quantity"] * known["UnitPrice"])
    per_day = known.groupby(["CustomerID", "day"]).agg(
        paid=("paid", "sum"),
        bought=("Quantity", lambda q: bool((q >= 0).any())),
        sent=("Quantity", lambda q: bool((q < 0).any())),
    )
    kept = per_day[per_day["bought"] & ~(per_day["sent"] & (per_day["paid"] < 1e-6))].reset_index()
    per_customer = kept.groupby("CustomerID")["day"].agg(["count", "min", "max"])
    expected = (
        pd.DataFrame(
            {
                "frequency": per_customer["count"] - 1,
                "recency_weeks": (per_customer["max"] - per_customer["min"]).dt.days / 7,
                "T_weeks": (END - per_customer["min"]).dt.days / 7,
            }
        )
        .value_counts()
        .reset_index(name="n_customers")
        .sort_values(["frequency", "recency_weeks", "T_weeks"], ignore_index=True)
    )
    found = company_source(shop).frame("customer_summary").table
    pd.testing.assert_frame_equal(
        found.sort_values(["frequency", "recency_weeks", "T_weeks"], ignore_index=True), expected, check_dtype=False
    )


def test_new_and_repeat_revenue_agree_with_plain_pandas(shop: Path, raw: pd.DataFrame) -> None:
    known = raw[raw["CustomerID"].notna()]
    known = known.assign(day=known["InvoiceDate"].dt.normalize(), paid=known["Quantity"] * known["UnitPrice"])
    per_day = known.groupby(["CustomerID", "day"], as_index=False).agg(
        paid=("paid", "sum"), most=("Quantity", "max"), least=("Quantity", "min")
    )
    kept = per_day[(per_day["most"] >= 0) & ~((per_day["least"] < 0) & (per_day["paid"] < 1e-6))]
    month = kept["day"].dt.strftime("%Y-%m")
    first = month.groupby(kept["CustomerID"]).transform("min")
    expected = kept.groupby([month.rename("month"), (month == first).rename("new")])["paid"].sum()
    found = company_source(shop).frame("segment_revenue").table
    assert found["period_start"].nunique() == 12  # December 2010 to November 2011; December 2011 is a part month
    for row in found.itertuples():
        if row.n_purchases:
            assert row.revenue == pytest.approx(expected[(f"{row.period_start:%Y-%m}", row.segment == "new")], rel=1e-9)
