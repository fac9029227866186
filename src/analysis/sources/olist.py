"""Olist: 3,584 Brazilian marketplace orders of 2017 and 2018 with delivery dates, review score and the reviewer's comment."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.frames import Context
from analysis.sources.base import Answer, DataCard
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, public, require_fact
from analysis.sources.row_ledger import kept

NAME = "olist"
DATES = (
    "order_purchase_timestamp",
    "order_estimated_delivery_date",
    "order_delivered_customer_date",
    "review_creation_date",
)
LARGE_STATES = ("SP", "RJ", "MG", "RS", "PR", "SC", "BA")

CONTEXT = Context.public(
    source="Olist orders",
    population="orders in a Brazilian marketplace whose buyers wrote a comment",
    period="February 2017 to April 2018",
    outcome="review score, 1 to 5",
    contrast="orders not in hand on the promised day against orders that were",
    indirect="what buyers said of the order, not whether they bought again; only orders with a written comment are there",
)


files = partial(public_files, NAME, "olist_classified_public_dataset.csv")


def read_orders(path: Path) -> pd.DataFrame:
    """Read the orders with their dates."""
    orders = pd.read_csv(path)
    for column in DATES:
        orders[column] = pd.to_datetime(orders[column])
    return orders


def check_facts(orders: pd.DataFrame) -> None:
    """Assert 3,584 orders, each with a review score of 1 to 5 and a comment."""
    require_fact(NAME, "orders", 3_584, len(orders))
    require_fact(NAME, "distinct orders", 3_584, orders["id"].nunique())
    require_fact(NAME, "review scores", [1, 2, 3, 4, 5], sorted(orders["review_score"].unique().tolist()))
    require_fact(NAME, "orders without a comment", 0, int(orders["review_comment_message"].isna().sum()))


load_orders = load_once(files, read_orders, check_facts)


def late_table(orders: pd.DataFrame) -> pd.DataFrame:
    """Orders late at the door or not arrived when the review was asked for, against orders in time.

    Left out: cancelled orders, and orders without a delivery whose review came before the promised day.
    """
    promised = orders["order_estimated_delivery_date"].dt.normalize()
    delivered = orders["order_delivered_customer_date"].dt.normalize()
    missing = delivered.isna()
    late = (delivered > promised) | (missing & (orders["review_creation_date"].dt.normalize() >= promised))
    cancelled, undecided = orders["order_status"] == "canceled", missing & ~late
    state = orders["customer_state"]
    columns = {
        "unit_id": orders["id"],
        "treated": late.astype(int),
        "outcome": orders["review_score"].astype(float),
        "x_value": np.log1p(orders["order_products_value"]),
        "x_freight": np.log1p(orders["order_freight_value"]),
        "x_items": orders["order_items_qty"].astype(float),
        "x_sellers": np.log(orders["order_sellers_qty"].astype(float)),
        "x_promised_days": (promised - orders["order_purchase_timestamp"].dt.normalize()).dt.days.astype(float),
        "x_month": (orders["order_purchase_timestamp"] - pd.Timestamp("2017-01-01")).dt.days / 30.4,
        **{f"x_state_{name.lower()}": (state == name).astype(float) for name in LARGE_STATES},
    }
    return kept(
        NAME,
        "exposure",
        "orders",
        pd.DataFrame(columns),
        ("cancelled", lambda t: cancelled[t.index]),
        ("not delivered, and reviewed before the promised day", lambda t: undecided[t.index]),
    )


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="a Brazilian online marketplace, 3,584 orders of 2017 and 2018 with a written review",
        publisher="Olist, on Kaggle (first edition of 2018, sample with comments classified by readers)",
        citation="Olist, Brazilian E-Commerce Public Dataset (Kaggle, 2018)",
        licence="CC BY-NC-SA 4.0",
        accessed="copy of the first edition",
        row="one order with its review",
        defects=(
            "only orders whose buyers wrote a comment: the contented write less often, so orders in time look worse",
            "117 orders without a delivery date",
        ),
        not_for=("repeat purchase or churn: there is no customer id",),
    ),
    files=files,
    load=lambda: load_orders(),
    builders={"exposure": Framed(late_table)},
    answers={"service-failure-drives-churn": (Answer("exposure", {"quantity": "rating_difference"}),)},
)
