"""The customer base of a US catalogue and online retailer: one customer in a hundred, spend and orders by quarter, 2016 to 2019.

The companion data of Fader, Hardie & Ross's book on auditing a customer base, where the firm is called Madrigal. Of every
customer the quarter of the first purchase is known, or that it came before 2016: whoever looks new is new.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial

import numpy as np
import pandas as pd

from analysis.frames import Context, Frame
from analysis.sources.base import Answer, DataCard
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, public, read_csv, require_fact
from analysis.sources.purchase_log import built, opened
from analysis.sources.row_ledger import kept

NAME = "customer_base_audit"
END_OF_OBSERVATION, DAY_BEFORE = "2019-12-31", "2015-12-31"
EARLIER = "pre_y2016"
SILENT_QUARTERS, QUARTERS_PER_YEAR = 4, 4
"""Who bought nothing for a year is lost: with fewer quarters a season would count as leaving."""

CONTEXT = Context.public(
    source="Retailer's customer base",
    population="one in a hundred of the customers of a US catalogue and online retailer",
    period="2016 to 2019",
    currency="USD",
)


files = partial(public_files, NAME, "cust_by_qtr_spend.csv", "cust_by_qtr_trans.csv")


read = partial(read_csv, encoding="utf-8-sig")
"""Customer, cohort, one column a quarter."""


def process(spend: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """One row a customer and quarter with an order: customer_id, at (first day), amount (USD), n_orders, joined (period).

    The quarter of joining is the cohort; customers from before 2016 joined in the last quarter of 2015 at the latest.
    """
    keys = ["CustomerID", "Cohort"]
    long = spend.melt(id_vars=keys, var_name="quarter", value_name="amount")
    long["n_orders"] = orders.melt(id_vars=keys, var_name="quarter", value_name="n_orders")["n_orders"]
    long = kept(NAME, "log", "quarters of customers", long, ("no order", lambda t: ~(t["n_orders"] > 0)))
    quarter = pd.PeriodIndex(long["quarter"].str[1:], freq="Q")
    cohort = long["Cohort"].where(long["Cohort"] != EARLIER, "y2015_q4")
    return pd.DataFrame(
        {
            "customer_id": long["CustomerID"].to_numpy(),
            "at": quarter.start_time,
            "amount": long["amount"].to_numpy(float),
            "n_orders": long["n_orders"].to_numpy(int),
            "joined": pd.PeriodIndex(cohort.str[1:].str.replace("_", "").str.upper(), freq="Q"),
        }
    )


def check_facts(spend: pd.DataFrame, orders: pd.DataFrame, log: pd.DataFrame) -> None:
    """Assert customers, cohorts, and a hundredth of the firm's customers, orders and sales of 2019."""
    require_fact(NAME, "customers", 70_041, len(spend))
    require_fact(NAME, "the same customers in both files", True, spend["CustomerID"].equals(orders["CustomerID"]))
    require_fact(NAME, "customers from before 2016", 8_916, int((spend["Cohort"] == EARLIER).sum()))
    first = log.groupby("customer_id").agg(at=("at", "min"), joined=("joined", "first"))
    new = first[first["joined"] >= "2016Q1"]
    late = int((new["at"].dt.to_period("Q") != new["joined"]).sum())
    require_fact(NAME, "customers whose first order is not in their cohort's quarter", 0, late)
    last = log[log["at"].dt.year == 2019]
    found = [last["customer_id"].nunique() / 1e4, int(last["n_orders"].sum()) / 1e4, float(last["amount"].sum()) / 1e6]
    # Of the whole firm the book gives 3,185,335 customers, 6.09 million orders and 583 million USD: this is a hundredth.
    require_fact(
        NAME, "ten thousand customers and orders, million USD, in 2019", [3.2, 6.1, 5.8], [round(f, 1) for f in found]
    )


@cache
def load() -> pd.DataFrame:
    """Read, process and check both files."""
    spend, orders = (read(path) for path in files())
    log = process(spend, orders)
    check_facts(spend, orders, log)
    return log


