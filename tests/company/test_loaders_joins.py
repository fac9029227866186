"""Tables that loaders write beside one another: joined as the mappings say, on files, in DuckDB, PostgreSQL and Spark alike.

What is expected is worked out by hand from the samples in ``data/mappings``, where ``MAPPING.TABLE.csv`` is the table that
stands beside the sample ``MAPPING.csv``.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.company.initialising import Initialised, init_company
from analysis.company.store import Company, open_company
from analysis.core import paths
from analysis.core.calendar_days import day_of
from tests.company.servers import needs_postgres, needs_spark, spark_session
from tests.company.test_mappings import rows

TABLES = {
    "order": "shopify_order_tables",
    "transaction": "shopify_order_tables.transaction",
    "subscription": "stripe_subscription_tables",
    "subscription_item": "stripe_subscription_tables.subscription_item",
    "price": "stripe_subscription_tables.price",
    "customer": "stripe_subscription_tables.customer",
    "ticket": "zendesk_ticket_tables",
    "ticket_field_history": "zendesk_ticket_tables.ticket_field_history",
    "ticket_comment": "zendesk_ticket_tables.ticket_comment",
    "user": "zendesk_ticket_tables.user",
}
"""Fivetran's names."""
LEDGER = {
    # join: (rows in, used, rows left out by the beginning of their reason)
    "transactions: back": (8, 3, {"'kind' is none of refund": 4, "'status' is none of success": 1}),
    "subscriptions: item": (5, 3, {"one of several rows": 2}),
    "subscriptions: price": (4, 2, {"no row of subscriptions": 2}),
    "subscriptions: customer": (3, 3, {}),
    "tickets: history": (8, 2, {"'field_name' is none of status": 1, "'value' is none of solved": 3, "no row of tickets": 2}),
    "tickets: comment": (5, 1, {"'public' is none of true": 1, "'user_id' is not of a row of user": 1,
                                "no row of tickets": 2}),
    "tickets: user": (3, 2, {"no row of tickets": 1}),
}  # fmt: skip


def frame(table: str) -> pd.DataFrame:
    """A sample as Fivetran writes it."""
    found = pd.read_csv(paths.MAPPINGS / f"{TABLES[table]}.csv", dtype=str)
    if table == "order":  # Airbyte's
        found = found.drop(columns="current_total_price")
    if table == "subscription":
        found = found.rename(columns={"customer": "customer_id"})
        for column in ("created", "start_date", "canceled_at", "ended_at"):
            found[column] = pd.to_datetime(pd.to_numeric(found[column]), unit="s").dt.strftime("%Y-%m-%d %H:%M:%S")
    return found.fillna("")


def typed(found: pd.DataFrame) -> pd.DataFrame:
    """With numbers and times as a warehouse has them."""
    made = found.copy()
    for column in made:
        values = made[column].mask(made[column] == "")
        if column.endswith("_at") or column in ("created", "start_date", "updated"):
            made[column] = pd.to_datetime(values, utc=True, format="ISO8601").dt.tz_localize(None)
        elif column in (
            "amount",
            "total_price",
            "unit_amount",
            "quantity",
            "recurring_interval_count",
            "ticket_id",
            "order_id",
            "user_id",
        ):
            made[column] = pd.to_numeric(values)
        else:
            made[column] = values
    return (
        made.dropna(axis=1, how="all")
        if "cancelled_at" not in made
        else made.astype({"cancelled_at": "datetime64[ns]"})
    )


def check(company: Company, mails: bool = True) -> None:
    ann, bob, eve = ("ann@example.org", "bob@example.org", "eve@example.org") if mails else ("cus_1", "cus_2", "cus_5")
    assert rows(company, "transactions") == [
        ("ann@example.org", "2024-01-05", 24.9), ("ann@example.org", "2024-03-01", 40.0), ("bob@example.org", "2024-01-09", 30.0),
    ]  # fmt: skip
    spells = company.table("subscriptions").expression.execute().set_index("customer_id")
    assert spells["price"].fillna(-1).round(4).to_dict() == {ann: 19.8, bob: 20.0, eve: -1}
    tickets = company.table("tickets").expression.execute().set_index("ticket_id")
    assert set(tickets["customer_id"]) == {"ann@example.org"}
    assert tickets["resolved_at"].isna().to_dict() == {"1": False, "3": True}
    assert str(day_of(tickets.loc["1", "resolved_at"])) == "2024-01-07"
    # One public reply of an agent; but solved twice, so that the first contact did not settle it. 3 is open again.
    assert tickets["contacts"].fillna(-1).to_dict() == {"1": 1, "3": -1}
    assert tickets["resolved_first_contact"].astype(object).where(lambda v: v.notna(), None).to_dict() == {
        "1": False,
        "3": None,
    }
    ledger = company.ledger()
    for name, (n, used, reasons) in LEDGER.items():
        entry = ledger[name]
        assert (entry.rows_in, entry.rows_used) == (n, used), name
        assert len(entry.left_out) == len(reasons), name
        for item in entry.left_out:
            assert {item.rows} == {n for words, n in reasons.items() if item.reason.startswith(words)}, (name, item)


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    import duckdb

    file = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(file)) as connection:
        for name in TABLES:
            connection.register("frame", typed(frame(name)))
            connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM frame')
            connection.unregister("frame")
    return file


