"""From a file of purchases to a table of cohorts and every customer's value of the next 90 days: ours, pandas, Polars."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

AHEAD_DAYS = 90
END = "2024-12-31"


def _warmed(once: Callable[[str], dict[str, Any]], folder: str) -> Callable[[], dict[str, Any]]:
    """Run on a small table first: imports are no part of the time, on either side."""
    import tempfile

    from generate import write_transactions

    with tempfile.TemporaryDirectory() as place:
        write_transactions(Path(place), 5_000, returns=0.0)
        once(place)
    return lambda: once(folder)


def ours(folder: str) -> Callable[[], dict[str, Any]]:
    """With the package's functions on plain tables; intervals of every value."""
    import pandas as pd

    import analysis

    def once(place: str) -> dict[str, Any]:
        log = pd.read_parquet(f"{place}/transactions.parquet")
        cohorts = analysis.cohort_table(log, values="customers", end_of_observation=END)
        scores = analysis.customer_scores(log, model="BG/NBD", ahead_days=AHEAD_DAYS, end_of_observation=END)
        ages = cohorts.drop(columns="customers")
        return _told(ages.sum().sum(), len(scores), scores["expected_value"].sum())

    return _warmed(once, folder)


def by_pandas(folder: str) -> Callable[[], dict[str, Any]]:
    """As tutorials show it: months of the first purchase against ages, and lifetimes on its own summary."""
    import pandas as pd
    from lifetimes.utils import summary_data_from_transaction_data

    def once(place: str) -> dict[str, Any]:
        log = pd.read_parquet(f"{place}/transactions.parquet")
        log["month"] = pd.to_datetime(log["at"]).dt.to_period("M")
        log["cohort"] = log.groupby("customer_id")["month"].transform("min")
        log["age"] = log["month"].astype("int64") - log["cohort"].astype("int64")
        cohorts = log.groupby(["cohort", "age"])["customer_id"].nunique().unstack()
        table = summary_data_from_transaction_data(
            log, "customer_id", "at", monetary_value_col="amount", observation_period_end=END
        )
        return _told(cohorts.sum().sum(), len(table), _value(table))

    return _warmed(once, folder)


def by_polars(folder: str) -> Callable[[], dict[str, Any]]:
    """The same tables in Polars; the fits are those of lifetimes."""
    import polars as pl

    def once(place: str) -> dict[str, Any]:
        at = pl.col("at").cast(pl.Date)
        log = pl.scan_parquet(f"{place}/transactions.parquet").with_columns(day=at, month=at.dt.truncate("1mo"))
        log = log.with_columns(cohort=pl.col("month").min().over("customer_id"))
        cohorts = (
            log.group_by("cohort", "month")
            .agg(pl.col("customer_id").n_unique())
            .collect()
            .pivot("month", index="cohort")
        )
        day, amount = pl.col("day"), pl.col("amount")
        daily = log.group_by("customer_id", "day").agg(amount.sum()).sort("customer_id", "day")
        table = (
            daily.group_by("customer_id")
            .agg(
                frequency=pl.len() - 1,
                recency=(day.max() - day.min()).dt.total_days(),
                T=(pl.lit(END).str.to_date() - day.min()).dt.total_days(),
                monetary_value=amount.slice(1).mean().fill_null(0.0),
            )
            .collect()
            .to_pandas()
        )
        numbers = cohorts.drop("cohort").fill_null(0).sum().row(0)
        return _told(sum(numbers), len(table), _value(table))

    return _warmed(once, folder)


def _value(table: Any) -> float:
    """Expected value of all customers in the days ahead, by lifetimes' BG/NBD and gamma-gamma fits."""
    from lifetimes import BetaGeoFitter, GammaGammaFitter

    columns = [table[name].astype(float) for name in ("frequency", "recency", "T")]
    purchases = BetaGeoFitter().fit(*columns).conditional_expected_number_of_purchases_up_to_time(AHEAD_DAYS, *columns)
    again = table[table["frequency"] > 0]
    spend = GammaGammaFitter().fit(again["frequency"], again["monetary_value"])
    return float(
        (purchases * spend.conditional_expected_average_profit(table["frequency"], table["monetary_value"])).sum()
    )


def _told(active: float, customers: int, value: float) -> dict[str, Any]:
    return {"active": int(active), "customers": customers, "value": float(value)}
