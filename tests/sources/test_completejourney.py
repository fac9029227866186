"""Complete Journey: invented lines and coupons of the same layout; the real sample, and how much of a basket it shows."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import DataFault, FrameUnavailable
from analysis.sources import completejourney as source

# 2017-01-02 00:30 in New York is 05:30 in London
LATE_EVENING = pd.Timestamp("2017-01-02 04:30").timestamp()
LINES = pd.DataFrame(
    {
        "household_id": ["2261", "2261", "511"],
        "sales_value": [3.86, 1.0, 2.0],
        "week": [1.0, 1.0, 1.0],
        "transaction_timestamp": [LATE_EVENING, LATE_EVENING + 60, LATE_EVENING + 3_600],
    }
)
REDEMPTIONS = pd.DataFrame(
    {
        "household_id": ["511", "511"],
        "campaign_id": ["26", "26"],
        "coupon_upc": ["1", "2"],
        "redemption_date": [17_170.0, 17_170.0],
    }
)
MAILED = pd.DataFrame({"campaign_id": ["26", "26", "1"], "household_id": ["511", "2261", "511"]})
CAMPAIGNS = pd.DataFrame({"campaign_id": ["26", "1"], "campaign_type": ["Type A", "Type B"]})


def test_lines_of_a_household_and_day_at_the_shop_are_one_occasion():
    found = source.process_lines(LINES)
    assert found["customer_id"].tolist() == [511, 2261]
    assert found["at"].tolist() == [pd.Timestamp("2017-01-02"), pd.Timestamp("2017-01-01")]
    assert found["amount"].tolist() == pytest.approx([2.0, 4.86])


def test_redemptions_are_days():
    found = source.process_redemptions(REDEMPTIONS)
    assert found["at"].tolist() == [pd.Timestamp("2017-01-04")] * 2


def test_mailings_are_marked_by_type_and_by_whether_they_were_used():
    found = source.process_mailings(MAILED, CAMPAIGNS, REDEMPTIONS)
    assert found[["cluster", "treated", "outcome"]].to_numpy().tolist() == [
        [511, 0, 1.0],
        [2261, 0, 0.0],
        [511, 1, 0.0],
    ]


def test_windows_leave_the_day_of_the_redemption_out(monkeypatch):
    log = pd.DataFrame(
        {
            "customer_id": 511,
            "at": pd.to_datetime(["2017-05-01", "2017-05-10", "2017-05-12"]),
            "amount": [1.0, 2.0, 3.0],
        }
    )
    redeemed = pd.DataFrame({"customer_id": [511], "at": [pd.Timestamp("2017-05-10")]})
    monkeypatch.setattr(source, "load", lambda: (log, redeemed, None))
    table = source.build_redemption_windows.__wrapped__().table
    assert table["relative_week"].tolist() == list(range(-8, 8))
    assert table.set_index("relative_week")["n_purchases"].loc[[-2, -1, 0]].tolist() == [1, 0, 1]


def test_another_file_is_refused():
    with pytest.raises(DataFault, match="lines of the sample = 75000"):
        source.check_facts(LINES, REDEMPTIONS, MAILED, CAMPAIGNS)


def test_it_answers_nothing_and_says_why():
    assert not source.SOURCE.answers
    assert all(entry.naive for entry in source.SOURCE.not_identified.values())


def test_without_the_data_folder_it_is_absent_and_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_DATA_DIR", str(tmp_path))
    assert "fetch completejourney" in source.SOURCE.absence()
    with pytest.raises(FrameUnavailable):
        source.files()


@pytest.mark.real_data
def test_the_real_files_are_the_documented_ones_and_every_frame_can_be_built():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    log, redemptions, mailed = source.load()
    assert log["at"].min() == pd.Timestamp("2017-01-01") and log["at"].max() == pd.Timestamp("2017-12-31")
    assert (len(redemptions), len(mailed)) == (2_102, 6_589)
    for key in source.SOURCE.builders:
        assert len(source.SOURCE.frame(key).table) > 5


@pytest.mark.real_data
def test_most_real_baskets_show_a_single_line():
    """What the reasons rest on: baskets of a grocery shop have many lines, those of the sample mostly one."""
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    from analysis.sources._xdr import read_large_r_table

    lines = read_large_r_table(source.files()[0], source.FILES[0])
    assert (lines.groupby("basket_id").size() == 1).mean() > 0.6