@pytest.mark.slow
def test_a_warehouse_of_three_products_becomes_one_company(warehouse: Path) -> None:
    done = init_company(warehouse, into=warehouse.parent)
    assert done.unused == ()
    assert "transaction is joined to order by id = order_id" in done.told
    assert "price is joined to subscription by item.plan = id" in done.told
    assert "customers are joined by their e-mail address, in small letters" in done.told
    assert not any("is not joined" in line or "are not joined" in line for line in done.told)
    check(open_company(warehouse.parent))


@pytest.mark.slow
def test_files_of_such_tables_are_joined_too(tmp_path: Path) -> None:
    for name in TABLES:
        frame(name).to_csv(tmp_path / f"{name}.csv", index=False)
    done = init_company(tmp_path)
    assert [line.partition(":")[0] for line in done.seen] == ["order.csv", "subscription.csv", "ticket.csv"]
    assert done.unused == ()
    check(open_company(tmp_path))


def test_a_table_of_the_same_name_in_another_schema_is_another_product_s(tmp_path: Path) -> None:
    import duckdb

    file = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(file)) as connection:
        for schema, table in (("stripe", "subscription"), ("shopify", "customer"), ("shopify", "price")):
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
            connection.register("frame", frame(table))
            connection.execute(f'CREATE TABLE {schema}."{table}" AS SELECT * FROM frame')
            connection.unregister("frame")
    done = init_company(file, into=tmp_path)
    assert not any("is joined" in line for line in done.told)
    names = "subscription_item or subscription__items__data or subscription_items"
    assert f"beside stripe.subscription there is no table {names}: subscriptions have no price" in done.told


def beside(tmp_path: Path, mapping: str, *tables: str) -> tuple[Initialised, Company]:
    shutil.copy(paths.MAPPINGS / f"{mapping}.csv", tmp_path / "main.csv")
    for table in tables:
        shutil.copy(paths.MAPPINGS / f"{mapping}.{table}.csv", tmp_path / f"{table}.csv")
    return init_company(tmp_path), open_company(tmp_path)


def test_refunds_of_the_graphql_tables_are_taken_off(tmp_path: Path) -> None:
    done, company = beside(tmp_path, "shopify_order_graphql_tables", "refund")
    assert rows(company, "transactions")[-1] == ("bob@example.org", "2024-01-09", 30.0)
    assert "refund.csv is joined to main.csv by id = order_id" in done.told
    entry = company.ledger()["transactions: back"]
    assert (entry.rows_in, entry.rows_used) == (3, 3)


def test_what_is_left_after_refunds_is_not_lowered_again(tmp_path: Path) -> None:
    """Airbyte's current_total_price has refunds taken off."""
    done, company = beside(tmp_path, "shopify_order_tables", "transaction")
    assert rows(company, "transactions")[-1] == ("bob@example.org", "2024-01-09", 30.0)
    assert not any("is joined" in line for line in done.told)


def test_metrics_tell_more_than_the_history(tmp_path: Path) -> None:
    """With both there the metrics are taken; ticket 3 is open again."""
    done, company = beside(tmp_path, "zendesk_ticket_tables", "ticket_metrics", "ticket_field_history")
    assert "ticket_metrics.csv is joined to main.csv by id = ticket_id" in done.told
    tickets = company.table("tickets").expression.execute().set_index("ticket_id")
    assert str(day_of(tickets.loc["1", "resolved_at"])) == "2024-01-07"
    assert (tickets.loc["1", "contacts"], tickets.loc["1", "resolved_first_contact"]) == (1, True)
    assert pd.isna(tickets.loc["3", "resolved_first_contact"])
    assert company.ledger()["tickets: metrics"].rows_used == 1
    assert "tickets: history" not in [entry.name for entry in company.ledger().entries]


