"""The same expressions on the embedded engine, on a PostgreSQL server and on Spark give the same frames and ledgers."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.company.cleaning import trimmed
from analysis.company.raw_table import ROW
from analysis.frames.builders.catalogue import BUILDERS
from analysis.sources.base import Source
from analysis.sources.own_tables import company_source
from tests.company.invented import TOML, tables, write
from tests.company.servers import load, needs_postgres, needs_spark, spark_session
from tests.company.test_drawing import log


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Source:
    return company_source(write(tmp_path_factory.mktemp("embedded"), tables()))


def on_server(address: str, place: Path, *, typed: bool) -> Source:
    import ibis

    backend = ibis.connect(address)
    load(backend, tables(), typed=typed)
    backend.disconnect()
    (place / "company.toml").write_text(f'{TOML}[data]\ndatabase = "{address}"\n', encoding="utf-8")
    return company_source(place)


@pytest.fixture(scope="module")
def postgres_texts(server: str, tmp_path_factory: pytest.TempPathFactory) -> Source:
    return on_server(server, tmp_path_factory.mktemp("texts"), typed=False)


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    import ibis

    place = tmp_path_factory.mktemp("spark")
    session = spark_session(place)
    backend = ibis.pyspark.connect(session)
    load(backend, tables())
    (place / "company.toml").write_text(TOML, encoding="utf-8")
    yield company_source(place / "company.toml", backend=backend)
    session.stop()


def same_frame(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    key = list(expected.columns)
    found = found[key].sort_values(key, ignore_index=True)
    expected = expected.sort_values(key, ignore_index=True)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-9, atol=1e-9)


def same_ledger(found: Source, expected: Source, name: str) -> None:
    a, b = found.ledger()[name], expected.ledger()[name]
    assert (a.rows_in, a.rows_used) == (b.rows_in, b.rows_used)
    assert {i.reason: i.rows for i in a.left_out} == {i.reason: i.rows for i in b.left_out}


def compare(found: Source, expected: Source, key: str) -> None:
    same_frame(found.frame(key).table, expected.frame(key).table)
    same_ledger(found, expected, key)
    assert found.frame(key).context == expected.frame(key).context


FIRST_OF_ITS_SCHEMA = {key.partition("/")[0]: key for key in sorted(BUILDERS, reverse=True)}.values()
"""Frames that `make test` builds here; `make test-long` builds all."""


@pytest.mark.parametrize(
    "key", [pytest.param(k, marks=[] if k in FIRST_OF_ITS_SCHEMA else pytest.mark.slow) for k in sorted(BUILDERS)]
)
def test_the_embedded_engine_builds_every_frame(embedded: Source, key: str) -> None:
    frame = embedded.frame(key)
    assert len(frame.table) > 0
    entry = embedded.ledger()[key]
    assert entry.rows_in == entry.rows_used + entry.n_left_out
    assert entry.rows_used > 0
    assert entry.rows_in in {embedded.company.table(name).n for name in embedded.company.names}


@needs_postgres
@pytest.mark.parametrize("key", sorted(BUILDERS))
def test_postgres_gives_the_same_frames(postgres_texts: Source, embedded: Source, key: str) -> None:
    compare(postgres_texts, embedded, key)


@pytest.mark.slow
@needs_postgres
def test_postgres_gives_the_same_ledger_of_tables(postgres_texts: Source, embedded: Source) -> None:
    for name in embedded.company.names:
        same_ledger(postgres_texts, embedded, name)
        assert ROW not in postgres_texts.company.table(name).expression.columns


@pytest.mark.slow
@needs_postgres
def test_columns_of_the_databases_own_types_are_read_like_texts(server: str, embedded: Source, tmp_path: Path) -> None:
    typed = on_server(server, tmp_path, typed=True)
    for key in ("customer_summary", "spells/contract", "queue", "experiment/winback_margin", "scores/nps"):
        same_frame(typed.frame(key).table, embedded.frame(key).table)
    for name in typed.company.names:
        assert typed.company.table(name).n == embedded.company.table(name).n


@pytest.mark.slow
@needs_postgres
def test_the_database_is_left_as_it_was(server: str, tmp_path: Path) -> None:
    import ibis

    source = on_server(server, tmp_path, typed=False)
    backend = ibis.connect(server)
    before = sorted(backend.list_tables())
    source.frame("customer_summary")
    source.frame("tier_cutoff")
    assert sorted(backend.list_tables()) == before


@needs_spark
@pytest.mark.parametrize("key", sorted(BUILDERS))
def test_spark_gives_the_same_frames(spark: Source, embedded: Source, key: str) -> None:
    compare(spark, embedded, key)


DRAWN = ("customer_summary", "customer_holdout", "customer_periods", "purchases", "repeat_trials")
"""Frames of one row a purchase or a history, for which customers are drawn."""

DRAWING_TOML = TOML + "[data]\nlargest_sample = 1000\nsample_seed = 1\n"


def many_customers() -> dict[str, pd.DataFrame]:
    """Four times as many customers as are to be drawn."""
    return {"transactions": pd.read_csv(io.StringIO(log()), dtype=str)}


@pytest.fixture(scope="module")
def drawn_here(tmp_path_factory: pytest.TempPathFactory) -> Source:
    return company_source(write(tmp_path_factory.mktemp("drawn"), many_customers(), DRAWING_TOML))


def same_draw(found: Source, expected: Source) -> None:
    for key in DRAWN:
        assert "drawn at random from 4,000" in found.frame(key).context.population
        same_frame(found.frame(key).table, expected.frame(key).table)
        assert found.frame(key).context == expected.frame(key).context


@pytest.mark.slow
@needs_postgres
def test_postgres_draws_the_same_customers(server: str, tmp_path: Path, drawn_here: Source) -> None:
    import ibis

    backend = ibis.connect(server)
    load(backend, many_customers())
    (tmp_path / "company.toml").write_text(DRAWING_TOML, encoding="utf-8")
    same_draw(company_source(tmp_path / "company.toml", backend=backend), drawn_here)


@needs_spark
def test_spark_keeps_row_numbers_in_64_bits(spark: Source) -> None:
    """The draw multiplies a customer's code by a prime: in 32 bits it would run over from the 271,183rd customer on."""
    import ibis

    engine = spark.company.engine
    people = ibis.memtable({"name": ["b", "a"]})
    kept = engine.keep(people.mutate(code=(ibis.row_number().over(order_by=people["name"]) + 300_000)), "people")
    product = kept.mutate(product=kept["code"] * 7_919).order_by("code").execute()
    assert product["product"].tolist() == [2_375_700_000, 2_375_707_919]


