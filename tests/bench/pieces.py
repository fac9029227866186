"""What is timed, one piece a process: ``python pieces.py NAME ARGUMENTS`` prints its seconds as JSON."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

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


def summary_ours(folder: str) -> Callable[[], Any]:
    import ibis  # noqa: F401  (imports are no part of the time)
    import pandera.pandas  # noqa: F401

    from analysis.company.frames.purchases import build_customer_summary
    from analysis.company.store import open_company

    def work() -> dict[str, Any]:
        table = build_customer_summary(open_company(folder)).table
        return {"customers": int(table["n_customers"].sum()), "rows": len(table)}

    return work


def summary_from_days(folder: str) -> Callable[[], Any]:
    """The same from the customer days that a run has made already: what each further frame costs."""
    from analysis.company.frames.occasions import days
    from analysis.company.frames.purchases import build_customer_summary
    from analysis.company.store import open_company

    company = open_company(folder)
    days(company)

    def work() -> dict[str, Any]:
        table = build_customer_summary(company).table
        return {"customers": int(table["n_customers"].sum()), "rows": len(table)}

    return work


def summary_sql(folder: str) -> Callable[[], Any]:
    import duckdb
    import pandas as pd  # noqa: F401  (its import is no part of the time)

    def work() -> dict[str, Any]:
        connection = duckdb.connect()
        connection.execute("SET memory_limit = '2GB'")
        table = connection.execute(BY_HAND.format(file=f"{folder}/transactions.parquet")).df()
        return {"customers": int(table["n_customers"].sum()), "rows": len(table)}

    return work


def summary_polars(folder: str) -> Callable[[], Any]:
    import polars as pl

    def work() -> dict[str, Any]:
        day, end = pl.col("at"), pl.lit("2024-12-31").str.to_date()
        daily = (
            pl.scan_parquet(f"{folder}/transactions.parquet")
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

    return work


def summary_lifetimes(folder: str) -> Callable[[], Any]:
    import pandas as pd
    from lifetimes.utils import summary_data_from_transaction_data

    def work() -> dict[str, Any]:
        log = pd.read_parquet(f"{folder}/transactions.parquet")
        table = summary_data_from_transaction_data(log, "customer_id", "at", observation_period_end="2024-12-31")
        return {"customers": len(table), "rows": len(table)}

    return work


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


PIECES = {
    "summary_ours": summary_ours,
    "summary_from_days": summary_from_days,
    "summary_sql": summary_sql,
    "summary_polars": summary_polars,
    "summary_lifetimes": summary_lifetimes,
    "fit_ours": fit_ours,
    "fit_lifetimes": fit_lifetimes,
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
