"""Tables that loaders write into a warehouse: recognised in a DuckDB file, and read alike on PostgreSQL and Spark.

What is expected is in `test_mappings`, worked out by hand from the samples.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.company.initialising import init_company
from analysis.company.store import Company, open_company
from analysis.core import paths
from analysis.core.errors import UserMistake
from tests.company.servers import needs_postgres, needs_spark, spark_session
from tests.company.test_mappings import EXPECTED, rows

TABLES = {
    "orders": "shopify_order_tables",
    "charge": "stripe_charges_api",
    "subscription": "stripe_subscription_tables",
    "ticket": "zendesk_ticket_tables",
}
USED = {
    "transactions": "shopify_order_tables",
    "subscriptions": "stripe_subscription_tables",
    "tickets": "zendesk_ticket_tables",
}


def frames(typed: bool) -> dict[str, pd.DataFrame]:
    """The samples as a loader writes them: typed, or all as texts."""
    found = {}
    for table, mapping in TABLES.items():
        frame = pd.read_csv(paths.MAPPINGS / f"{mapping}.csv", dtype=None if typed else str)
        if typed:
            for column in ("created_at", "updated_at", "processed_at"):
                if column in frame:
                    frame[column] = pd.to_datetime(frame[column]).dt.tz_localize(None)
            for column in ("start_date", "ended_at", "canceled_at", "trial_start", "trial_end"):
                if column in frame:
                    frame[column] = frame[column].astype("Int64")
        if typed:
            found[table] = (
                frame.dropna(axis=1, how="all")
                if table != "orders"
                else frame.assign(cancelled_at=None).astype({"cancelled_at": "string"})
            )
        else:
            found[table] = frame.fillna("")  # not NaN, of which Spark makes the text "NaN"
    if "canceled_at" not in found["subscription"]:
        raise AssertionError("the sample must hold a request to cancel")
    return found


def check(company: Company) -> None:
    for table, mapping in USED.items():
        entry = company.table(table).entry
        n_rows, expected, _ = EXPECTED[mapping]
        assert rows(company, table) == sorted(expected, key=str)
        assert (entry.rows_in, entry.rows_used) == (n_rows, len(expected))


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    import duckdb

    file = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE SCHEMA stripe")
        for name, frame in frames(typed=True).items():
            schema = "stripe." if name in ("charge", "subscription") else ""
            connection.register("frame", frame)
            connection.execute(f'CREATE TABLE {schema}"{name}" AS SELECT * FROM frame')
            connection.unregister("frame")
        connection.execute("CREATE TABLE weather AS SELECT 1 AS degrees")
    return file


def test_a_warehouse_in_a_file_is_recognised(warehouse: Path) -> None:
    done = init_company(warehouse, into=warehouse.parent)
    assert sorted(line.partition(":")[0] for line in done.seen) == ["orders", "stripe.subscription", "ticket"]
    assert [line.partition(":")[0] for line in done.unused] == ["stripe.charge"]
    check(open_company(warehouse.parent))


def test_a_database_without_such_tables_says_what_it_holds(tmp_path: Path) -> None:
    import duckdb

    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        connection.execute("CREATE TABLE weather AS SELECT 1 AS degrees")
    with pytest.raises(UserMistake, match="it holds weather"):
        init_company(tmp_path / "w.duckdb", into=tmp_path)


@pytest.mark.slow
@needs_postgres
@pytest.mark.parametrize("typed", [True, False], ids=["typed", "texts"])
@pytest.mark.parametrize("hashed", [False, True], ids=["plain", "hashed"])
def test_on_postgresql(server: str, tmp_path: Path, typed: bool, hashed: bool) -> None:
    import ibis

    backend = ibis.connect(server)
    for name, frame in frames(typed).items():
        backend.create_table(name, frame, overwrite=True)
    backend.disconnect()
    init_company(server, into=tmp_path, hashed=hashed)
    opened = open_company(tmp_path)
    if not hashed:
        return check(opened)
    ids = opened.table("transactions").expression.execute()["customer_id"]
    assert ids.str.fullmatch("[0-9a-f]{64}").all()
    assert ids.nunique() == 2
    return None


@needs_spark
def test_on_spark(warehouse: Path, tmp_path: Path) -> None:
    import ibis

    init_company(warehouse, into=tmp_path)
    session: Any = spark_session(tmp_path)
    backend = ibis.pyspark.connect(session)
    try:
        for name, frame in frames(typed=False).items():
            backend.create_table(name, frame, overwrite=True)
        toml = tmp_path / "company.toml"
        toml.write_text(toml.read_text(encoding="utf-8").replace("stripe.", ""), encoding="utf-8")
        check(open_company(toml, backend=backend))
    finally:
        session.stop()
