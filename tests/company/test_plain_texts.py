"""What is read as the engine reads it is what the patterns for every way of writing give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.company import cleaning
from analysis.company.plain_texts import PlainTexts
from analysis.company.store import Company, open_company

NUMBERS = st.one_of(
    st.integers(-(10**15), 10**18).map(str),
    st.decimals(-(10**6), 10**6, places=2).map(str),
    st.sampled_from(["0", "-0", "007", "0.125", "-12.5", "1250", "1.2500", "0.1", "1.25", "3.14159265358979"]),
)
TIMES = st.one_of(
    st.dates().map(lambda d: d.isoformat()),
    st.datetimes().map(lambda t: t.isoformat(sep=" ", timespec="seconds")),
    st.datetimes().map(lambda t: t.isoformat(timespec="minutes")),
    st.sampled_from(["2024-02-30", "2024-04-31", "1900-01-01", "2023-02-29T23:59:59", "2024-02-29 00:00:00"]),
)
ROWS = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c.0", "Ä"]), TIMES, NUMBERS, NUMBERS, TIMES), min_size=20, max_size=80
)


def _read(company: Callable[..., Company], files: dict[str, str]) -> list[tuple[pd.DataFrame, Any]]:
    opened = company(files, '[company]\nend_of_observation = "2030-01-01"\n')
    tables = [opened.table(name.partition(".")[0]) for name in files]
    return [(table.expression.execute(), table.entry) for table in tables]


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, missing=st.sampled_from(["", "NULL", "n/a"]))
def test_plain_texts_are_read_as_the_patterns_read_them(company: Any, rows: list[Any], missing: str) -> None:
    lines = [f"{i},{a},{t},{missing if i % 3 else t2}" for i, (a, t, _, _, t2) in enumerate(rows)]
    tickets = "ticket_id,customer_id,opened_at,resolved_at\n" + "\n".join(lines) + "\n"
    lines = [f"{a},{t},{x},{missing if i % 2 else y}" for i, (a, t, x, y, _) in enumerate(rows)]
    bought = "customer_id,at,amount,discount\n" + "\n".join(lines) + "\n"
    files = {"tickets.csv": tickets, "transactions.csv": bought}
    found = _read(company, files)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cleaning, "find_plain", lambda tables, *_: [PlainTexts()] * len(tables))
        by_patterns = _read(company, files)
    for (table, entry), (expected, expected_entry) in zip(found, by_patterns, strict=True):
        pd.testing.assert_frame_equal(table, expected, check_exact=True)
        assert entry == expected_entry


@pytest.mark.parametrize(
    ("column", "plain"),
    [
        (["1.25", "3"], True),
        (["1.250", "3"], False),  # a thousand and more, or a bit above one
        (["1,25", "3"], False),
        (["1.25", "€3"], False),
        (["1.25", ""], True),
        ([" 1.25", "3"], False),
    ],
)
def test_only_what_can_be_read_in_one_way_is_plain(
    company: Any, monkeypatch: pytest.MonkeyPatch, column: list[str], plain: bool
) -> None:
    seen: list[frozenset[str]] = []
    find = cleaning.find_plain

    def watched(*given: Any) -> list[PlainTexts]:
        found = find(*given)
        seen.extend(item.plain for item in found)
        return found

    monkeypatch.setattr(cleaning, "find_plain", watched)
    lines = "".join(f'a,2024-01-0{i + 1},5,"{x}"\n' for i, x in enumerate(column))
    try:
        company({"transactions.csv": "customer_id,at,amount,discount\n" + lines}).table("transactions")
    except Exception:  # what is not plain may be refused
        assert not plain
    assert seen[0] == frozenset({"at", "amount"} | ({"discount"} if plain else set()))


UNREADABLE = ["1", "2", "3", "4", "about five", "6 USD"]
"""Tidy, none of them missing, and the last two no amounts in euros."""


@pytest.mark.parametrize("form", ["csv", "parquet", "duckdb"])
@pytest.mark.parametrize("decimal", ["", 'decimal = ","', 'decimal = "."'])
def test_a_text_that_is_no_number_is_left_out_with_its_reason(folder: Any, form: str, decimal: str) -> None:
    """Whatever a glance has told of blanks and gaps, and whether the engine could read the column as it stands."""
    days = [f"2024-01-0{i + 1}" for i in range(len(UNREADABLE))]
    rows = pd.DataFrame({"customer_id": list("abcdef"), "at": days, "amount": UNREADABLE})
    toml = f'[company]\ncurrency = "EUR"\nend_of_observation = "2024-12-31"\n[data]\n{decimal}\n'
    place = folder({"transactions.csv": rows.to_csv(index=False)} if form == "csv" else {}, toml)
    if form == "parquet":
        rows.to_parquet(place / "transactions.parquet")
    if form == "duckdb":
        with duckdb.connect(str(place / "shop.duckdb")) as connection:
            connection.execute("CREATE TABLE transactions AS SELECT * FROM rows")
        (place / "company.toml").write_text(toml + 'path = "shop.duckdb"\n')
    table = open_company(place).table("transactions")
    assert {item.reason: item.rows for item in table.entry.left_out} == {
        "amount not readable": 1,
        "amount in another currency": 1,
    }
    assert sorted(table.expression.execute()["amount"]) == [1, 2, 3, 4]
