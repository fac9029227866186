"""A company of hardly any rows: `check` says of each claim what it lacks, and nothing ends the command."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import analysis
from analysis.calibration.precision import precision_of
from analysis.company.initialising import init_company
from analysis.core.errors import UserMistake
from analysis.reporting.own_data_check import check_company
from tests.company.invented import tables

Folder = Callable[..., Path]

SETTINGS = '[company]\nname = "Acme"\nend_of_observation = 2025-12-31\n'


def of_one_day(table: pd.DataFrame) -> pd.DataFrame:
    """Two rows, all of whose days are the first."""
    few = table.head(2).copy()
    for column in few.columns:
        if few[column].astype(str).str.match(r"\d{4}-\d{2}-\d{2}").all():
            few[column] = few[column].iloc[0]
    return few


@pytest.mark.parametrize("few", [lambda table: table.head(1), lambda table: table.head(2), of_one_day])
@pytest.mark.parametrize("names", [("transactions",), ("subscriptions",), pytest.param((), marks=pytest.mark.slow)])
def test_every_claim_of_a_tiny_company_has_a_reason(folder: Folder, few: Callable, names: tuple[str, ...]) -> None:
    made = {
        f"{name}.csv": few(table).to_csv(index=False)
        for name, table in tables(n=40).items()
        if not names or name in names
    }
    check = check_company(folder(made, SETTINGS), precision=precision_of)
    assert len(check.claims) == 46
    assert all(claim.missing for claim in check.claims if not claim.testable)
    assert not [why for _, why in check.unbuilt if "broke off" in why]


def test_purchases_of_one_day_say_so(folder: Folder) -> None:
    place = folder(
        {"transactions.csv": "customer_id,at,amount\n1,2024-01-01,5\n2,2024-01-01,6\n"}, '[company]\nname = "Acme"\n'
    )
    told = dict(check_company(place).unbuilt)
    assert told["customer_holdout"] == "The transactions of Acme must be of more than one day; all are of 2024-01-01."


def test_points_that_nobody_redeemed_say_so(folder: Folder) -> None:
    points = "customer_id,at,points,kind,restriction\n1,2024-01-01,5,earn,none\n2,2024-02-01,6,earn,dates\n"
    bought = "customer_id,at,amount\n1,2024-01-01,5\n2,2024-02-01,6\n2,2024-03-02,6\n"
    told = dict(check_company(folder({"points.csv": points, "transactions.csv": bought}, SETTINGS)).unbuilt)
    assert told["exposure/restriction"].startswith("The points of Acme must hold a redemption (`kind` redeem)")


def test_empty_tables_overwrite_none_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("customer_id\n1\n")
    with pytest.raises(UserMistake, match=r"has points\.csv already, and nothing is overwritten"):
        init_company(tmp_path / "new", into=tmp_path)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("points.csv", "customer_id\n1\n")]


@pytest.mark.parametrize(
    "bought",
    ["1,2024-01-01,5\n", "1,2024-01-01,5\n2,2024-01-01,6\n", "1,2024-01-01,5\n2,2024-02-01,6\n2,2024-03-02,6\n"],
)
def test_what_page_00_asks_of_a_young_company_has_a_line_each(folder: Folder, bought: str) -> None:
    place = folder({"transactions.csv": f"customer_id,at,amount\n{bought}"}, '[company]\nname = "Acme"\n')
    company = analysis.company(place)
    assert re.match(
        r"No cohorts of Acme: No quarter was observed as a whole; .* longer history\.",
        repr(company.cohorts(period="quarter")),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of too few to expect anything of
        assert repr(company.score_spread())
    findings = company.findings("repeat-momentum")
    assert findings.summary()
    assert analysis.show_forest(findings)


@pytest.mark.parametrize("name", ["orders.csv", "Orders.XLSX", "orders.csv.gz"])
def test_name_of_a_file_that_is_not_there_begins_no_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserMistake, match=r"must be a file or folder that exists; got '.*rders\."):
        init_company(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_folder_with_the_name_of_a_table_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "transactions.csv").mkdir()
    with pytest.raises(UserMistake, match=r"has transactions\.csv already, and nothing is overwritten"):
        init_company(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["transactions.csv"]
