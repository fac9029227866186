"""Invented transactions and customers of any number, written by DuckDB or numpy in one go; the seed decides every row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

MEAN_PURCHASES = 10
LAST_DAY = "2024-12-31"


def write_transactions(
    folder: Path, rows: int, *, seed: int = 1, form: str = "parquet", returns: float = 0.02, by_day: bool = False
) -> Path:
    """Write a company's folder with about `rows` transactions over three years, ten a customer on average.

    Customers come within the first 1,000 days; how often they buy and how long they stay is that of a Pareto/NBD; what
    they pay differs between them and from time to time. This share of rows are returns, with a negative amount, on any of the customer's days. Rows stand customer by customer,
    or with `by_day` in the order of days, as a shop's journal does.
    """
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"transactions.{form}"
    options = "FORMAT parquet" if form == "parquet" else "FORMAT csv, HEADER"
    connection = duckdb.connect()
    connection.execute("SET memory_limit = '3GB'")
    # Pareto/NBD with r = 1 and s = 2: given the days seen, the number of repeats is geometric and their days are uniform.
    # 0.0252 a day makes ten purchases in the mean of those who are seen for 357 days, the mean of all.
    connection.execute(
        f"""
        COPY (
          SELECT
            'C' || lpad(CAST(customer AS VARCHAR), 9, '0') AS customer_id,
            DATE '2022-01-01' + CAST(
              floor(joined + seen * if(purchase = 0, 0, (hash(customer * 1009 + purchase + {seed}) % 99991) / 99991.0))
            AS INTEGER) AS "at",
            CASE WHEN hash(customer * 3001 + purchase + {seed}) % 9949 < {9949 * returns} THEN -1 ELSE 1 END
            * round(exp(3 + 1.2 * ((hash(customer * 2003 + purchase + {seed}) % 10007) / 10007.0 - 0.5)
                + 2 * ((hash(customer + {seed} + 17) % 9967) / 9967.0 - 0.5)), 2) AS amount
          FROM (
            SELECT
              customer, joined, seen,
              unnest(generate_series(0, CAST(floor(ln(1 - chance) / -ln(1 + 1 / (0.0252 * seen))) AS INTEGER))) AS purchase
            FROM (
              SELECT
                customer,
                (hash(customer + {seed}) % 1000) * 1.0 AS joined,
                least(1096 - joined, 1000 * ((1 - (hash(customer + {seed} + 7) % 99991) / 99991.0) ** -0.5 - 1)) AS seen,
                (hash(customer + {seed} + 13) % 99989) / 99989.0 AS chance
              FROM range({max(rows // MEAN_PURCHASES, 1)}) AS customers(customer)
            )
            WHERE seen > 0
          )
          {'ORDER BY "at", hash(customer_id)' if by_day else ""}
        ) TO '{file}' ({options})
        """
    )
    connection.close()
    return file


def customers(n: int, *, seed: int = 3) -> Any:
    """Simulate n histories of the BG/NBD with gamma-gamma spend: up to a year in whole days, told in weeks."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(seed)
    rate, leaves = rng.gamma(0.8, 1 / 6.0, n), rng.beta(0.9, 3.0, n)
    age = np.round((52 - rng.uniform(0, 13, n)) * 7) / 7
    at, frequency, last, here = np.zeros(n), np.zeros(n, dtype=int), np.zeros(n), np.ones(n, dtype=bool)
    while here.any():
        who = np.flatnonzero(here)
        at[who] += rng.exponential(1 / rate[who])
        bought = who[at[who] <= age[who]]
        here[who[at[who] > age[who]]] = False
        frequency[bought] += 1
        last[bought] = at[bought]
        here[bought[rng.uniform(size=len(bought)) < leaves[bought]]] = False
    again = frequency > 0
    recency = np.where(again, np.minimum(np.maximum(np.ceil(last * 7), 1) / 7, age), 0.0)
    counted = np.maximum(frequency, 1)
    spend = np.where(again, rng.gamma(5.0 * counted, rng.gamma(4.0, 1 / 20.0, n) ** -1) / counted, 0.0)
    return pd.DataFrame({"frequency": frequency, "recency": recency, "T": age, "monetary": np.round(spend, 2)})


def leaving_customers(n: int, *, seed: int = 5) -> Any:
    """Simulate n histories of the Pareto/NBD, told like those of `customers`."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(seed)
    rate, leaves = rng.gamma(0.8, 1 / 6.0, n), rng.gamma(0.9, 1 / 20.0, n)
    age = np.round((52 - rng.uniform(0, 13, n)) * 7) / 7
    end = np.minimum(age, rng.exponential(1 / leaves))
    frequency = rng.poisson(rate * end)
    last = end * rng.uniform(size=n) ** (1 / np.maximum(frequency, 1))
    recency = np.where(frequency > 0, np.minimum(np.maximum(np.ceil(last * 7), 1) / 7, age), 0.0)
    return pd.DataFrame({"frequency": frequency, "recency": recency, "T": age})