def test_versions_of_plans_and_subscriptions(tmp_path: Path) -> None:
    """r2 has two versions and counts once, with its latest quantity, 2; p1's interval was mended from 6 months to 1."""
    _, company = beside(tmp_path, "recurly_subscriptions", "plan_history", "account_history")
    spells = company.table("subscriptions").expression.execute().set_index("customer_id")
    assert spells["price"].round(4).to_dict() == {"a1": 9.9, "a2": 19.8, "a3": 10.0, "a5": 9.9}
    assert spells["ended_at"].isna().to_dict() == {"a1": True, "a2": False, "a3": True, "a5": False}
    ledger = company.ledger()
    versions = "earlier version of the same 'id'; the one with the latest 'updated_at' counts"
    assert [(e.name, item.rows) for e in ledger.entries for item in e.left_out if item.reason == versions] == [
        ("subscriptions: plan", 1), ("subscriptions: account", 1), ("subscriptions", 1),
    ]  # fmt: skip


def test_without_the_further_table_init_says_what_it_costs(tmp_path: Path) -> None:
    done, _ = beside(tmp_path, "zendesk_ticket_tables")
    assert "beside main.csv there is no table ticket_field_history: when a ticket was solved is not known" in done.told


NESTED = {
    "subscription": ("stripe_subscription_tables", "subscription__items__data"),
    "subscriptions": ("stripe_subscription_tables", "subscription_items"),
}
"""dlt's and Airbyte's name of the table of subscriptions: its sample, and the table of the items, which hold the price."""


def nested(table: str) -> dict[str, pd.DataFrame]:
    sample, items = NESTED[table]
    both = {table: sample, items: f"{sample}.{items}"}
    return {name: pd.read_csv(paths.MAPPINGS / f"{file}.csv", dtype=str).fillna("") for name, file in both.items()}


def check_nested(company: Company) -> None:
    """By hand: 2 x 9.90 a month; 240 a year; two items have no price. The items of s3 are asked for by nobody: never paid."""
    spells = company.table("subscriptions").expression.execute().set_index("customer_id")
    assert spells["price"].fillna(-1).round(4).to_dict() == {"cus_1": 19.8, "cus_2": 20.0, "cus_5": -1}
    entry = company.ledger()["subscriptions: item"]
    assert (entry.rows_in, entry.rows_used) == (5, 3)
    assert [(item.reason.partition(" for")[0], item.rows) for item in entry.left_out] == [("one of several rows", 2)]


@pytest.mark.parametrize("table", ["subscription", pytest.param("subscriptions", marks=pytest.mark.slow)])
def test_prices_that_are_nested_in_the_items(tmp_path: Path, table: str) -> None:
    for name, found in nested(table).items():
        found.to_csv(tmp_path / f"{name}.csv", index=False)
    done = init_company(tmp_path)
    assert f"{NESTED[table][1]}.csv is joined to {table}.csv by id = subscription" in done.told
    assert not any("there is no table" in line for line in done.told)
    check_nested(open_company(tmp_path))


def test_a_nested_price_in_another_currency_or_in_none_is_no_price(tmp_path: Path) -> None:
    """Yen have no cents; a price in tiers has no amount; what is no JSON holds nothing."""
    one = '{"amount": %s, "currency": "jpy", "interval": "month", "interval_count": 3}'
    head = pd.read_csv(paths.MAPPINGS / "stripe_subscription_tables.csv", dtype=str).iloc[[0] * 4]
    head = head.assign(id=["a", "b", "c", "d"], customer=["a", "b", "c", "d"])
    items = pd.DataFrame(
        {"subscription": ["a", "b", "c", "d"], "quantity": "2", "plan": [one % "900", one % "null", "price_1", ""]}
    )
    head.to_csv(tmp_path / "subscriptions.csv", index=False)
    items.to_csv(tmp_path / "subscription_items.csv", index=False)
    init_company(tmp_path)
    toml = tmp_path / "company.toml"
    toml.write_text(
        toml.read_text(encoding="utf-8").replace("[company]", '[company]\ncurrency = "JPY"', 1), encoding="utf-8"
    )
    spells = open_company(tmp_path).table("subscriptions").expression.execute().set_index("customer_id")
    assert spells["price"].fillna(-1).round(4).to_dict() == {"a": 600.0, "b": -1, "c": -1, "d": -1}


