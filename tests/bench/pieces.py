"""What is timed, one piece a process: ``python pieces.py NAME ARGUMENTS`` prints its seconds as JSON."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import values

BY_HAND = """
SELECT frequency, recency, length, count(*) AS n_customers
FROM (
  SELECT customer_id, count(*) - 1 AS frequency, max(day) - min(day) AS recency, DATE '2024-12-31' - min(day) AS length
  FROM (
    SELECT customer_id, CAST("at" AS DATE) AS day, sum(amount) AS amount
    FROM '{file}' GROUP BY ALL HAVING sum(amount) > 0
  ) GROUP BY customer_id
) GROUP BY ALL ORDER BY ALL
"""
"""Only sums; wrong without a word where an id is blank, a day in the year 1 or an amount no number."""

READ = """
CREATE TEMP VIEW read AS
SELECT
  trim(customer_id) AS customer_id, CAST("at" AS DATE) AS day, amount,
  CASE
    WHEN customer_id IS NULL OR lower(trim(customer_id)) IN ({nothing}) THEN 'no customer_id'
    WHEN "at" IS NULL THEN 'no at'
    WHEN "at" < DATE '1900-01-03' THEN 'at before 1900-01-03'
    WHEN amount IS NULL OR isnan(amount) THEN 'no amount'
    WHEN isinf(amount) THEN 'amount not readable'
  END AS reason
FROM '{file}'
"""
LEFT_OUT = "SELECT reason, count(*) AS n, max(day) AS last FROM read GROUP BY reason"
HISTORIES = """
CREATE TEMP TABLE histories AS
SELECT
  count(*) FILTER (WHERE good) - 1 AS frequency,
  max(day) FILTER (WHERE good) - min(day) FILTER (WHERE good) AS recency,
  DATE '{end}' - min(day) FILTER (WHERE good) AS length,
  sum(n) FILTER (WHERE returned = n) AS return_alone,
  sum(n) FILTER (WHERE NOT good AND returned < n) AS undone