@needs_spark
def test_spark_draws_the_same_customers(spark: Source, tmp_path: Path, drawn_here: Source) -> None:
    backend = spark.company.engine.backend
    kept = backend.table("transactions").execute()
    (tmp_path / "company.toml").write_text(DRAWING_TOML, encoding="utf-8")
    try:
        load(backend, many_customers())
        same_draw(company_source(tmp_path / "company.toml", backend=backend), drawn_here)
    finally:
        load(backend, {"transactions": kept})


def dirty() -> dict[str, pd.DataFrame]:
    """Rows of every kind of dirt, as texts."""
    head = ["customer_id", "at", "amount"]
    rows = [
        ("1", "2024-01-05", "10"), ("2.0", "05.02.2024 10:30", "€ 1,250.00"), ("", "2024-01-05", "1"), ("3", "2024-02-30", "1"),
        ("4", "2024-01-05T23:30:00Z", "-3"), ("5", "2024-01-05", "abc"), ("6", "2025-01-05", "1"), ("nan", "2024-01-05", "1"),
        ("7", "13/02/2024", "1e2"), ("8", "03/02/2024", "(5)"), ("9", "1900-01-01", "5"), ("10", "2024-01-05", ""),
        ("11", "2024-02-29", "3.5"), ("12", "20240301", "1'000.25"),
        ("f15v", "2024-01-05", "7"), ("\t\x0bfV16 \x0c", "2024-01-05", " 9 "),
    ]  # fmt: skip
    return {"transactions": pd.DataFrame(rows, columns=head)}


DIRTY_TOML = '[company]\nend_of_observation = "2024-12-31"\ncurrency = "EUR"\ntimezone = "Europe/Berlin"\n'


def read_dirty(backend: Any, place: Path) -> tuple[pd.DataFrame, dict[str, int]]:
    (place / "company.toml").write_text(DIRTY_TOML, encoding="utf-8")
    source = company_source(place / "company.toml", backend=backend)
    table = source.company.table("transactions")
    columns = ["customer_id", "at", "at_month", "amount", "is_return"]
    return table.expression.select(*columns).execute(), {i.reason: i.rows for i in table.entry.left_out}


@pytest.fixture(scope="module")
def dirty_expected(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, dict[str, int]]:
    place = tmp_path_factory.mktemp("dirty")
    return read_dirty(None, write(place, dirty(), DIRTY_TOML))


def test_dirty_texts_by_hand(dirty_expected: tuple[pd.DataFrame, dict[str, int]]) -> None:
    table, reasons = dirty_expected
    assert sorted(table["customer_id"]) == ["1", "11", "12", "2", "4", "7", "8", "f15v", "fV16"]
    assert sorted(table["amount"]) == [-5, -3, 3.5, 7, 9, 10, 100, 1000.25, 1250]
    assert reasons == {
        "no customer_id": 2,
        "at not readable": 1,
        "at before 1900-01-03": 1,
        "no amount": 1,
        "amount not readable": 1,
        "at after the end of observation": 1,
    }


def test_no_engine_is_given_blanks_that_it_takes_for_letters() -> None:
    """Spark reads the texts "\\v" and "\\f" as the letters v and f; Ibis's `strip` writes both (ibis 12, sqlglot 29)."""
    import ibis

    table = ibis.table({"name": "string"}, name="people")
    assert r"\v\f" in ibis.to_sql(table.select(name=table["name"].strip()), dialect="pyspark")
    assert not re.search(r"(?<!\\)\\[vf]", ibis.to_sql(table.select(name=trimmed(table["name"])), dialect="pyspark"))


@needs_postgres
def test_postgres_reads_dirty_texts_alike(server: str, tmp_path: Path, dirty_expected) -> None:
    import ibis

    backend = ibis.connect(server)
    load(backend, dirty())
    found, reasons = read_dirty(backend, tmp_path)
    same_frame(found, dirty_expected[0])
    assert reasons == dirty_expected[1]


@needs_spark
def test_spark_reads_dirty_texts_alike(spark: Source, tmp_path: Path, dirty_expected) -> None:
    backend = spark.company.engine.backend
    kept = backend.table("transactions").execute()
    try:
        load(backend, dirty())
        found, reasons = read_dirty(backend, tmp_path)
    finally:
        load(backend, {"transactions": kept})
    same_frame(found, dirty_expected[0])
    assert reasons == dirty_expected[1]
