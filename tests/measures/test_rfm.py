"""Recency, frequency and money: every customer stands in one box, and sums are those of the log."""

import pandas as pd
import pytest

from analysis.core.errors import FrameMistake
from analysis.measures.rfm import FREQUENCIES, rfm_grid


def a_log(counts, last_days):
    rows = [
        {"customer_id": who, "at": pd.Timestamp("2024-01-01") + pd.Timedelta(days=last - k), "amount": 10.0 * (who + 1)}
        for who, (n, last) in enumerate(zip(counts, last_days, strict=True))
        for k in range(n)
    ]
    return pd.DataFrame(rows)


def test_every_customer_and_every_coin_stand_in_one_box():
    counts, last = [1, 1, 2, 3, 4, 5, 9, 10, 30, 1], [30, 200, 60, 80, 90, 100, 120, 150, 199, 10]
    log = a_log(counts, last)
    cells = rfm_grid(log)
    assert sum(cell.n for cell in cells) == len(counts)
    assert sum(cell.revenue for cell in cells) == pytest.approx(log["amount"].sum())
    by_row = {name: sum(c.n for c in cells if c.frequency == name) for name in {c.frequency for c in cells}}
    # Ones, a two, a three and a four, a five and a nine, a ten and a thirty.
    assert by_row == {
        "1 purchase": 3,
        "2 purchases": 1,
        "3 to 4 purchases": 2,
        "5 to 9 purchases": 2,
        "10 or more purchases": 2,
    }


def test_recency_is_counted_from_the_end_of_observation():
    log = a_log([1, 1, 1, 1], [0, 10, 20, 30])
    assert rfm_grid(log)[0].recency.startswith("0 to")
    assert rfm_grid(log, end_of_observation="2024-02-10")[0].recency.startswith("10 to")


def test_lines_of_one_day_are_one_purchase():
    log = a_log([1, 1, 1, 1], [0, 10, 20, 30])
    twice = pd.concat([log, log])
    assert {cell.frequency for cell in rfm_grid(twice) if cell.n} == {"1 purchase"}
    assert len({frequency for frequency, _ in FREQUENCIES}) == 5


def test_a_handful_of_customers_is_refused():
    with pytest.raises(FrameMistake, match="needs 4 customers"):
        rfm_grid(a_log([1, 2], [3, 4]))


def test_customers_who_all_bought_last_on_one_day_are_in_the_grid_too():
    log = pd.DataFrame({"customer_id": range(5), "at": pd.Timestamp("2024-03-01"), "amount": 2.0})
    cells = rfm_grid(log, end_of_observation="2024-03-04")
    assert sum(cell.n for cell in cells) == 5
    assert {cell.recency for cell in cells} == {"3 to 3 days ago"}
