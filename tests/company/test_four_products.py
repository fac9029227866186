"""A company of four products: one `init`, one `check`, no line changed by hand, every ledger in balance."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.company.initialising import Initialised, init_company
from analysis.reporting.own_data_check import CompanyCheck, check_company
from analysis.sources.own_tables import company_source
from tests.company.beans import write_exports

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("beans")


@pytest.fixture(scope="module")
def written(place: Path) -> dict[str, int]:
    return write_exports(place)


@pytest.fixture(scope="module")
def done(place: Path, written: dict[str, int]) -> Initialised:
    return init_company(place)


@pytest.fixture(scope="module")
def found(place: Path, done: Initialised) -> CompanyCheck:
    return check_company(place)


def test_every_file_is_recognised(done: Initialised, written: dict[str, int]) -> None:
    assert len(done.seen) == len(written)
    assert done.unused == ()
    for name, n_rows in written.items():
        assert any(line.startswith(f"{name}: {n_rows:,} rows of a ") for line in done.seen), name
    assert "customers are joined by their e-mail address, in small letters" in done.told


def test_all_rows_of_all_files_are_accounted_for(found: CompanyCheck, written: dict[str, int]) -> None:
    tables = ("transactions", "subscriptions", "tickets", "spending")
    assert sum(found.ledger[name].rows_in for name in tables) == sum(written.values())
    for entry in found.ledger.entries:
        assert entry.rows_in == entry.rows_used + sum(item.rows for item in entry.left_out)


def test_what_a_frame_counts_is_what_its_table_used(found: CompanyCheck) -> None:
    for entry in found.ledger.entries:
        kind, _, table = entry.counted.rpartition(" ")
        if kind == "used rows of":
            assert entry.rows_in == found.ledger[table].rows_used, entry.name


def test_money_and_customers_by_another_way(place: Path, done: Initialised) -> None:
    """The same from the file with pandas: orders by their first line, paid ones, less what was given back."""
    raw = pd.read_csv(place / "orders_export_1.csv").drop_duplicates("Name")
    raw = raw[raw["Financial Status"].isin(["paid", "partially_refunded"]) & raw["Cancelled at"].isna()]
    table = company_source(place).company.table("transactions").expression.execute()
    assert table["amount"].sum() == pytest.approx((raw["Total"] - raw["Refunded Amount"]).sum())
    assert table["customer_id"].nunique() == raw["Email"].str.lower().nunique()


def test_tables_meet_in_their_customers(place: Path, found: CompanyCheck) -> None:
    company = company_source(place).company
    buyers = set(company.table("transactions").expression.execute()["customer_id"])
    subscribers = set(company.table("subscriptions").expression.execute()["customer_id"])
    assert len(buyers & subscribers) > 0.9 * len(subscribers)
    assert not [note for note in found.notes if "no customer is in both" in note]


def test_something_can_be_tested_at_once(found: CompanyCheck) -> None:
    assert found.n_testable >= 3
    assert found.n_read > 0
