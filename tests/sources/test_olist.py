"""Olist orders: invented orders of the same layout; the real file where the data folder has it."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import DataFault, FrameUnavailable
from analysis.sources import olist as source

COLUMNS = [
    "id", "order_status", "order_products_value", "order_freight_value", "order_items_qty", "order_sellers_qty",
    "order_purchase_timestamp", "order_estimated_delivery_date", "order_delivered_customer_date", "customer_state",
    "review_score", "review_comment_message", "review_creation_date",
]  # fmt: skip
BOUGHT, PROMISED = "2017-08-01 10:00:00", "2017-08-20"
ROWS = [
    (1, "delivered", 10.0, 1.0, 1, 1, BOUGHT, PROMISED, "2017-08-20 23:00:00", "SP", 5, "a", "2017-08-21"),
    (2, "delivered", 10.0, 1.0, 1, 1, BOUGHT, PROMISED, "2017-08-21 01:00:00", "RJ", 1, "b", "2017-08-21"),
    (3, "shipped", 10.0, 1.0, 1, 1, BOUGHT, PROMISED, None, "XX", 2, "c", "2017-08-22"),
    (4, "invoiced", 10.0, 1.0, 1, 1, BOUGHT, PROMISED, None, "SP", 3, "d", "2017-08-10"),
    (5, "canceled", 10.0, 1.0, 1, 1, BOUGHT, PROMISED, None, "SP", 4, "e", "2017-08-25"),
]


@pytest.fixture
def orders(tmp_path, monkeypatch):
    pd.DataFrame(ROWS, columns=COLUMNS).to_csv(tmp_path / "olist.csv", index=False)
    found = source.read_orders(tmp_path / "olist.csv")
    monkeypatch.setattr(source, "load_orders", lambda: found)
    return found


def test_late_is_not_in_hand_on_the_promised_day_as_far_as_the_reviewer_knew(orders):
    table = source.SOURCE.frame("exposure").table.set_index("unit_id")
    assert table["treated"].to_dict() == {1: 0, 2: 1, 3: 1}, "4: review before the promised day; 5: cancelled"
    assert table["outcome"].to_dict() == {1: 5, 2: 1, 3: 2}
    assert table["x_promised_days"].tolist() == [19.0] * 3
    assert table["x_state_rj"].tolist() == [0.0, 1.0, 0.0]


def test_the_score_is_said_to_be_no_behaviour(orders):
    assert "not whether they bought again" in source.SOURCE.frame("exposure").context.indirect
    assert [a.options["quantity"] for a in source.SOURCE.answers["service-failure-drives-churn"]] == [
        "rating_difference"
    ]


def test_another_file_is_refused(orders):
    with pytest.raises(DataFault, match="orders = 3584"):
        source.check_facts(orders)


def test_without_the_data_folder_it_is_absent_and_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_DATA_DIR", str(tmp_path))
    assert "fetch olist" in source.SOURCE.absence()
    with pytest.raises(FrameUnavailable):
        source.files()


@pytest.mark.real_data
def test_the_real_file_is_the_documented_one_and_its_frame_can_be_built():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    source.load_orders()
    assert len(source.SOURCE.frame("exposure").table) > 3_500