def test_replies_and_reopenings_told_from_comments_and_history(tmp_path: Path) -> None:
    """t1: no reply; t2: one of an agent, the others internal or the customer's; t3: two, of agent and administrator; t4: one, and
    reopened. Somebody of whom no row of users tells who he is counts for nothing."""
    (tmp_path / "ticket.csv").write_text(
        "id,created_at,updated_at,requester_id,priority,status\n"
        + "".join(f"{n},2024-01-0{n}T09:00:00Z,2024-02-01T09:00:00Z,10,,closed\n" for n in (1, 2, 3, 4))
    )
    (tmp_path / "user.csv").write_text("id,email,role\n10,ann@example.org,end-user\n5,a@b.org,agent\n6,c@b.org,admin\n")
    said = [
        (1, 10, "true"),
        (1, 7, "true"),
        (2, 10, "true"),
        (2, 5, "true"),
        (2, 5, "false"),
        (3, 5, "true"),
        (3, 6, "true"),
        (4, 5, "true"),
    ]
    (tmp_path / "ticket_comment.csv").write_text(
        "id,ticket_id,created,public,user_id\n"
        + "".join(f"{n},{ticket},2024-01-09T09:00:00Z,{public},{who}\n" for n, (ticket, who, public) in enumerate(said))
    )
    solved = [(1, 10), (2, 10), (3, 10), (4, 10), (4, 12)]
    (tmp_path / "ticket_field_history.csv").write_text(
        "ticket_id,field_name,updated,value,user_id\n"
        + "".join(f"{ticket},status,2024-01-{day}T09:00:00Z,solved,5\n" for ticket, day in solved)
    )
    done = init_company(tmp_path)
    assert not any("there is no table" in line for line in done.told)
    tickets = open_company(tmp_path).table("tickets").expression.execute().set_index("ticket_id").sort_index()
    assert tickets["contacts"].tolist() == [0, 1, 2, 1]
    assert tickets["resolved_first_contact"].tolist() == [True, True, False, False]
    assert [str(day_of(at)) for at in tickets["resolved_at"]] == [
        "2024-01-10",
        "2024-01-10",
        "2024-01-10",
        "2024-01-12",
    ]


@pytest.mark.slow
@needs_postgres
@pytest.mark.parametrize("kind", ["text", "json", "jsonb"])
def test_nested_prices_on_postgresql(server: str, tmp_path: Path, kind: str) -> None:
    import ibis

    backend = ibis.connect(server)
    tables = nested("subscriptions")
    for name, found in tables.items():
        backend.create_table(name, found, overwrite=True)
    backend.raw_sql(f"ALTER TABLE subscription_items ALTER COLUMN plan TYPE {kind} USING plan::{kind}").close()
    try:
        init_company(server, into=tmp_path)
        check_nested(open_company(tmp_path))
    finally:
        for name in tables:
            backend.drop_table(name)
        backend.disconnect()


@pytest.mark.slow
@needs_postgres
@pytest.mark.parametrize("as_typed", [True, False], ids=["typed", "texts"])
def test_on_postgresql(server: str, tmp_path: Path, as_typed: bool) -> None:
    import ibis

    backend = ibis.connect(server)
    for name in TABLES:
        backend.create_table(name, typed(frame(name)) if as_typed else frame(name), overwrite=True)
    backend.disconnect()
    init_company(server, into=tmp_path)
    check(open_company(tmp_path))


@needs_spark
def test_on_spark(warehouse: Path, tmp_path: Path) -> None:
    import ibis

    init_company(warehouse, into=tmp_path)
    session: Any = spark_session(tmp_path)
    backend = ibis.pyspark.connect(session)
    try:
        for name in TABLES:
            backend.create_table(name, frame(name), overwrite=True)
        check(open_company(tmp_path / "company.toml", backend=backend))
        for name, found in nested("subscriptions").items():
            backend.create_table(name, found, overwrite=True)
            found.to_csv(tmp_path / f"{name}.csv", index=False)
        (tmp_path / "company.toml").unlink()
        init_company(*(tmp_path / f"{name}.csv" for name in nested("subscriptions")), into=tmp_path)
        toml = tmp_path / "company.toml"
        toml.write_text(toml.read_text(encoding="utf-8").replace(".csv", ""), encoding="utf-8")
        check_nested(open_company(toml, backend=backend))
    finally:
        session.stop()
