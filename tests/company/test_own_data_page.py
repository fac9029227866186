"""docs/own-data.md says what the code does: tables, keys, and the invented shop from export to ledger."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.company.initialising import init_company
from analysis.company.joins import OfJoin
from analysis.company.row_rules import RowRules
from analysis.company.schemas import TABLES
from analysis.company.settings import OfCompany, OfData
from analysis.company.store import open_company
from analysis.core import reading
from analysis.core.errors import UserMistake

PAGE = (Path(__file__).parents[2] / "docs" / "own-data.md").read_text(encoding="utf-8")


def cells(first: str) -> list[str]:
    """Cells of the table rows of the page that begin with this word."""
    rows = re.findall(rf"^\| {re.escape(first)} \|(.*)\|$", PAGE, flags=re.MULTILINE)
    return [cell.strip() for row in rows for cell in row.split("|")]


@pytest.mark.parametrize("name", list(TABLES))
def test_the_page_lists_every_column_and_marks_the_required_ones(name: str) -> None:
    listed = re.sub(r"\([^)]*\)", "", cells(name)[1])
    columns = [column.strip() for column in listed.split(",") if column.strip()]
    assert [column.strip("*") for column in columns] == list(TABLES[name].columns)
    bold = {column.strip("*") for column in columns if column.startswith("**")}
    # An end that is empty while the spell runs: the column must be there, its value need not.
    assert bold - {"ended_at", "to_at"} == set(TABLES[name].required)


def test_the_page_lists_every_key() -> None:
    records = {"company": OfCompany, "data": OfData, "rows.TABLE": RowRules, "joins.TABLE.NAME": OfJoin}
    for section, record in records.items():
        keys = cells(section)[::3]
        assert {key.strip() for cell in keys for key in cell.split(",")} == set(reading.keys(record))


def block(language: str) -> str:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)[0]


def test_the_shop_of_the_page_gives_the_ledger_of_the_page(folder: Callable[..., Path]) -> None:
    place = folder({"sales 2024.csv": block("csv")})
    init_company(place)
    toml = (place / "company.toml").read_text(encoding="utf-8")
    for line in block("toml").splitlines():
        assert line in toml
    with pytest.raises(UserMistake) as caught:
        open_company(place).table("transactions")
    quoted = " ".join(line.removeprefix("> ") for line in PAGE.splitlines() if line.startswith("> "))
    assert str(caught.value) == quoted
    (place / "company.toml").write_text(toml.replace('# decimal = ","', 'decimal = ","'), encoding="utf-8")
    entry = open_company(place).table("transactions").entry
    listed = re.findall(r"^\|.*?\|.*?\|.*?\| ([a-z][^|]*?) \| (\d+) \| (\d+) \|$", PAGE, flags=re.MULTILINE)
    assert (entry.rows_in, entry.rows_used) == (11, 7)
    assert [(item.reason, str(item.rows), str(item.example_row)) for item in entry.left_out] == listed