def with_earlier_customers(log: pd.DataFrame) -> pd.DataFrame:
    """The log with a purchase of nothing on the last day of 2015 for customers from before 2016: they are not new."""
    earlier = log.loc[log["joined"] < "2016Q1", "customer_id"].drop_duplicates()
    before = pd.DataFrame({"customer_id": earlier, "at": pd.Timestamp(DAY_BEFORE), "amount": 0.0})
    return pd.concat([before, log[["customer_id", "at", "amount"]]], ignore_index=True)


open_log = opened(CONTEXT, END_OF_OBSERVATION, lambda: {"transactions": with_earlier_customers(load())})
"""The log as a company's transactions, which begin on the day before the first whole quarter."""


def with_orders(table: pd.DataFrame, log: pd.DataFrame) -> pd.DataFrame:
    """A table of frame ``segment_revenue`` in which orders are counted, not quarters with an order."""
    segment = np.where(log["at"].dt.to_period("Q") == log["joined"], "new", "repeat")
    orders = log.groupby(["at", segment])["n_orders"].sum()
    keys = list(zip(table["period_start"], table["segment"], strict=True))
    return table.assign(n_purchases=[int(orders.get(key, 0)) for key in keys])


def tenure_table(log: pd.DataFrame) -> pd.DataFrame:
    """Columns of frame ``customer_periods``: customers who joined in 2016 or later, quarters after the joining one."""
    quarter = log["at"].dt.to_period("Q")
    passed = (quarter - log["joined"]).map(lambda offset: offset.n)
    chosen = kept(
        NAME,
        "customer_periods",
        "quarters with an order",
        log.assign(passed=passed),
        ("joined before 2016", lambda t: ~(t["joined"] >= "2016Q1")),
        ("quarter of joining", lambda t: ~(t["passed"] > 0)),
        ("nothing spent", lambda t: ~(t["amount"] > 0)),
    )
    return chosen.assign(
        period=(chosen["at"].dt.year - 2016) * QUARTERS_PER_YEAR + chosen["at"].dt.quarter - 1,
        tenure_years=chosen["passed"] / QUARTERS_PER_YEAR,
        n_purchases=chosen["n_orders"],
        spend=chosen["amount"],
    )[["customer_id", "period", "tenure_years", "n_purchases", "spend"]].reset_index(drop=True)


def build_segment_revenue() -> Frame:
    """The sixteen quarters; new is whose first purchase lies in the quarter."""
    frame = built("segment_revenue", open_log, CONTEXT, months_each=3, run_in_months=0)()
    return replace(frame, table=with_orders(frame.table, load()))


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="a US catalogue and online retailer, 2016 to 2019, 70,041 customers (one in a hundred)",
        publisher="Fader, Hardie & Ross, companion to their book; copy in a public repository (abdullahau/customer-analytics)",
        citation="Fader, Hardie & Ross (2022), The Customer-Base Audit, Wharton School Press; the firm is called Madrigal",
        licence="not stated",
        accessed="November 2026",
        row="one customer, one column a quarter",
        defects=(
            "the firm's name is not its own; the book itself could not be read, only a summary of it",
            "a hundredth of the customers, by quarter: days, months and single orders are not in it",
            "when the customers from before 2016 joined is not known",
            "of joining and last quarters only a part was open to the customer",
            "many first purchases fall into the fourth quarter, which is the gift season",
        ),
        not_for=("leaving: nobody cancels here, silence is taken for it", "a single season as a change"),
    ),
    files=files,
    load=lambda: load(),
    tables=open_log,
    builders={
        # Quarters from 2017 on; who bought in none of four quarters is lost, who returns after that is back.
        "account_periods": built(
            "account_periods",
            open_log,
            replace(CONTEXT, contrast="lost: no purchase for a year"),
            window=SILENT_QUARTERS,
            run_in_months=0,
        ),
        "segment_revenue": build_segment_revenue,
        "customer_periods": Framed(tenure_table),
    },
    answers={
        # It votes: the rule lets the check of the edges, which fails here, lower confidence and void nothing.
        "retention-drives-growth": (Answer("account_periods"),),
        "repeat-revenue-is-steadier": (Answer("segment_revenue", {"quantity": "variation_ratio_by_quarter"}),),
        "spend-grows-with-tenure": (Answer("customer_periods"),),
    },
)
