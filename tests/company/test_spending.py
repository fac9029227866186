"""Frame cost_periods, counted by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.company.store import Company
from analysis.core.errors import FrameUnavailable
from analysis.estimators.aggregate.cost_ratio import estimate_cost_ratio
from analysis.frames.builders.catalogue import BUILDERS
from analysis.frames.builders.spending import build_cost_periods
from analysis.register.claims import load_register

SPENDING = """period_start,purpose,amount
2024-01-01,acquisition,100
2024-01-01,acquisition,50
2024-01-01,retention,30
2024-04-01,acquisition,80
2024-04-01,retention,40
2024-05-15,acquisition,9
2024-07-01,retention,7
2023-01-01,acquisition,1
"""
SUBSCRIPTIONS = """customer_id,started_at,ended_at
a,2023-06-01,
b,2023-07-01,2024-02-01
c,2024-02-15,2024-06-01
d,2023-12-31,2024-04-01
"""
CUSTOMERS = (
    "customer_id,joined_at\na,2023-06-01\nb,2023-07-01\nc,2024-02-15\nd,2023-12-31\ne,2024-03-31\nf,2024-04-01\n"
)
TOML = '[company]\nend_of_observation = "2024-12-31"\n'


def test_cost_periods_by_hand(company: Callable[..., Company]) -> None:
    """Quarters. First: 150 on winning c and e; of a, b, d (there on 31 December) a and d are still there on 31 March.
    Second: 80 on f; of a, c, d (there on 31 March; d is gone on 1 April) only a is there on 30 June."""
    files = {"spending.csv": SPENDING, "subscriptions.csv": SUBSCRIPTIONS, "customers.csv": CUSTOMERS}
    opened = company(files, TOML)
    table = build_cost_periods(opened).table
    assert [str(t.date()) for t in table["period_start"]] == ["2024-01-01", "2024-04-01"]
    columns = ["acquisition_spend", "retention_spend", "n_won", "n_retained"]
    assert table[columns].values.tolist() == [[150, 30, 2, 2], [80, 40, 1, 1]]
    assert table["years"].tolist() == [pytest.approx(91 / 365.25)] * 2
    assert {i.reason: i.rows for i in opened.ledger()["cost_periods"].left_out} == {
        "period without spending on acquisition": 1,
        "period not observed whole, or without the year before it": 1,
        "period_start is not the first day of a period of the table's usual length": 1,
    }


def test_customers_and_revenue_from_transactions_where_nothing_else_is_there(company: Callable[..., Company]) -> None:
    """Months. A customer is there if he bought in the last twelve months. In March 2024: z joins, x (bought in May 2023)
    is there before and after, y (bought in March 2023 only) is there before and no more after."""
    log = "customer_id,at,amount\nx,2023-01-01,5\nx,2023-05-10,5\ny,2023-03-05,5\nz,2024-03-07,8\nx,2024-04-30,1\n"
    spending = (
        "period_start,purpose,amount\n2024-02-01,acquisition,10\n2024-03-01,acquisition,10\n2024-03-01,retention,3\n"
    )
    opened = company(
        {"transactions.csv": log, "spending.csv": spending}, '[company]\nend_of_observation = "2024-04-30"\n'
    )
    table = build_cost_periods(opened).table.fillna(-1)
    assert table[["retention_spend", "n_won", "n_retained", "revenue"]].values.tolist() == [[-1, 0, 2, 0], [3, 1, 1, 8]]


def test_one_period_does_not_tell_its_length(company: Callable[..., Company]) -> None:
    files = {
        "spending.csv": "period_start,purpose,amount\n2024-01-01,acquisition,100\n",
        "subscriptions.csv": SUBSCRIPTIONS,
    }
    with pytest.raises(FrameUnavailable, match="two periods or more"):
        build_cost_periods(company(files, TOML))


def test_quarters_that_begin_in_february_are_quarters_too(company: Callable[..., Company]) -> None:
    spending = "period_start,purpose,amount\n2024-02-01,acquisition,10\n2024-05-01,acquisition,20\n"
    files = {"spending.csv": spending, "subscriptions.csv": SUBSCRIPTIONS, "customers.csv": CUSTOMERS}
    table = build_cost_periods(company(files, TOML)).table
    assert [str(t.date()) for t in table["period_start"]] == ["2024-02-01", "2024-05-01"]
    assert table["n_won"].tolist() == [3, 0]


def test_who_joins_or_leaves_inside_a_month_costs_something(company) -> None:
    """A firm of 1,000 in which a tenth leaves and as many come each month, spread evenly: 10 a month to keep each of those
    who are there, so 120 a year; 240 to win one. The truth is 2; with customers retained alone it would be 1.9 at most."""
    rng = np.random.default_rng(1)
    origin, horizon = pd.Timestamp("2020-01-01"), 1_461  # to the end of 2023
    begins = np.concatenate([np.full(1_000, -30), np.sort(rng.uniform(0, horizon, 4_870))]).astype(int)
    ends = np.ceil(begins + rng.exponential(300, len(begins)))
    begins = np.maximum(begins, 0)
    kept = ends > begins
    begins, ends = begins[kept], ends[kept]
    days = [
        (origin + pd.Timedelta(days=int(b)), origin + pd.Timedelta(days=int(e)))
        for b, e in zip(begins, ends, strict=True)
    ]
    rows = [
        f"k{i},{b:%Y-%m-%d},{f'{e:%Y-%m-%d}' if e <= pd.Timestamp('2023-12-31') else ''}\n"
        for i, (b, e) in enumerate(days)
    ]
    joined = [f"k{i},{b:%Y-%m-%d}\n" for i, (b, _) in enumerate(days)]
    spending = ["period_start,purpose,amount\n"]
    for month in pd.date_range("2020-02-01", "2023-12-01", freq="MS"):
        low, high = (month - origin).days, (month + pd.DateOffset(months=1) - origin).days
        there = np.clip(np.minimum(ends, high) - np.maximum(begins, low), 0, None).sum() / 365.25
        won = ((begins >= low) & (begins < high)).sum()
        spending += [f"{month:%Y-%m-%d},retention,{120 * there:.2f}\n", f"{month:%Y-%m-%d},acquisition,{240 * won}\n"]
    files = {
        "subscriptions.csv": "customer_id,started_at,ended_at\n" + "".join(rows),
        "customers.csv": "customer_id,joined_at\n" + "".join(joined),
        "spending.csv": "".join(spending),
    }
    toml = '[company]\nend_of_observation = "2023-12-31"\nlosses_seen_from = "start"\n'
    frame = BUILDERS["cost_periods"].build(company(files, toml))
    claim = load_register()["acquisition-cost-multiple"]
    assert estimate_cost_ratio(frame, claim)[0].value == pytest.approx(2, rel=0.01)
    blind = replace(frame, table=frame.table.drop(columns="customer_years"))
    assert estimate_cost_ratio(blind, claim)[0].value < 1.92
