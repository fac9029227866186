"""The short way to the customer summary gives the frame and ledger of the long one, and both those of a count by hand."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pytest

from analysis.company.store import Company, open_company
from analysis.core.calendar_days import day_of
from analysis.core.errors import UserMistake
from analysis.frames.builders import occasions, purchases

LONG, SHORT = "days first", "straight"


def log(n_customers: int, *, returns: bool, free: bool = False, seed: int = 4) -> pd.DataFrame:
    """Customers with one to six rows on few days, so that returns meet purchases of their day, some of them in full.

    With `free`, some purchases are for nothing.
    """
    rng = np.random.default_rng(seed)
    rows = rng.integers(1, 7, n_customers)
    people = np.repeat(np.arange(n_customers), rows)
    amounts = rng.choice([5.0, 5.0, 0.0 if free else 5.0, 12.5], people.size)
    if returns:
        amounts = np.where(rng.random(people.size) < 0.25, -amounts, amounts)
    at = pd.Timestamp("2023-01-02") + pd.to_timedelta(
        rng.integers(0, 60, n_customers)[people] + rng.integers(0, 3, people.size), "D"
    )
    table = pd.DataFrame({"customer_id": [f"k{i:05d}" for i in people], "at": at, "amount": amounts})
    return table.sample(frac=1.0, random_state=seed).reset_index(drop=True)


def opened(place: Path, table: pd.DataFrame, way: str, form: str, toml: str = "") -> Company:
    place.mkdir(parents=True, exist_ok=True)
    (place / "company.toml").write_text(toml)
    if form == "csv":
        table.to_csv(place / "transactions.csv", index=False)
    else:
        table.to_parquet(place / "transactions.parquet")
    company = open_company(place)
    if way == LONG:
        occasions.days(company)
    return company


@pytest.mark.parametrize("form", ["parquet", pytest.param("csv", marks=pytest.mark.slow)])
@pytest.mark.parametrize(("returns", "free"), [(True, True), (True, False), (False, True)])
@pytest.mark.parametrize("toml", ["", "[data]\nlargest_sample = 1000\n"], ids=["all", "drawn"])
def test_both_ways_give_the_same_frame_and_ledger(
    tmp_path: Path, form: str, returns: bool, free: bool, toml: str
) -> None:
    table = log(2_500, returns=returns, free=free)
    long, short = (opened(tmp_path / way[:4] / "shop", table, way, form, toml) for way in (LONG, SHORT))
    a, b = (purchases.build_customer_summary(company) for company in (long, short))
    assert not short.made("customer_days")
    pd.testing.assert_frame_equal(a.table, b.table)
    assert a.context == b.context
    assert long.ledger()["customer_summary"] == short.ledger()["customer_summary"]
    assert ("drawn at random from" in b.context.population) == bool(toml)


@pytest.mark.parametrize("price", [0.0, 3.0])
def test_summary_of_returns_by_hand(tmp_path: Path, price: float) -> None:
    """Observation ends on day 9. a: days 0 and 7 (day 3 undone, day 5 a return alone). b: only a return. c: day 9."""
    rows = [("a", 1, 5.0), ("a", 4, 8.0), ("a", 4, -8.0), ("a", 6, -1.0), ("a", 8, 5.0), ("a", 8, -2.0), ("b", 2, -4.0),
            ("c", 10, price)]  # fmt: skip
    table = pd.DataFrame(
        [(who, pd.Timestamp(2024, 1, day), amount) for who, day, amount in rows],
        columns=["customer_id", "at", "amount"],
    )
    company = opened(tmp_path / "hand", table, SHORT, "parquet")
    found = purchases.build_customer_summary(company)
    assert (found.table * [1, 7, 7, 1]).to_numpy().tolist() == [[0, 0, 0, 1], [1, 7, 9, 1]]
    assert found.context.population == "2 customers with a purchase"
    entry = company.ledger()["customer_summary"]
    assert [(i.reason, i.rows, i.example_row) for i in entry.left_out] == [
        (occasions.UNDONE, 2, 2),
        (occasions.RETURN_ALONE, 2, 4),
    ]
    assert (entry.rows_in, entry.rows_used) == (8, 4)


TYPED = {
    "day": [datetime.date(1899, 12, 31), datetime.date(1900, 2, 28), datetime.date(2000, 2, 29), None, datetime.date(9999, 12, 31)],
    "moment": [datetime.datetime(1969, 12, 31, 23, 59, 59), datetime.datetime(2024, 2, 29, 0, 0, 1), None,
               datetime.datetime(2262, 1, 1, 12), datetime.datetime(1900, 1, 3, 13, 30)],
}  # fmt: skip


@pytest.mark.parametrize("kind", TYPED)
def test_the_engines_own_dates_are_what_arithmetic_makes_of_their_parts(kind: str) -> None:
    import ibis

    from analysis.company.local_time import embedded_clock, typed_parts, writers_clock

    type_ = "DATE" if kind == "day" else "TIMESTAMP"
    backend = ibis.duckdb.connect()
    backend.con.execute(f"CREATE TABLE t (x {type_})")
    backend.con.executemany("INSERT INTO t VALUES (?)", [[value] for value in TYPED[kind]])
    backend.con.execute("INSERT INTO t VALUES ('infinity'), ('-infinity')")
    t = backend.table("t")
    quick = t.select(**embedded_clock(t["x"], "x")).execute()
    parts = t.mutate(**{f"x__{key}": value.cast("int64") for key, value in typed_parts(t["x"]).items()})
    general = parts.mutate(**writers_clock(parts, "x")).drop("x").execute()
    for column in ("x__day", "x__y", "x__mo"):
        pd.testing.assert_series_equal(quick[column], general[column], check_dtype=False)
    known = quick["x__day"].notna()  # the second of a day that is not there is used nowhere
    pd.testing.assert_series_equal(quick["x__second"][known], general["x__second"][known], check_dtype=False)


MENDED = [" a", "a\t", "\x0ba", "NULL", "nan", "17850.0", "", "a\u00e9 "]


@pytest.mark.parametrize("odd", MENDED)
def test_one_text_that_needs_mending_is_found_among_many(tmp_path: Path, odd: str) -> None:
    """Parquet and CSV, of which only one takes sound texts as they stand, read the same customers."""
    table = pd.DataFrame(
        {"customer_id": [*(f"k{i}" for i in range(50)), odd], "at": pd.Timestamp("2024-01-05"), "amount": 1.0}
    )
    found = []
    for form in ("parquet", "csv"):
        company = opened(tmp_path / form, table, SHORT, form)
        clean = company.table("transactions")
        found.append((sorted(clean.expression.execute()["customer_id"]), clean.entry.left_out))
    assert found[0] == found[1]
    assert odd not in found[0][0]


def test_typed_table_is_not_copied_and_a_text_one_is(tmp_path: Path) -> None:
    table = log(50, returns=True)
    kept = {}
    for form in ("parquet", "csv"):
        company = opened(tmp_path / form, table, SHORT, form)
        company.table("transactions")
        kept[form] = company.engine.backend.con.execute(
            "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'clean_transactions'"
        ).fetchone() == (1,)
    assert kept == {"parquet": False, "csv": True}


@pytest.mark.parametrize("bad", [None, float("nan"), float("inf")])
def test_rows_left_out_of_a_typed_table_are_counted_with_an_example(tmp_path: Path, bad: float | None) -> None:
    table = pd.DataFrame(
        {"customer_id": list("abcd"), "at": pd.Timestamp("2024-01-05"), "amount": [1.0, 2.0, bad, bad]}
    )
    entry = opened(tmp_path / "bad", table, SHORT, "parquet").table("transactions").entry
    reason = "amount not readable" if bad == float("inf") else "no amount"
    assert [(i.reason, i.rows, i.example_row) for i in entry.left_out] == [(reason, 2, 3)]
    assert (entry.rows_in, entry.rows_used) == (4, 2)


def test_an_order_twice_in_a_typed_table_is_found(company: Callable[..., Company], tmp_path: Path) -> None:
    table = pd.DataFrame(
        {"customer_id": ["1", "1", "1"], "at": pd.Timestamp("2024-01-05"), "amount": [5.0, 5.0, 6.0], "order_id": "A"}
    )
    entry = opened(tmp_path / "twice", table, SHORT, "parquet").table("transactions").entry
    assert [(i.rows, i.example_row) for i in entry.left_out] == [(1, 2)]


def bought_on(*days: str, last_amount: float = 1.0) -> pd.DataFrame:
    amounts = [1.0] * (len(days) - 1) + [last_amount]
    return pd.DataFrame({"customer_id": "k", "at": pd.to_datetime(list(days)), "amount": amounts})


def test_a_lonely_last_day_of_a_typed_table_is_refused(tmp_path: Path) -> None:
    table = bought_on("2023-01-05", "2023-02-05", "2026-01-09")
    with pytest.raises(UserMistake, match="2026-01-09, stands 1069 days behind the one before, 2023-02-05"):
        opened(tmp_path / "lonely", table, SHORT, "parquet").table("transactions")


def test_a_last_row_that_is_left_out_does_not_hide_a_lonely_day_and_makes_none(tmp_path: Path) -> None:
    """What a glance at the file takes for its last day is not among the rows that are used."""
    sound = bought_on("2023-01-05", "2023-02-05", "2026-01-09", last_amount=float("inf"))
    clean = opened(tmp_path / "sound", sound, SHORT, "parquet").table("transactions")
    assert day_of(clean.end) == datetime.date(2023, 2, 5)
    lonely = bought_on("2023-01-05", "2026-01-09", "2026-01-10", last_amount=float("inf"))
    with pytest.raises(UserMistake, match="2026-01-09, stands 1100 days behind"):
        opened(tmp_path / "lonely", lonely, SHORT, "parquet").table("transactions")


def test_a_table_of_one_day_has_no_day_before(tmp_path: Path) -> None:
    table = opened(tmp_path / "one", bought_on("2023-01-05", "2023-01-05"), SHORT, "parquet").table("transactions")
    assert (table.first, table.end) == (table.end, table.first)
    assert day_of(table.end) == datetime.date(2023, 1, 5)


def test_the_engines_infinite_dates_are_left_out(tmp_path: Path) -> None:
    import duckdb

    with duckdb.connect(str(tmp_path / "shop.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE transactions AS SELECT 'k' AS customer_id, \"at\", 1.0::DOUBLE AS amount "
            "FROM (VALUES (DATE '2023-01-05'), ('infinity'), ('-infinity'), (DATE '2023-02-05')) AS days(\"at\")"
        )
    clean = open_company(tmp_path / "shop.duckdb").table("transactions")
    assert day_of(clean.end) == datetime.date(2023, 2, 5)
    assert [(i.reason, i.rows) for i in clean.entry.left_out] == [("at not readable", 2)]


@pytest.mark.parametrize(("asked", "expected"), [("1", 1), ("3", 3), ("", None), ("two", None), ("0", None)])
def test_processors_are_used_where_nothing_depends_on_the_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str, expected: int | None
) -> None:
    import duckdb

    (machine,) = duckdb.connect().execute("SELECT current_setting('threads')").fetchone() or (0,)
    monkeypatch.setenv("OMP_NUM_THREADS", asked)
    engine = opened(tmp_path / "shop", log(5, returns=False), SHORT, "parquet").engine

    def threads() -> int:
        return int(engine.backend.con.execute("SELECT current_setting('threads')").fetchone()[0])

    create, seen = engine.backend.create_table, []

    def create_table(*arguments: object, **options: object) -> object:
        seen.append(threads())
        return create(*arguments, **options)

    monkeypatch.setattr(engine.backend, "create_table", create_table)
    assert threads() == 1
    with engine.all_processors():
        assert threads() == (expected or machine)
        engine.keep(ibis.memtable({"x": [1]}), "one")
        with engine.all_processors():
            assert threads() == (expected or machine)
        assert threads() == (expected or machine)
    assert (threads(), seen) == (1, [1])