FROM (
  SELECT *, returned = 0 OR (returned < n AND amount >= 1e-6) AS good
  FROM (
    SELECT customer_id, day, sum(amount) AS amount, count(*) AS n, count(*) FILTER (WHERE amount < 0) AS returned
    FROM read WHERE reason IS NULL GROUP BY customer_id, day
  )
) GROUP BY customer_id
"""
NETTED = "SELECT sum(return_alone) AS return_alone, sum(undone) AS undone FROM histories"
DISTINCT = """
SELECT frequency, recency, length, count(*) AS n_customers
FROM histories WHERE frequency >= 0 GROUP BY ALL ORDER BY ALL
"""


def told(table: Any, per_day: int = 1) -> dict[str, Any]:
    """What two ways to the same summary must have in common."""
    n = table["n_customers"]
    return {
        "customers": int(n.sum()),
        "rows": len(table),
        "repeats": int((table["frequency"] * n).sum()),
        "recency_days": round(float((table["recency"] * n).sum()) * per_day),
        "length_days": round(float((table["length"] * n).sum()) * per_day),
    }


def warm(work: Callable[[str], Any], **options: Any) -> None:
    """Run on a small table first: imports are no part of the time, on either side."""
    from generate import write_transactions

    with tempfile.TemporaryDirectory() as place:
        write_transactions(Path(place), 1_000, **options)
        work(place)


def _ours(table: Any) -> dict[str, Any]:
    return told(table.rename(columns={"recency_weeks": "recency", "T_weeks": "length"}), per_day=7)


def summary_ours(folder: str) -> Callable[[], Any]:
    """With the settings in the folder, or those without any for a file."""
    from analysis.company.store import open_company
    from analysis.frames.builders.purchases import build_customer_summary

    warm(lambda place: build_customer_summary(open_company(place)))

    def work() -> dict[str, Any]:
        company = open_company(folder)
        found = _ours(build_customer_summary(company).table)
        reasons = company.ledger()["customer_summary"].left_out
        return found | {"left_out": {item.reason.split(":")[0].split(" by ")[0]: item.rows for item in reasons}}

    return work


def summary_from_days(folder: str) -> Callable[[], Any]:
    """The same from the customer days that a run has made already: what each further frame costs."""
    from analysis.company.store import open_company
    from analysis.frames.builders.occasions import customers
    from analysis.frames.builders.purchases import build_customer_summary

    warm(lambda place: build_customer_summary(open_company(place)))
    company = open_company(folder)
    customers(company)
    return lambda: _ours(build_customer_summary(company).table)


def days_ours(folder: str) -> Callable[[], Any]:
    """Customer days with codes, kept for all frames that follow."""
    from analysis.company.store import open_company
    from analysis.frames.builders.occasions import customers

    warm(lambda place: customers(open_company(place)))
    return lambda: {"customers": int(customers(open_company(folder)).count().execute())}


def _connected(memory: str) -> Any:
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET memory_limit = '{memory}'")
    if "OMP_NUM_THREADS" in os.environ:  # as our engine takes it
        connection.execute(f"SET threads = {os.environ['OMP_NUM_THREADS']}")
    return connection


def summary_sql(folder: str, memory: str = "2GB") -> Callable[[], Any]:
    """SQL that only sums."""

    def once(place: str) -> dict[str, Any]:
        return told(_connected(memory).execute(BY_HAND.format(file=f"{place}/transactions.parquet")).df())

    warm(once)
    return lambda: once(folder)


def summary_sql_same(folder: str, memory: str = "2GB") -> Callable[[], Any]:
    """SQL that does our work: reasons counted, days netted, the last day found, distinct rows."""
    from analysis.company.cleaning import MISSING

    nothing = ", ".join(f"'{text}'" for text in MISSING)

    def once(place: str) -> dict[str, Any]:
        connection = _connected(memory)
        connection.execute(READ.format(file=f"{place}/transactions.parquet", nothing=nothing))
        reasons = connection.execute(LEFT_OUT).df().set_index("reason")
        connection.execute(HISTORIES.format(end=reasons["last"].max().date()))
        netted = connection.execute(NETTED).df().fillna(0).iloc[0]
        left_out = {
            "return on a day without a purchase": int(netted["return_alone"]),
            "order undone": int(netted["undone"]),
        }
        return told(connection.execute(DISTINCT).df()) | {"left_out": {k: v for k, v in left_out.items() if v}}

    warm(once)
    return lambda: once(folder)


def summary_polars(folder: str) -> Callable[[], Any]:
    import polars as pl

    def once(place: str) -> dict[str, Any]:
        day, end = pl.col("at"), pl.lit("2024-12-31").str.to_date()
        daily = (
            pl.scan_parquet(f"{place}/transactions.parquet")
            .group_by("customer_id", "at")
            .agg(pl.col("amount").sum())
            .filter(pl.col("amount") > 0)
        )
        each = daily.group_by("customer_id").agg(
            frequency=pl.len() - 1,
            recency=(day.max() - day.min()).dt.total_days(),
            length=(end - day.min()).dt.total_days(),
        )
        keys = ["frequency", "recency", "length"]
        table = each.group_by(keys).agg(n_customers=pl.len()).sort(keys).collect()
        return {"customers": int(table["n_customers"].sum()), "rows": table.height}

    warm(once)
    return lambda: once(folder)


def summary_lifetimes(folder: str) -> Callable[[], Any]:
    """As its documentation shows it: returns count as purchases, one row a customer comes back."""
    import pandas as pd
    from lifetimes.utils import summary_data_from_transaction_data

    def once(place: str) -> dict[str, Any]:
        log = pd.read_parquet(f"{place}/transactions.parquet")
        table = summary_data_from_transaction_data(log, "customer_id", "at", observation_period_end="2024-12-31")
        return {"customers": len(table), "rows": len(table)}

    warm(once)
    return lambda: once(folder)


def _customers(model: str, n: str) -> Any:
    from generate import customers, leaving_customers

    return (leaving_customers if model == "pareto_nbd" else customers)(int(n))


def fit_ours(model: str, n: str) -> Callable[[], Any]:
    from analysis import models

    fit, table = getattr(models, f"fit_{model}"), _customers(model, n)
    fit(table.iloc[:2_000])  # imports

    def work() -> dict[str, Any]:
        found = fit(table)
        return {"estimates": found.estimates, "errors": list(found.standard_errors.values()), "rows": found.n_rows}

    return work


FITTERS = {"bg_nbd": "BetaGeoFitter", "pareto_nbd": "ParetoNBDFitter", "gamma_gamma": "GammaGammaFitter"}


def fit_lifetimes(model: str, n: str) -> Callable[[], Any]:
    """lifetimes as its documentation shows it: one row a customer, its own start and tolerance."""
    import lifetimes
    import numpy as np

    table = _customers(model, n)
    columns = ["frequency", "recency", "T"]
    if model == "gamma_gamma":
        table, columns = table[table["frequency"] > 0], ["frequency", "monetary"]
    data = [table[name] for name in columns]
    fitter = getattr(lifetimes, FITTERS[model])()

    def work() -> dict[str, Any]:
        fitter.fit(*data)
        errors = [] if model == "pareto_nbd" else fitter.standard_errors_.tolist()
        return {"estimates": np.asarray(fitter.params_).tolist(), "errors": errors, "rows": len(table)}

    return work


def fit_pymc(model: str, n: str) -> Callable[[], Any]:
    """pymc-marketing as its documentation shows it, by MAP; compiling the model is part of every fit."""
    from pymc_marketing import clv

    table = _customers(model, n).rename(columns={"monetary": "monetary_value"})
    table["customer_id"] = range(len(table))
    if model == "gamma_gamma":
        table = table[table["frequency"] > 0]

    def once(rows: Any) -> dict[str, Any]:
        fitter = {"bg_nbd": clv.BetaGeoModel, "gamma_gamma": clv.GammaGammaModel}[model](data=rows)
        fitter.fit(method="map")
        return {"estimates": fitter.fit_summary().to_dict(), "errors": [], "rows": len(rows)}

    once(table.iloc[:200])
    return lambda: once(table)


PIECES = {
    "summary_ours": summary_ours,
    "summary_from_days": summary_from_days,
    "days_ours": days_ours,
    "summary_sql": summary_sql,
    "summary_sql_same": summary_sql_same,
    "summary_polars": summary_polars,
    "summary_lifetimes": summary_lifetimes,
    "fit_ours": fit_ours,
    "fit_lifetimes": fit_lifetimes,
    "fit_pymc": fit_pymc,
    "value_ours": values.ours,
    "value_pandas": values.by_pandas,
    "value_polars": values.by_polars,
}


def main(name: str, *arguments: str) -> None:
    """Prepare, time the work alone, print one line of JSON."""
    with contextlib.redirect_stdout(io.StringIO()):
        work = PIECES[name](*arguments)
        before, cpu = time.perf_counter(), time.process_time()
        result = work()
        times = {"seconds": time.perf_counter() - before, "cpu": time.process_time() - cpu}
    sys.stdout.write(json.dumps(times | result) + "\n")


if __name__ == "__main__":
    import warnings

    warnings.simplefilter("ignore")
    main(*sys.argv[1:])
