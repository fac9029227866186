"""A sample of customers: who is drawn comes whole, the ledger counts the others, and counts of periods know nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import analysis
from analysis.company.store import Company
from analysis.core.errors import ParameterMistake, UserMistake
from analysis.frames.builders import accounts, purchases, random_sample

N = 4_000
BUILDERS = {
    "purchases": purchases.build_purchases,
    "repeat_trials": purchases.build_repeat_trials,
    "customer_periods": purchases.build_customer_periods,
    "customer_summary": purchases.build_customer_summary,
    "customer_holdout": purchases.build_customer_holdout,
}


def log() -> str:
    """4,000 customers who buy one to five times; the sum of a customer's amounts names the customer."""
    rng = np.random.default_rng(5)
    lines = ["customer_id,at,amount"]
    for number in range(N):
        days = np.unique(rng.integers(0, 700, size=1 + number % 5))
        lines += [f"c{number:05d},{np.datetime64('2022-01-03') + int(day)},{number + 1}" for day in days]
    return "\n".join(lines) + "\n"


def toml(sample: int, seed: int = 1) -> str:
    return f"[data]\nlargest_sample = {sample}\nsample_seed = {seed}\n"


@pytest.fixture
def drawn(company: Callable[..., Company]) -> Company:
    return company({"transactions.csv": log()}, toml(1_000))


def test_about_as_many_as_asked_for_are_drawn_and_come_whole(drawn: Company, company: Callable[..., Company]) -> None:
    sample = purchases.build_purchases(drawn)
    everyone = purchases.build_purchases(company({"transactions.csv": log()}, toml(N)))
    counts = sample.table["amount"].value_counts()
    assert random_sample.n_drawn(drawn) == len(counts) == pytest.approx(1_000, abs=40)
    assert sample.context.population == f"{len(counts):,} customers drawn at random from 4,000 with a purchase"
    assert everyone.context.population == "4,000 customers with a purchase"
    whole = everyone.table["amount"].value_counts()
    assert (whole[counts.index] == counts).all()


def test_sample_is_like_the_whole(drawn: Company) -> None:
    """A fifth of all customers each buys (at most) one to five times; the mean code of those drawn is near the middle."""
    table = purchases.build_purchases(drawn).table
    amounts = table.drop_duplicates("customer_id")["amount"]
    assert amounts.mean() == pytest.approx(N / 2, rel=0.05)
    assert np.bincount(amounts.astype(int) % 5) / len(amounts) == pytest.approx(np.full(5, 0.2), abs=0.03)


@pytest.mark.parametrize("key", BUILDERS)
def test_ledger_balances_and_names_the_sample(drawn: Company, key: str) -> None:
    frame = BUILDERS[key](drawn)
    entry = drawn.ledger()[key]
    not_drawn = [item for item in entry.left_out if item.reason.startswith("customer not among the")]
    assert entry.rows_in == drawn.table("transactions").n == entry.rows_used + entry.n_left_out
    assert not_drawn[0].rows == pytest.approx(0.75 * entry.rows_in, rel=0.05)
    assert any("largest_sample = 1000, sample_seed = 1" in note for note in entry.notes)
    assert "drawn at random from 4,000" in frame.context.population


def test_another_seed_draws_others(company: Callable[..., Company], drawn: Company) -> None:
    first = set(purchases.build_purchases(drawn).table["amount"])
    again = set(purchases.build_purchases(company({"transactions.csv": log()}, toml(1_000))).table["amount"])
    other = set(purchases.build_purchases(company({"transactions.csv": log()}, toml(1_000, seed=2))).table["amount"])
    assert first == again
    assert len(first & other) < 0.5 * len(first)


def test_counts_of_periods_take_everyone(drawn: Company, company: Callable[..., Company]) -> None:
    of_all = accounts.build_account_periods(company({"transactions.csv": log()}, toml(N)))
    found = accounts.build_account_periods(drawn)
    assert found.table.equals(of_all.table)
    assert found.context == of_all.context


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("largest_sample = 500", "1000 or more; got 500"),
        ("largest_sample = true", "whole number of customers"),
        ("sample_seed = -1", "from 0 to 1000000; got -1"),
        ('memory_limit = "lots"', "in MB or GB"),
        ("memory_limit = 4", "in MB or GB"),
    ],
)
def test_settings_out_of_range_are_refused(company: Callable[..., Company], line: str, message: str) -> None:
    with pytest.raises(UserMistake, match=message):
        company({"transactions.csv": log()}, f"[data]\n{line}\n")


def test_memory_limit_reaches_the_engine(company: Callable[..., Company]) -> None:
    found = company({"transactions.csv": log()}, '[data]\nmemory_limit = "500MB"\n')
    shown = found.engine.backend.con.execute("SELECT current_setting('memory_limit')").fetchone()[0]
    assert shown == "476.8 MiB"


def test_rows_in_pandas_are_those_of_the_customers_whom_frames_draw(tmp_path: Path) -> None:
    """As many customers as the frame has, each with all rows; a company with fewer than the sample is whole."""
    (tmp_path / "transactions.csv").write_text(log(), encoding="utf-8")
    (tmp_path / "company.toml").write_text(toml(1_000), encoding="utf-8")
    some = analysis.company(tmp_path)
    rows, frame = some.tables.sample(), some.frame("purchases").table
    assert sorted(rows["amount"]) == sorted(frame["amount"])
    assert rows["customer_id"].nunique() == frame["customer_id"].nunique()
    (tmp_path / "company.toml").write_text(toml(N), encoding="utf-8")
    everyone = analysis.company(tmp_path).tables
    assert everyone.sample().equals(everyone["transactions"])


@pytest.mark.parametrize("largest", [1_000, N])
def test_a_table_without_customers_is_refused_whether_any_are_drawn_or_not(tmp_path: Path, largest: int) -> None:
    (tmp_path / "transactions.csv").write_text(log(), encoding="utf-8")
    (tmp_path / "spending.csv").write_text("period_start,purpose,amount\n2023-01-01,retention,5\n", encoding="utf-8")
    (tmp_path / "company.toml").write_text(toml(largest), encoding="utf-8")
    with pytest.raises(ParameterMistake, match=r"names customers; got 'spending'\. Take tables\['spending'\]"):
        analysis.company(tmp_path).tables.sample("spending")
